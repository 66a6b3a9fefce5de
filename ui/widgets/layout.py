"""Lines, stacks and a layout that wraps."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLayout,
    QLayoutItem,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)


def hline() -> QFrame:
    """A hairline between things above each other."""
    return _line(upright=False)


def vline() -> QFrame:
    """A hairline between things side by side."""
    return _line(upright=True)


def stack_vertically(
    parent: QWidget | None, *things: QWidget | QLayout | None, margin: int = 0, spacing: int = 0
) -> QVBoxLayout:
    """Put things below each other; None is a stretch. `parent` None makes a nested layout."""
    layout = QVBoxLayout()
    _fill(layout, parent, things, margin, spacing)
    return layout


def stack_horizontally(
    parent: QWidget | None, *things: QWidget | QLayout | None, margin: int = 0, spacing: int = 0
) -> QHBoxLayout:
    """Put things side by side; None is a stretch. `parent` None makes a nested layout."""
    layout = QHBoxLayout()
    _fill(layout, parent, things, margin, spacing)
    return layout


def hide_unless(wanted: bool, *widgets: QWidget) -> None:
    """Leave out from the start what is not wanted.

    `setVisible(True)` would open a window for a moment where a widget has no parent yet.
    """
    if not wanted:
        for widget in widgets:
            widget.hide()


def clear_layout(layout: QLayout) -> None:
    """Take everything out and delete it when Qt gets to it."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            clear_layout(inner)


@contextmanager
def refilled(box: QWidget) -> Iterator[None]:
    """Empty `box` and let it be filled anew; it shows again with all that is in it by then.

    Filled while it shows, each new widget would show by itself, and lay out the whole window.
    """
    shown = not box.isHidden()
    box.hide()
    if (layout := box.layout()) is not None:
        clear_layout(layout)
    try:
        yield
    finally:
        box.setVisible(shown)


class Pages(QStackedWidget):
    """Pages in one place that take the room there is, whatever height their texts would like.

    Otherwise one wrapped line somewhere inside has all boxes up to the window ask for heights
    again and again: that alone held the event loop for a second.
    """

    def hasHeightForWidth(self) -> bool:
        return False


def _line(*, upright: bool) -> QFrame:
    line = QFrame()
    line.setObjectName("hairline")
    line.setProperty("upright", upright)
    line.setFixedWidth(1) if upright else line.setFixedHeight(1)
    return line


def _fill(
    layout: QBoxLayout,
    parent: QWidget | None,
    things: tuple[QWidget | QLayout | None, ...],
    margin: int,
    spacing: int,
) -> None:
    layout.setContentsMargins(margin, margin, margin, margin)
    layout.setSpacing(spacing)
    for thing in things:
        if thing is None:
            layout.addStretch(1)
        elif isinstance(thing, QWidget):
            layout.addWidget(thing)
        else:
            layout.addLayout(thing)
    if parent is not None:
        parent.setLayout(layout)


class FlowLayout(QLayout):
    """Lays widgets in rows and wraps like text; for chips.

    The rows begin at the top, or are `centred` where there is more height than they need.
    """

    def __init__(
        self, parent: QWidget | None = None, spacing: int = 4, *, centred: bool = False
    ) -> None:
        super().__init__(parent)
        self._centred = centred
        self._items: list[QLayoutItem] = []
        self._heights: dict[int, int] = {}
        self.setSpacing(spacing)
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def invalidate(self) -> None:
        self._heights.clear()
        super().invalidate()

    def heightForWidth(self, width: int) -> int:
        # Layouts within layouts ask again and again, and each row asks all of its widgets.
        if width not in self._heights:
            self._heights[width] = self._arrange(QRect(0, 0, width, 0), place=False)
        return self._heights[width]

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        if self._centred:
            spare = rect.height() - self.heightForWidth(rect.width())
            rect = rect.adjusted(0, max(0, spare // 2), 0, 0)
        self._arrange(rect, place=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        margins = self.contentsMargins()
        return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom())

    def _arrange(self, rect: QRect, *, place: bool) -> int:
        area = rect.marginsRemoved(self.contentsMargins())
        y = area.y()
        for line in self._lines(area.width()):
            height = max(size.height() for _item, size in line)
            x = area.x()
            for item, size in line:
                if place:
                    item.setGeometry(QRect(QPoint(x, y + (height - size.height()) // 2), size))
                x += size.width() + self.spacing()
            y += height + self.spacing()
        bottom = y - self.spacing() if y > area.y() else y
        return bottom - rect.y() + self.contentsMargins().bottom()

    def _lines(self, width: int) -> list[list[tuple[QLayoutItem, QSize]]]:
        lines: list[list[tuple[QLayoutItem, QSize]]] = []
        x = 0
        for item in self._items:
            if (widget := item.widget()) is not None:
                if widget.isHidden():
                    continue
                # Style sheets change the size of a widget only once it is polished.
                widget.ensurePolished()
            size = item.sizeHint().boundedTo(QSize(max(width, 1), 10_000))
            size = size.expandedTo(item.minimumSize())
            if not lines or x + size.width() > width:
                lines.append([])
                x = 0
            lines[-1].append((item, size))
            x += size.width() + self.spacing()
        return lines
