"""Where agents learn: the practice shop, its customers, exams and the path."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.practice.service import Practice
    from app.services import Services
    from app.training import (
        Clearings,
        Corrections,
        Exams,
        Path,
        Replays,
        Scenarios,
        Training,
        Typing,
    )


def practice(services: Services) -> Practice:
    from app.practice.service import Practice

    recompute = services.conversations.recompute
    practice = Practice(services.home, services.db, services.settings, services.staff, recompute)
    practice.before_reset.append(partial(_end_training, services))
    return practice


def _end_training(services: Services) -> None:
    if "training" in services.__dict__:
        services.training.stage.stop()


def training(services: Services) -> Training:
    from app.training import PracticeDesk, Training

    def confirm(confirmation_id: bytes, conversation_id: bytes) -> None:
        services.confirmations.answer(confirmation_id, conversation_id, {"state": "confirmed"})

    desk = PracticeDesk(
        services.db,
        services.staff,
        services.settings,
        services.conversations,
        services.channels.presence,
        services.language.checker,
        confirm,
    )
    return Training(desk, practice=services.home.practice, known=services.scenarios.in_force)


def scenarios(services: Services) -> Scenarios:
    from app.training import Scenarios

    return Scenarios(services.db, services.staff, services.language.checker)


def exams(services: Services) -> Exams:
    from app.training import Exams

    return Exams(services.db, services.staff)


def corrections(services: Services) -> Corrections:
    from app.training import Corrections

    return Corrections(services.db, services.staff)


def typing(services: Services) -> Typing:
    from app.training import Typing

    return Typing(services.db, services.staff, lambda: services.phrases)


def path(services: Services) -> Path:
    from app.training import Path

    return Path(services.db, services.staff, services.settings, services.scenarios.in_force)


def clearings(services: Services) -> Clearings:
    from app.training import Clearings

    return Clearings(services.home, services.db, services.staff, services.settings, services.path)


def replays(services: Services) -> Replays:
    from app.training import Replays

    checker = services.language.checker
    return Replays(services.home, services.db, services.staff, services.settings, checker)
