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


def _exams(context: UiContext) -> QWidget:
    from ui.training.exams_page import ExamsPage

    return ExamsPage(context)


def _chats(context: UiContext) -> QWidget:
    from ui.training.chats_page import ChatsPage

    return ChatsPage(context)


def _scenarios(context: UiContext) -> QWidget:
    from ui.training.scenarios_page import ScenariosPage

    return ScenariosPage(context)


def _chats_export(context: UiContext) -> QWidget:
    from ui.training.chats_export import ChatsExport

    return ChatsExport(context)


def _typing(context: UiContext) -> QWidget:
    from ui.training.typing_page import TypingPage

    return TypingPage(context)


def _path(context: UiContext) -> QWidget:
    from ui.training.path_page import PathPage

    return PathPage(context)


def _team(context: UiContext) -> QWidget:
    from ui.training.team_page import TeamPage

    return TeamPage(context)


def _clearing_import(context: UiContext) -> QWidget:
    from ui.training.clearing_import import ClearingImport

    return ClearingImport(context)


def _results(context: UiContext) -> QWidget:
    from ui.training.results_page import ResultsPage

    return ResultsPage(context)


PAGES: Final[list[TrainingPage]] = [
    TrainingPage("practice", N_("Practice customers"), "practice", _practice),
    TrainingPage("results", N_("Results"), "stats", _results),
    TrainingPage("chats", N_("Real chats"), "chat", _chats),
    TrainingPage("exams", N_("Exams"), "check-circle", _exams),
    TrainingPage("typing", N_("Typing"), "keyboard", _typing),
    TrainingPage("path", N_("My path"), "flag", _path),
    TrainingPage("team", N_("Team"), "customers", _team, Permission.TRAIN),
    TrainingPage("scenarios", N_("Scenarios"), "edit", _scenarios, Permission.TRAIN),
]
"""From left to right."""

LIVE_PARTS: Final[list[LivePart]] = [
    LivePart(_clearing_import, Permission.MANAGE_STAFF),
    LivePart(_chats_export, Permission.EXPORT),
]
"""From top to bottom."""
