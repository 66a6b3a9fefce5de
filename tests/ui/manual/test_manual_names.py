"""The manual calls things as the window does."""

from __future__ import annotations

import re

import pytest
from babel.messages.pofile import read_po

from app.core.paths import resource
from resources.locale import catalogue

SAYINGS = {"价格不由客服定，讲价值，给小惊喜", "Practice: …"}
"""Quoted, but no whole name of anything on the screen."""


def quoted(language: str) -> set[str]:
    """What the pages put into quotation marks, the steps of a way apart."""
    pages = resource("manual", language).glob("*.md")
    text = "".join(page.read_text(encoding="utf-8") for page in pages)
    return {part for name in re.findall("“([^”]+)”", text) for part in name.split(" → ")}


def shown(language: str) -> list[str]:
    """All texts of the window and of the customer's page in a language."""
    said = [resource("webchat", "chat", "texts.js").read_text(encoding="utf-8")]
    for file in catalogue.PO_DIR.glob("*.po"):
        with file.open("rb") as stream:
            for message in read_po(stream):
                text = message.string if language == "zh" else message.id
                said += [text] if isinstance(text, str) else text or ()
    return said


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_the_manual_quotes_is_on_the_screen(language: str) -> None:
    everything = "\n".join(shown(language))
    assert {name for name in quoted(language) - SAYINGS if name not in everything} == set()
