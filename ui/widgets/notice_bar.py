"""A message inside a view, in the place it speaks of; never modal."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QSizePolicy, QWidget

from app.core.i18n import _
from ui.theme import icon, pixmap, role, set_state, theme_signals
from ui.widgets.badges import Kind
from ui.widgets.layout import hide_unless, stack_horizontally

_ICONS: dict[Kind, str] = {
    "neutral": "info",
    "info": "info",
    "success": "check-circle",
    "warning": "warning",
    "danger": "warning",
}
_TINTS: dict[Kind, str] = {"neutral": "text_muted"}


class NoticeBar(QFrame):
    """Icon, sentence, optional action and optional cross; hidden until it has a text."""

    action = Signal()
    closed = Signal()

    def __init__(
        self,
        text: str = "",
        kind: Kind = "info",
        action_text: str | None = None,
        closable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("noticeBar")
        self._picture = QLabel()
        self._text = QLabel(wordWrap=True)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._button = role(QPushButton(), "link")
        self._cross = role(QPushButton(), "icon")
        self._cross.setAccessibleName(_("Close"))
        hide_unless(closable, self._cross)
        self._button.clicked.connect(self.action)
        self._cross.clicked.connect(self._close)
        row = stack_horizontally(
            self, self._picture, self._text, self._button, self._cross, spacing=8
        )
        row.setContentsMargins(12, 6, 8, 6)
        theme_signals().changed.connect(self._tint)
        self.say(text, kind, action_text)

    def say(self, text: str, kind: Kind = "info", action_text: str | None = None) -> None:
        """Show another message; an empty one hides the bar."""
        self._kind: Kind = kind
        self._text.setText(text)
        self._button.setText(action_text or "")
        self._button.setVisible(bool(action_text))
        self.setAccessibleName(text)
        set_state(self, kind=kind)
        self.setVisible(bool(text))
        self._tint()

    def text(self) -> str:
        """What it says now."""
        return self._text.text()

    def _close(self) -> None:
        self.hide()
        self.closed.emit()

    def _tint(self) -> None:
        tint = _TINTS.get(self._kind, self._kind)
        self._picture.setPixmap(pixmap(_ICONS[self._kind], 16, tint, self.devicePixelRatioF()))
        self._cross.setIcon(icon("close"))
