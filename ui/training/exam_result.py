"""An exam that is over: what it was worth, each question with what is right and why."""

from __future__ import annotations

from math import floor

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from app.core.i18n import _
from app.training import ExamResult, Kind, Marked
from ui.theme import role
from ui.training.correct_form import CorrectForm
from ui.training.correct_form import Mark as CorrectMark
from ui.training.exam_frame import foot_bar, head_bar, lay_out, side_bar
from ui.training.overview import Mark, Overview
from ui.training.question_card import QuestionCard
from ui.widgets import ElidedLabel, StateBadge, stack_horizontally, stack_vertically
from ui.widgets.format import duration, full_moment


def mark_of(marked: Marked) -> Mark:
    """How a question went in one word."""
    if marked.right:
        return "right"
    if not marked.answer.strip():
        return "none"
    return "half" if marked.points else "wrong"


class ExamResultView(QWidget):
    """`left` asks for the page one came from, `book_wanted` for the wrong answers.

    `corrected` carries a question, its points and why; `taken_back` a question.
    """

    left = Signal()
    book_wanted = Signal()
    corrected = Signal(str, float, str)
    taken_back = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.result: ExamResult | None = None
        self.place = 0
        self.card, self.overview = QuestionCard(), Overview()
        self.title, self.when = role(ElidedLabel(), "title"), role(QLabel(), "muted")
        self.score, self.badge = QLabel(), StateBadge()
        self.score.setObjectName("bigScore")
        self.words = role(QLabel(wordWrap=True), "muted")
        self.close_button = QPushButton(_("Back to the exams"))
        self.back, self.forward = (
            QPushButton(_("Previous question")),
            QPushButton(_("Next question")),
        )
        self.next_wrong = role(QPushButton(_("Next mistake")), "primary")
        self.book = QPushButton(_("Practise wrong answers"))
        self.correct, self.form = QPushButton(_("Correct the mark…")), CorrectForm()
        self._arrange()
        self.correct.clicked.connect(self._on_correct)
        self.form.kept.connect(self.corrected)
        self.form.taken_back.connect(self.taken_back)
        self.form.left.connect(self._leave_form)
        self.overview.chosen.connect(self.show_place)
        self.close_button.clicked.connect(self.left)
        self.book.clicked.connect(self.book_wanted)
        self.back.clicked.connect(self._on_back)
        self.forward.clicked.connect(self._on_forward)
        self.next_wrong.clicked.connect(self._on_next_wrong)

    def show_result(self, result: ExamResult, *, own: bool = True) -> None:
        """Show an exam at its first mistake; the same once more, where one was."""
        same = self.result is not None and self.result.row.id == result.row.id
        self.result = result
        row, graded = result.row, result.graded
        self.title.setText(row.title if own else f"{row.staff} · {row.title}")
        took = (row.ended_at or row.started_at) - row.started_at
        self.when.setText(f"{full_moment(row.started_at)} · {duration(took / 1000)}")
        self.score.setText(f"{floor(row.percent or 0)}%")
        passed = bool(row.passed)
        self.badge.show_state(
            _("Passed") if passed else _("Not passed"), "success" if passed else "danger"
        )
        self.words.setText(
            _("{points} of {most} points; passed from {share}%").format(
                points=f"{graded.points:g}",
                most=graded.paper.possible,
                share=f"{row.pass_percent:g}",
            )
            + _cases(result)
        )
        wrong = [n for n, mark in enumerate(graded.marks) if not mark.right]
        self.book.setVisible(own and bool(wrong))
        self.next_wrong.setVisible(bool(wrong))
        self.show_place(self.place if same else wrong[0] if wrong else 0)

    def show_place(self, place: int) -> None:
        """Bring a question to the screen."""
        marks = self.result.graded.marks if self.result else ()
        if not 0 <= place < len(marks):
            return
        self.place = place
        mark = marks[place]
        by_hand = self.result.by_hand if self.result else {}
        hand = by_hand.get(mark.item.question.id)
        self.card.show_marked(mark, f"{place + 1} / {len(marks)}", hand)
        case = mark.item.question.kind is Kind.CASE
        self.correct.setVisible(case and self.result is not None and self.result.may_correct)
        self.form.hide()
        self.overview.show_marks([mark_of(one) for one in marks], [False] * len(marks), place)
        self.back.setEnabled(place > 0)
        self.forward.setEnabled(place + 1 < len(marks))
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- parts -----------------------------------------------------------------------------

    def _arrange(self) -> None:
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        score = stack_horizontally(None, self.score, self.badge, None, spacing=10)
        side = side_bar(score, self.words, self.overview, None, self.book)
        middle = stack_vertically(
            None,
            self.card,
            self.form,
            foot_bar(self.back, self.forward, self.next_wrong, None, self.correct),
        )
        middle.setStretch(0, 1)
        lay_out(self, head_bar(self.title, self.when, self.close_button), middle, side)

    def _on_correct(self) -> None:
        if self.result is not None and self.correct.isVisibleTo(self):
            mark = self.result.graded.marks[self.place]
            asked = mark.item.question
            hand = self.result.by_hand.get(asked.id)
            self.form.open_for([CorrectMark(asked.id, "", mark.points, asked.possible, hand)])

    def _leave_form(self) -> None:
        self.form.hide()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_back(self) -> None:
        self.show_place(self.place - 1)

    def _on_forward(self) -> None:
        self.show_place(self.place + 1)

    def _on_next_wrong(self) -> None:
        marks = self.result.graded.marks if self.result else ()
        places = [n for n, mark in enumerate(marks) if not mark.right]
        if places:
            self.show_place(next((n for n in places if n > self.place), places[0]))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Left:
            self._on_back()
        elif key == Qt.Key.Key_Right:
            self._on_forward()
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._on_next_wrong()
        elif key == Qt.Key.Key_C and not event.modifiers():
            self._on_correct()
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


def _cases(result: ExamResult) -> str:
    cases = any(mark.item.question.kind is Kind.CASE for mark in result.graded.marks)
    words = "\n" + _("Case answers are graded by the rubric's words.") if cases else ""
    if result.by_hand:
        words += "\n" + _("Marks corrected by hand: {n}").format(n=len(result.by_hand))
    return words
