"""Two attempts side by side: part by part, and the conversations beside each other."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QWidget

from app.core.i18n import N_, _
from app.training import PART_NAMES, Attempt, Part
from ui.theme import role
from ui.training.attempt_words import end_words, figures_words, points_words
from ui.training.transcript import Transcript
from ui.widgets import clear_layout, stack_horizontally, stack_vertically
from ui.widgets.format import moment

_PARTS: Final = tuple(Part)
_NAMES: Final = (N_("Attempt 1"), N_("Attempt 2"))
_WIDE: Final = 72


class CompareView(QWidget):
    """`left` asks to go back to the list."""

    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("trainingPage")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.back = QPushButton(_("Back"))
        self.back.clicked.connect(self.left)
        head = QFrame()
        head.setObjectName("examBar")
        title = role(QLabel(_("Two attempts side by side")), "heading")
        row = stack_horizontally(head, self.back, title, None, spacing=12)
        row.setContentsMargins(16, 8, 16, 8)
        self.titles = (QLabel(wordWrap=True), QLabel(wordWrap=True))
        self.talks = (Transcript(_("First conversation")), Transcript(_("Second conversation")))
        self._grid = QGridLayout()
        self._grid.setContentsMargins(16, 8, 16, 8)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(4)
        columns = [
            stack_vertically(None, role(title_, "muted"), talk, spacing=6)
            for title_, talk in zip(self.titles, self.talks, strict=True)
        ]
        talks = stack_horizontally(None, *columns, spacing=16)
        talks.setContentsMargins(16, 0, 16, 12)
        stack_vertically(self, head, self._grid, talks).setStretch(2, 1)

    def show_attempts(self, first: Attempt, second: Attempt) -> None:
        """Show two attempts; what is better is marked."""
        both = zip(_NAMES, (first, second), self.titles, self.talks, strict=True)
        for name, attempt, title, talk in both:
            row = attempt.row
            words = (
                _("{name}: {text}").format(name=_(name), text=row.title),
                row.staff,
                moment(row.started_at),
                end_words(row),
            )
            title.setText(" · ".join(words) + "\n" + figures_words(attempt))
            talk.show_attempt(attempt)
        clear_layout(self._grid)
        self._add_names()
        self._add_row(1, _("Points"), first.row.total, second.row.total)
        place = 2
        for part in _PARTS:
            points = _points(first, part), _points(second, part)
            if points != (None, None):
                self._add_row(place, _(PART_NAMES[part]), *points)
                place += 1
        self._grid.setColumnStretch(4, 1)

    def _add_names(self) -> None:
        """The heads of the columns."""
        for column, name in enumerate((*_NAMES, N_("Change")), 1):
            label = role(QLabel(_(name)), "hint")
            label.setAlignment(Qt.AlignmentFlag.AlignRight)
            label.setMinimumWidth(_WIDE)
            self._grid.addWidget(label, 0, column)

    def _add_row(self, place: int, name: str, one: float | None, other: float | None) -> None:
        better = None if one is None or other is None or one == other else one > other
        self._grid.addWidget(QLabel(name), place, 0)
        for column, points, is_better in ((1, one, better is True), (2, other, better is False)):
            label = QLabel(points_words(points))
            label.setAlignment(Qt.AlignmentFlag.AlignRight)
            role(label, "success" if is_better else "")
            self._grid.addWidget(label, place, column)
        if one is not None and other is not None and round(other - one):
            change = role(QLabel(f"{other - one:+.0f}".replace("-", "−")), "muted")
            change.setAlignment(Qt.AlignmentFlag.AlignRight)
            self._grid.addWidget(change, place, 3)


def _points(attempt: Attempt, part: Part) -> float | None:
    return next((one.points for one in attempt.parts if one.part is part), None)
