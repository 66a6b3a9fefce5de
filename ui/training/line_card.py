"""The line one is at: all there is to say about it, and what a good agent writes there."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from app.core.i18n import _
from app.training import Line
from ui.theme import Role, role
from ui.training.attempt_words import Mark
from ui.training.scroll import Scroll
from ui.widgets import clear_layout, hline, stack_vertically
from ui.widgets.format import duration

_ROLES: Final[dict[str, Role]] = {"success": "success", "warning": "warning", "danger": "danger"}


class LineCard(QWidget):
    """Follows the conversation; speaks in full where the line of marks has a word."""

    def __init__(self) -> None:
        super().__init__()
        self.title = role(QLabel(), "strong")
        self._marks = QWidget()
        self._lines = stack_vertically(self._marks, spacing=4)
        self.better = QLabel(wordWrap=True)
        self.better.setTextFormat(Qt.TextFormat.PlainText)
        self.better.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        inside = QWidget()
        model = role(QLabel(_("What a good agent writes here")), "strong")
        lines = stack_vertically(inside, self.title, self._marks, model, self.better, spacing=6)
        lines.addStretch(1)
        lines.setContentsMargins(16, 10, 16, 10)
        stack_vertically(self, hline(), Scroll(inside, canvas=True)).setStretch(1, 1)

    def show_line(self, place: int, line: Line, marks: list[Mark], better: str) -> None:
        """Show another line; `place` counts from 0."""
        who = _("Agent") if line.agent else _("Customer")
        at = duration(round(line.at))
        self.title.setText(_("Line {n}: {who}, {at}").format(n=place + 1, who=who, at=at))
        clear_layout(self._lines)
        for mark in marks:
            label = QLabel(mark.full, wordWrap=True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            self._lines.addWidget(role(label, _ROLES.get(mark.token, "muted")))
        self._marks.setVisible(bool(marks))
        self.better.setText(better or _("Nothing was left to say here."))
