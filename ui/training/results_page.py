"""The page of results: attempts, what each was worth and why, replay, comments, comparison."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.core.i18n import N_, _
from app.core.permissions import Permission
from app.training import Attempt, AttemptRow, Part
from ui.training.attempt_view import AttemptView
from ui.training.attempt_words import end_kind, end_words, points_words
from ui.training.compare_view import CompareView
from ui.widgets import Column, FilterChips, NoticeBar, stack_horizontally, stack_vertically
from ui.widgets.format import moment
from ui.widgets.list_table import ListTable

if TYPE_CHECKING:
    from db.changes import Changes
    from ui.shell.plugs import UiContext

_LIST: Final = 456
_MOST_LIST: Final = 640
_ALL_WIDTH: Final = 16_777_215
_TABLES: Final = ("training_attempts", "training_comments", "training_corrections")


def _title(row: AttemptRow) -> str:
    return row.title


def _when(row: AttemptRow) -> str:
    return moment(row.started_at)


def _person(row: AttemptRow) -> str:
    return row.staff


def _points(row: AttemptRow) -> str:
    return points_words(row.total)


def _said(row: AttemptRow) -> str:
    return str(row.comments) if row.comments else ""


def _tip(row: AttemptRow) -> str:
    return f"{row.title}\n{end_words(row)}"


_TITLE: Final = Column(
    "title", N_("Customer"), 150, role="strong", text=_title, tip=_tip, stretch=True
)
_PERSON: Final = Column("person", N_("Agent"), 54, text=_person)
_REST: Final = (
    Column("at", N_("When"), 88, role="muted", text=_when),
    Column("points", N_("Points"), 54, role="badge", text=_points, color=end_kind),
    Column("said", N_("Comments"), 76, "right", text=_said),
)
OWN: Final = (_TITLE, *_REST)
TEAM: Final = (_TITLE, _PERSON, *_REST)


class ResultsPage(QStackedWidget):
    """The list beside the attempt chosen; a comparison takes the place of both."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context, self._results = context, context.services.training.results
        self._stale = True
        self._first: Attempt | None = None
        self._wished: bytes | None = None
        team = context.services.staff.may(Permission.TRAIN)
        options = [(False, _("Own")), (True, _("Everybody"))]
        self.whose = FilterChips(options, team, _("Whose results"))
        self.whose.setVisible(team)
        columns = TEAM if team else OWN
        self.table = ListTable(columns, context.jobs, _("Results"), _key)
        self.table.set_empty(
            "stats",
            _("Nothing practised yet"),
            _("What you practise is kept here with its score, line by line."),
            _("Choose a practice customer"),
        ).action.connect(self._on_practise)
        self.hint = NoticeBar()
        self.view = AttemptView()
        self.view.hide()
        self.comparison = CompareView()
        self._arrange()
        self._connect()

    def open_item(self, item: object) -> None:
        """Show an attempt by its id."""
        if isinstance(item, bytes):
            self.setCurrentIndex(0)
            self._wished = item
            self._open(item)
            self.table.select_id(item)

    def focus_first(self) -> None:
        """Put the keyboard into the list."""
        if self.currentWidget() is self.comparison:
            self.comparison.back.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self.table.setFocus()

    def reload(self) -> None:
        """Read the list, and the attempt that shows, again."""
        self._stale = False
        work = partial(self._results.attempts, everybody=bool(self.whose.value()))
        self._context.jobs.run(self, work, self._show_rows, key="rows")

    # --- inside --------------------------------------------------------------------------------

    def _show_rows(self, rows: list[AttemptRow]) -> None:
        self.view.setVisible(bool(rows))
        self._side.setMaximumWidth(_MOST_LIST if rows else _ALL_WIDTH)
        self.table.show_rows(rows)
        shown = self.view.attempt
        wished = self._wished or (shown.row.id if shown else rows[0].id if rows else None)
        if wished is not None:
            self.table.select_id(wished)
            self._open(wished)
        else:
            self.view.show_nothing()

    def _open(self, attempt_id: bytes) -> None:
        self._context.jobs.run(
            self, partial(self._results.attempt, attempt_id), self._show, key="attempt"
        )

    def _show(self, attempt: Attempt) -> None:
        self._wished = None
        if self._first is not None and attempt.row.id != self._first.row.id:
            self.comparison.show_attempts(self._first, attempt)
            self._end_choosing()
            self.setCurrentWidget(self.comparison)
            self.focus_first()
            return
        self.view.show_attempt(attempt)

    def _on_selection(self, row: object) -> None:
        shown = self.view.attempt
        if isinstance(row, AttemptRow) and (shown is None or shown.row.id != row.id):
            self._open(row.id)

    def _on_activated(self, row: object) -> None:
        self._on_selection(row)
        self.view.focus_first()

    def _on_compare(self) -> None:
        """The next one chosen stands beside this one."""
        self._first = self.view.attempt
        self.hint.say(_("Choose the attempt to compare with. Esc leaves it."))
        self.table.setFocus()

    def _end_choosing(self) -> None:
        self._first = None
        self.hint.say("")

    def _leave(self) -> None:
        self.setCurrentIndex(0)
        if self.view.attempt is not None:
            self.table.select_id(self.view.attempt.row.id)
        self.focus_first()

    def _on_comment(self, text: str, line: int | None) -> None:
        if self.view.attempt is not None:
            work = partial(self._results.comment, self.view.attempt.row.id, text, line)
            self._context.jobs.run(self, work, self._after, lane="write")

    def _on_take_back(self, comment_id: bytes) -> None:
        work = partial(self._results.take_back, comment_id)
        self._context.jobs.run(self, work, self._after, lane="write")

    def _on_corrected(self, part: str, points: float, reason: str) -> None:
        if self.view.attempt is not None:
            correct = self._context.services.training.corrections.correct_part
            work = partial(correct, self.view.attempt.row.id, Part(part), points, reason)
            self._context.jobs.run(self, work, self._after_correction, lane="write")

    def _on_mark_taken_back(self, part: str) -> None:
        if self.view.attempt is not None:
            take_back = self._context.services.training.corrections.take_back
            work = partial(take_back, self.view.attempt.row.id, part)
            self._context.jobs.run(self, work, self._after_correction, lane="write")

    def _after_correction(self, _done: None) -> None:
        self.view.close_form()
        self.reload()

    def _after(self, _done: object) -> None:
        self.reload()

    def _on_practise(self) -> None:
        self._context.go("training", "practice")

    def _on_again(self) -> None:
        if (attempt := self.view.attempt) is not None:
            row = attempt.row
            self._context.go("training", ("practice", (row.scenario, row.seed, row.english)))

    def _on_desk(self) -> None:
        if (attempt := self.view.attempt) is not None and attempt.row.conversation_id:
            self._context.go("desk", attempt.row.conversation_id)

    def _on_whose(self, _value: object) -> None:
        self.reload()

    def _on_store(self, changes: Changes) -> None:
        if changes.touches(*_TABLES):
            self._stale = True
            if self.isVisible():
                self.reload()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.currentWidget() is self.comparison:
            self._leave()
        elif event.key() == Qt.Key.Key_Escape and self._first is not None:
            self._end_choosing()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.reload()

    def _connect(self) -> None:
        self.whose.changed.connect(self._on_whose)
        self.table.selection_changed.connect(self._on_selection)
        self.table.row_activated.connect(self._on_activated)
        self.view.comment_wanted.connect(self._on_comment)
        self.view.take_back_wanted.connect(self._on_take_back)
        self.view.corrected.connect(self._on_corrected)
        self.view.mark_taken_back.connect(self._on_mark_taken_back)
        self.view.again_wanted.connect(self._on_again)
        self.view.compare_wanted.connect(self._on_compare)
        self.view.desk_wanted.connect(self._on_desk)
        self.comparison.left.connect(self._leave)
        self._context.store.changed.connect(self._on_store)

    def _arrange(self) -> None:
        page = QWidget()
        page.setObjectName("trainingPage")
        page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        side = self._side = QWidget()
        side.setMinimumWidth(_LIST)
        side.setMaximumWidth(_MOST_LIST)
        chips = stack_horizontally(None, self.whose)
        chips.setContentsMargins(12, 8, 12, 8)
        stack_vertically(side, chips, self.hint, self.table).setStretch(2, 1)
        row = stack_horizontally(page, side, self.view)
        row.setStretch(0, 2)
        row.setStretch(1, 5)
        self.addWidget(page)
        self.addWidget(self.comparison)


def _key(row: AttemptRow) -> bytes:
    return row.id
