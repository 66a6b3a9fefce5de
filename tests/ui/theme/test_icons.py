"""Icons exist, are one-coloured and take the colour of their token."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication

from ui.theme import RESOURCES, apply_theme, icon, icon_names
from ui.theme.icons import icon_file


@pytest.mark.parametrize("name", icon_names())
def test_an_icon_draws_something_in_one_colour(qapp: QApplication, name: str) -> None:
    source = icon_file(name).read_text(encoding="utf-8")
    assert "#" not in source
    assert 'viewBox="0 0 24 24"' in source
    assert 'stroke-width="1.75"' in source
    picture = icon(name).pixmap(QSize(24, 24)).toImage()
    assert any(picture.pixelColor(x, y).alpha() for x in range(24) for y in range(24))


def test_icons_follow_the_theme(qapp: QApplication) -> None:
    light = icon("send", "accent").pixmap(24).toImage()
    apply_theme(qapp, "dark")
    assert icon("send", "accent").pixmap(24).toImage() != light


def test_every_icon_named_in_the_code_exists() -> None:
    pattern = re.compile(r"\b(?:icon|pixmap)\(\s*\"([a-z][a-z-]*)\"")
    named = {
        name
        for file in (RESOURCES.parent / "ui").rglob("*.py")
        for name in pattern.findall(file.read_text(encoding="utf-8"))
    }
    assert named <= set(icon_names())
