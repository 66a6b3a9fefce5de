"""Puts a theme on the whole application, at start and at run time."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from string import Template
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from ui.theme.files import RESOURCES
from ui.theme.fonts import (
    families,
    font_of,
    mono_families,
    set_application_font,
    strong_weight,
)
from ui.theme.tokens import DARK, LIGHT, Tokens

ThemeName = Literal["light", "dark", "system"]
SCALES = (90, 100, 115, 130)
"""Font sizes offered in the settings, in per cent."""


class ThemeSignals(QObject):
    """`changed` tells painters and icon owners that the tokens are new."""

    changed = Signal()


@lru_cache(maxsize=1)
def theme_signals() -> ThemeSignals:
    """The one emitter of theme changes."""
    return ThemeSignals()


_current: list[Tokens] = [LIGHT]


def current_tokens() -> Tokens:
    """Tokens of the theme in force."""
    return _current[0]


def apply_theme(app: QApplication, name: ThemeName, scale: int = 100) -> None:
    """Restyle everything; `scale` (per cent) enlarges texts, not spacing."""
    tokens = replace(_scaled(_tokens_for(name), scale), weight_strong=strong_weight())
    if tokens == _current[0] and app.property("kefu_theme"):
        return
    _current[0] = tokens
    app.setProperty("kefu_theme", tokens.name)
    if (fusion := QStyleFactory.create("Fusion")) is not None:
        app.setStyle(fusion)
    set_application_font(app, tokens.text_s)
    app.setPalette(palette(tokens))
    app.setStyleSheet(style_sheet(tokens))
    theme_signals().changed.emit()


def sized(pixels: int, *, strong: bool = False) -> QFont:
    """The application's font at another size, for painters."""
    return font_of(pixels, weight=current_tokens().weight_strong if strong else 400)


def style_sheet(tokens: Tokens) -> str:
    """All `resources/styles/*.qss` in name order with each `$token` filled in."""
    values = texts_of(tokens)
    values["marks"] = (RESOURCES / "styles" / "marks").as_posix()
    values["families"] = ", ".join(f'"{name}"' for name in families())
    values["mono_families"] = ", ".join(f'"{name}"' for name in mono_families())
    files = sorted((RESOURCES / "styles").glob("*.qss"))
    return "\n".join(
        Template(file.read_text(encoding="utf-8")).substitute(values) for file in files
    )


def texts_of(tokens: Tokens) -> dict[str, str]:
    """Token names and their texts, tag colours as `tag_<name>`."""
    plain = {**{f: getattr(tokens, f) for f in Tokens.__slots__}, "tag_colors": None}
    tags = {f"tag_{name}": color for name, color in tokens.tag_colors.items()}
    return {key: str(value) for key, value in {**plain, **tags}.items() if value is not None}


def palette(tokens: Tokens) -> QPalette:
    """The same colours for whatever paints without a style sheet."""
    roles = QPalette.ColorRole
    colors = {
        roles.Window: tokens.surface,
        roles.WindowText: tokens.text,
        roles.Base: tokens.raised,
        roles.AlternateBase: tokens.surface,
        roles.Text: tokens.text,
        roles.Button: tokens.raised,
        roles.ButtonText: tokens.text,
        roles.ToolTipBase: tokens.raised,
        roles.ToolTipText: tokens.text,
        roles.Highlight: tokens.accent,
        roles.HighlightedText: tokens.on_accent,
        roles.Accent: tokens.accent,
        roles.PlaceholderText: tokens.text_faint,
        roles.Link: tokens.accent,
        roles.LinkVisited: tokens.accent,
        roles.Light: tokens.raised,
        roles.Midlight: tokens.border,
        roles.Mid: tokens.border_strong,
        roles.Dark: tokens.border_strong,
        roles.Shadow: tokens.shadow,
    }
    result = QPalette()
    for color_role, color in colors.items():
        result.setColor(color_role, QColor(color))
    for color_role in (roles.Text, roles.WindowText, roles.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, color_role, QColor(tokens.text_faint))
    return result


def _tokens_for(name: ThemeName) -> Tokens:
    if name == "system":
        hints = QGuiApplication.styleHints()
        return DARK if hints.colorScheme() == Qt.ColorScheme.Dark else LIGHT
    return DARK if name == "dark" else LIGHT


def _scaled(tokens: Tokens, scale: int) -> Tokens:
    if scale == 100:
        return tokens
    sizes = ("text_xs", "text_s", "text_m", "text_l", "text_xl", "row", "control")
    return replace(tokens, **{n: round(getattr(tokens, n) * scale / 100) for n in sizes})
