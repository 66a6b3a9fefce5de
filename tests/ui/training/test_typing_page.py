"""Typing in the window: with keys and with an input method, measured by what is committed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QCoreApplication, QMimeData, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.training import PracticeText
from tests.school import School
from tests.ui.training.conftest import Window
from ui.training.typing_field import TypingField
from ui.training.typing_page import TypingPage

TEXT = "您好，请您稍等，马上为您查。"


class Watch:
    """What the clock of a field shows."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def page(qtbot: QtBot, school: School, window: Window, watch: Watch) -> TypingPage:
    school.sit(school.mei)
    made = window(TypingPage)
    made.field._clock = watch
    made._texts = [PracticeText("yz", TEXT), PracticeText("yz2", TEXT)]
    made.restart()
    return made


def compose(field: TypingField, preedit: str = "", commit: str = "") -> None:
    """An event as a pinyin input method sends it."""
    event = QInputMethodEvent(preedit, [])
    event.setCommitString(commit)
    QCoreApplication.sendEvent(field, event)


def by_pinyin(field: TypingField, watch: Watch, text: str, seconds: float) -> None:
    """Letters are composed, then a word is committed; commas come by themselves."""
    for place in range(0, len(text), 2):
        for letters in ("n", "ni", "ni'h", "ni'hao"):
            compose(field, letters)
        watch.now += seconds / (len(text) / 2)
        compose(field, commit=text[place : place + 2])


def test_pinyin_letters_are_no_mistakes_and_the_clock_starts_with_the_first(
    page: TypingPage, school: School, watch: Watch
) -> None:
    compose(page.field, "ni")
    assert page.field.composing
    assert page.field.toPlainText() == ""
    watch.now += 2
    page._on_tick()
    assert page.live.text().endswith("—") or "—" in page.live.text()
    compose(page.field, commit="您好")
    assert page.text.show_typed("您好") == 0
    by_pinyin(page.field, watch, TEXT[2:], 10)
    (row,) = school.services.typing.history()
    assert (row.typed.chars, row.typed.errors, row.typed.ms) == (len(TEXT), 0, 12_000)
    assert "100%" in page.notice.text()


def test_enter_belongs_to_the_input_method_while_it_composes(
    page: TypingPage, school: School, watch: Watch
) -> None:
    by_pinyin(page.field, watch, TEXT[:4], 2)
    compose(page.field, "shao")
    QTest.keyClick(page.field, Qt.Key.Key_Return)
    assert school.services.typing.history() == []
    assert not page.field.isReadOnly()
    compose(page.field)
    QTest.keyClick(page.field, Qt.Key.Key_Return)
    (row,) = school.services.typing.history()
    assert row.typed.chars == 4
    assert row.typed.errors == len(TEXT) - 4


def test_a_text_is_not_over_before_the_last_word_is_committed(
    page: TypingPage, school: School, watch: Watch
) -> None:
    by_pinyin(page.field, watch, TEXT[:-2], 5)
    compose(page.field, "cha")
    assert not page.field.isReadOnly()
    watch.now += 1
    compose(page.field, commit=TEXT[-2:])
    assert page.field.isReadOnly()
    assert school.services.typing.history()[0].typed.ms == 6_000


def test_mistakes_by_keys_are_counted_when_they_stay_not_when_they_are_mended(
    page: TypingPage, school: School, watch: Watch
) -> None:
    text = "Hello, one moment please."
    page._texts = [PracticeText("m", text), PracticeText("m", text)]
    page.restart()
    for typed in ("Hellp", "\b", text[4:-1]):
        for char in typed:
            watch.now += 0.2
            if char == "\b":
                QTest.keyClick(page.field, Qt.Key.Key_Backspace)
            else:
                QTest.keyClicks(page.field, char)
    QTest.keyClicks(page.field, "!")
    (row,) = school.services.typing.history()
    assert (row.typed.chars, row.typed.errors) == (len(text), 1)


def test_nothing_can_be_pasted(page: TypingPage) -> None:
    data = QMimeData()
    data.setText(TEXT)
    page.field.insertFromMimeData(data)
    assert page.field.toPlainText() == ""
    assert "粘贴" in page.notice.text()


@pytest.mark.parametrize("leave", [TypingPage.restart, TypingPage.next_text])
def test_a_text_left_half_way_does_not_count(
    page: TypingPage, school: School, watch: Watch, leave: Callable[[TypingPage], None]
) -> None:
    by_pinyin(page.field, watch, TEXT[:6], 3)
    leave(page)
    assert page.field.toPlainText() == ""
    assert page.field.elapsed_ms() == 0
    assert school.services.typing.history() == []


def test_enter_goes_on_and_the_page_tells_where_one_stands(
    page: TypingPage, watch: Watch, qtbot: QtBot
) -> None:
    by_pinyin(page.field, watch, TEXT, 10)
    qtbot.waitUntil(lambda: page.history.row_count() == 1)
    assert page.recent.value.text() == str(round(len(TEXT) * 6))
    assert page.accuracy.value.text() == "100%"
    QTest.keyClick(page, Qt.Key.Key_Return)
    assert page.current is not None
    assert page.current.source == "yz2"
    assert not page.field.isReadOnly()
