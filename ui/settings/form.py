"""Rows of a settings page: what it is at the left, the control at the right."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from ui.theme import role
from ui.widgets.layout import hline, stack_horizontally, stack_vertically

WIDTH = 680
_ABOVE_GROUP = 16


class SettingsPage(QScrollArea):
    """A page of titled groups, each a card of rows, at most `width_limit` wide."""

    width_limit = WIDTH

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(title)
        self._column = QVBoxLayout()
        self._column.setSpacing(8)
        inner = QWidget()
        inner.setMaximumWidth(self.width_limit)
        body = stack_vertically(None, role(QLabel(title), "title"), self._column, None, spacing=8)
        inner.setLayout(body)
        outer = QWidget()
        row = stack_horizontally(outer, inner, None)
        row.setContentsMargins(24, 16, 24, 24)
        row.setStretchFactor(inner, 1000)
        self.setWidget(outer)

    def add_widget(self, widget: QWidget) -> None:
        """A widget of its own between the groups."""
        self._column.addWidget(widget)

    def add_group(self, title: str, *rows: QWidget) -> None:
        """A heading and a card with one row per thing."""
        card = role(QFrame(), "card")
        layout = stack_vertically(card)
        for number, row in enumerate(rows):
            if number:
                layout.addWidget(hline())
            layout.addWidget(row)
        if title:
            heading = role(QLabel(title), "heading")
            heading.setContentsMargins(0, _ABOVE_GROUP, 0, 0)
            self._column.addWidget(heading)
        else:
            self._column.addSpacing(_ABOVE_GROUP // 2)
        self._column.addWidget(card)


def setting_row(title: str, hint: str, control: QWidget) -> QWidget:
    """One thing to set, with a sentence on what it does."""
    row = QWidget()
    words = stack_vertically(None, None, QLabel(title), spacing=2)
    if hint:
        words.addWidget(role(QLabel(hint, wordWrap=True), "hint"))
    words.addStretch(1)
    if isinstance(control, QCheckBox) and not control.text():
        # Room kept for a word would push the box off the edge the other controls share.
        control.setProperty("bare", True)
    if not control.accessibleName():
        control.setAccessibleName(title)
    layout = stack_horizontally(row, spacing=16)
    layout.setContentsMargins(16, 12, 16, 12)
    layout.addLayout(words, 1)
    layout.addWidget(control, 0, Qt.AlignmentFlag.AlignVCenter)
    return row
