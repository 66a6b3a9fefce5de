"""A round face for people without a picture: their first character on a colour of their own."""

from __future__ import annotations

import zlib
from functools import lru_cache

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import TAG_NAMES, current_tokens, mix, readable_on, sized, theme_signals


def avatar_colors(seed: str) -> tuple[QColor, QColor]:
    """Ground and text colour, the same for the same seed on every machine."""
    return _colors(zlib.crc32(seed.encode()) % (len(TAG_NAMES) - 1))


def _colors(number: int) -> tuple[QColor, QColor]:
    tokens = current_tokens()
    strong = tokens.tag_colors[TAG_NAMES[1 + number]]
    ground = mix(strong, tokens.raised, 0.2)
    return ground, readable_on(ground, strong)


def initial(name: str) -> str:
    """The character that stands for a name: the first that is a letter, a digit or Chinese."""
    return next((char.upper() for char in name if char.isalnum()), "?")


def paint_avatar(painter: QPainter, rect: QRectF, name: str, seed: str | None = None) -> None:
    """Draw the face of `name` into `rect`; for delegates."""
    ratio = painter.device().devicePixelRatioF()
    number = zlib.crc32((seed or name).encode()) % (len(TAG_NAMES) - 1)
    painter.drawPixmap(rect.topLeft(), _face(initial(name), number, round(rect.height()), ratio))


@lru_cache(maxsize=256)
def _face(sign: str, number: int, side: int, ratio: float) -> QPixmap:
    """The face as a picture: a list shows the same few again and again."""
    picture = QPixmap(round(side * ratio), round(side * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter, rect = QPainter(picture), QRectF(0, 0, side, side)
    ground, fore = _colors(number)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawEllipse(rect)
    painter.setPen(fore)
    painter.setFont(sized(round(rect.height() * 0.44), strong=True))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, sign)
    painter.end()
    return picture


theme_signals().changed.connect(_face.cache_clear)


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
