"""The manual shows its pages, finds words and lists the keys in force."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from pytestqt.qtbot import QtBot

from ui.manual import pages, viewer
from ui.manual.viewer import ManualWindow

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def manual(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ManualWindow:
    (tmp_path / "1-start.md").write_text("# First hour\n\nGreet. See [orders](2-orders.md).\n")
    (tmp_path / "2-orders.md").write_text("# Orders\n\nImport the **file** of the platform.\n")
    for module in (pages, viewer):
        monkeypatch.setattr(module, "manual_folder", lambda: tmp_path)
    window = ManualWindow(lambda: [("General", "Search everything", "Ctrl+K")])
    qtbot.addWidget(window)
    return window


def test_contents_are_in_order_and_end_with_the_keys(manual: ManualWindow) -> None:
    assert manual.titles() == ["First hour", "Orders", "Keyboard"]
    manual.open_page("keys")
    assert "Ctrl+K" in manual._text.toPlainText()


def test_a_word_is_found_and_lit(manual: ManualWindow) -> None:
    manual._search.setText("platform")
    manual._search.search_now()
    assert manual.titles() == ["Orders"]
    assert len(manual._text.extraSelections()) == 1
    manual._search.setText("nothing like it")
    manual._search.search_now()
    assert manual.titles() == []
    assert "No page holds these words" in manual._text.toPlainText()


def test_a_link_leads_to_the_other_page(manual: ManualWindow) -> None:
    manual._follow(QUrl("2-orders.md"))
    assert "Import the file" in manual._text.toPlainText()
