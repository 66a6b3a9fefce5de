"""How the questions of the bank fare over all exams: how hard, and how well they tell people apart."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel

from app.core.i18n import N_, _, current_language
from app.training import LEAST_FOR_DIFFICULTY, LEAST_FOR_DISCRIMINATION, QUESTION_KINDS, ItemStats
from ui.jobs import Jobs
from ui.theme import role
from ui.training.question_card import AREA_NAMES
from ui.widgets import Column
from ui.widgets.card import Card
from ui.widgets.list_table import ListTable

_DOUBTS: Final = {
    "hard": N_("hardly anybody knows it"),
    "easy": N_("everybody knows it"),
    "dull": N_("tells nobody apart"),
    "": "",
}


def _question(item: ItemStats) -> str:
    return item.question.wording(english=current_language() == "en").question


def _share(value: float | None) -> str:
    return "—" if value is None else f"{100 * value:.0f}%"


def _number(value: float | None) -> str:
    return "—" if value is None else f"{value:.2f}"


def _doubt(item: ItemStats) -> str:
    return _(_DOUBTS[item.doubtful]) if item.doubtful else ""


_COLUMNS: Final = (
    Column("question", N_("Question"), 300, text=_question, stretch=True, tip=_question),
    Column("area", N_("Topic"), 118, role="muted", text=lambda i: _(AREA_NAMES[i.question.area])),
    Column("kind", N_("Kind"), 128, role="muted", text=lambda i: _(QUESTION_KINDS[i.question.kind])),
    Column("n", N_("Answers"), 76, align="right", role="mono", text=lambda i: str(i.n)),
    Column("solved", N_("Solved"), 72, align="right", role="mono", text=lambda i: _share(i.solved)),
    Column("discrimination", N_("Discrimination"), 108, align="right", role="mono", text=lambda i: _number(i.discrimination)),
    Column("doubt", N_("Doubt"), 176, role="badge", text=_doubt, color=lambda _i: "warning"),
)  # fmt: skip


class ItemsTable(Card):
    """The hardest first."""

    counted = Signal(int)

    def __init__(self, jobs: Jobs) -> None:
        super().__init__(_("Question bank"))
        self.table = ListTable(_COLUMNS, jobs, _("Question bank"), lambda item: item.question.id)
        self.table.set_empty(
            "stats", _("No answers yet"), _("As soon as somebody hands in an exam.")
        )
        words = _(
            "Solved: mean part of the points, from {few} answers on. Discrimination: whether those "
            "who do better in the rest of the paper get it right more often (−1 to 1), from {many} on."
        )
        hint = words.format(few=LEAST_FOR_DIFFICULTY, many=LEAST_FOR_DISCRIMINATION)
        self.body.addWidget(role(QLabel(hint, wordWrap=True), "hint"))
        self.body.addWidget(self.table, 1)

    def show_items(self, items: list[ItemStats]) -> None:
        """Show the questions that were asked."""
        self.table.show_rows(items)
        self.remark.setText(_("{n} answers").format(n=sum(item.n for item in items)))
