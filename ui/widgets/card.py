"""A raised box with a heading."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from ui.theme import role
from ui.widgets.labels import ElidedLabel
from ui.widgets.layout import stack_horizontally, stack_vertically

_HEAD = 32
"""As high as a button, so that headings of cards side by side are level."""


class Card(QFrame):
    """A heading, a remark at the right, buttons; what it holds goes into `body`."""

    def __init__(self, title: str, *buttons: QWidget) -> None:
        super().__init__()
        role(self, "card")
        self.title = role(QLabel(title), "heading")
        self.title.setMinimumHeight(_HEAD)
        self.remark = role(ElidedLabel(), "muted")
        self.remark.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.head = stack_horizontally(None, self.title, self.remark, *buttons, spacing=8)
        self.head.setStretchFactor(self.remark, 1)
        self.body: QVBoxLayout = stack_vertically(self, spacing=8)
        self.body.setContentsMargins(16, 8, 12, 12)
        self.body.addLayout(self.head)
