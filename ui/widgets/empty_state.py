"""What an empty view says: why it is empty and what to do about it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from ui.theme import pixmap, role, theme_signals
from ui.widgets.layout import hide_unless, stack_horizontally, stack_vertically

_ICON = 40


class EmptyState(QWidget):
    """Icon, title, hint and one optional action, in the middle of the free space."""

    action = Signal()

    def __init__(
        self,
        icon: str,
        title: str,
        hint: str = "",
        action_text: str | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon = icon
        self._picture = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self._title = role(QLabel(title), "heading")
        self._hint = role(QLabel(hint, wordWrap=True), "muted")
        for label in (self._title, self._hint):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setMaximumWidth(420)
        self._button = role(QPushButton(action_text or ""), "primary")
        hide_unless(action_text is not None, self._button)
        self._button.clicked.connect(self.action)
        hint_row = stack_horizontally(None, None, self._hint, None)
        hint_row.setStretchFactor(self._hint, 1000)
        button_row = stack_horizontally(None, None, self._button, None)
        layout = stack_vertically(self, None, self._picture, self._title, margin=24, spacing=8)
        layout.addLayout(hint_row)
        layout.addSpacing(8)
        layout.addLayout(button_row)
        layout.addStretch(1)
        theme_signals().changed.connect(self._tint)
        self._tint()

    def say(self, title: str, hint: str = "") -> None:
        """Another reason, for a view that is empty now for a filter and now for good."""
        self._title.setText(title)
        self._hint.setText(hint)

    def _tint(self) -> None:
        ratio = self.devicePixelRatioF()
        self._picture.setPixmap(pixmap(self._icon, _ICON, "border_strong", ratio))
