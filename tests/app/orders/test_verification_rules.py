"""The rules of order verification, one order at a time; all data made up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.orders.model import ItemFacts, OrderFacts, Receiver, RemarkFacts
from app.orders.verification import (
    Action,
    Finding,
    Level,
    Neighbours,
    Policy,
    PromiseState,
    Verdict,
    Wish,
    judge,
)
from app.orders.verification.wishes import wish_of
from app.regions import Region

NOW = 1_790_000_000_000
HOUR = 3_600_000
GOOD = Receiver(
    name="王芳",
    phone="13800138000",
    province="浙江省",
    city="杭州市",
    district="余杭区",
    detail="文一西路969号",
)
ORDER = OrderFacts(
    id=bytes(16),
    platform="taobao",
    shop="小店",
    number="1001",
    status="paid",
    receiver=GOOD,
    paid_fen=5_900,
    created_at=NOW - HOUR,
    paid_at=NOW - HOUR,
    items=(ItemFacts("T恤", "白色;M", "T-W-M"),),
)
POLICY = Policy(now=NOW, surcharge=("新疆", "西藏"), unserved=("香港",))
ALONE = Neighbours()
NOTHING: Mapping[str, str] = {}


def verdict(
    order: OrderFacts = ORDER,
    policy: Policy = POLICY,
    around: Neighbours = ALONE,
    to: Mapping[str, str] = NOTHING,
) -> Verdict:
    changed = replace(order, receiver=replace(order.receiver, **to))
    return judge(changed, policy, around)


def only(found: Verdict) -> Finding:
    [finding] = found.findings
    return finding


def test_a_clean_order_passes() -> None:
    found = verdict()
    assert (found.level, found.findings, found.open) == (Level.PASS, (), 0)
    assert found.promise is PromiseState.OK


RECEIVER_CASES = [
    ({"name": ""}, "recipient.missing", Level.BLOCK),
    ({"name": "测试"}, "recipient.placeholder", Level.HOLD),
    ({"name": "收货人"}, "recipient.placeholder", Level.HOLD),
    ({"name": "张**"}, "recipient.hidden", Level.PASS),
    ({"name": "##Ab3=="}, "recipient.hidden", Level.PASS),
    ({"name": "123456"}, "recipient.odd", Level.WARN),
    ({"name": "啊啊啊啊"}, "recipient.odd", Level.WARN),
    ({"phone": ""}, "phone.missing", Level.BLOCK),
    ({"phone": "1380013800"}, "phone.invalid", Level.BLOCK),
    ({"phone": "138****8000"}, "phone.hidden", Level.PASS),
    ({"phone": "88888888"}, "phone.area_code", Level.HOLD),
    ({"phone": "", "landline": "0571-88888888"}, "phone.landline", Level.PASS),
    ({"name": "王芳[5521]"}, "phone.extension", Level.HOLD),
    ({"phone": "13800138000-"}, "phone.extension", Level.HOLD),
    ({"detail": ""}, "address.missing", Level.BLOCK),
    ({"detail": "详细地址"}, "address.nonsense", Level.BLOCK),
    ({"detail": "啊啊啊啊啊啊"}, "address.nonsense", Level.BLOCK),
    ({"detail": "123456"}, "address.nonsense", Level.BLOCK),
    ({"detail": "路口"}, "address.short", Level.HOLD),
    ({"detail": "文一西路附近"}, "address.number", Level.WARN),
    ({"detail": "****"}, "address.hidden", Level.PASS),
    ({"province": "", "city": "", "district": ""}, "address.region", Level.BLOCK),
    ({"district": ""}, "address.district", Level.WARN),
    ({"district": "鄞州区"}, "address.district", Level.HOLD),
    ({"district": "其它区"}, "address.other_district", Level.PASS),
    ({"district": "下城区"}, "address.former_district", Level.PASS),
    ({"city": "航州市"}, "address.city", Level.HOLD),
    ({"province": "江苏省"}, "address.province", Level.HOLD),
    ({"detail": "江苏省南京市鼓楼区中山路1号"}, "address.contradiction", Level.HOLD),
]  # fmt: skip


@pytest.mark.parametrize(("change", "rule", "level"), RECEIVER_CASES)
def test_what_is_wrong_with_the_receiver_is_named(
    change: dict[str, str], rule: str, level: Level
) -> None:
    finding = only(verdict(to=change))
    assert (finding.rule, finding.level) == (rule, level)
    assert finding.reason
    assert finding.remedy.text


FINE = [
    {"phone": "18412345678", "extension": "5521", "name": "王芳[5521]"},
    {"phone": "+85291234567"},
    {"name": "阿里木·买买提"},
    {"name": "John Smith"},
    {"name": "杭州某某贸易有限公司"},
    {"detail": "仁和街道云会村五组"},
    {"detail": "仓前街道杭州师范大学学生公寓"},
    {"detail": "幸福小区老年活动中心"},
    {"province": "广东省", "city": "东莞市", "district": "虎门镇", "detail": "连升路5号"},
    {"province": "湖北省", "city": "仙桃市", "district": "", "detail": "沙嘴街道宏达路1号"},
]


@pytest.mark.parametrize("change", FINE)
def test_unusual_but_right_receivers_pass(change: dict[str, str]) -> None:
    assert verdict(to=change).findings == ()


def test_a_wrong_district_names_the_right_one_for_one_click() -> None:
    finding = only(verdict(to={"district": "鄞州区"}))
    assert finding.reason == "鄞州区不在杭州市，应属于宁波市。"
    assert finding.remedy.action is Action.APPLY_REGION
    assert finding.remedy.region == Region("浙江省", "宁波市", "鄞州区")


def test_personal_data_in_reasons_are_masked() -> None:
    assert "1380013800" not in only(verdict(to={"phone": "1380013800"})).reason
    found = verdict(replace(ORDER, buyer_message="改电话13912345678谢谢"))
    assert "13912345678" not in found.findings[0].reason


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("", None),
        ("谢谢老板", None),
        ("无", None),
        ("好评！", None),
        ("发顺丰，谢谢", Wish.CARRIER),
        ("不要圆通快递", Wish.CARRIER),
        ("请开发票，抬头某某公司", Wish.INVOICE),
        ("送个小礼物吧", Wish.GIFT),
        ("包装好一点是送人的", Wish.GIFT),
        ("11月20号再发货", Wish.DATE),
        ("周六发", Wish.DATE),
        ("先不要发", Wish.DATE),
        ("麻烦改一下地址", Wish.ADDRESS),
        ("寄到公司：江苏省南京市鼓楼区中山路1号", Wish.ADDRESS),
        ("急用，尽快发", Wish.URGENT),
        ("拍错了，帮我退款", Wish.REFUND),
        ("要大一点的", Wish.OTHER),
    ],
)
def test_the_kind_of_wish_is_recognised(text: str, wish: Wish | None) -> None:
    assert wish_of(text) is wish


def test_a_buyers_message_holds_the_order_until_it_is_released() -> None:
    order = replace(ORDER, buyer_message="发顺丰")
    finding = only(verdict(order))
    assert (finding.rule, finding.level, finding.wish) == ("message", Level.HOLD, Wish.CARRIER)
    released = verdict(replace(order, review="released", review_at=NOW))
    assert (released.level, released.released) == (Level.PASS, True)
    assert only(released).level is Level.PASS


def test_a_release_does_not_let_a_block_pass() -> None:
    found = verdict(replace(ORDER, review="released", buyer_message="发顺丰"), to={"phone": ""})
    assert found.level is Level.BLOCK


def test_a_new_address_in_the_message_can_be_taken_over() -> None:
    order = replace(ORDER, buyer_message="寄到江苏省南京市鼓楼区中山路1号2幢")
    remedy = only(verdict(order)).remedy
    assert remedy.action is Action.APPLY_ADDRESS
    assert remedy.region == Region("江苏省", "南京市", "鼓楼区")
    assert remedy.detail == "中山路1号2幢"


def test_the_shop_may_read_messages_without_holding() -> None:
    order = replace(ORDER, buyer_message="发顺丰", seller_remark="已答应")
    policy = replace(POLICY, hold_on_message=False, hold_on_remark=False)
    assert verdict(order, policy).level is Level.WARN


def test_a_remark_made_after_the_release_counts_anew() -> None:
    remark = RemarkFacts(b"r", "改发蓝色", "red", NOW)
    held = replace(ORDER, remarks=(remark,), review="held", review_reason="等客户")
    assert {f.rule for f in verdict(held).findings} == {"held", "remark"}
    read = replace(ORDER, remarks=(remark,), review="released", review_at=NOW + 1)
    assert verdict(read).findings == ()


def test_several_addresses_in_a_message_ask_for_a_split() -> None:
    order = replace(ORDER, buyer_message="两件分开寄，一件寄公司一件寄家里")
    assert "split" in {f.rule for f in verdict(order).findings}


@pytest.mark.parametrize(
    ("hours_ago", "rule", "state"),
    [(1, None, PromiseState.OK), (40, "promise.soon", PromiseState.SOON), (50, "promise.late", PromiseState.LATE)],
)  # fmt: skip
def test_the_promise_is_seen_before_it_runs_out(
    hours_ago: int, rule: str | None, state: PromiseState
) -> None:
    found = verdict(replace(ORDER, paid_at=NOW - hours_ago * HOUR))
    assert [f.rule for f in found.findings] == ([rule] if rule else [])
    assert found.promise is state


def test_a_promise_in_the_data_wins_over_the_setting() -> None:
    found = verdict(replace(ORDER, paid_at=NOW - 100 * HOUR, promised_at=NOW + 24 * HOUR))
    assert (found.promise, found.promise_at) == (PromiseState.OK, NOW + 24 * HOUR)


def test_a_presale_item_without_a_date_is_called_to_mind() -> None:
    found = verdict(replace(ORDER, presale=True, paid_at=NOW - 100 * HOUR))
    assert only(found).rule == "promise.presale"


def test_an_open_refund_holds_the_parcel() -> None:
    assert verdict(replace(ORDER, after_sale=True)).level is Level.HOLD
    item = ItemFacts("T恤", refund_status="买家已经申请退款，等待卖家同意")
    assert only(verdict(replace(ORDER, items=(item,)))).rule == "refund"
    item = ItemFacts("T恤", refund_status="无退款申请")
    assert verdict(replace(ORDER, items=(item,))).findings == ()


def test_stock_partly_out_means_split_and_wholly_out_means_asking() -> None:
    two = replace(
        ORDER, items=(ItemFacts("T恤", "白色", "A", 2), ItemFacts("裤子", "黑色", "B", 1))
    )
    part = only(verdict(two, around=Neighbours(stock={"A": 1, "B": 9})))
    assert (part.rule, part.remedy.action) == ("stock.part", Action.SPLIT)
    none = only(verdict(two, around=Neighbours(stock={"A": 0, "B": 0})))
    assert (none.rule, none.remedy.action) == ("stock.none", Action.ASK_CUSTOMER)
    assert "白色、黑色" in none.remedy.question
    assert verdict(two, around=Neighbours(stock={"B": 9})).findings == ()


def test_remote_and_unserved_areas_come_from_the_shops_list() -> None:
    far = {"province": "新疆维吾尔自治区", "city": "喀什地区", "district": "疏勒县"}
    assert only(verdict(to=far)).rule == "remote.surcharge"
    own = replace(POLICY, surcharge=(), unserved=("新疆 喀什",))
    assert only(verdict(ORDER, own, to=far)).rule == "remote.unserved"
    other = {"province": "新疆维吾尔自治区", "city": "乌鲁木齐市", "district": "天山区"}
    assert verdict(ORDER, own, to=other).findings == ()


def test_twins_are_proposed_for_one_parcel() -> None:
    finding = only(verdict(around=Neighbours(twins=("1000", "1001"))))
    assert (finding.rule, finding.level) == ("merge", Level.WARN)
    assert finding.remedy.numbers == ("1001", "1000")


def test_what_is_out_of_the_ordinary_is_worth_a_look() -> None:
    order = replace(ORDER, paid_fen=600_000)
    found = verdict(order, around=Neighbours(buyers=5, refunds=3))
    assert {f.rule for f in found.findings} == {"doubt.address", "doubt.amount", "doubt.refunds"}
    off = replace(POLICY, large_amount_fen=0, many_buyers=0, many_refunds=0)
    assert verdict(order, off, Neighbours(buyers=5, refunds=3)).findings == ()


def test_what_applies_depends_on_the_status() -> None:
    bad = replace(ORDER, buyer_message="发顺丰", receiver=replace(GOOD, phone=""))
    assert {f.rule for f in verdict(replace(bad, status="unpaid")).findings} == {"phone.missing"}
    assert verdict(replace(bad, status="shipped")).findings == ()
    assert verdict(replace(bad, status="closed")).findings == ()
    assert only(verdict(replace(bad, status="frozen"))).level is Level.BLOCK
    assert verdict(replace(bad, status="part_shipped")).level is Level.BLOCK


def test_the_worst_finding_comes_first_and_is_the_verdict() -> None:
    found = verdict(replace(ORDER, buyer_message="急"), to={"phone": "", "district": ""})
    assert [f.level for f in found.findings] == [Level.BLOCK, Level.HOLD, Level.WARN]
    assert found.level is Level.BLOCK


_text = st.text(max_size=20)


@given(_text, _text, _text, _text, _text, _text, _text)
def test_no_order_is_too_odd_to_be_judged(
    name: str, phone: str, province: str, city: str, district: str, detail: str, message: str
) -> None:
    receiver = Receiver(name, phone, "", "", province, city, district, detail)
    found = judge(replace(ORDER, receiver=receiver, buyer_message=message), POLICY, ALONE)
    assert found.level in Level
    assert all(f.reason and f.remedy.text for f in found.findings)
