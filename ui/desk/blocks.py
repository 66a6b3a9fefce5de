"""What a bubble can hold: text, an image, a file, a card. Measured once, painted often."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Protocol

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QPainterPath,
    QPixmap,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)

from app.conversations import AttachmentView
from app.core.i18n import _
from ui.desk.cards import Card
from ui.desk.inks import ink
from ui.desk.utf16 import to_index, to_position
from ui.theme import current_tokens, pixmap, sized
from ui.widgets.badges import Kind

Span = tuple[int, int]
_WRAPPED: Final = QTextOption()
_WRAPPED.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
_ELIDE: Final = Qt.TextElideMode.ElideRight
IMAGE_SIDE: Final = 280
_FILE_WIDTH: Final = 260.0
_CARD_WIDTH: Final = 320.0


@dataclass(frozen=True, slots=True)
class Look:
    """How a row looks right now: selected characters, hits of a search and the current one."""

    selection: Span | None = None
    hits: tuple[Span, ...] = ()
    current_hit: Span | None = None
    picture: QPixmap | None = None


class Block(Protocol):
    """Content of a bubble; `size` is without the bubble's padding."""

    size: QSizeF

    def paint(self, painter: QPainter, at: QPointF, look: Look) -> None:
        """Draw with the upper left corner at `at`."""


class TextBlock:
    """Text wrapped to a width; knows which character is where."""

    def __init__(self, text: str, font: QFont, width: float, colour: str = "text") -> None:
        self.text, self._colour = text, colour
        self.layout = QTextLayout(text.replace("\n", "\u2028"), font)
        self.layout.setTextOption(_WRAPPED)
        # Else every painting would shape the text anew.
        self.layout.setCacheEnabled(True)
        self._flow(width)

    def _flow(self, width: float) -> None:
        height = widest = self.last_line = 0.0
        self.layout.beginLayout()
        while (line := self.layout.createLine()).isValid():
            line.setLineWidth(width)
            line.setPosition(QPointF(0, height))
            height += line.height() + 2
            self.last_line = line.naturalTextWidth()
            widest = max(widest, self.last_line)
        self.layout.endLayout()
        self.size = QSizeF(min(widest, width), max(0.0, height - 2))

    def paint(self, painter: QPainter, at: QPointF, look: Look) -> None:
        painter.setPen(ink(self._colour))
        if not (look.hits or look.current_hit or look.selection):
            self.layout.draw(painter, at)
            return
        tokens = current_tokens()
        marks = [self._mark(span, tokens.highlight, tokens.text) for span in look.hits]
        if look.current_hit:
            marks.append(self._mark(look.current_hit, tokens.warning, tokens.raised))
        if look.selection:
            marks.append(self._mark(look.selection, tokens.accent, tokens.on_accent))
        self.layout.draw(painter, at, marks)

    def _mark(self, span: Span, ground: str, fore: str) -> QTextLayout.FormatRange:
        mark = QTextLayout.FormatRange()
        form = QTextCharFormat()
        form.setBackground(QColor(ground))
        form.setForeground(QColor(fore))
        start, end = (to_position(self.text, index) for index in span)
        mark.start, mark.length, mark.format = start, end - start, form
        return mark

    def position_at(self, point: QPointF) -> int:
        """The character position nearest to a point within the block."""
        count = self.layout.lineCount()
        for number in range(count):
            line = self.layout.lineAt(number)
            if point.y() < line.y() + line.height() + 2 or number == count - 1:
                return to_index(self.text, line.xToCursor(point.x()))
        return 0


class ImageBlock:
    """A thumbnail; its place is known before its picture is."""

    def __init__(self, image: AttachmentView | None) -> None:
        width, height = (image.width, image.height) if image else (IMAGE_SIDE, IMAGE_SIDE // 2)
        scale = min(1.0, IMAGE_SIDE / max(width, height, 1))
        self.size = QSizeF(max(64.0, width * scale), max(48.0, height * scale))

    def paint(self, painter: QPainter, at: QPointF, look: Look) -> None:
        area = QRectF(at, self.size)
        shape = QPainterPath()
        shape.addRoundedRect(area, 8, 8)
        painter.save()
        painter.setClipPath(shape)
        painter.fillRect(area, QColor(current_tokens().neutral_soft))
        if look.picture is not None and not look.picture.isNull():
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(area, look.picture, QRectF(look.picture.rect()))
        else:
            sign = pixmap("image", 24, "text_faint", painter.device().devicePixelRatioF())
            painter.drawPixmap(area.center() - QPointF(12, 12), sign)
        painter.restore()


class FileBlock:
    """A file's name and size beside its icon."""

    def __init__(self, file: AttachmentView | None, name: str) -> None:
        self._name = name or (file.name if file else _("File"))
        self._size = file_size(file.size) if file else ""
        self.size = QSizeF(_FILE_WIDTH, 44)

    def paint(self, painter: QPainter, at: QPointF, look: Look) -> None:
        tokens = current_tokens()
        icon_area = QRectF(at.x(), at.y() + 2, 40, 40)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.accent_soft))
        painter.drawRoundedRect(icon_area, 6, 6)
        sign = pixmap("file", 20, "accent", painter.device().devicePixelRatioF())
        painter.drawPixmap(icon_area.center() - QPointF(10, 10), sign)
        words = QRectF(at.x() + 52, at.y() + 2, self.size.width() - 52, 20)
        painter.setFont(sized(tokens.text_m))
        painter.setPen(QColor(tokens.text))
        middle = Qt.TextElideMode.ElideMiddle
        shown = painter.fontMetrics().elidedText(self._name, middle, int(words.width()))
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, shown)
        painter.setFont(sized(tokens.text_xs))
        painter.setPen(QColor(tokens.text_muted))
        painter.drawText(words.translated(0, 21), Qt.AlignmentFlag.AlignVCenter, self._size)


