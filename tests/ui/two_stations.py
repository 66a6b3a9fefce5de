"""A second station of the shop that a test's `services` founds: a home of its own on one folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.homes import create_home
from app.services import Services, build_services


@contextmanager
def second_station(services: Services, root: Path) -> Iterator[Services]:
    """Share the shop and let a second station in; no thread syncs them, `both_pass` does."""
    folder = root / "share"
    folder.mkdir()
    services.shop.create(folder, "前台一")
    made = build_services(create_home(root / "other"))
    made.shop.join(folder, services.shop.invite().code, "前台二")
    (request,) = services.shop.requests()
    services.shop.approve(request.station)
    for one in (services, made):
        one.sync.stop()
    both_pass(services, made)
    made.staff.act_as_operator()
    try:
        yield made
    finally:
        made.close()


def both_pass(*stations: Services) -> None:
    """Let each have what the other wrote."""
    for one in (*stations, *stations):
        one.sync.pass_now()
