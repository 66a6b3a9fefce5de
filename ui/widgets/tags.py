"""Chips for tags: a word on a soft ground of the tag's colour."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QIcon,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.core.i18n import _
from ui.theme import current_tokens, mix, readable_on, sized, theme_signals

HEIGHT = 22
_PAD = 8
_CROSS = 16


def tag_colors(color: str) -> tuple[QColor, QColor]:
    """Ground and text of a tag whose colour is one of `TAG_NAMES` or `#RRGGBB`."""
    tokens = current_tokens()
    strong = tokens.tag_colors.get(color, color if QColor(color).isValid() else tokens.text_muted)
    ground = mix(strong, tokens.raised, 0.16)
    return ground, readable_on(ground, strong)


def paint_tag(painter: QPainter, rect: QRectF, text: str, color: str) -> None:
    """Draw a chip into `rect`; for delegates."""
    ground, fore = tag_colors(color)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(rect, 4, 4)
    painter.setPen(fore)
    painter.setFont(sized(current_tokens().text_xs))
    inner = rect.adjusted(6, 0, -6, 0)
    shown = painter.fontMetrics().elidedText(
        text, Qt.TextElideMode.ElideRight, int(inner.width()) + 1
    )
    painter.drawText(inner, Qt.AlignmentFlag.AlignCenter, shown)
    painter.restore()


def tag_icon(color: str, size: int = 12) -> QIcon:
    """A dot in the tag's colour, for menus and lists."""
    picture = QPixmap(size, size)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tag_colors(color)[1])
    painter.drawEllipse(1, 1, size - 2, size - 2)
    painter.end()
    return QIcon(picture)


class TagChip(QWidget):
    """One tag; `clicked` for its word, `removed` for its cross, Delete or Backspace."""

    removed = Signal()
    clicked = Signal()

    def __init__(
        self, text: str, color: str = "grey", removable: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.text, self.color, self._removable = text, color, removable
        self.setAccessibleName(text)
        self.setToolTip(_("Delete removes this tag") if removable else "")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        if removable:
            self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        theme_signals().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        width = QFontMetrics(sized(current_tokens().text_xs)).horizontalAdvance(self.text)
        return QSize(width + 2 * _PAD + (_CROSS - 4 if self._removable else 0), HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        ground, fore = tag_colors(self.color)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(self.rect()), 4, 4)
        painter.setPen(fore)
        painter.setFont(sized(current_tokens().text_xs))
        words = QRectF(self.rect()).adjusted(_PAD, 0, -_PAD, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.text)
        if self._removable:
            self._paint_cross(painter, fore)
        painter.end()

    def _paint_cross(self, painter: QPainter, color: QColor) -> None:
        painter.setPen(QPen(color, 1.4))
        middle = QPointF(self.width() - _PAD - 3.0, self.height() / 2)
        for one, other in ((-1, -1), (-1, 1)):
            step = QPointF(3.0 * one, 3.0 * other)
            painter.drawLine(middle - step, middle + step)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        on_cross = self._removable and event.position().x() > self.width() - _CROSS - 2
        (self.removed if on_cross else self.clicked).emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._removable and event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self.removed.emit()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Space}:
            self.clicked.emit()
        else:
            super().keyPressEvent(event)
