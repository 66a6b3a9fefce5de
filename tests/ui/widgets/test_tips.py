from __future__ import annotations

from unicodedata import east_asian_width

from hypothesis import given
from hypothesis import strategies as st

from ui.widgets.tips import WIDEST, folded


def width(line: str) -> int:
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in line)


def test_a_short_tip_stays_as_it_is() -> None:
    assert folded("Opens the desk") == "Opens the desk"


def test_a_long_tip_breaks_between_words() -> None:
    text = "Orders paid in the period with a refund that is done, for the buyer's own reason"
    assert folded(text, 40).split("\n") == [
        "Orders paid in the period with a refund",
        "that is done, for the buyer's own reason",
    ]


def test_chinese_breaks_anywhere_but_before_a_closing_mark() -> None:
    assert folded("期间付款且有退款的订单，占全部订单", 22).split("\n") == [
        "期间付款且有退款的订",
        "单，占全部订单",
    ]


def test_lines_of_ones_own_stay_apart() -> None:
    assert folded("Refund rate\nRefunded ÷ all") == "Refund rate\nRefunded ÷ all"


def test_a_word_longer_than_a_line_stays_whole() -> None:
    assert folded("x" * 80) == "x" * 80


@given(st.text("ab 中，。（）\n", max_size=120))
def test_nothing_is_lost(text: str) -> None:
    found = folded(text, 20)
    assert "".join(found.split()) == "".join(text.split())


def test_no_line_is_wider_than_the_widest() -> None:
    lines = folded("期间付款且有因买家主观原因的已完成退款的订单数。" * 6).split("\n")
    assert len(lines) > 1
    assert max(map(width, lines)) <= WIDEST
