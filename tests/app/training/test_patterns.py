"""Patterns of a shop's own are searched in time that grows with the text only."""

from __future__ import annotations

import re
import time
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.training.intents import intents
from app.training.patterns import MOST_FOUND, MOST_TEXT, BadPattern, groups_of, stated
from app.training.scenario import scenarios
from app.training.scenario_check import read_document

LONG = "a" * MOST_TEXT
EVIL = [
    (r"(a+)+$", LONG + "!"),
    (r"((a|aa)+)$", LONG + "!"),
    (r"(a|a?)+$", LONG + "!"),
    (r"([a-zA-Z]+)*$", LONG + "!"),
    (r"(\w+\s?)*$", LONG + "!"),
    (r"(x+x+)+y", "x" * MOST_TEXT),
    (r"(.*)(?:.*)(?:.*)(?:.*)(?:.*)(?:.*)(?:.*)z", LONG),
    (r"(\d+)(?:.*){40}天", "1" * MOST_TEXT),
    (r"(a?){150}a{120}", LONG),
    (r"((?:.{1,30}){1,30})x", "啊" * MOST_TEXT),
    (r"(?:[ab]*a){10}([ab]{10})$", "ab" * 500),
    (r"(a.*){1,20}(?:b.*){1,20}(?:c.*){1,20}z", "abc" * 333),
]


@pytest.mark.parametrize(("pattern", "text"), EVIL)
def test_no_pattern_is_slow(pattern: str, text: str) -> None:
    began = time.process_time()
    stated(pattern, text)
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize(
    "pattern", [r"(a{1,900}){1,900}", r"((((a{1,9}){1,9}){1,9}){1,9})", "(" + "a?" * 200 + ")"]
)
def test_a_pattern_that_would_take_much_room_is_refused(pattern: str) -> None:
    began = time.process_time()
    with pytest.raises(BadPattern):
        groups_of(pattern)
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize("pattern", [r"(\d+)(?=天)", r"(?<!\d)(\d)", r"(a)\1", r"(?>a+)(b)"])
def test_what_others_do_slowly_is_refused_and_said_in_words(pattern: str) -> None:
    document: dict[str, Any] = {"truths": [{"id": "t", "find": pattern, "right": ["1"]}]}
    found = faults(document)
    assert "look-ahead" in found["truths.0.find"]


@pytest.mark.parametrize(
    "pattern", ["(a", "*", "[z-a]", "(?P<x", "(a{9999999999})", "(a{1,99999})", "\ud800(a)"]
)
def test_what_is_no_pattern_is_a_fault_of_its_field(pattern: str) -> None:
    document: dict[str, Any] = {"truths": [{"id": "t", "find": pattern, "right": ["1"]}]}
    assert faults(document)["truths.0.find"].startswith("no pattern")


def faults(change: dict[str, Any]) -> dict[str, str]:
    sound = msgspec.to_builtins(scenarios()["price-protection"])
    return {one.where: one.plain for one in read_document(sound | change, intents())[1]}


@given(st.text())
def test_any_pattern_is_a_pattern_or_a_fault(pattern: str) -> None:
    try:
        groups = groups_of(pattern)
    except BadPattern:
        return
    if groups:
        stated(pattern, "48 小时内发出")


@given(st.text(st.characters(), max_size=60))
def test_the_bundled_patterns_find_in_any_text_what_python_finds(text: str) -> None:
    for scenario in scenarios().values():
        for truth in scenario.truths:
            plain = [match[1] for match in re.finditer(truth.find, text, re.IGNORECASE | re.ASCII)]
            assert stated(truth.find, text) == plain


@pytest.mark.parametrize(
    ("scenario", "text", "found"),
    [
        ("size-advice", "建议您拍 L 码", ["L"]),
        ("size-advice", "I recommend XL for you", ["XL"]),
        ("size-advice", "she recommends the usual", []),
        ("size-advice", "推荐 M。适合S", ["M", "S"]),
        ("holiday-dispatch", "20号停发，the 21th", ["20", "21"]),
        ("exchange-size", "7天内可以换", ["7"]),
        ("price-protection", "15 days of price protection", ["15"]),
    ],
)
def test_the_bundled_patterns_find_what_they_are_for(
    scenario: str, text: str, found: list[str]
) -> None:
    (truth, *_more) = scenarios()[scenario].truths
    assert stated(truth.find, text) == found


def test_a_line_is_looked_at_to_a_length_and_a_number_of_finds() -> None:
    assert len(stated(r"(\d)", "1" * MOST_TEXT)) == MOST_FOUND
    assert stated(r"(9)", " " * MOST_TEXT + "9") == []
    assert stated(r"(\d+)天", "\ud800 7天") == ["7"]
