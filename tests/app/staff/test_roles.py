"""Guessing is slow, and a role counts as it is now, not as it was at sign-in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import update

from app.core.errors import PermissionDenied
from app.core.permissions import Permission
from app.core.settings import IDLE_LOCK_MINUTES, LANGUAGE
from app.services import Services, build_services
from app.staff import WrongPassword
from db.models import LocalSetting, Role, Staff


def test_guessing_at_the_lock_becomes_slow(services: Services) -> None:
    for _ in range(3):
        assert not services.staff.check_password("guess")
    with pytest.raises(WrongPassword) as slow:
        services.staff.check_password("passw0rd!")
    assert slow.value.wait_s > 0


def test_a_role_taken_away_is_gone_at_once(services: Services) -> None:
    clerk = services.staff.add("clerk", "小张", Role.SUPERVISOR, "passw0rd!")
    services.staff.sign_in_as(clerk.id)
    services.staff.require(Permission.EXPORT)
    with services.db.write() as session:  # as a colleague's change arrives
        session.execute(update(Staff).where(Staff.id == clerk.id).values(role=Role.TRAINEE))
    with pytest.raises(PermissionDenied):
        services.staff.require(Permission.EXPORT)
    with services.db.write() as session:
        session.execute(update(Staff).where(Staff.id == clerk.id).values(active=False))
    assert services.staff.current is None
    assert services.db.actor == ""


@pytest.mark.parametrize("role", [Role.TRAINEE, Role.AGENT])
def test_the_shops_rules_are_not_everybodys(services: Services, role: Role) -> None:
    clerk = services.staff.add("clerk", "小张", role, "passw0rd!")
    services.staff.sign_in_as(clerk.id)
    with pytest.raises(PermissionDenied):
        services.settings.set(IDLE_LOCK_MINUTES, 0)
    services.settings.set(LANGUAGE, "en")
    services.staff.sign_out()
    services.settings.set(IDLE_LOCK_MINUTES, 5)
    assert services.settings.get(IDLE_LOCK_MINUTES) == 5


def test_a_trainee_writes_nothing_but_replies_and_own_phrases(services: Services) -> None:
    customer = services.customers.add("王小明")
    clerk = services.staff.add("clerk", "小张", Role.TRAINEE, "passw0rd!")
    admin = services.staff.require(Permission.MANAGE_STAFF)
    services.staff.sign_in_as(clerk.id)
    order = b"o" * 16
    refused: list[Callable[[], object]] = [
        lambda: services.customers.add("x"),
        lambda: services.customers.change(customer, name="x"),
        lambda: services.customers.merge(customer, order),
        lambda: services.tags.add_group("x"),
        services.tags.load_defaults,
        lambda: services.orders.add_remark(order, "x"),
        lambda: services.orders.remove_remark(order),
        lambda: services.order_import.run([Path("x.csv")]),
        lambda: services.verification.hold(order, "x"),
        lambda: services.verification.release(order),
        lambda: services.verification.link(order, order),
        lambda: services.shipments.add("SF1", "shunfeng"),
        lambda: services.shipments.refresh(order),
        lambda: services.shipments.set_account("x", "y"),
        lambda: services.channels.configure("webchat", []),
        lambda: services.phrases.export(Path("x.csv")),
        lambda: services.staff.add("z", "Z", Role.ADMIN, "passw0rd!"),
        lambda: services.staff.change(clerk.id, role=Role.ADMIN),
        lambda: services.staff.change(admin.id, active=False),
        lambda: services.staff.set_password(admin.id, "passw0rd?"),
    ]
    for call in refused:
        with pytest.raises(PermissionDenied):
            call()


def wrong(services: Services, login: str, times: int) -> int:
    """Try wrong passwords, waiting as told; returns the last wait in seconds."""
    for time in range(times):
        with pytest.raises(WrongPassword) as refused:
            services.staff.sign_in(login, "guess")
        if time < times - 1:
            pass_time(services, refused.value.wait_s)
    return refused.value.wait_s


def pass_time(services: Services, seconds: int) -> None:
    with services.db.write() as session:
        row = session.get(LocalSetting, "sign_in.failures")
        assert row is not None
        known: dict[str, list[int]] = row.value or {}
        row.value = {name: [n, at - seconds * 1000] for name, (n, at) in known.items()}


def test_a_restart_is_no_way_around_the_wait(services: Services) -> None:
    assert wrong(services, "xiaoli", 5) >= 4
    again = build_services(services.home)
    try:
        with pytest.raises(WrongPassword) as refused:
            again.staff.sign_in("xiaoli", "passw0rd!")
        assert refused.value.wait_s > 0
        pass_time(services, 60)
        assert again.staff.sign_in("xiaoli", "passw0rd!").login == "xiaoli"
    finally:
        again.close()


def test_nobody_is_locked_out_for_long(services: Services) -> None:
    assert wrong(services, "xiaoli", 40) == 60
    for _try in range(5):
        with pytest.raises(WrongPassword):
            services.staff.sign_in("xiaoli", "guess")
    pass_time(services, 60)
    services.staff.sign_in("xiaoli", "passw0rd!")
    with pytest.raises(WrongPassword) as refused:
        services.staff.sign_in("xiaoli", "guess")
    assert refused.value.wait_s == 0


def test_a_clock_put_back_makes_no_longer_wait(services: Services) -> None:
    wrong(services, "xiaoli", 4)
    pass_time(services, -86_400)
    with pytest.raises(WrongPassword) as refused:
        services.staff.sign_in("xiaoli", "guess")
    assert refused.value.wait_s <= 60


def test_an_unknown_login_is_refused_as_slowly_as_a_known_one(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    tried: list[str] = []

    class Watched:
        @staticmethod
        def verify_phc_encoded(password: bytes, phc: str) -> None:
            tried.append(phc.rsplit("$", 2)[0])
            Argon2id.verify_phc_encoded(password, phc)

    monkeypatch.setattr("cryptography.hazmat.primitives.kdf.argon2.Argon2id", Watched)
    for login in ("xiaoli", "nobody"):
        with pytest.raises(WrongPassword):
            services.staff.sign_in(login, "guess")
    assert len(tried) == 2
    assert tried[0] == tried[1]
