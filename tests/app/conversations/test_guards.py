"""What holds a reply back, and what must not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.conversations import Conversations, GuardRule
from app.conversations.guards import Facts, PersonFacts, check
from app.services import Services
from db.ids import order_id
from db.models import Order
from tests.app.conversations.conftest import Say

OWN = PersonFacts(
    "小王",
    frozenset({"王小明", "小鱼_3623"}),
    frozenset({"13800138000"}),
    frozenset({"3301234567890123456"}),
    frozenset({"中兴路94号2单元"}),
    frozenset({11900, 23980}),
)
OTHER = PersonFacts(
    "李女士",
    frozenset({"李晓红", "tb88_li"}),
    frozenset({"13912345678"}),
    frozenset({"3309876543210987654"}),
    frozenset({"人民路18号院3号楼"}),
    frozenset({8965, 20000}),
)
FACTS = Facts(OWN, (OTHER,))


def rules(text: str, facts: Facts = FACTS) -> list[GuardRule]:
    return [finding.rule for finding in check(text, facts)]


@pytest.mark.parametrize(
    "text",
    [
        "亲，您的单号是{快递单号}，请查收",
        "亲，{客户称呼|}您好",
        "您好｛姓名｝",
        "{ } 请查收",
    ],
)
def test_an_unfilled_variable_must_be_filled_first(text: str) -> None:
    findings = check(text, FACTS)
    assert findings[0].rule is GuardRule.VARIABLE
    assert findings[0].final


@pytest.mark.parametrize(
    "text",
    ["单号：，请查收", "亲，，您好", "您购买的【】已发出", "您的“”已发出", "您好 None", "金额:。"],
)
def test_a_gap_where_a_value_was_is_asked_about(text: str) -> None:
    findings = check(text, FACTS)
    assert [finding.rule for finding in findings] == [GuardRule.HOLE]
    assert not findings[0].final


@pytest.mark.parametrize(
    "text",
    [
        "请提供以下信息：\n姓名：\n电话：\n地址：",
        "好的，谢谢您",
        "时间 18:00，今天发出",
        "满99元包邮哦~",
        "您的订单 3301234567890123456 已发出，电话 138 0013 8000",
        "实付 239.80 元",
        "王小明先生您好",
        "https://shop.example/item?id=12345678901",
    ],
)
def test_ordinary_replies_pass(text: str) -> None:
    assert rules(text) == []


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("李晓红您好", GuardRule.NAME),
        ("@tb88_li 亲", GuardRule.NAME),
        ("李女士您好", GuardRule.NAME),
        ("电话 139-1234-5678 对吗", GuardRule.PHONE),
        ("+86 13912345678", GuardRule.PHONE),
        ("订单3309876543210987654已发出", GuardRule.ORDER),
        ("寄到人民路18号院3号楼", GuardRule.ADDRESS),
        ("退您 89.65 元", GuardRule.AMOUNT),
        ("¥89.65", GuardRule.AMOUNT),
    ],
)
def test_data_of_another_customer_is_named_with_its_owner(text: str, rule: GuardRule) -> None:
    (finding,) = check(text, FACTS)
    assert (finding.rule, finding.owner, finding.final) == (rule, "李女士", False)


def test_round_sums_and_shop_prices_say_nothing_of_a_customer() -> None:
    assert rules("200元") == []
    assert rules("89.65元", Facts(OWN, (OTHER,), frozenset({8965}))) == []


def test_what_both_share_is_no_finding() -> None:
    twin = PersonFacts("同事", OWN.names, OWN.phones, OWN.orders, OWN.addresses, OWN.amounts)
    assert rules("王小明 13800138000 中兴路94号2单元 239.80元", Facts(OWN, (twin,))) == []


@given(st.text(max_size=200))
def test_any_text_can_be_checked(text: str) -> None:
    for finding in check(text, FACTS):
        assert finding.found in text or finding.rule is GuardRule.PHONE


def test_numbers_are_looked_up_in_the_shops_data(
    services: Services, conversations: Conversations, say: Say
) -> None:
    here = say(visitor="a", name="王小明", phone="13800138000").conversation_id
    there = say(visitor="b", name="李晓红", phone="13912345678").conversation_id
    owner = conversations.context(there).customer_id
    with services.db.write() as session:
        number = "3309876543210987654"
        session.add(
            Order(
                id=order_id("taobao", "shop", number),
                platform="taobao",
                number=number,
                customer_id=owner,
                recipient="李大红",
                paid_fen=8965,
            )
        )
    found = conversations.check(here, "订单3309876543210987654，电话13912345678")
    assert {(f.rule, f.owner) for f in found} == {
        (GuardRule.ORDER, "李晓红"),
        (GuardRule.PHONE, "李晓红"),
    }
    assert conversations.check(there, "订单3309876543210987654，电话13912345678") == []
    assert conversations.check(here, "李大红您好") == []
    (recent,) = conversations.check(here, "李大红您好", recent=[there])
    assert recent.rule is GuardRule.NAME
