"""Typing: mistakes by edit distance over what was committed, texts as the shop writes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import PermissionDenied, UserError
from app.training import Fate, PracticeText, Typed, align
from app.training.typing import _LENGTHS, summed, typeable
from tests.school import School

TEXT = "您好，您的订单今天下午发出，请放心。"
Words = st.text("您好订单发货，。ab", max_size=12)


def plain_distance(a: str, b: str) -> int:
    if not a or not b:
        return len(a) + len(b)
    return min(
        plain_distance(a[1:], b) + 1,
        plain_distance(a, b[1:]) + 1,
        plain_distance(a[1:], b[1:]) + (a[0] != b[0]),
    )


@given(st.text("ab，", max_size=6), st.text("ab，", max_size=6))
def test_mistakes_are_the_edit_distance(target: str, typed: str) -> None:
    aligned = align(target, typed, whole=True)
    assert aligned.errors == plain_distance(target.replace("，", ","), typed.replace("，", ","))
    assert len(aligned.fates) == len(target)
    bad = sum(fate in {Fate.WRONG, Fate.MISSED} for fate in aligned.fates)
    assert bad <= aligned.errors
    assert Fate.AHEAD not in aligned.fates


@given(Words, st.integers(0, 12))
def test_what_still_comes_is_no_mistake(target: str, upto: int) -> None:
    aligned = align(target, target[:upto], whole=False)
    assert aligned.errors == 0
    assert aligned.fates[: min(upto, len(target))] == (Fate.RIGHT,) * min(upto, len(target))


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        (TEXT, 0),
        (TEXT.replace("，", ","), 0),
        (TEXT.replace("放心", "防心"), 1),
        (TEXT.replace("今天", ""), 2),
        (TEXT.replace("订单", "订订单"), 1),
    ],
)
def test_a_wrong_a_missing_and_a_doubled_character(typed: str, errors: int) -> None:
    assert align(TEXT, typed, whole=True).errors == errors


def test_speed_counts_right_characters_only() -> None:
    typed = Typed(chars=60, ms=60_000, errors=6)
    assert typed.per_minute == 54
    assert typed.accuracy == pytest.approx(0.9)
    assert Typed(0, 0, 0).per_minute == 0


def test_texts_come_from_the_shops_phrases_in_both_languages(school: School) -> None:
    services = school.sit(school.boss)
    services.phrases.load_starters()
    for english in (False, True):
        texts = services.typing.texts(30, english=english, seed=2)
        assert len({one.text for one in texts}) == 30
        assert texts == services.typing.texts(30, english=english, seed=2)
        assert texts != services.typing.texts(30, english=english, seed=3)
        least, most = _LENGTHS["en" if english else "zh"]
        for one in texts:
            assert least <= len(one.text) <= most
            assert not set("{}\n😊") & set(one.text)


def test_a_shop_without_phrases_has_something_to_type_too(school: School) -> None:
    assert len(school.sit(school.mei).typing.texts(10)) == 10


@given(st.text(max_size=300), st.sampled_from(["zh", "en"]))
def test_pieces_have_a_fair_length_whatever_the_phrase(text: str, tongue: str) -> None:
    least, most = _LENGTHS[tongue]
    assert all(least <= len(piece) <= most for piece in typeable(text, tongue))


def test_texts_typed_are_kept_and_tell_where_one_stands(school: School) -> None:
    typing = school.sit(school.mei).typing
    for seconds in (36, 18, 15, 15, 15, 15):
        school.clock.add(60)
        typing.keep(PracticeText("yz", TEXT), TEXT, 1000 * seconds)
    summary = typing.summary()
    assert (summary.n, summary.accuracy) == (6, 1.0)
    assert summary.best == pytest.approx(len(TEXT) * 4)
    assert summary.recent == pytest.approx(5 * len(TEXT) * 60 / 78)
    assert summary.reached
    assert [row.typed.ms for row in typing.history()][-1] == 36_000
    school.sit(school.lan)
    with pytest.raises(PermissionDenied):
        typing.history(school.mei.id)


def test_what_nobody_can_have_typed_does_not_count(school: School) -> None:
    typing = school.sit(school.mei).typing
    for typed, ms in ((TEXT, 100), ("", 1000), (TEXT, 0)):
        with pytest.raises(UserError):
            typing.keep(PracticeText("yz", TEXT), typed, ms)
    assert typing.history() == []


def test_speed_with_many_mistakes_does_not_reach_the_bar() -> None:
    assert summed([Typed(100, 60_000, 0)]).reached
    assert not summed([Typed(100, 60_000, 10)]).reached
