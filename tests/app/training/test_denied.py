"""What an agent denies is not what they grant, to a practice customer either."""

import pytest

from app.language import Checker, packs
from app.training.customer import PracticeCustomer
from app.training.intents import filled_in, intents
from app.training.scenario import scenarios
from app.training.scripted import SAMPLE_FACTS

CHECKER = Checker(packs())


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("这边不能给您退款的", "refund"),
        ("拆封了就不支持退货了", "return"),
        ("暂时没办法给您换货", "exchange"),
        ("不能再补偿您了", "compensate"),
        ("we can't refund it", "refund"),
        ("不理解您的意思", "understand"),
    ],
)
def test_what_is_denied_is_not_meant(text: str, name: str) -> None:
    meant, denied = intents().told(text)
    assert name not in meant
    assert name in denied


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("没问题，马上给您退款", "refund"),
        ("不满意可以退货", "return"),
        ("不是不能换货的，我帮您申请", "exchange"),
        ("no problem, I will refund it", "refund"),
    ],
)
def test_what_is_granted_is_meant(text: str, name: str) -> None:
    assert name in intents().told(text)[0]


def test_a_refusal_meets_no_need_for_it() -> None:
    one = PracticeCustomer(scenarios()["price-protection"], SAMPLE_FACTS, CHECKER, seed=1)
    one.begin()
    before = set(one.met)
    one.hear("降价的差价不能退给您的", 5)
    assert not {"refund", "proposal"} & (set(one.met) - before)


def test_pieces_that_patterns_share_are_written_out_and_are_no_intents() -> None:
    named = {"{when}": ["(?:今天|明天)"], "promise": ["{when}发", "马上"], "no": ["a{2}"]}
    assert filled_in(named) == {"promise": ["(?:今天|明天)发", "马上"], "no": ["a{2}"]}
    assert not any(name.startswith("{") for name in intents().names)
