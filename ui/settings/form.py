"""Rows of a settings page: what it is at the left, the control at the right."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from ui.theme import role
from ui.widgets.layout import hline, stack_horizontally, stack_vertically

WIDTH = 640


class SettingsPage(QScrollArea):
    """A page of titled groups, each a card of rows."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(title)
        self._column = QVBoxLayout()
        self._column.setSpacing(12)
        inner = QWidget()
        inner.setMaximumWidth(WIDTH)
        body = stack_vertically(None, role(QLabel(title), "title"), self._column, None, spacing=16)
        inner.setLayout(body)
        outer = QWidget()
        row = stack_horizontally(outer, inner, None, margin=24)
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
            self._column.addWidget(role(QLabel(title), "heading"))
        self._column.addWidget(card)


def setting_row(title: str, hint: str, control: QWidget) -> QWidget:
    """One thing to set, with a sentence on what it does."""
    row = QWidget()
    words = stack_vertically(None, QLabel(title), spacing=2)
    if hint:
        words.addWidget(role(QLabel(hint, wordWrap=True), "hint"))
    if not control.accessibleName():
        control.setAccessibleName(title)
    layout = stack_horizontally(row, spacing=16)
    layout.setContentsMargins(16, 12, 16, 12)
    layout.addLayout(words, 1)
    layout.addWidget(control, 0, Qt.AlignmentFlag.AlignVCenter)
    return row
