"""Correcting a mark by hand: which one, how many points, and why; or taking that back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QFrame, QLabel, QLineEdit, QPushButton

from app.core.i18n import _
from app.training import MAX_WHY, ByHand
from ui.theme import role
from ui.widgets import stack_horizontally, stack_vertically
from ui.widgets.format import moment

_POINTS: Final = 88
_COARSE: Final = 20
"""From so many points on one step is 5."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark that may be corrected: what it is called, its points, the most there are."""

    item: str
    title: str
    points: float
    most: int
    hand: ByHand | None = None


def hand_note(hand: ByHand) -> QFrame:
    """What everybody sees of a correction: what was graded, why it was changed, by whom, when."""
    note = role(QFrame(), "note")
    head = _("Corrected by hand: {points} instead of {graded}").format(
        points=_plain(hand.points), graded=_plain(hand.graded)
    )
    why = QLabel(hand.reason, wordWrap=True)
    who = role(QLabel(f"{hand.staff} · {moment(hand.at)}", wordWrap=True), "muted")
    title = role(QLabel(head, wordWrap=True), "strong")
    stack_vertically(note, title, why, who, margin=12, spacing=4)
    return note


def _plain(points: float) -> str:
    return f"{points:.1f}".removesuffix(".0")


class CorrectForm(QFrame):
    """`kept` carries the mark's item, points and reason; `taken_back` the item."""

    kept = Signal(str, float, str)
    taken_back = Signal(str)
    left = Signal()

    def __init__(self, *, narrow: bool = False) -> None:
        super().__init__()
        if narrow:
            role(self, "card")
        else:
            self.setObjectName("examFoot")
        self._marks: list[Mark] = []
        self.what = QComboBox()
        self.what.setAccessibleName(_("Which mark"))
        self.points = QDoubleSpinBox(decimals=1)
        self.points.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.points.setAccessibleName(_("Points"))
        self.most = role(QLabel(), "muted")
        self.reason = QLineEdit(maxLength=MAX_WHY)
        self.reason.setAccessibleName(_("Why, as the trainee reads it"))
        self.reason.setPlaceholderText(_("Why, as the trainee reads it"))
        self.keep = role(QPushButton(_("Correct")), "primary")
        self.take_back = QPushButton(_("Take back"))
        self.take_back.setToolTip(_("Let the graded mark count again"))
        self.cancel = role(QPushButton(_("Cancel")), "ghost")
        self.points.setFixedWidth(_POINTS)
        self._arrange(narrow)
        self.what.currentIndexChanged.connect(self._on_what)
        self.reason.textChanged.connect(self._on_typed)
        self.reason.returnPressed.connect(self._on_keep)
        self.keep.clicked.connect(self._on_keep)
        self.take_back.clicked.connect(self._on_take_back)
        self.cancel.clicked.connect(self.left)
        self.hide()

    @property
    def mark(self) -> Mark | None:
        """The mark it is about."""
        place = self.what.currentIndex()
        return self._marks[place] if 0 <= place < len(self._marks) else None

    def open_for(self, marks: Sequence[Mark]) -> None:
        """Show the form for one of these marks, with the keyboard in it."""
        before = self.mark.item if self.mark else ""
        self._marks = list(marks)
        self.what.clear()
        self.what.addItems([mark.title for mark in marks])
        items = [mark.item for mark in marks]
        self.what.setCurrentIndex(items.index(before) if before in items else 0)
        self.what.setVisible(len(marks) > 1)
        self.setVisible(bool(marks))
        self._on_what()
        first = self.what if len(marks) > 1 else self.points
        first.setFocus(Qt.FocusReason.OtherFocusReason)
        self.points.selectAll()

    def _arrange(self, narrow: bool) -> None:
        first = (self.points, self.most)
        buttons = (self.keep, self.take_back, self.cancel)
        if narrow:
            above = stack_horizontally(None, *first, None, spacing=8)
            below = stack_horizontally(None, *buttons, None, spacing=8)
            stack_vertically(self, self.what, above, self.reason, below, margin=12, spacing=8)
        else:
            row = stack_horizontally(self, self.what, *first, self.reason, *buttons, spacing=8)
            row.setStretch(3, 1)
            row.setContentsMargins(16, 8, 16, 8)

    def _on_what(self, _place: int = 0) -> None:
        mark = self.mark
        if mark is None:
            return
        self.points.setMaximum(mark.most)
        self.points.setSingleStep(5 if mark.most >= _COARSE else 0.5)
        self.points.setValue(mark.points)
        self.most.setText(_("of {n}").format(n=mark.most))
        self.reason.setText(mark.hand.reason if mark.hand else "")
        self.take_back.setVisible(mark.hand is not None)
        self._on_typed()

    def _on_typed(self, _text: str = "") -> None:
        self.keep.setEnabled(bool(self.reason.text().strip()))

    def _on_keep(self) -> None:
        if self.mark is not None and self.keep.isEnabled():
            self.points.interpretText()
            self.kept.emit(self.mark.item, self.points.value(), self.reason.text().strip())

    def _on_take_back(self) -> None:
        if self.mark is not None:
            self.taken_back.emit(self.mark.item)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() not in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            # A line leaves Enter to whoever is around it, for whom it means the next question.
            super().keyPressEvent(event)
