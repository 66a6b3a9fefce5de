"""Both themes are readable, complete and free of stray colours."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QFontDatabase, QFontMetrics
from PySide6.QtWidgets import QApplication

from ui.theme import DARK, LIGHT, RESOURCES, TAG_NAMES, Tokens, apply_theme, contrast, theme_signals
from ui.theme.apply import style_sheet

THEMES = [LIGHT, DARK]
SURFACES = ("canvas", "surface", "raised")
TEXTS = ("text", "text_muted", "text_faint", "danger", "warning", "success", "info", "accent")
PAIRS = [
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
    ("on_danger", "danger"),
    ("on_danger", "danger_hover"),
    ("on_practice", "practice"),
    ("text", "accent_soft"),
    ("accent", "accent_soft"),
    ("danger", "danger_soft"),
    ("warning", "warning_soft"),
    ("success", "success_soft"),
    ("info", "info_soft"),
    ("text", "note"),
    ("text_muted", "note"),
    ("text", "bubble_in"),
    ("text", "bubble_out"),
    ("text_muted", "bubble_out"),
    ("accent", "bubble_out"),
    ("text_faint", "accent_soft"),
    ("text_faint", "danger_soft"),
    ("text_faint", "neutral_soft"),
    ("text_faint", "note"),
    ("text", "highlight"),
    ("text", "hover"),
    ("text", "pressed"),
    ("text_muted", "hover"),
    ("text_muted", "neutral_soft"),
]


@pytest.mark.parametrize("tokens", THEMES, ids=lambda t: t.name)
def test_every_text_is_readable_on_every_surface(tokens: Tokens) -> None:
    pairs = [(text, ground) for text in TEXTS for ground in SURFACES] + PAIRS
    weak = {
        (fore, back): round(value, 2)
        for fore, back in pairs
        if (value := contrast(getattr(tokens, fore), getattr(tokens, back))) < 4.5
    }
    assert weak == {}


@pytest.mark.parametrize("tokens", THEMES, ids=lambda t: t.name)
def test_every_tag_colour_is_readable(tokens: Tokens) -> None:
    assert set(tokens.tag_colors) == set(TAG_NAMES)
    for ground in SURFACES:
        for color in tokens.tag_colors.values():
            assert contrast(color, getattr(tokens, ground)) >= 4.5


@pytest.mark.parametrize("tokens", THEMES, ids=lambda t: t.name)
def test_the_focus_ring_stands_out(tokens: Tokens) -> None:
    assert all(contrast(tokens.focus, getattr(tokens, ground)) >= 3 for ground in SURFACES)


@pytest.mark.parametrize("tokens", THEMES, ids=lambda t: t.name)
def test_style_sheets_fill_in_every_token(tokens: Tokens) -> None:
    assert "$" not in style_sheet(tokens)


def test_style_sheets_name_no_colour_of_their_own() -> None:
    for file in sorted((RESOURCES / "styles").glob("*.qss")):
        stray = re.findall(r"#[0-9a-fA-F]{3,8}\b(?=\s*[;}])|\brgba?\(", _rules(file))
        assert not stray, f"{file.name}: {stray}"


def test_no_python_file_sets_a_style_sheet_of_its_own() -> None:
    ui = RESOURCES.parent / "ui"
    guilty = [
        str(file.relative_to(ui))
        for file in ui.rglob("*.py")
        if ".setStyleSheet(" in file.read_text(encoding="utf-8")
    ]
    assert guilty == [str(Path("theme") / "apply.py")]


def test_switching_the_theme_tells_painters(qapp: QApplication) -> None:
    told: list[bool] = []

    def note() -> None:
        told.append(True)

    theme_signals().changed.connect(note)
    apply_theme(qapp, "dark")
    apply_theme(qapp, "dark")
    theme_signals().changed.disconnect(note)
    assert told == [True]
    assert qapp.palette().window().color().name().upper() == DARK.surface


def test_the_font_knows_chinese(qapp: QApplication) -> None:
    if not QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese):
        pytest.skip("no Chinese font on this machine")
    metrics = QFontMetrics(qapp.font())
    assert all(metrics.inFontUcs4(ord(char)) for char in "客服订单物流亲")


def _rules(file: Path) -> str:
    return re.sub(r"/\*.*?\*/", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
