"""The window's type: the system's font first, then faces that know Chinese."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication

CJK_FAMILIES = ("PingFang SC", "Microsoft YaHei UI", "Noto Sans CJK SC", "WenQuanYi Micro Hei")
MONO_FAMILIES = ("Cascadia Mono", "SF Mono", "Consolas", "Noto Sans Mono", "DejaVu Sans Mono")

_STAND_INS = ("dejavu", "sans", "bitstream", "helvetica")
"""Generic faces Linux hands out by default; their wide Latin sits badly beside Chinese."""


def families() -> list[str]:
    """Font families in order of preference."""
    system = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()
    generic = not system or system.lower().startswith(_STAND_INS)
    return [*CJK_FAMILIES, *([system] if system else [])] if generic else [system, *CJK_FAMILIES]


def mono_families() -> list[str]:
    """Families for order and tracking numbers."""
    return [*MONO_FAMILIES, *CJK_FAMILIES]


def set_application_font(app: QApplication, pixels: int) -> None:
    """Use the families everywhere, `pixels` high."""
    font = QFont()
    font.setFamilies(families())
    font.setPixelSize(pixels)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    app.setFont(font)
    font_of.cache_clear()


def strong_weight() -> int:
    """600 where the first family has a face for it; a lone regular face is emboldened at 700."""
    known = set(QFontDatabase.families())
    family = next((name for name in families() if name in known), "")
    weights = [QFontDatabase.weight(family, style) for style in QFontDatabase.styles(family)]
    return 600 if any(weight >= 600 for weight in weights) else 700


@lru_cache(maxsize=64)
def font_of(pixels: int, *, weight: int = 400) -> QFont:
    """The application's font at another size, for painters; copy it before changing it."""
    font = QFont(QApplication.font())
    font.setPixelSize(pixels)
    font.setWeight(QFont.Weight(weight))
    return font
