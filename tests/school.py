"""A practice shop with a supervisor and two trainees, for the tests of training."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

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


@contextmanager
def opened_school(folder: Path, template: Template, clock: Clock | None = None) -> Iterator[School]:
    """The practice shop in a folder; with a clock nothing in it looks at the real one."""
    home = create_home(folder, "practice")
    shutil.copy(template.empty, home.database)
    # The template's key is the one its file was written with.
    (home.path / "practice.key").write_text(template.key.hex())
    services = build_services(replace(home, key=template.key), fill=False)
    boss, mei, lan = enrol(services)
    if clock is not None:
        set_clock(services, clock)
    yield School(services, boss, mei, lan, clock or Clock())
    services.close()


def set_clock(services: Services, clock: Callable[[], int]) -> None:
    """Let the services of training ask another clock."""
    parts = (services.exams, services.exams.book, services.typing, services.path)
    for part in (*parts, services.clearings):
        part._now = clock
