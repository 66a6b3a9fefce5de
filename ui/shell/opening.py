"""Opens or makes the home behind the window; every function here runs in a job."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from app.core.errors import UserError
from app.core.settings import SHOP_NAME, SHOP_PLATFORM
from app.homes import Home, create_home, home_exists, open_home
from app.practice import DEMO_AGENT, open_practice_home
from app.services import Services, build_services
from db.models import Role
from ui.shell.first_start import NewShop

if TYPE_CHECKING:
    from ui.shell.join_pages import Coming


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
    """Open the practice shop, which fills itself the first time, and sign the demo agent in.

    That one may do everything; where an administrator has a password people sign in themselves,
    or each trainee would judge, clear and reset like a supervisor.
    """
    services = build_services(open_practice_home(path))
    if not services.staff.is_guarded():
        services.staff.sign_in_as(DEMO_AGENT)
    return services


def join_live(services: Services | None, path: Path, coming: Coming) -> Services:
    """Ask to join a shop from a home without staff, which is made where there is none."""
    return _come(
        services,
        path,
        coming,
        lambda home: home.shop.join(coming.folder, coming.secret, coming.station),
    )


def recover_live(services: Services | None, path: Path, coming: Coming) -> Services:
    """Take a shop back into a home without staff, which is made where there is none."""
    return _come(
        services,
        path,
        coming,
        lambda home: home.shop.recover(coming.folder, coming.secret, coming.station),
    )


def _come(
    services: Services | None, path: Path, coming: Coming, step: Callable[[Services], object]
) -> Services:
    opened = services or build_services(_home(path, coming.passphrase))
    try:
        step(opened)
    except BaseException:
        if services is None:
            opened.close()
        raise
    return opened


def _home(path: Path, passphrase: str | None) -> Home:
    # An earlier try may have made it.
    if home_exists(path):
        return open_home(path, ask=lambda: passphrase)
    return create_home(path, "live", passphrase)
