"""Opens or makes the home behind the window; every function here runs in a job."""

from __future__ import annotations

from pathlib import Path

from app.core.errors import UserError
from app.core.settings import SHOP_NAME, SHOP_PLATFORM
from app.homes import create_home, open_home
from app.practice import DEMO_AGENT, open_practice_home
from app.services import Services, build_services
from db.models import Role
from ui.shell.first_start import NewShop


def open_live(path: Path, passphrase: str | None = None) -> Services:
    """Open the shop's home; raises `UserError`."""
    return build_services(open_home(path, ask=lambda: passphrase))


def make_live(path: Path, shop: NewShop) -> Services:
    """Make a shop with its first administrator, who is signed in."""
    home = create_home(path, "live", shop.passphrase)
    services = build_services(home)
    try:
        found_shop(services, shop)
    except UserError:
        services.close()
        raise
    return services


def found_shop(services: Services, shop: NewShop) -> Services:
    """Name a shop that was opened and has nobody yet, and sign its first person in."""
    member = services.staff.add(shop.login, shop.name, Role.ADMIN, shop.password)
    services.staff.sign_in_as(member.id)
    services.settings.set(SHOP_NAME, shop.shop)
    services.settings.set(SHOP_PLATFORM, shop.platform)
    services.tags.load_defaults()
    services.phrases.load_starters()
    return services


def open_practice(path: Path) -> Services:
    """Open the practice shop, which fills itself the first time, and sign the demo agent in."""
    services = build_services(open_practice_home(path))
    services.staff.sign_in_as(DEMO_AGENT)
    return services
