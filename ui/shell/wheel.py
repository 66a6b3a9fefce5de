"""Keeps the wheel from changing what is chosen in a form that one only scrolls past."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF
from PySide6.QtGui import QWheelEvent, QWindow
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QWidget,
)


class WheelGuard(QObject):
    """Sits before the window: a wheel over a closed list or a number scrolls what is around it."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._watched: QWindow | None = None

    def watch(self, window: QWindow) -> None:
        """Follow the wheel in this window."""
        if window is not self._watched:
            self._watched = window
            window.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.Wheel or not isinstance(event, QWheelEvent):
            return False
        field = field_at(event)
        if field is None:
            return False
        area = _area_around(field)
        if area is not None:
            QApplication.sendEvent(area, _moved(event, area))
        return True


def field_at(event: QWheelEvent) -> QWidget | None:
    """The list or number under the wheel; a number one is typing in may be turned."""
    widget = QApplication.widgetAt(event.globalPosition().toPoint())
    while widget is not None and not widget.isWindow():
        if isinstance(widget, QComboBox):
            return widget
        if isinstance(widget, QAbstractSpinBox):
            return None if widget.hasFocus() else widget
        widget = widget.parentWidget()
    return None


def _area_around(field: QWidget) -> QWidget | None:
    parent = field.parentWidget()
    while parent is not None:
        if isinstance(parent, QAbstractScrollArea):
            return parent.viewport()
        parent = parent.parentWidget()
    return None


def _moved(event: QWheelEvent, area: QWidget) -> QWheelEvent:
    where = event.globalPosition()
    return QWheelEvent(
        QPointF(area.mapFromGlobal(where)),
        where,
        event.pixelDelta(),
        event.angleDelta(),
        event.buttons(),
        event.modifiers(),
        event.phase(),
        event.inverted(),
    )
