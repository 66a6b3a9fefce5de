"""What the training view is made of: each part of it adds its own line here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QWidget

from app.core.i18n import N_
from app.core.permissions import Permission

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext


@dataclass(frozen=True, slots=True)
class TrainingPage:
    """A page of the practice shop. `title` is marked with `N_`; `build` imports when called.

    A built page may have `focus_first()`, and `open_item(item)` for `go("training", (key, item))`.
    """

    key: str
    title: str
    icon: str
    build: Callable[[UiContext], QWidget]
    permission: Permission | None = None


@dataclass(frozen=True, slots=True)
class LivePart:
    """Something the view offers in a live shop, below the way to the practice shop."""

    build: Callable[[UiContext], QWidget]
    permission: Permission | None = None


def _practice(context: UiContext) -> QWidget:
    from ui.training.practice_page import PracticePage

    return PracticePage(context)


PAGES: Final[list[TrainingPage]] = [
    TrainingPage("practice", N_("Practice customers"), "practice", _practice),
]
"""From left to right."""

LIVE_PARTS: Final[list[LivePart]] = []
"""From top to bottom."""
