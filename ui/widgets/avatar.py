"""A round face for people without a picture: their first character on a colour of their own."""

from __future__ import annotations

import zlib

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import TAG_NAMES, current_tokens, mix, readable_on, sized, theme_signals


def avatar_colors(seed: str) -> tuple[QColor, QColor]:
    """Ground and text colour, the same for the same seed on every machine."""
    tokens = current_tokens()
    names = TAG_NAMES[1:]
    strong = tokens.tag_colors[names[zlib.crc32(seed.encode()) % len(names)]]
    ground = mix(strong, tokens.raised, 0.2)
    return ground, readable_on(ground, strong)


def initial(name: str) -> str:
    """The character that stands for a name: the first that is a letter, a digit or Chinese."""
    return next((char.upper() for char in name if char.isalnum()), "?")


def paint_avatar(painter: QPainter, rect: QRectF, name: str, seed: str | None = None) -> None:
    """Draw the face of `name` into `rect`; for delegates."""
    ground, fore = avatar_colors(seed or name)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawEllipse(rect)
    painter.setPen(fore)
    painter.setFont(sized(round(rect.height() * 0.44), strong=True))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, initial(name))
    painter.restore()


class Avatar(QWidget):
    """The face as a widget of `size` pixels."""

    def __init__(
        self, text: str = "", seed: str = "", size: int = 32, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._size = size
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_person(text, seed)
        theme_signals().changed.connect(self.update)

    def show_person(self, text: str, seed: str = "") -> None:
        """Show somebody else."""
        self._text, self._seed = text, seed or text
        self.setAccessibleName(text)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._size, self._size)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_avatar(painter, QRectF(self.rect()), self._text, self._seed)
        painter.end()
