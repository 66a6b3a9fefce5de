"""Exams: choose a paper, sit it, read the result, and practise what was wrong."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedWidget

from app.training import ExamResult, Sitting
from ui.training.book_view import BookView
from ui.training.exam_choice import ExamChoice, Standing
from ui.training.exam_result import ExamResultView
from ui.training.exam_sitting import ExamSitting

if TYPE_CHECKING:
    from app.services import Services
    from app.training import Blueprint
    from db.changes import Changes
    from ui.shell.plugs import UiContext

_TABLES: Final = frozenset({"training_exams", "training_answers", "training_corrections"})


def _read(services: Services, everybody: bool) -> Standing:
    exams = services.exams
    team = exams.history(everybody=True) if everybody else None
    return Standing(exams.running(), exams.history(), len(exams.book.questions()), team)


class ExamsPage(QStackedWidget):
    """The choice, and in its place the exam, its result, or the wrong answers."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context, self._exams = context, context.services.exams
        self._stale = True
        self.home = ExamChoice(context)
        self.sitting, self.result, self.book = (
            ExamSitting(context), ExamResultView(), BookView(context),
        )  # fmt: skip
        for view in (self.home, self.sitting, self.result, self.book):
            self.addWidget(view)
        self.home.begin_wanted.connect(self.begin)
        self.home.mix_wanted.connect(self.begin_mix)
        self.home.going_on.connect(self.go_on)
        self.home.result_wanted.connect(self.open_result)
        self.home.book_wanted.connect(self.open_book)
        self.home.whose_changed.connect(self.reload)
        self.sitting.ended.connect(self._show_result)
        self.result.left.connect(self.leave)
        self.result.book_wanted.connect(self.open_book)
        self.result.corrected.connect(self._on_corrected)
        self.result.taken_back.connect(self._on_taken_back)
        self.book.left.connect(self.leave)
        context.store.changed.connect(self._on_store)

    def begin(self, key: str) -> None:
        """Begin a paper by its name."""
        self._begin(partial(self._exams.start, key=key))

    def begin_mix(self, blueprint: Blueprint) -> None:
        """Begin one's own mix."""
        self._begin(partial(self._exams.start, blueprint))

    def open_result(self, exam_id: bytes) -> None:
        """Read an exam that is over."""
        work = partial(self._exams.result, exam_id)
        self._context.jobs.run(self, work, self._show_result, key="result")

    def open_book(self) -> None:
        """Practise wrong answers."""
        self.setCurrentWidget(self.book)
        self.book.reload()

    def open_item(self, item: object) -> None:
        """Show a paper by its name, "book", or an exam that is over by its id."""
        if isinstance(item, bytes):
            self.open_result(item)
        elif item == "book":
            self.open_book()
        elif isinstance(item, str):
            self.setCurrentWidget(self.home)
            self.home.choose(item)
            self.focus_first()

    def leave(self) -> None:
        """Back to the choice."""
        self.setCurrentWidget(self.home)
        self.reload()
        self.focus_first()

    def reload(self) -> None:
        """Read where one stands."""
        self._stale = False
        work = partial(_read, self._context.services, self.home.everybody)
        self._context.jobs.run(self, work, self.home.show_standing, key="standing")

    def flush(self) -> None:
        """Keep what was written but not kept yet."""
        self.sitting.flush()

    def focus_first(self) -> None:
        """Put the keyboard where the work is."""
        view = self.currentWidget()
        if view is self.home:
            self.home.papers.setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif view is self.sitting:
            self.sitting.card.focus_answer()
        elif view is self.book:
            self.book.focus_first()
        else:
            self.result.setFocus()

    def _begin(self, work: partial[Sitting]) -> None:
        self._context.jobs.run(self, work, self.go_on, lane="write", key="begin")

    def go_on(self, sitting: Sitting) -> None:
        """Sit an exam that was begun."""
        self.setCurrentWidget(self.sitting)
        self.sitting.show_sitting(sitting)

    def _show_result(self, result: ExamResult) -> None:
        me = self._context.services.staff.current
        self.setCurrentWidget(self.result)
        self.result.show_result(result, own=me is not None and me.id == result.row.staff_id)

    def _on_corrected(self, question: str, points: float, reason: str) -> None:
        if (result := self.result.result) is not None:
            corrections = self._context.services.training.corrections
            work = partial(corrections.correct_answer, result.row.id, question, points, reason)
            self._context.jobs.run(self, work, self._after_correction, lane="write")

    def _on_taken_back(self, question: str) -> None:
        if (result := self.result.result) is not None:
            take_back = self._context.services.training.corrections.take_back
            work = partial(take_back, result.row.id, question)
            self._context.jobs.run(self, work, self._after_correction, lane="write")

    def _after_correction(self, _done: None) -> None:
        if (result := self.result.result) is not None:
            self.open_result(result.row.id)

    def _on_store(self, changes: Changes) -> None:
        if not changes.touches(*_TABLES):
            return
        self._stale = True
        if self.isVisible() and self.currentWidget() is self.home:
            self.reload()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.reload()
