"""How exams, results and wrong answers lie on the screen: a bar, the question, a foot, a side."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QFrame, QLayout, QWidget

from ui.widgets import stack_horizontally, stack_vertically

_SIDE: Final = 264
Part = QWidget | QLayout | None


def head_bar(*parts: Part) -> QFrame:
    """What stands above; the first part takes the room there is."""
    bar = _frame("examBar")
    row = stack_horizontally(bar, *parts, spacing=16)
    row.setStretch(0, 1)
    row.setContentsMargins(16, 8, 16, 8)
    return bar


def foot_bar(*parts: Part) -> QFrame:
    """The buttons below the question."""
    bar = _frame("examFoot")
    stack_horizontally(bar, *parts, spacing=8).setContentsMargins(16, 8, 16, 8)
    return bar


def side_bar(*parts: Part) -> QFrame:
    """What stands at the right."""
    bar = _frame("examSide")
    bar.setFixedWidth(_SIDE)
    stack_vertically(bar, *parts, spacing=10).setContentsMargins(14, 12, 14, 12)
    return bar


def lay_out(page: QWidget, head: QWidget, middle: QLayout, side: QWidget) -> None:
    """Put the parts of a page together."""
    body = stack_horizontally(None, middle, side)
    body.setStretch(0, 1)
    stack_vertically(page, head).addLayout(body, 1)


def _frame(name: str) -> QFrame:
    frame = QFrame()
    frame.setObjectName(name)
    return frame
