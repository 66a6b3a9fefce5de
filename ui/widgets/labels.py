"""Labels that fit and labels one can copy from."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QWidget

from app.core.i18n import _
from ui.theme import icon, role, theme_signals
from ui.widgets.layout import stack_horizontally
from ui.widgets.tips import folded

_THANKS_MS = 1200


class ElidedLabel(QLabel):
    """One line that ends in … where it doesn't fit; the whole text is its tool tip."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setText(text)

    def setText(self, text: str) -> None:
        super().setText(text)
        self.setToolTip(folded(text))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        area = self.contentsRect()
        line = self.text().replace("\n", " ")
        shown = self.fontMetrics().elidedText(line, Qt.TextElideMode.ElideRight, area.width())
        flags = self.alignment() | Qt.AlignmentFlag.AlignVCenter
        self.style().drawItemText(
            painter, area, int(flags), self.palette(), self.isEnabled(), shown,
            self.foregroundRole(),
        )  # fmt: skip
        painter.end()


class CopyLabel(QWidget):
    """A value one often needs elsewhere: selectable, with a button that copies it."""

    copied = Signal(str)

    def __init__(self, text: str = "", mono: bool = False, name: str = "") -> None:
        super().__init__()
        self._label = QLabel()
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._mono = mono
        self._button = role(QPushButton(), "icon")
        self._button.setAccessibleName(_("Copy {what}").format(what=name) if name else _("Copy"))
        self._button.setToolTip(_("Copy"))
        self._button.clicked.connect(self._copy)
        self._timer = QTimer(self, singleShot=True, interval=_THANKS_MS)
        self._timer.timeout.connect(self._tint)
        stack_horizontally(self, self._label, self._button, None, spacing=4)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme_signals().changed.connect(self._tint)
        self.setText(text)
        self._tint()

    def text(self) -> str:
        """The value."""
        return self._label.text()

    def setText(self, text: str) -> None:
        """Show another value; nothing to copy hides the button."""
        self._label.setText(text or "—")
        role(self._label, "mono" if self._mono and text else "")
        self._button.setVisible(bool(text))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text())
        self._button.setIcon(icon("check", "success"))
        self._timer.start()
        self.copied.emit(self.text())

    def _tint(self) -> None:
        self._button.setIcon(icon("copy"))
