"""Shops of their own for windows that run in processes of their own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.core.settings import SHOP_NAME
from app.homes import create_home, open_home
from app.services import Services, build_services
from db.models import Role


@contextmanager
def opened(path: Path) -> Iterator[Services]:
    """A home's data as they are on the disk now, in another process than the window."""
    services = build_services(open_home(path))
    try:
        services.staff.act_as_operator()
        yield services
    finally:
        services.close()


@contextmanager
def new_shop(
    path: Path, monkeypatch: pytest.MonkeyPatch, admin: tuple[str, str, str]
) -> Iterator[Services]:
    """A live shop, to be filled by its administrator: login, name, name at the reception."""
    monkeypatch.setenv("KEFU_PASSPHRASE", "a passphrase for tests")
    home = create_home(path)
    login, name, reception = admin
    with opened(home.path) as services:
        services.settings.set(SHOP_NAME, "样例店")
        services.staff.add(login, name, Role.ADMIN, "passw0rd!", reception)
        services.staff.sign_in(login, "passw0rd!")
        yield services
