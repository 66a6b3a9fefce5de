"""Finding phrases while typing: code, initials, pinyin, text, and what is lit."""

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.pinyin import initials, letters, syllables
from app.phrases.lookup import Entry, Found, Lookup
from app.phrases.spelling import blur, slips, stored_pinyin

_number = count(1)

PHRASES = [
    ("zk", "", "在的{客户称呼|亲}，请问有什么可以帮您？"),
    ("fh", "", "亲，付款后48小时内发货，节假日顺延。"),
    ("kd", "快递", "默认发中通/圆通，指定快递请备注。"),
    ("cq", "", "重庆的亲，今天单号会更新。"),
    ("", "退货地址", "退货地址以系统同意退货后显示的为准，\n请勿到付。"),
    ("ems", "", "偏远地区发 EMS，L码有货。"),
    ("ly", "", "这款有绿色和蓝色。"),
]


def entry(code: str, title: str, text: str) -> Entry:
    n = next(_number)
    return Entry(
        n.to_bytes(16, "big"), b"g", code, title, text, "zh", "", "shop", None, 0, (0, n)
    )  # fmt: skip


@pytest.fixture
def lookup() -> Lookup:
    made = Lookup()
    for phrase in PHRASES:
        made.put(entry(*phrase), stored_pinyin(*phrase[1:]))
    return made


def look(lookup: Lookup, query: str, boosts: dict[bytes, float] | None = None) -> list[Found]:
    return lookup.search(query, limit=8, boosts=boosts or {}, allowed=lambda _: True).found


def lit(lookup: Lookup, text: str, query: str) -> list[str]:
    """The pieces of a text that are lit when a phrase of that text is found."""
    answer = lookup.search(query, limit=8, boosts={}, allowed=lambda _: True)
    return [text[start:end] for start, end in lookup.lit(text, answer.reading)]


def find(lookup: Lookup, query: str, boosts: dict[bytes, float] | None = None) -> list[str]:
    return [f.entry.code or f.entry.title for f in look(lookup, query, boosts)]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("zk", "zk"),
        ("ZK", "zk"),
        ("em", "ems"),
        ("qwys", "zk"),
        ("zdq", "zk"),
        ("qingwen", "zk"),
        ("qingw", "zk"),
        ("qingwysm", "zk"),
        ("fahuo", "fh"),
        ("zhidkd", "kd"),
        ("zdkd", "kd"),
        ("kuaidi", "kd"),
        ("快递", "kd"),
        ("退货地址", "退货地址"),
        ("thdz", "退货地址"),
        ("显示 到付", "退货地址"),
        ("xsdwz", "退货地址"),
        ("48小时", "fh"),
        ("48xs", "fh"),
        ("lma", "ems"),
        ("lvse", "ly"),
        ("ＥＭＳ", "ems"),
        ("退货dz", "退货地址"),
    ],
)
def test_phrases_are_found_by_code_initials_pinyin_and_text(
    lookup: Lookup, query: str, first: str
) -> None:
    assert find(lookup, query)[0] == first


@pytest.mark.parametrize("query", ["chongqing", "zhongqing", "cqdq", "zqdq", "danhao", "shanhao"])
def test_every_reading_of_a_character_counts(lookup: Lookup, query: str) -> None:
    assert find(lookup, query) == ["cq"]


@pytest.mark.parametrize(
    ("query", "first"),
    [("zidinkuaidi", "kd"), ("fauho", "fh"), ("kauidi", "kd"), ("kuaiidi", "kd")],
)
def test_blurred_sounds_and_slips_are_forgiven(lookup: Lookup, query: str, first: str) -> None:
    assert find(lookup, query)[0] == first


@pytest.mark.parametrize("query", ["xyzzy", "火锅", "zk 火锅", "{", "客户称呼", "\\", "["])
def test_what_is_not_there_is_not_found(lookup: Lookup, query: str) -> None:
    assert find(lookup, query) == []


