"""One line of text with the characters lit that a search hit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QTextCharFormat, QTextLayout

from ui.theme import current_tokens

_LEAD: Final = 8
"""Characters left standing before a hit that lies too far right to be seen."""

Spans = Sequence[tuple[int, int]]


def draw_marked(
    painter: QPainter, area: QRect, text: str, spans: Spans, font: QFont, color: str
) -> int:
    """Draw `text` in one line, elided to `area`, the spans lit; returns the width used.

    `color` names a token. A text whose first hit would be cut off is shown from there on.
    """
    line, lit = one_line(text, spans, QFontMetrics(font), area.width())
    layout = QTextLayout(line, font)
    layout.setFormats([_lit(start, end) for start, end in lit])
    layout.beginLayout()
    row = layout.createLine()
    row.setLineWidth(area.width() + 1000)
    layout.endLayout()
    painter.setPen(QColor(getattr(current_tokens(), color)))
    top = area.top() + (area.height() - row.height()) / 2
    layout.draw(painter, QPointF(area.left(), top))
    return int(row.naturalTextWidth()) + 1


def one_line(
    text: str, spans: Spans, metrics: QFontMetrics, width: int
) -> tuple[str, list[tuple[int, int]]]:
    """The part of a text that fits into `width`, and the spans that can be seen in it."""
    flat = text.replace("\n", " ")
    first = spans[0][1] if spans else 0
    cut = 0
    if spans and metrics.horizontalAdvance(flat[:first]) > width * 0.8:
        cut = max(0, spans[0][0] - _LEAD)
    shown = ("…" if cut else "") + flat[cut:]
    shift = (1 if cut else 0) - cut
    line = metrics.elidedText(shown, Qt.TextElideMode.ElideRight, max(width, 0))
    end = len(line) if line == shown else max(len(line) - 1, 0)
    moved = [(start + shift, min(stop + shift, end)) for start, stop in spans]
    return line, [(start, stop) for start, stop in moved if 0 <= start < stop]


def _lit(start: int, end: int) -> QTextLayout.FormatRange:
    found = QTextLayout.FormatRange()
    found.start, found.length = start, end - start
    style = QTextCharFormat()
    style.setBackground(QColor(current_tokens().highlight))
    style.setForeground(QColor(current_tokens().text))
    found.format = style
    return found
