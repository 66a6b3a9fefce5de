"""Guessing is slow, and a role counts as it is now, not as it was at sign-in."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from app.core.errors import PermissionDenied
from app.core.permissions import Permission
from app.services import Services
from app.staff import WrongPassword
from db.models import Role, Staff


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
