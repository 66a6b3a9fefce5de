"""Variables in phrases: found, filled, and never let through to a customer."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.phrases import PhraseContext, Variable, fill, holes, problems, token, unresolved
from app.phrases.variables import CHINESE_NAMES, without_variables

NOON = datetime(2026, 11, 30, 12, 5, tzinfo=UTC)
FULL = PhraseContext(
    customer="王女士",
    agent="小丽",
    shop="花间小铺",
    order_no="2026113000001",
    tracking_no="YT8801234567890",
    carrier="圆通速递",
    items=("羊绒围巾", "手套"),
    paid_fen=12850,
    total_fen=13000,
    recipient="王芳",
    address="浙江省杭州市西湖区文三路1号",
    now=NOON,
)


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("{客户称呼|亲}，您好", "王女士，您好"),
        ("{customer|there}, hello", "王女士, hello"),
        ("｛客户称呼｜亲｝，您好", "王女士，您好"),
        ("{ 客户称呼 }", "王女士"),
        ("{CUSTOMER}", "王女士"),
        ("我是{客服}，{店铺}", "我是小丽，花间小铺"),
        ("{订单号} {运单号} {快递}", "2026113000001 YT8801234567890 圆通速递"),
        ("{商品}", "羊绒围巾、手套"),
        ("实付{实付金额}，共{订单金额}", "实付¥128.50，共¥130.00"),
        ("{收货人} {地址}", "王芳 浙江省杭州市西湖区文三路1号"),
        ("{今天} {明天} {日期+3} {日期-1} {时间}", "11月30日 12月1日 12月3日 11月29日 12:05"),
    ],
)
def test_variables_are_filled_in(text: str, filled: str) -> None:
    assert fill(text, FULL).text == filled
    assert unresolved(fill(text, FULL).text) == []


def test_an_english_phrase_speaks_english() -> None:
    assert fill("{today}, {date+3}: {item}", FULL, "en").text == "Nov 30, Dec 3: 羊绒围巾, 手套"


def test_the_fall_back_stands_in_where_nothing_is_known() -> None:
    assert fill("{客户称呼|亲}，您好", PhraseContext()).text == "亲，您好"
    assert fill("您好{客户称呼|}！", PhraseContext()).text == "您好！"


def test_a_variable_without_value_and_fall_back_stays_and_is_named() -> None:
    filled = fill("{客户称呼|亲}的单号{运单号}", PhraseContext())
    assert filled.text == "亲的单号{运单号}"
    (hole,) = filled.holes
    assert filled.text[hole.start : hole.end] == "{运单号}"
    assert hole.variable is Variable.TRACKING_NO


def test_an_amount_of_nothing_is_an_amount() -> None:
    assert fill("{实付金额}", PhraseContext(paid_fen=0)).text == "¥0.00"
    assert fill("{实付金额}", PhraseContext(paid_fen=500, currency="USD")).text == "USD 5.00"


def test_the_cursor_goes_where_the_phrase_says() -> None:
    filled = fill("{客户称呼}，颜色是{光标}吗", FULL)
    assert filled.text == "王女士，颜色是吗"
    assert filled.cursor == len("王女士，颜色是")


@pytest.mark.parametrize(
    "text",
    ["单号{运单号}", "{foo|x}", "{{contact.name}}", "#{ticket.id}", "{客户称呼|亲}", "亲{光标}"],
)
def test_what_is_left_of_a_variable_is_held_back(text: str) -> None:
    assert unresolved(text)


def test_half_a_variable_is_held_back_too() -> None:
    assert [hole.variable for hole in unresolved("亲，单号是{运单号，请查收")] == [
        Variable.TRACKING_NO
    ]
    assert [hole.variable for hole in unresolved("单号{运单号 请查收")] == [Variable.TRACKING_NO]


@pytest.mark.parametrize(
    "text", ["", "亲，您好", "{>_<}", "{}", '{"a": 1}', "}{", "if (x) { y(); }"]
)
def test_braces_around_anything_else_are_only_text(text: str) -> None:
    assert unresolved(text) == []
    assert fill(text, FULL).text == text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{客户}，您好", [("unknown", "{客户}")]),
        ("{客户称呼|亲，您好", [("unclosed", "{")]),
        ("客户称呼}，您好", [("unopened", "}")]),
        ("{}", [("empty", "{}")]),
        ("{|亲}", [("empty", "{|亲}")]),
        ("{客户称呼{订单号}", [("unclosed", "{")]),
        ("{运单号+3}", [("unknown", "{运单号+3}")]),
        ("{客户称呼|亲}{日期+3}", []),
        ("{>_<}", []),
    ],
)
def test_the_writer_is_told_what_is_wrong(text: str, found: list[tuple[str, str]]) -> None:
    assert [(p.kind, text[p.start : p.end]) for p in problems(text)] == found


@pytest.mark.parametrize("variable", list(Variable))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_variable_can_be_written_in_both_languages(variable: Variable, language: str) -> None:
    (hole,) = holes(token(variable, language, "x"))
    assert hole.variable is variable
    assert hole.fallback == "x"
    assert set(CHINESE_NAMES) == set(Variable)


def test_search_sees_the_fall_back_not_the_variable() -> None:
    assert without_variables("{客户称呼|亲}，您的{订单号}到了") == "亲，您的到了"


@given(st.text(alphabet="{}｛｝|｜+-客户称呼日期abc1 \n", max_size=40))
def test_positions_fit_whatever_is_written(text: str) -> None:
    for hole in unresolved(text):
        assert text[hole.start] in "{｛"
        assert 0 <= hole.start < hole.end <= len(text)
    for problem in problems(text):
        assert 0 <= problem.start < problem.end <= len(text)
    filled = fill(text, FULL)
    for hole in filled.holes:
        assert filled.text[hole.start] in "{｛"
        assert filled.text[hole.end - 1] in "}｝"
