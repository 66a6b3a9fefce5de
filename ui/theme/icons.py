"""One-colour SVG icons, tinted with a token of the theme in force."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from ui.theme.apply import current_tokens, theme_signals
from ui.theme.files import RESOURCES

FOLDER = RESOURCES / "icons"


def icon(name: str, token: str = "text_muted") -> QIcon:  # noqa: S107 - a colour's name
    """The icon `name` in the colour of `token`; greyed by itself where disabled."""
    tokens = current_tokens()
    return _tinted(name, str(getattr(tokens, token)), tokens.border_strong)


def pixmap(
    name: str,
    size: int,
    token: str = "text_muted",  # noqa: S107 - a colour's name
    ratio: float = 1.0,
) -> QPixmap:
    """The icon as a picture of `size` logical pixels for a screen of `ratio`."""
    return icon(name, token).pixmap(QSize(size, size), ratio)


def icon_names() -> list[str]:
    """Every icon there is."""
    return sorted(file.stem for file in FOLDER.glob("*.svg"))


def icon_file(name: str) -> Path:
    """Where the drawing of `name` lies."""
    return FOLDER / f"{name}.svg"


class _Drawing(QIconEngine):
    """Draws an icon at the size it is asked for, when it is asked for it."""

    def __init__(self, name: str, color: str, disabled: str) -> None:
        super().__init__()
        self._name, self._color, self._disabled = name, color, disabled

    def clone(self) -> QIconEngine:
        return _Drawing(self._name, self._color, self._disabled)

    def key(self) -> str:
        return "kefu"

    def actualSize(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QSize:
        return size

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(
        self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float
    ) -> QPixmap:
        color = self._disabled if mode == QIcon.Mode.Disabled else self._color
        side = round(min(size.width(), size.height()) * scale)
        picture = QPixmap(_drawn(self._name, color, side))
        picture.setDevicePixelRatio(scale)
        return picture

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(rect, self.scaledPixmap(rect.size(), mode, state, ratio))


@lru_cache(maxsize=512)
def _tinted(name: str, color: str, disabled: str) -> QIcon:
    return QIcon(_Drawing(name, color, disabled))


@lru_cache(maxsize=1024)
def _drawn(name: str, color: str, side: int) -> QPixmap:
    source = icon_file(name).read_text(encoding="utf-8").replace("currentColor", color)
    picture = QPixmap(side, side)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(QByteArray(source.encode())).render(painter, QRectF(0, 0, side, side))
    painter.end()
    return picture


theme_signals().changed.connect(_tinted.cache_clear)
