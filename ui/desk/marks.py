"""What every row of a thread can do, and the rows that are no bubbles: days, news, events."""

from __future__ import annotations

from typing import Final, Literal, Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from app.core.i18n import _
from ui.desk.blocks import Look
from ui.desk.days import day_name
from ui.desk.texts import event_text
from ui.desk.thread_rows import RowKind, ThreadRow
from ui.theme import current_tokens, sized

Hit = Literal["", "text", "image", "file", "retry"]

SIDE: Final = 16.0
"""Space between a row's content and the edge of the view."""


class RowLayout(Protocol):
    """A measured row."""

    height: int

    def paint(self, painter: QPainter, at: QPointF, look: Look) -> None:
        """Draw the row with its upper left corner at `at`."""

    def hit(self, point: QPointF) -> Hit:
        """What lies at a point of the row."""

    def text_position(self, point: QPointF) -> int | None:
        """The character nearest to a point, None for rows without text."""


class MarkLayout:
    """A line across the thread: a day, what is new, or what happened."""

    def __init__(self, row: ThreadRow, width: int, text: str = "") -> None:
        self._row, self._width = row, width
        self._text = text
        self.height = 40 if row.kind is not RowKind.EVENT else 30

    def _words(self) -> str:
        if self._row.kind is RowKind.DAY:
            return day_name(self._row.at)
        message = self._row.message
        if message is None:
            return _("New messages")
        return event_text(message.text, message.payload, message.staff_name)

    def paint(self, painter: QPainter, at: QPointF, look: Look) -> None:
        tokens = current_tokens()
        unread = self._row.kind is RowKind.UNREAD
        painter.setFont(sized(tokens.text_xs))
        metrics = painter.fontMetrics()
        text = metrics.elidedText(
            self._text or self._words(), Qt.TextElideMode.ElideMiddle, max(40, self._width - 80)
        )
        words = metrics.horizontalAdvance(text) + 24.0
        middle = at.y() + self.height / 2
        pill = QRectF(at.x() + (self._width - words) / 2, middle - 11, words, 22)
        colour = QColor(tokens.accent if unread else tokens.text_muted)
        if unread:
            painter.setPen(colour)
            for x1, x2 in (
                (SIDE, pill.left() - at.x()),
                (pill.right() - at.x(), self._width - SIDE),
            ):
                painter.drawLine(QPointF(at.x() + x1, middle), QPointF(at.x() + x2, middle))
        elif self._row.kind is RowKind.DAY:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.neutral_soft))
            painter.drawRoundedRect(pill, 11, 11)
        painter.setPen(colour)
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)

    def hit(self, point: QPointF) -> Hit:
        return ""

    def text_position(self, point: QPointF) -> int | None:
        return None
