"""The page of practice customers: what each trains, and who comes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QWidget

from app.core.i18n import N_, current_language
from app.training import Scenario, scenarios
from ui.widgets import Column, stack_vertically
from ui.widgets.list_table import ListTable

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext


def _title(scenario: Scenario) -> str:
    return scenario.title[current_language() == "en"]


def _goal(scenario: Scenario) -> str:
    return scenario.goal[current_language() == "en"]


COLUMNS: Final = (
    Column("title", N_("Customer"), 260, role="strong", text=_title),
    Column("goal", N_("What it trains"), 420, text=_goal, stretch=True),
)


class PracticePage(QWidget):
    """Every scenario of the shop."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self.table = ListTable(COLUMNS, context.jobs, "training.scenarios", _key)
        stack_vertically(self, self.table)
        self.table.show_rows(list(scenarios().values()))

    def focus_first(self) -> None:
        """Put the keyboard into the list."""
        self.table.setFocus()


def _key(scenario: Scenario) -> str:
    return scenario.id