@dataclass(slots=True)
class _Line:
    label: str
    value: TextBlock
    old: TextBlock | None
    y: float = 0.0


@dataclass(slots=True)
class CardBlock:
    """A titled card with labelled lines and a badge for its state."""

    card: Card
    width: float = _CARD_WIDTH
    size: QSizeF = field(init=False)
    _lines: list[_Line] = field(init=False)
    _title: TextBlock = field(init=False)
    _labels: float = field(init=False)

    def __post_init__(self) -> None:
        tokens = current_tokens()
        metrics = QFontMetricsF(sized(tokens.text_s))
        self._labels = max((metrics.horizontalAdvance(x.label) for x in self.card.lines), default=0)
        self._labels += 12 if self._labels else 0
        strong = sized(tokens.text_m, strong=True)
        self._title = TextBlock(self.card.title, strong, self.width - 28 - self._badge_width())
        y = max(24.0, self._title.size.height()) + 14
        self._lines = []
        room = self.width - self._labels
        for line in self.card.lines:
            value = TextBlock(line.value, sized(tokens.text_s), room)
            old = TextBlock(line.old, _struck(tokens.text_s), room, "text_muted")
            entry = _Line(line.label, value, old if line.old else None, y)
            self._lines.append(entry)
            y += value.size.height() + (old.size.height() + 2 if line.old else 0) + 6
        self.size = QSizeF(self.width, y - (6 if self._lines else 12))

    def paint(self, painter: QPainter, at: QPointF, look: Look) -> None:
        tokens = current_tokens()
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(at + QPointF(0, 2), pixmap(self.card.icon, 20, "accent", ratio))
        self._title.paint(painter, at + QPointF(28, 2), Look())
        self._paint_badge(painter, at)
        if self._lines:
            y = at.y() + self._lines[0].y - 8
            painter.setPen(QColor(tokens.border_strong))
            painter.drawLine(QPointF(at.x(), y), QPointF(at.x() + self.width, y))
        for line in self._lines:
            self._paint_line(painter, at, line)

    def _paint_line(self, painter: QPainter, at: QPointF, line: _Line) -> None:
        tokens = current_tokens()
        painter.setFont(sized(tokens.text_s))
        painter.setPen(QColor(tokens.text_muted))
        area = QRectF(at.x(), at.y() + line.y, self._labels, line.value.size.height())
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft, line.label)
        place = at + QPointF(self._labels, line.y)
        if line.old is not None:
            line.old.paint(painter, place, Look())
            place += QPointF(0, line.old.size.height() + 2)
        line.value.paint(painter, place, Look())

    def _badge_width(self) -> float:
        if not self.card.badge:
            return 0
        metrics = QFontMetricsF(sized(current_tokens().text_xs))
        return metrics.horizontalAdvance(self.card.badge) + 20

    def _paint_badge(self, painter: QPainter, at: QPointF) -> None:
        if not self.card.badge:
            return
        ground, fore = badge_colours(self.card.badge_kind)
        width = self._badge_width() - 8
        area = QRectF(at.x() + self.width - width, at.y() + 2, width, 20)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(area, 4, 4)
        painter.setPen(fore)
        painter.setFont(sized(current_tokens().text_xs))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, self.card.badge)


def badge_colours(kind: Kind) -> tuple[QColor, QColor]:
    """Ground and text of a badge of the given meaning."""
    tokens = current_tokens()
    if kind == "neutral":
        return QColor(tokens.neutral_soft), QColor(tokens.text_muted)
    return QColor(getattr(tokens, f"{kind}_soft")), QColor(getattr(tokens, kind))


def file_size(size: int) -> str:
    """A size in bytes as people read it."""
    if size < 1024:
        return f"{size} B"
    if size < 1024 * 1024:
        return f"{size / 1024:.0f} KB"
    return f"{size / 1024 / 1024:.1f} MB"


def _struck(pixels: int) -> QFont:
    font = QFont(sized(pixels))
    font.setStrikeOut(True)
    return font
