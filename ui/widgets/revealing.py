"""Brings what has just opened or grown into sight."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QTimer
from PySide6.QtWidgets import QScrollArea, QWidget

_AIR = 12


def reveal(part: QWidget) -> None:
    """Scroll the area that `part` stands in until all of it shows; of a higher one its end."""
    area = _area_of(part)
    inner = area.widget() if area is not None else None
    if area is None or inner is None:
        return
    _lay_out(part, inner)
    bar, room = area.verticalScrollBar(), area.viewport().height()
    top = part.mapTo(inner, QPoint(0, -_AIR)).y()
    bottom = part.mapTo(inner, QPoint(0, part.height() + _AIR)).y()
    if bottom - top > room or bottom > bar.value() + room:
        bar.setValue(bottom - room)
    elif top < bar.value():
        bar.setValue(top)


class KeptInSight(QObject):
    """Reveals a part again whenever what is around it takes another size while it is open."""

    def __init__(self, part: QWidget) -> None:
        super().__init__(part)
        self._part = part
        self._area: QScrollArea | None = None
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self.reveal)

    def reveal(self) -> None:
        """Reveal it now, if it shows."""
        if not self._part.isVisible():
            return
        if self._area is None and (area := _area_of(self._part)) is not None:
            self._area = area
            area.viewport().installEventFilter(self)
            if (inner := area.widget()) is not None:
                inner.installEventFilter(self)
        reveal(self._part)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self._part.isVisible():
            self._soon.start()
        return super().eventFilter(watched, event)


def _area_of(part: QWidget) -> QScrollArea | None:
    area = part.parentWidget()
    while area is not None and not isinstance(area, QScrollArea):
        area = area.parentWidget()
    return area


def _lay_out(part: QWidget, inner: QWidget) -> None:
    """Sizes are known once the layouts have run, which they do when asked for the size."""
    step: QWidget | None = part
    while step is not None:
        if (layout := step.layout()) is not None:
            layout.invalidate()
            layout.activate()
        if step is inner:
            break
        step = step.parentWidget()
    width = inner.width()
    layout = inner.layout()
    high = layout.heightForWidth(width) if layout is not None else -1
    inner.resize(width, max(high, inner.sizeHint().height()))
