"""A parcel's history as a line with dots, the newest on top."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.core.i18n import _, ngettext
from app.shipments import STATE_NAMES, TraceView
from ui.shipments.looks import dot_token, moment_and_age
from ui.theme import current_tokens, role, theme_signals
from ui.widgets import clear_layout, stack_vertically
from ui.widgets.format import full_moment

GUTTER: Final = 24
DOT_Y: Final = 11
SHORT: Final = 4
LONGEST: Final = 200
"""Lines shown at most; a parcel with more is a fault of the carrier's."""


class Timeline(QWidget):
    """Shows the latest lines first; a button unfolds the rest where `short` is wished."""

    def __init__(self, *, short: bool = False) -> None:
        super().__init__()
        self._short, self._traces = short, tuple[TraceView, ...]()
        self._lines = QVBoxLayout()
        self._lines.setSpacing(0)
        self._more = role(QPushButton(), "link")
        self._more.clicked.connect(self._unfold)
        self._more.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        layout = stack_vertically(self, self._lines, self._more, spacing=4)
        layout.setContentsMargins(0, 4, 0, 4)
        self.setAccessibleName(_("Tracking history"))

    def show_traces(self, traces: Sequence[TraceView]) -> None:
        """Show a history, the newest first."""
        if tuple(traces) == self._traces:
            return
        self._traces = tuple(traces)
        self._fill(SHORT if self._short else LONGEST)

    def _unfold(self) -> None:
        self._fill(LONGEST)

    def _fill(self, count: int) -> None:
        clear_layout(self._lines)
        shown = self._traces[:count]
        for number, trace in enumerate(shown):
            last = number == len(self._traces) - 1
            self._lines.addWidget(TraceLine(trace, first=number == 0, last=last))
        left = min(len(self._traces), LONGEST) - len(shown)
        self._more.setText(
            ngettext("Show {n} earlier line", "Show {n} earlier lines", left).format(n=left)
        )
        self._more.setVisible(left > 0)


class TraceLine(QWidget):
    """One line: dot, text, place and time."""

    def __init__(self, trace: TraceView, *, first: bool, last: bool) -> None:
        super().__init__()
        self._first, self._last, self._state = first, last, trace.state
        name = _(STATE_NAMES[trace.state]) if trace.state in STATE_NAMES else ""
        text = QLabel(trace.text, wordWrap=True)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        role(text, "strong" if first else "")
        remark = " · ".join(filter(None, (moment_and_age(trace.at), trace.place, name)))
        time = role(QLabel(remark, wordWrap=True), "hint")
        time.setToolTip(full_moment(trace.at))
        layout = stack_vertically(self, text, time, spacing=2)
        layout.setContentsMargins(GUTTER, 2, 0, 10)
        self.setAccessibleName(f"{remark} {trace.text}")
        theme_signals().changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = current_tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        center = QPointF(8, DOT_Y)
        painter.setPen(QPen(QColor(tokens.border_strong), 1.5))
        if not self._first:
            painter.drawLine(QPointF(8, 0), center)
        if not self._last:
            painter.drawLine(center, QPointF(8, self.height()))
        color = QColor(getattr(tokens, dot_token(self._state)))
        painter.setPen(Qt.PenStyle.NoPen)
        if self._first:
            halo = QColor(color)
            halo.setAlpha(60)
            painter.setBrush(halo)
            painter.drawEllipse(center, 7, 7)
        painter.setBrush(color)
        size = 4 if self._first else 3
        painter.drawEllipse(QRectF(center.x() - size, center.y() - size, 2 * size, 2 * size))
        painter.end()
