"""The drawing of a chart by pyqtgraph, in the desk's own look; imported when one is wanted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QWidget

from ui.stats.axis_labels import round_step, shown_labels, time_step
from ui.stats.series import Series
from ui.theme import current_tokens, mix, sized, theme_signals

_SIDES: Final = 24
_BELOW: Final = 10
_OVER_THE_LEFT: Final = 40
"""So far the first name may reach below the values' axis, pixels."""
_TICKS: Final = 4
_BAR: Final = 0.68
_WIDEST_BAR: Final = 96
"""Pixels."""
_HEAD_ROOM: Final = 1.08
_MARK_ROOM: Final = 1.34
"""So that the words at the marks stand above what is drawn."""

pg.setConfigOptions(antialias=True)


class _ValueAxis(pg.AxisItem):
    """Values in their unit."""

    def __init__(self) -> None:
        super().__init__("left")
        self.words: Callable[[float], str] = str

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        return [self.words(value) for value in values]


class Plot(pg.PlotWidget):
    """Bars or a line over named places. Hover and ← → move the reading cursor (`read`, index).

    Nothing pans or zooms, there is no menu; the wheel is left to the page.
    """

    read = Signal(int)
    entered = Signal(int)
    """Enter or a click on a place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._values_axis = _ValueAxis()
        axes = {"left": self._values_axis}
        super().__init__(parent, background=None, axisItems=axes, enableMenu=False)
        self.setObjectName("plot")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumHeight(120)
        item = self.getPlotItem()
        item.hideButtons()
        item.getViewBox().setMouseEnabled(x=False, y=False)
        item.setContentsMargins(0, 4, 4, 0)
        self._series = Series()
        self._cursor = -1
        self._ticks: list[float] = []
        self._bars: pg.BarGraphItem | None = None
        self._dot: pg.ScatterPlotItem | None = None
        self._line: pg.InfiniteLine | None = None
        theme_signals().changed.connect(self._redraw)

    def show_series(self, series: Series) -> None:
        """Draw other values; the cursor goes."""
        self._series, self._cursor = series, -1
        self._redraw()

    def cursor_place(self) -> int:
        """Where the reading cursor is, -1 for nowhere."""
        return self._cursor

    def put_cursor(self, place: int) -> None:
        """Read the value there, as far as there is one."""
        if all(value is None for value in self._series.values):
            return
        place = max(0, min(place, len(self._series.values) - 1))
        if place != self._cursor:
            self._cursor = place
            self._mark()
            self.read.emit(place)

    def sizeHint(self) -> QSize:
        return QSize(300, 140)  # what is left over is its, so that pages fit small screens

    # --- drawing --------------------------------------------------------------------------

    def _redraw(self) -> None:
        item, series, tokens = self.getPlotItem(), self._series, current_tokens()
        item.clear()
        self._bars = self._dot = self._line = None
        self._style_axes()
        if not series.values:
            return
        top = series.top() * (_MARK_ROOM if series.marks else _HEAD_ROOM) or 1.0
        item.getViewBox().setRange(
            xRange=(-0.5, len(series.values) - 0.5), yRange=(0, top), padding=0
        )
        least = top / _TICKS
        step = time_step(least) if series.seconds else round_step(least, whole=series.whole)
        self._ticks = ticks = [n * step for n in range(int(top / step) + 1)]
        self._values_axis.setTicks([[(value, series.axis_words(value)) for value in ticks]])
        for value in ticks[1:]:
            line = _pen(QColor(tokens.border), 1)
            item.addItem(pg.InfiniteLine(pos=value, angle=0, pen=line, movable=False))
        self._draw_before()
        if series.line:
            self._draw_line()
        else:
            self._draw_bars()
        self._draw_marks()
        self._show_labels()
        self._mark()

    def _style_axes(self) -> None:
        tokens, item = current_tokens(), self.getPlotItem()
        self._values_axis.words = self._series.axis_words
        for side in ("left", "bottom"):
            axis = item.getAxis(side)
            base = QColor(tokens.border_strong if side == "bottom" else "#00000000")
            axis.setPen(_pen(base, 1))
            axis.setTextPen(QColor(tokens.text_muted))
            axis.setTickFont(sized(tokens.text_xs - 1))
            axis.setStyle(tickLength=0, tickAlpha=0, autoExpandTextSpace=True, tickTextOffset=6)
            axis.setGrid(False)
        item.getAxis("bottom").setStyle(hideOverlappingLabels=_OVER_THE_LEFT)

    def _draw_bars(self) -> None:
        values = [value or 0.0 for value in self._series.values]
        self._bars = pg.BarGraphItem(
            x=list(range(len(values))),
            height=values,
            width=self._bar_width(),
            brushes=self._brushes(),
        )
        self._bars.setOpts(pens=[QPen(Qt.PenStyle.NoPen)] * len(values))
        self.getPlotItem().addItem(self._bars)

    def _bar_width(self) -> float:
        """Of a place; a bar that stands alone is no wall."""
        each = self.width() / max(1, len(self._series.values))
        return min(_BAR, _WIDEST_BAR / max(1.0, each))

    def _brushes(self) -> list[QColor]:
        tokens = current_tokens()
        calm = mix(tokens.accent, tokens.raised, 0.62)
        loud = mix(tokens.danger, tokens.raised, 0.72)
        found = [loud if n in self._series.alarming else calm for n in self._places()]
        if 0 <= self._cursor < len(found):
            alarming = self._cursor in self._series.alarming
            found[self._cursor] = QColor(tokens.danger if alarming else tokens.accent)
        return found

    def _draw_line(self) -> None:
        tokens = current_tokens()
        known = [(n, v) for n, v in enumerate(self._series.values) if v is not None]
        fill = QColor(tokens.accent)
        fill.setAlphaF(0.10)
        self.getPlotItem().addItem(
            pg.PlotCurveItem(
                x=[float(n) for n, _v in known],
                y=[float(v) for _n, v in known],
                pen=_pen(QColor(tokens.accent), 2),
                fillLevel=0,
                brush=fill,
            )
        )
        self._dot = pg.ScatterPlotItem(size=8, brush=QColor(tokens.accent), pen=None)
        self.getPlotItem().addItem(self._dot)

    def _draw_before(self) -> None:
        """What it is compared with, as a thin line behind."""
        known = [(n, v) for n, v in enumerate(self._series.before) if v is not None]
        if len(known) < 2:
            return
        pen = _pen(QColor(current_tokens().text_faint), 1.2, dashed=True)
        xs, ys = [float(n) for n, _v in known], [float(v) for _n, v in known]
        self.getPlotItem().addItem(pg.PlotCurveItem(x=xs, y=ys, pen=pen))

    def _draw_marks(self) -> None:
        tokens = current_tokens()
        for mark in self._series.marks:
            line = pg.InfiniteLine(
                pos=mark.place,
                angle=90,
                movable=False,
                pen=_pen(QColor(tokens.text_muted), 1, dashed=True),
                label=mark.text,
                labelOpts={
                    "position": mark.height,
                    "color": QColor(tokens.text),
                    "fill": QColor(tokens.raised),
                    "movable": False,
                    "anchors": [(0, 0.5), (0, 0.5)],
                },
            )
            self.getPlotItem().addItem(line)
        self._line = pg.InfiniteLine(pos=-10, angle=90, movable=False)
        self._line.setPen(_pen(QColor(tokens.border_strong), 1))
        self.getPlotItem().addItem(self._line)

    def _show_labels(self) -> None:
        """As many names of places as find room."""
        metrics = QFontMetrics(sized(current_tokens().text_xs - 1))
        values = max(
            (metrics.horizontalAdvance(self._series.axis_words(v)) for v in self._ticks), default=0
        )
        room = max(1, self.width() - values - _SIDES)
        shown = shown_labels(self._series.labels, room, metrics.horizontalAdvance)
        axis = self.getPlotItem().getAxis("bottom")
        lines = max((label.count("\n") + 1 for _place, label in shown), default=1)
        axis.setHeight(lines * metrics.height() + _BELOW)
        axis.setTicks([shown])

    def _mark(self) -> None:
        place = self._cursor
        value = self._series.values[place] if 0 <= place < len(self._series.values) else None
        if self._bars is not None:
            self._bars.setOpts(brushes=self._brushes())
        if self._dot is not None:
            points = [(place, value)] if value is not None else []
            self._dot.setData(x=[p[0] for p in points], y=[p[1] for p in points])
        if self._line is not None and self._series.line:
            self._line.setPos(place if place >= 0 else -10)

    def _places(self) -> range:
        return range(len(self._series.values))

    # --- reading --------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self._series.values) - 1
        steps = {
            Qt.Key.Key_Left: max(self._cursor, 1) - 1,
            Qt.Key.Key_Right: self._cursor + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        key = Qt.Key(event.key())
        if key in steps:
            self.put_cursor(steps[key])
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space} and self._cursor >= 0:
            self.entered.emit(self._cursor)
        else:
            event.ignore()  # to the page, which scrolls

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if (place := self._place_at(event)) >= 0:
            self.put_cursor(place)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and (place := self._place_at(event)) >= 0:
            self.entered.emit(place)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._cursor < 0 and event.reason() != Qt.FocusReason.MouseFocusReason:
            self.put_cursor(len(self._series.values) - 1)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if hasattr(self, "_series"):
            self._show_labels()
            if self._bars is not None:
                self._bars.setOpts(width=self._bar_width())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_series"):
            self._redraw()

    def _place_at(self, event: QMouseEvent) -> int:
        at = self.getPlotItem().getViewBox().mapSceneToView(event.position())
        place = round(at.x())
        return place if 0 <= place < len(self._series.values) else -1


def _pen(color: QColor, width: float, *, dashed: bool = False) -> QPen:
    """Cosmetic: as wide in pixels, whatever the axes are."""
    pen = QPen(color, width, Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine)
    pen.setCosmetic(True)
    return pen
