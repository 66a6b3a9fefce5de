"""All questions of a paper as small numbers: answered, flagged, and later right or wrong."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final, Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from app.core.i18n import N_, _
from ui.theme import set_state

Mark = Literal["open", "answered", "right", "half", "wrong", "none"]
_COLUMNS: Final = 6
_WORDS: Final[dict[Mark, str]] = {
    "open": N_("not answered"),
    "answered": N_("answered"),
    "right": N_("right"),
    "half": N_("partly right"),
    "wrong": N_("wrong"),
    "none": N_("not answered"),
}


class Overview(QWidget):
    """`chosen` carries the place (from 0) of the question wanted."""

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("overview")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(6)
        self._grid.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.buttons: list[QPushButton] = []

    def show_marks(self, marks: Sequence[Mark], flagged: Sequence[bool], current: int) -> None:
        """Show how each question stands, and which one is on the screen."""
        while len(self.buttons) < len(marks):
            self._add(len(self.buttons))
        for place, button in enumerate(self.buttons):
            button.setVisible(place < len(marks))
        for place, (mark, flag) in enumerate(zip(marks, flagged, strict=True)):
            self._show_one(self.buttons[place], place, mark, flag, place == current)

    def _show_one(
        self, button: QPushButton, place: int, mark: Mark, flag: bool, current: bool
    ) -> None:
        words = _("Question {n}, {state}").format(n=place + 1, state=_(_WORDS[mark]))
        if flag:
            words += ", " + _("marked")
        button.setAccessibleName(words)
        button.setToolTip(words)
        set_state(button, mark=mark, flag=flag, current=current)

    def _add(self, place: int) -> None:
        button = QPushButton(str(place + 1))
        button.setProperty("role", "question")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(partial(self.chosen.emit, place))
        self._grid.addWidget(button, place // _COLUMNS, place % _COLUMNS)
        self.buttons.append(button)
