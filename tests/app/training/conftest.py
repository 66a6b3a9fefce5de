"""A practice shop with a supervisor and two trainees, and a clock the test moves."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from app.homes import create_home
from app.services import Services, build_services
from app.staff import Member
from db.models import Role, Staff
from tests.conftest import Template

START = 1_790_000_000_000
"""A Monday morning in China (2026-09-21)."""


class Clock:
    """What time it is for the services under test."""

    def __init__(self) -> None:
        self.ms = START

    def __call__(self) -> int:
        return self.ms

    def add(self, seconds: float) -> None:
        self.ms += round(1000 * seconds)


class School(NamedTuple):
    """The practice shop and who is in it; nobody is signed in."""

    services: Services
    boss: Member
    mei: Member
    lan: Member
    clock: Clock

    def sit(self, member: Member) -> Services:
        """Somebody sits down."""
        self.services.staff.sign_in_as(member.id)
        return self.services


def enrol(services: Services) -> tuple[Member, ...]:
    """A supervisor and two trainees, without passwords, as a practice shop has them."""
    with services.db.write("system") as session:
        for login, name, role in (
            ("zhou", "周小满", Role.SUPERVISOR),
            ("mei", "陈小梅", Role.TRAINEE),
            ("lan", "林小兰", Role.TRAINEE),
        ):
            session.add(Staff(login=login, name=name, role=role, created_at=START))
    known = {member.login: member for member in services.staff.members()}
    return tuple(known[login] for login in ("zhou", "mei", "lan"))


@pytest.fixture
def school(tmp_path: Path, _template: Template) -> Iterator[School]:
    """A practice shop."""
    home = create_home(tmp_path / "practice", "practice")
    shutil.copy(_template.empty, home.database)
    # The template's key is the one its file was written with.
    (home.path / "practice.key").write_text(_template.key.hex())
    services = build_services(type(home)(home.path, home.kind, home.id, _template.key), fill=False)
    boss, mei, lan = enrol(services)
    clock = Clock()
    for part in (services.exams, services.exams.book, services.typing, services.path):
        part._now = clock
    services.clearings._now = clock
    yield School(services, boss, mei, lan, clock)
    services.close()
