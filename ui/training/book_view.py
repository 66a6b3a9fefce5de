"""The wrong-answer book: asked one by one until each was right twice in a row."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QPushButton, QStackedWidget, QWidget

from app.core.i18n import _, ngettext
from app.training import RIGHTS, Marked, Wrong
from ui.theme import role
from ui.training.exam_frame import foot_bar, head_bar
from ui.training.question_card import QuestionCard
from ui.widgets import EmptyState, KeyHint, StateBadge, stack_horizontally, stack_vertically

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext


class BookView(QWidget):
    """Check, read why, next; `left` asks for the page one came from."""

    left = Signal()

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context, self._book = context, context.services.exams.book
        self._queue: list[Wrong] = []
        self._checked = False
        self.card = QuestionCard()
        self.count = role(QLabel(), "muted")
        self.progress = StateBadge()
        self.verdict = StateBadge()
        self.check = role(QPushButton(_("Check")), "primary")
        self.close_button = QPushButton(_("Back to the exams"))
        self.empty = EmptyState(
            "check-circle",
            _("Nothing wrong is left"),
            _("Questions you get wrong in an exam come here until they were right twice."),
        )
        self.stack = QStackedWidget()
        self._arrange()
        self.check.clicked.connect(self._on_check)
        self.close_button.clicked.connect(self.left)

    def reload(self) -> None:
        """Read the book again and begin with what is the longest ago."""
        self._context.jobs.run(self, self._book.questions, self._show_book, key="book")

    def focus_first(self) -> None:
        """Put the keyboard on the answer."""
        self.card.focus_answer()

    @property
    def current(self) -> Wrong | None:
        """The question on the screen."""
        return self._queue[0] if self._queue else None

    def _arrange(self) -> None:
        title = role(QLabel(_("Wrong answers")), "title")
        about = stack_horizontally(None, title, self.count, self.progress, None, spacing=12)
        head, foot = head_bar(about, self.close_button), self._foot()
        asking = QWidget()
        stack_vertically(asking, self.card, foot).setStretch(0, 1)
        self.stack.addWidget(asking)
        self.stack.addWidget(self.empty)
        stack_vertically(self, head, self.stack).setStretch(1, 1)

    def _foot(self) -> QWidget:
        self._keys = KeyHint("A–D")
        self._hints = (self._keys, role(QLabel(_("choose")), "hint"))
        check = (KeyHint("Enter"), role(QLabel(_("check, then next")), "hint"))
        return foot_bar(self.check, self.verdict, None, *self._hints, *check)

    def _show_keys(self) -> None:
        keys = self.card.keys()
        self._keys.setText(keys)
        for hint in self._hints:
            hint.setVisible(bool(keys) and not self._checked)

    def _show_book(self, found: list[Wrong]) -> None:
        # What was asked last comes last, so that the other questions lie between.
        last = self.current.item.question.id if self.current and self._checked else ""
        self._queue = sorted(found, key=lambda one: one.item.question.id == last)
        self._checked = False
        many = ngettext("{n} question in the book", "{n} questions in the book", len(found))
        self.count.setText(many.format(n=len(found)))
        self.stack.setCurrentIndex(0 if found else 1)
        self.verdict.show_state("", "neutral")
        self.check.setText(_("Check"))
        wrong = self.current
        self.progress.setVisible(wrong is not None)
        if wrong is not None:
            self.progress.show_state(
                _("right {n} of {most} times").format(n=wrong.rights, most=RIGHTS), "neutral"
            )
            self.card.show_question(wrong.item)
            self._show_keys()
            if self.isVisible():
                self.card.focus_answer()

    def _on_check(self) -> None:
        wrong = self.current
        if wrong is None:
            return
        if self._checked:
            self.reload()
            return
        work = partial(self._book.answer, wrong.item, self.card.answer())
        self._context.jobs.run(self, work, self._show_marked, lane="write", key="check")

    def _show_marked(self, marked: Marked) -> None:
        self._checked = True
        self.card.show_marked(marked)
        self._show_keys()
        self.verdict.show_state(
            _("Right") if marked.right else _("Wrong"), "success" if marked.right else "danger"
        )
        self.check.setText(_("Next question"))
        self.check.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        ctrl = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if not self._checked and self.card.choose_by_key(event):
            return
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and (
            ctrl or not self.card.case.hasFocus()
        ):
            self._on_check()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
