"""One-colour SVG icons, tinted with a token of the theme in force."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from ui.theme.apply import current_tokens, theme_signals
from ui.theme.files import RESOURCES

FOLDER = RESOURCES / "icons"
_SIZES = (16, 18, 20, 24, 32, 48, 64)


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


@lru_cache(maxsize=512)
def _tinted(name: str, color: str, disabled: str) -> QIcon:
    source = icon_file(name).read_text(encoding="utf-8")
    result = QIcon()
    for tint, mode in ((color, QIcon.Mode.Normal), (disabled, QIcon.Mode.Disabled)):
        renderer = QSvgRenderer(QByteArray(source.replace("currentColor", tint).encode()))
        for size in _SIZES:
            result.addPixmap(_drawn(renderer, size), mode)
    return result


def _drawn(renderer: QSvgRenderer, size: int) -> QPixmap:
    picture = QPixmap(size, size)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return picture


theme_signals().changed.connect(_tinted.cache_clear)
