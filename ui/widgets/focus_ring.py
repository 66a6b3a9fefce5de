"""A ring round whatever has the focus, as long as one walks by keyboard."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from ui.theme import current_tokens

_FIELDS = (QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QAbstractSpinBox)
"""Fields show the focus by their own border, mouse or not."""
_MOVES = {QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide}
_GAP = 2


class FocusRing(QObject):
    """Lives as long as the application and follows its focus."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._ring: _Ring | None = None
        self._target: QWidget | None = None
        app.focusChanged.connect(self._follow)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._target and event.type() in _MOVES:
            self._place()
        return False

    def _follow(self, _old: QWidget | None, now: QWidget | None) -> None:
        if self._target is not None:
            self._target.removeEventFilter(self)
            self._target.destroyed.disconnect(self._forget)
        self._target = None
        if now is not None and _by_keyboard(now):
            self._target = now
            now.installEventFilter(self)
            now.destroyed.connect(self._forget)
        self._place()

    def _forget(self) -> None:
        self._target = None
        self._place()

    def _place(self) -> None:
        target = self._target
        if target is None or not target.isVisible():
            if self._ring is not None:
                self._ring.hide()
            return
        window = target.window()
        if self._ring is None or self._ring.parentWidget() is not window:
            self._drop()
            self._ring = _Ring(window)
            self._ring.destroyed.connect(self._ring_gone)
        self._ring.surround(target)

    def _drop(self) -> None:
        if self._ring is not None:
            self._ring.destroyed.disconnect(self._ring_gone)
            self._ring.deleteLater()
            self._ring = None

    def _ring_gone(self) -> None:
        self._ring = None


def _by_keyboard(widget: QWidget) -> bool:
    walked = widget.window().testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
    return walked and not isinstance(widget, _FIELDS)


class _Ring(QWidget):
    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def surround(self, target: QWidget) -> None:
        corner = target.mapTo(self.window(), target.rect().topLeft())
        area = target.rect().translated(corner)
        self.setGeometry(area.adjusted(-_GAP, -_GAP, _GAP, _GAP).intersected(self.window().rect()))
        self.show()
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = current_tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(tokens.focus), 2))
        painter.drawRoundedRect(
            QRectF(self.rect()).adjusted(1, 1, -1, -1), tokens.radius, tokens.radius
        )
        painter.end()
