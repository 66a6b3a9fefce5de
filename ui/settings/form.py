"""Rows of a settings page: what it is at the left, the control at the right."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

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

    def add_group(self, title: str, *rows: QWidget) -> QWidget:
        """A heading and a card with one row per thing; returned so that it can be hidden."""
        group = QWidget()
        column = stack_vertically(group, spacing=8)
        column.setContentsMargins(0, 0 if title else _ABOVE_GROUP // 2, 0, 0)
        if title:
            heading = role(QLabel(title), "heading")
            heading.setContentsMargins(0, _ABOVE_GROUP, 0, 0)
            column.addWidget(heading)
        card = role(QFrame(), "card")
        layout = stack_vertically(card)
        for number, row in enumerate(rows):
            if number:
                layout.addWidget(hline())
            layout.addWidget(row)
        column.addWidget(card)
        self._column.addWidget(group)
        return group


@contextmanager
def keyboard_kept(page: QWidget) -> Iterator[None]:
    """While rows are built anew: what had the focus has it again, with what was being typed."""
    old: QWidget | None = page.window().focusWidget()
    if old is None or not page.isAncestorOf(old):
        yield
        return
    name, before = old.accessibleName(), set(page.findChildren(QWidget))
    typed = old.text() if isinstance(old, QLineEdit) and old.isModified() else None
    if isinstance(old, QLineEdit):
        old.setModified(False)  # Losing the focus must not pass for having finished.
    yield
    for new in page.findChildren(QWidget):
        if new not in before and new.accessibleName() == name:
            new.setFocus(Qt.FocusReason.OtherFocusReason)
            if typed is not None and isinstance(new, QLineEdit):
                new.setText(typed)
                new.setModified(True)
            return


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
