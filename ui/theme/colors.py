"""Contrast arithmetic of WCAG 2.1, shared by the tokens' test and by chips of free colours."""

from __future__ import annotations

from PySide6.QtGui import QColor

READABLE = 4.5
"""Least contrast of normal text against what it stands on (WCAG 2.1, 1.4.3)."""


def contrast(one: str | QColor, other: str | QColor) -> float:
    """Contrast ratio of two opaque colours, 1 to 21."""
    a, b = sorted((_luminance(QColor(one)), _luminance(QColor(other))))
    return (b + 0.05) / (a + 0.05)


def mix(one: str | QColor, other: str | QColor, share: float) -> QColor:
    """`share` (0 to 1) of `one` laid over `other`, opaque."""
    a, b = QColor(one), QColor(other)
    return QColor.fromRgbF(
        a.redF() * share + b.redF() * (1 - share),
        a.greenF() * share + b.greenF() * (1 - share),
        a.blueF() * share + b.blueF() * (1 - share),
    )


def readable_on(background: str | QColor, wish: str | QColor) -> QColor:
    """`wish`, darkened or lightened only as far as it takes to be readable on `background`."""
    goal = "#000000" if _luminance(QColor(background)) > 0.18 else "#FFFFFF"
    color = QColor(wish)
    for step in range(1, 21):
        if contrast(color, background) >= READABLE:
            break
        color = mix(goal, wish, step / 20)
    return color


def _luminance(color: QColor) -> float:
    red, green, blue = (
        c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4
        for c in (color.redF(), color.greenF(), color.blueF())
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
