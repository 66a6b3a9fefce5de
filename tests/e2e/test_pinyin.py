"""A trainee at the real window who types Chinese by a real pinyin input method.

Where the keys of an input method and those of the desk meet is tested in CI with Qt's own events;
here the keys come from the X server, and IBus with libpinyin makes words of them.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest
from pypinyin import lazy_pinyin

from app.services import Services
from app.training import Kind, Sitting, TypingRow, align
from tests.e2e.input_method import Keyboard, pinyin
from tests.e2e.person import Agent, wait_for
from tests.e2e.test_first_hour import COMPANY, comes_to, look, shop, starts_a_scenario

__all__ = ["shop"]
pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]

GREETING: Final = "客服小丽"
HELD: Final = "再按一次 Enter"
WARNED: Final = "无论客户说了什么都不能回敬"
CHINESE: Final = re.compile(r"[\u4e00-\u9fff]+")
SIMPLE: Final = re.compile(r"(?:[\u4e00-\u9fff]+[，。？！]){1,4}")
MARKS: Final = {"，": "comma", "。": "period", "？": "question", "！": "exclam"}
STEADY_S: Final = 0.3
"""Longer than a key takes from the keyboard to the input method to the window."""
QUIET_S: Final = 0.7
"""Longer than anything in the window waits before it looks at what was typed."""


class Trainee(Agent):
    """Types by pinyin; goes about the window by the keys the other stories prove."""

    def __init__(self, home: Path, told: Mapping[str, str]) -> None:
        super().__init__(home, told["DISPLAY"], practice=True, surroundings=told)
        self.press = Keyboard(os.environ | told).press

    def spells(self, letters: str) -> str:
        """Type letters that are not chosen from yet; what the input method makes of them."""
        before = self.written()
        self.press(*letters)
        words = wait_for(f"words for {letters}", self.steady)
        assert self.written() == before
        return str(words)

    def steady(self) -> str:
        """What is being composed, once no key is under way any more; "" before."""
        words = self.composing()
        time.sleep(STEADY_S)
        return words if words == self.composing() else ""

    def spells_out(self, letters: str, words: str) -> None:
        """Type letters and choose these words, by Space or by their number."""
        before = self.written()
        for key in ("space", "2", "3", "4", "5"):
            self.spells(letters)
            self.press(key)
            self.idle()
            if (now := self.written()) == before + words:
                return
            self.press("Escape", *["BackSpace"] * (len(now) - len(before)))
            self.holds(before)
        raise AssertionError(f"the input method does not offer {words} for {letters}")

    def idle(self) -> None:
        """Let the window look at what was typed, if it wants to."""
        time.sleep(QUIET_S)

    def holds(self, text: str) -> None:
        """Wait until exactly this stands in the field, and nothing is being composed."""
        wait_for(f"{text} in the field", lambda: (self.written(), self.composing()) == (text, ""))

    def clears(self) -> None:
        self.keys("Ctrl+A", "Del")
        self.holds("")

    def shows(self, text: str) -> bool:
        return any(text in shown for shown in self.screen())


@pytest.fixture
def told(screen: str) -> Iterator[dict[str, str]]:
    """A screen at which one types by pinyin."""
    with pinyin(screen) as surroundings:
        yield surroundings


@contextmanager
def at_the_desk(shop: Path, told: Mapping[str, str]) -> Iterator[Trainee]:
    trainee = Trainee(shop, told)
    try:
        trainee.sees("接待台")
        yield trainee
    except AssertionError:
        trainee.picture(trainee.album / "end.png")
        raise
    finally:
        trainee.quits()


@contextmanager
def serving(shop: Path, told: Mapping[str, str]) -> Iterator[Trainee]:
    """The conversation of a practice customer is open, the reply has the focus."""
    with at_the_desk(shop, told) as trainee:
        starts_a_scenario(trainee)

        def open_it() -> bool:
            trainee.keys("Ctrl+Shift+J")
            return trainee.focus() == "回复"

        wait_for("the conversation of the practice customer", open_it)
        yield trainee


def test_a_practice_customer_is_served(shop: Path, told: Mapping[str, str]) -> None:
    with serving(shop, told) as trainee:
        says(trainee, ("nihao", "你好"))
        says(trainee, ("qingwen", "请问"), ("fapiao", "发票"), ("taitou", "抬头"), ("he", "和"),
             ("shuishou", "税收"), "BackSpace", ("hao", "号"), "question")  # fmt: skip
        trainee.sees(COMPANY)
        assert trainee.shows("请问发票抬头和税号？")


def says(trainee: Trainee, *words: tuple[str, str] | str) -> None:
    """Write words and marks, and send them."""
    for word in words:
        if isinstance(word, str):
            trainee.press(word)
        else:
            trainee.spells_out(*word)
    sent = trainee.written()
    trainee.press("Return")
    wait_for("what Enter did", lambda: trainee.written() == "" or trainee.shows(HELD))
    if trainee.written():  # the customer wrote meanwhile, which holds a reply once
        trainee.press("Return")
    trainee.holds("")
    trainee.sees(sent)


def test_keys_of_a_composition_are_not_the_desks(shop: Path, told: Mapping[str, str]) -> None:
    with serving(shop, told) as trainee:
        enter_hands_over_letters_and_sends_nothing(trainee)
        digits_choose(trainee)
        escape_cancels(trainee)
        shift_turns_to_english_and_back(trainee)
        shortcuts_wait(trainee)
        the_language_check_waits(trainee)
        phrases_wait(trainee)


def enter_hands_over_letters_and_sends_nothing(trainee: Trainee) -> None:
    assert CHINESE.fullmatch(trainee.spells("nihao"))
    trainee.press("Return")
    trainee.holds("nihao")
    trainee.idle()
    assert trainee.written() == "nihao"
    trainee.clears()


def digits_choose(trainee: Trainee) -> None:
    first = trainee.spells("shi")
    trainee.press("3")
    trainee.idle()
    third = trainee.written()
    assert CHINESE.fullmatch(third)
    assert third != first
    trainee.clears()


def escape_cancels(trainee: Trainee) -> None:
    trainee.spells_out("nihao", "你好")
    trainee.spells("zai")
    trainee.press("Escape")
    trainee.holds("你好")
    assert trainee.focus() == "回复"
    trainee.clears()


def shift_turns_to_english_and_back(trainee: Trainee) -> None:
    trainee.press("Shift_L", *"ok")
    trainee.holds("ok")
    trainee.press("Shift_L")
    trainee.spells("ni")
    trainee.press("Escape")
    trainee.holds("ok")
    trainee.clears()


def shortcuts_wait(trainee: Trainee) -> None:
    """Side panels, palette, another conversation, sending: not before the words are chosen."""
    words = trainee.spells("nihao")
    trainee.press("alt+2", "ctrl+k", "alt+Down", "ctrl+Return", "ctrl+3")
    trainee.idle()
    assert (trainee.focus(), trainee.written(), trainee.composing()) == ("回复", "", words)
    trainee.press("space")
    trainee.holds("你好")
    trainee.clears()


def the_language_check_waits(trainee: Trainee) -> None:
    trainee.spells("cao")
    trainee.idle()
    assert not trainee.shows(WARNED)
    trainee.press("Return")
    trainee.sees(WARNED)
    trainee.holds("cao")
    trainee.clears()


def phrases_wait(trainee: Trainee) -> None:
    """Digits and Enter choose what the input method offers, then Enter what the phrases do."""
    trainee.press("slash")
    trainee.sees("Enter 插入")
    trainee.spells("zd")
    trainee.press("2")
    trainee.idle()
    assert re.fullmatch(f"/{CHINESE.pattern}", trainee.written())
    trainee.press("Escape")
    trainee.clears()
    trainee.press("slash")
    trainee.sees("Enter 插入")
    trainee.spells("zd")
    trainee.press("Return")
    trainee.holds("/zd")
    trainee.sees(GREETING)
    trainee.press("Return")
    wait_for("the phrase", lambda: GREETING in trainee.written())
    trainee.clears()


def test_fields_and_dialogs_see_only_what_was_chosen(shop: Path, told: Mapping[str, str]) -> None:
    with serving(shop, told) as trainee:
        escape_leaves_a_dialog_open(trainee)
        escape_leaves_the_palette_open(trainee)
        a_search_waits(trainee)


def escape_leaves_a_dialog_open(trainee: Trainee) -> None:
    trainee.keys("Ctrl+Shift+P")
    wait_for("a new phrase", lambda: trainee.focus() not in {"", "回复"})
    field = trainee.focus()
    trainee.spells("nihao")
    trainee.press("Escape")
    trainee.holds("")
    trainee.idle()
    assert trainee.focus() == field
    trainee.spells_out("nihao", "你好")
    trainee.press("Escape")
    wait_for("the reply", lambda: trainee.focus() == "回复")


def escape_leaves_the_palette_open(trainee: Trainee) -> None:
    trainee.keys("Ctrl+K")
    wait_for("the palette", lambda: trainee.focus() == "命令面板")
    before = trainee.items("paletteList")
    assert before
    trainee.spells("dingdan")
    trainee.idle()
    assert trainee.items("paletteList") == before
    trainee.press("Escape")
    trainee.holds("")
    assert trainee.focus() == "命令面板"
    trainee.press("Escape")
    wait_for("the reply", lambda: trainee.focus() == "回复")


def a_search_waits(trainee: Trainee) -> None:
    trainee.keys("Ctrl+5")
    trainee.sees("新建短语")
    trainee.keys("Ctrl+F")
    wait_for("the search", lambda: "拼音" in trainee.focus())
    before = wait_for("the phrases", lambda: trainee.items("短语"))
    trainee.spells("fapiao")
    trainee.idle()
    assert trainee.items("短语") == before
    trainee.press("space")
    trainee.holds("发票")
    found = wait_for("other phrases", lambda: differing(before, trainee.items("短语")))
    assert any("发票" in text for text in found)


def differing(before: list[str], now: list[str]) -> list[str]:
    return now if now != before else []


def test_typing_counts_what_was_chosen(shop: Path, told: Mapping[str, str]) -> None:
    with at_the_desk(shop, told) as trainee:
        trainee.keys("Ctrl+8")
        comes_to(trainee, "打字练习")
        text = finds_a_simple_text(trainee)
        trainee.goes_to("在此输入", most=200)
        typed = ""
        for part in re.split("([，。？！])", text)[:-1]:
            if part in MARKS:
                trainee.press(MARKS[part])
                typed += part
            else:
                typed += types_by_ear(trainee, part)
            trainee.sees(typed)
        trainee.sees("每分钟")
    rows = look(shop, lambda services: services.typing.history())
    assert isinstance(rows, list)
    (row,) = rows
    assert isinstance(row, TypingRow)
    assert (row.typed.chars, row.typed.errors) == (
        len(typed),
        align(text, typed, whole=True).errors,
    )
    assert row.typed.accuracy > 0.5
    assert row.typed.per_minute > 1


def finds_a_simple_text(trainee: Trainee) -> str:
    """Look for a text of nothing but Chinese and common marks."""

    def shown() -> str | None:
        for text in trainee.screen():
            if SIMPLE.fullmatch(text) and 12 <= len(text) <= 40:
                return text
        trainee.goes_to("下一篇", most=200)
        trainee.keys("Space")
        return None

    return str(wait_for("a text to type", shown))


def types_by_ear(trainee: Trainee, part: str) -> str:
    """Type the sounds of some words and take what is offered; what that was."""
    before = trainee.written()
    offered = trainee.spells("".join(lazy_pinyin(part, v_to_u=False)))
    trainee.idle()
    assert trainee.written() == before
    trainee.press("space")
    wait_for("the words", lambda: trainee.composing() == "" and trainee.written() != before)
    chosen = trainee.written().removeprefix(before)
    assert chosen == offered
    return chosen


def test_a_written_answer_in_an_exam(shop: Path, told: Mapping[str, str]) -> None:
    look(shop, all_but_the_last)
    with at_the_desk(shop, told) as trainee:
        trainee.keys("Ctrl+8")
        comes_to(trainee, "考过的试卷")
        trainee.goes_to("继续", most=200)
        trainee.keys("Space")
        wait_for("the written question", lambda: trainee.focus() == "你的回复")
        place = next(text for text in trainee.screen() if re.match(r"16 / 16\b", text))
        trainee.spells("maniuhao")
        trainee.press("ctrl+Return", "Escape")
        trainee.holds("")
        trainee.spells_out("nihao", "你好")
        trainee.spells("shi")
        trainee.press("2")
        trainee.idle()
        written = trainee.written()
        assert re.fullmatch("你好" + CHINESE.pattern, written)
        assert trainee.shows(place)
        trainee.goes_to("上一题", most=200)
        trainee.keys("Space")
        trainee.sees("15 / 16")
        trainee.press("2")
        trainee.idle()
    sitting = look(shop, lambda services: services.exams.running())
    assert isinstance(sitting, Sitting)
    answers = [sitting.given[item.question.id].answer for item in sitting.items]
    assert answers[-2:] == ["AB", written]


def all_but_the_last(services: Services) -> None:
    """Sit an exam up to its written question."""
    sitting = services.exams.start(key="welcome", seed=7)
    for item in sitting.items[:-1]:
        answer = "T" if item.question.kind is Kind.TRUE_FALSE else "A"
        services.exams.answer(sitting.id, item.question.id, answer)