def test_codes_come_before_initials_pinyin_title_and_text() -> None:
    lookup = Lookup()
    for phrase in [
        ("", "", "我们用kd快送"),
        ("", "kd说明", "无"),
        ("", "", "款待"),
        ("kdx", "", "甲"),
        ("kd", "", "乙"),
    ]:
        lookup.put(entry(*phrase), stored_pinyin(*phrase[1:]))
    found = look(lookup, "kd")
    assert [f.entry.text for f in found][:2] == ["乙", "甲"]
    assert len(found) == 5


def test_use_lifts_a_phrase_among_its_like_but_not_over_a_better_match(lookup: Lookup) -> None:
    twin = entry("", "", "在的，请说")
    lookup.put(twin, stored_pinyin("", twin.text))
    assert find(lookup, "zd")[0] == "zk"
    found = look(lookup, "zd", {twin.id: 55.0})
    assert found[0].entry is twin
    found = look(lookup, "zk", {twin.id: 55.0})
    assert found[0].entry.code == "zk"


def test_nothing_typed_shows_what_is_used_then_the_rest_in_order(lookup: Lookup) -> None:
    used = lookup.with_code("kd")[0]
    assert find(lookup, "", {used.id: 12.0}) == ["kd", "zk", "fh", "cq", "退货地址", "ems", "ly"]


def test_a_phrase_is_replaced_and_dropped(lookup: Lookup) -> None:
    old = lookup.with_code("fh")[0]
    new = Entry(old.id, b"g", "fhs", "", "今天发出", "zh", "", "shop", None, 0, (0, 1))
    lookup.put(new, stored_pinyin("", new.text))
    assert find(lookup, "jjrsy") == []
    assert find(lookup, "jtfc") == ["fhs"]
    lookup.drop(old.id)
    assert find(lookup, "jtfc") == []
    assert lookup.get(old.id) is None


def test_other_peoples_phrases_are_passed_over(lookup: Lookup) -> None:
    answer = lookup.search("fahuo", limit=8, boosts={}, allowed=lambda e: e.code != "fh")
    assert answer.found == []


@pytest.mark.parametrize(
    ("text", "query", "pieces"),
    [
        ("指定快递请备注", "快递", ["快递"]),
        ("指定快递请备注", "zdkd", ["指定快递"]),
        ("指定，快递请备注", "zdkd", ["指定", "快递"]),
        ("指定快递请备注", "kuaidi", ["快递"]),
        ("指定快递请备注", "快递 bz", ["快递", "备注"]),
        ("发 EMS", "ems", ["EMS"]),
        ("指定快递请备注", "kauidi", ["快递"]),
        ("指定快递请备注", "xx", []),
        ("", "kd", []),
    ],
)
def test_the_characters_that_were_hit_are_lit(
    lookup: Lookup, text: str, query: str, pieces: list[str]
) -> None:
    assert lit(lookup, text, query) == pieces


def test_readings_are_kept_for_each_letter_of_a_text() -> None:
    assert stored_pinyin("", "在{客户称呼|亲}，L码！") == "zai qin/qing l ma"
    assert initials("重庆，亲") == "cqq"
    assert len(syllables(letters("重庆 OK 𠀀"))) == len(letters("重庆 OK 𠀀"))


def test_sounds_people_mix_up_blur_to_one() -> None:
    assert blur("zhang") == blur("zan")
    assert set(slips("ab")) == {"b", "a", "ba"}


@given(st.text(max_size=30), st.text(max_size=12))
def test_any_text_can_be_kept_and_asked_for(text: str, query: str) -> None:
    lookup = Lookup()
    lookup.put(entry("a", "", text), stored_pinyin("", text))
    answer = lookup.search(query, limit=8, boosts={}, allowed=lambda _: True)
    for start, end in lookup.lit(text, answer.reading):
        assert 0 <= start < end <= len(text)


@given(st.text(alphabet="在的亲请问发货快递重庆单号行", min_size=2, max_size=12))
def test_a_text_is_found_by_its_own_initials(text: str) -> None:
    lookup = Lookup()
    made = entry("", "", text)
    lookup.put(made, stored_pinyin("", text))
    found = look(lookup, initials(text))
    assert [f.entry for f in found] == [made]
