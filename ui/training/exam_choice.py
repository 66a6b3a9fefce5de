"""The choice of an exam: the papers, one's own mix, and what one sat so far."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QWidget

from app.core.i18n import N_, _, current_language
from app.core.permissions import Permission
from app.training import ExamForm, ExamRow, Sitting, exam_forms
from db.clock import now_ms
from ui.theme import role
from ui.training.own_mix import OwnMix
from ui.widgets import Column, FilterChips, NoticeBar, stack_horizontally, stack_vertically
from ui.widgets.card import Card
from ui.widgets.format import duration, full_moment, moment
from ui.widgets.list_table import ListTable

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A paper with what one reached in it so far."""

    id: str
    form: ExamForm
    best: ExamRow | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What the page shows of a person."""

    running: Sitting | None
    history: list[ExamRow]
    wrong: int
    team: list[ExamRow] | None = None
    """Everybody's, for who asked for them."""


def _title(row: PaperRow) -> str:
    return row.form.title[current_language() == "en"]


def _about(row: PaperRow) -> str:
    return row.form.about[current_language() == "en"]


def _best(row: PaperRow) -> str:
    if row.best is None or row.best.percent is None:
        return ""
    return percent(row.best)


def percent(row: ExamRow) -> str:
    """What an exam was worth."""
    # Rounded down: 79.6 must not read as the 80 that passes.
    return "—" if row.percent is None else f"{floor(row.percent)}%"


def outcome(row: ExamRow) -> str:
    """How an exam ended, in a word."""
    if row.passed is None:
        return _("running")
    return _("Passed") if row.passed else _("Not passed")


def outcome_kind(row: ExamRow) -> str:
    """The badge's colour."""
    return "info" if row.passed is None else "success" if row.passed else "danger"


_PAPERS: Final = (
    Column("title", N_("Exam"), 184, role="strong", text=_title),
    Column("about", N_("What it asks"), 220, role="muted", text=_about, stretch=True, tip=_about),
    Column("questions", N_("Questions"), 76, align="right", role="mono", text=lambda r: str(r.form.questions)),
    Column("minutes", N_("Minutes"), 70, align="right", role="mono", text=lambda r: str(r.form.minutes)),
    Column("best", N_("My best"), 84, role="badge", text=_best,
           color=lambda r: "success" if r.best and r.best.passed else "warning"),
)  # fmt: skip
HISTORY: Final = (
    Column("at", N_("When"), 88, role="muted", text=lambda r: moment(r.started_at), tip=lambda r: full_moment(r.started_at)),
    Column("title", N_("Exam"), 120, role="strong", text=lambda r: r.title, stretch=True),
    Column("percent", N_("Result"), 68, align="right", role="mono", text=percent),
    Column("passed", N_("Outcome"), 96, role="badge", text=outcome, color=outcome_kind),
)  # fmt: skip
TEAM: Final = (
    HISTORY[0],
    Column("staff", N_("Agent"), 68, text=lambda r: r.staff),
    *HISTORY[1:],
)


class ExamChoice(QWidget):
    """The papers, one's own mix, and what one sat so far."""

    begin_wanted = Signal(str)
    mix_wanted = Signal(object)
    going_on = Signal(object)
    result_wanted = Signal(bytes)
    whose_changed = Signal()
    book_wanted = Signal()

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self.setObjectName("trainingPage")
        self._running: Sitting | None = None
        self._wished = ""
        self.notice = NoticeBar()
        self.papers = ListTable(_PAPERS, context.jobs, _("Exams"), lambda row: row.id)
        supervisor = context.services.staff.may(Permission.TRAIN)
        columns = TEAM if supervisor else HISTORY
        self.history = ListTable(columns, context.jobs, _("Exams sat"), lambda row: row.id)
        options = [(False, _("Own")), (True, _("Everybody"))]
        self.whose = FilterChips(options, supervisor, _("Whose exams"))
        self.whose.setVisible(supervisor)
        self.whose.keep_on_one_line()
        self.history.set_empty(
            "history", _("No exam yet"), _("What you sit is listed here, with every answer.")
        )
        self.begin_button = role(QPushButton(_("Begin")), "primary")
        self.book = QPushButton()
        self.mix = OwnMix()
        self._arrange()
        self.begin_button.clicked.connect(self._on_begin)
        self.papers.row_activated.connect(self._on_begin)
        self.history.row_activated.connect(self._on_history)
        self.book.clicked.connect(self.book_wanted)
        self.notice.action.connect(self._on_go_on)
        self.mix.begin_wanted.connect(self.mix_wanted)
        self.whose.changed.connect(self._on_whose)
        self.show_standing(Standing(None, [], 0))

    @property
    def everybody(self) -> bool:
        """Whether everybody's exams are listed."""
        return bool(self.whose.value())

    def choose(self, key: str) -> None:
        """Put the cursor on a paper, also on those that are still to come."""
        self._wished = key
        self.papers.select_id(key)

    def show_standing(self, standing: Standing) -> None:
        """Show the papers with what was reached, and the exams so far."""
        best: dict[str, ExamRow] = {}
        for row in standing.history:
            known = best.get(row.key)
            if row.percent is not None and (known is None or row.percent > (known.percent or 0)):
                best[row.key] = row
        rows = [PaperRow(key, form, best.get(key)) for key, form in exam_forms().items()]
        self.papers.show_rows(rows)
        self.papers.select_id(self._wished or rows[0].id)
        self.history.show_rows(standing.history if standing.team is None else standing.team)
        self.book.setText(_("Wrong answers: {n}").format(n=standing.wrong))
        self.book.setEnabled(standing.wrong > 0)
        self._running = standing.running
        self._tell_running(standing.running)

    def _tell_running(self, running: Sitting | None) -> None:
        for button in (self.begin_button, self.mix.begin):
            button.setEnabled(running is None)
        if running is None:
            self.notice.say("")
            return
        text = _("“{title}” is still running: {time} left, {n} of {most} answered.").format(
            title=running.title,
            time=duration(running.left_s(now_ms())),
            n=running.answered,
            most=len(running.items),
        )
        self.notice.say(text, "warning", _("Go on"))

    def _arrange(self) -> None:
        papers = Card(_("Papers"), self.begin_button)
        papers.remark.setText(_("Enter begins; the time runs from then on"))
        papers.body.addWidget(self.papers, 1)
        history = Card(_("Exams sat"), self.whose, self.book)
        history.head.setAlignment(self.whose, Qt.AlignmentFlag.AlignVCenter)
        history.body.addWidget(self.history, 1)
        left = stack_vertically(None, papers, self.mix, spacing=12)
        left.setStretch(0, 1)
        body = stack_horizontally(None, spacing=12)
        body.addLayout(left, 9)
        body.addWidget(history, 5)
        lines = stack_vertically(self, self.notice, spacing=12)
        lines.addLayout(body, 1)
        lines.setContentsMargins(16, 12, 16, 16)

    def _on_begin(self, _row: object = None) -> None:
        row = self.papers.current_row()
        if row is not None and self.begin_button.isEnabled():
            self.begin_wanted.emit(row.id)

    def _on_history(self, row: ExamRow) -> None:
        if row.ended_at is None:
            self._on_go_on()
        else:
            self.result_wanted.emit(row.id)

    def _on_whose(self, _value: object) -> None:
        self.whose_changed.emit()

    def _on_go_on(self) -> None:
        if self._running is not None:
            self.going_on.emit(self._running)
