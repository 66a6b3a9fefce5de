"""A question on the screen: to be answered by keys, and later with what was right and why."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QPlainTextEdit, QScrollArea, QWidget

from app.core.i18n import N_, _, current_language
from app.training import QUESTION_KINDS, ByHand, Kind, Marked, PaperItem
from ui.theme import role
from ui.training.correct_form import hand_note
from ui.training.option_row import OptionRow, Verdict
from ui.widgets import StateBadge, clear_layout, stack_horizontally, stack_vertically

AREA_NAMES: Final = {
    "reception": N_("Welcoming"),
    "customers": N_("Customers"),
    "products": N_("Goods"),
    "orders": N_("Orders"),
    "logistics": N_("Logistics"),
    "after_sales": N_("After-sales"),
    "complaints": N_("Handling complaints"),
    "language": N_("Wording"),
    "numbers": N_("Numbers"),
}
_WIDTH: Final = 760
_CASE_HEIGHT: Final = 180
_LETTERS: Final = "ABCD"
_TRUE_FALSE: Final = (("T", N_("True")), ("F", N_("False")))


class QuestionCard(QScrollArea):
    """`answered` carries the answer as it stands: letters, or the text of a case."""

    answered = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("questionCard")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.item: PaperItem | None = None
        self.rows: list[OptionRow] = []
        self.kind, self.area = StateBadge(), role(QLabel(), "muted")
        self.points = role(QLabel(), "muted")
        self.unanswered = StateBadge(_("Not answered"), "warning")
        self.text = QLabel(wordWrap=True)
        self.text.setObjectName("questionText")
        self.case = QPlainTextEdit()
        self.case.setAccessibleName(_("Your answer"))
        self.case.setMinimumHeight(_CASE_HEIGHT)
        self.case.setTabChangesFocus(True)
        self._options = QWidget()
        self._option_lines = stack_vertically(self._options, spacing=8)
        self.after = QWidget()
        self._after_lines = stack_vertically(self.after, spacing=8)
        self._arrange()
        self.case.textChanged.connect(self._on_case)

    def show_question(self, item: PaperItem, answer: str = "", place: str = "") -> None:
        """Show a question to be answered, with the answer so far; `place` such as “3 / 40”."""
        self._lay_out(item, place)
        self._set_answer(answer)
        self.case.setReadOnly(False)
        self.unanswered.hide()
        self.after.hide()
        self.verticalScrollBar().setValue(0)

    def show_marked(self, mark: Marked, place: str = "", hand: ByHand | None = None) -> None:
        """Show a question that was judged: what was given, what is right, and why."""
        self._lay_out(mark.item, place)
        self._set_answer(mark.answer)
        self.case.setReadOnly(True)
        self.unanswered.setVisible(not mark.answer.strip())
        wanted = self._right_letters()
        for row in self.rows:
            row.show_verdict(_verdict(row.isChecked(), row.letter in wanted))
        self._explain(mark, hand)
        self.after.show()
        self.verticalScrollBar().setValue(0)

    def answer(self) -> str:
        """The answer as it stands."""
        if self.item is None:
            return ""
        if self.item.question.kind is Kind.CASE:
            return self.case.toPlainText()
        return "".join(row.letter for row in self.rows if row.isChecked())

    def keys(self) -> str:
        """The letters that choose, such as “A–D”; nothing where one writes."""
        return f"{self.rows[0].key}–{self.rows[-1].key}" if self.rows else ""

    def focus_answer(self) -> None:
        """Put the keyboard where it answers."""
        case = self.item is not None and self.item.question.kind is Kind.CASE
        (self.case if case else self).setFocus(Qt.FocusReason.OtherFocusReason)

    def choose_by_key(self, event: QKeyEvent) -> bool:
        """Choose an option by its number or letter; whether the key meant one."""
        if (
            event.modifiers()
            & ~Qt.KeyboardModifier.KeypadModifier
            & ~(Qt.KeyboardModifier.ShiftModifier)
        ):
            return False
        pressed = event.text().upper()
        for number, row in enumerate(self.rows, 1):
            if row.isEnabled() and pressed in {str(number), row.letter, row.key}:
                row.click()
                return True
        return False

    # --- parts -----------------------------------------------------------------------------

    def _arrange(self) -> None:
        head = stack_horizontally(
            None, self.kind, self.area, None, self.unanswered, self.points, spacing=8
        )
        column = QWidget(maximumWidth=_WIDTH)
        lines = stack_vertically(column, head, self.text, spacing=14)
        for widget in (self._options, self.case, self.after):
            lines.addWidget(widget)
        lines.addStretch(1)
        inside = QWidget()
        inside.setObjectName("questionGround")
        row = stack_horizontally(inside, None, column, None, margin=16)
        row.setStretch(1, 1000)
        self.setWidget(inside)

    def _lay_out(self, item: PaperItem, place: str) -> None:
        self.item = item
        question = item.question
        english = current_language() == "en"
        self.kind.show_state(_(QUESTION_KINDS[question.kind]), "info")
        self.area.setText(_(AREA_NAMES[question.area]))
        worth = _("{n} points").format(n=question.possible)
        self.points.setText(f"{place} · {worth}" if place else worth)
        self.text.setText(question.wording(english=english).question)
        clear_layout(self._option_lines)
        choices = zip(_LETTERS, _choices(item, english), strict=False)
        self.rows = [OptionRow(letter, text, key) for key, (letter, text) in choices]
        for row in self.rows:
            self._option_lines.addWidget(row)
            row.clicked.connect(self._on_clicked)
        case = question.kind is Kind.CASE
        self.case.setVisible(case)
        self._options.setVisible(not case)

    def _set_answer(self, answer: str) -> None:
        self.case.blockSignals(True)
        self.case.setPlainText(answer if self.case.isVisibleTo(self) else "")
        self.case.blockSignals(False)
        for row in self.rows:
            row.setChecked(row.letter in answer.upper())

    def _right_letters(self) -> str:
        return self.item.answer if self.item is not None else ""

    def _on_clicked(self) -> None:
        chosen = self.sender()
        if self.item is not None and self.item.question.kind is not Kind.MULTIPLE:
            for row in self.rows:
                row.setChecked(row is chosen)
        self.answered.emit(self.answer())

    def _on_case(self) -> None:
        self.answered.emit(self.case.toPlainText())

    def _explain(self, mark: Marked, hand: ByHand | None) -> None:
        clear_layout(self._after_lines)
        if hand is not None:
            self._after_lines.addWidget(hand_note(hand))
        question = mark.item.question
        english = current_language() == "en"
        for point in question.rubric:
            found = point in mark.met
            text = f"{point.en if english else point.zh} · " + (
                _("{n} of {most}").format(n=point.points if found else 0, most=point.points)
            )
            line = role(QLabel(("✓ " if found else "✗ ") + text, wordWrap=True), "strong")
            self._after_lines.addWidget(role(line, "success" if found else "danger"))
        if question.kind is Kind.CASE:
            told = _("Found by words of the rubric in your text; a person may see it otherwise.")
            self._after_lines.addWidget(role(QLabel(told, wordWrap=True), "hint"))
        note = role(QFrame(), "note")
        why = QLabel(question.wording(english=english).why, wordWrap=True)
        stack_vertically(note, role(QLabel(_("Explanation")), "heading"), why, margin=12, spacing=4)
        self._after_lines.addWidget(note)


def _choices(item: PaperItem, english: bool) -> list[tuple[str, str]]:
    if item.question.kind is Kind.TRUE_FALSE:
        return [(letter, _(text)) for letter, text in _TRUE_FALSE]
    return list(zip(_LETTERS, item.shown(english=english), strict=False))


def _verdict(chosen: bool, wanted: bool) -> Verdict:
    if chosen:
        return "right" if wanted else "wrong"
    return "missed" if wanted else ""
