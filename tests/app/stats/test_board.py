"""This moment, pictures, other rules before they are kept, appeals, and staffing."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert

from app.conversations import CustomerHint, IncomingMessage
from app.core.errors import NotFound, PermissionDenied, UserError
from app.services import Services
from app.staff import Member
from app.stats import By, Rules
from app.stats import settings as chosen
from app.stats.appeals import AppealState
from app.stats.erlang import Demand, achieved
from app.stats.staffing import Wishes, plan_hours
from db.models import (
    AfterSale,
    Conversation,
    Customer,
    Message,
    Order,
    Role,
    Satisfaction,
    Shipment,
)

DAY = date(2026, 11, 20)
BUYER, TALK, ORDER = bytes([1]) * 16, bytes([2]) * 16, bytes([3]) * 16
NUMBER = "8801"


def at(clock: str) -> int:
    hour, minute = map(int, clock.split(":"))
    moment = datetime(2026, 11, 20, hour, minute, tzinfo=ZoneInfo("Asia/Shanghai"))
    return int(moment.timestamp()) * 1000


@pytest.fixture
def nina(services: Services) -> Member:
    return services.staff.add("nina", "小娜", Role.AGENT, "passw0rd!", "小娜")


@pytest.fixture
def wang(services: Services) -> Member:
    return services.staff.add("wang", "小王", Role.AGENT, "passw0rd!", "小王")


@pytest.fixture
def shop(services: Services, nina: Member, wang: Member) -> Services:
    """娜 talks 14:02 to 14:09, the order comes at 14:05; 王 talks later, then it is paid."""
    said = (
        ("14:02", "customer", None),
        ("14:03", "agent", nina.id),
        ("14:08", "customer", None),
        ("14:09", "agent", nina.id),
        ("15:00", "customer", None),
        ("15:04", "agent", wang.id),
    )
    with services.db.write() as session:
        session.execute(insert(Customer).values(id=BUYER, nick="买家", created_at=0))
        talk = {"id": TALK, "channel": "webchat", "customer_id": BUYER, "opened_at": at("14:02")}
        session.execute(insert(Conversation).values(**talk, status="closed"))
        for clock, author, staff in said:
            values = {"conversation_id": TALK, "author": author, "staff_id": staff, "text": "在"}
            session.execute(insert(Message).values(**values, at=at(clock)))
        session.execute(
            insert(Order).values(
                id=ORDER, platform="taobao", number=NUMBER, customer_id=BUYER, status="paid",
                created_at=at("14:05"), paid_at=at("15:30"), paid_fen=19_900, quantity=2,
            )
        )  # fmt: skip
    return services


def sales(services: Services) -> dict[str, float | None]:
    report = services.stats.report(DAY, DAY, by=By.AGENT, metrics=["sales"])
    return {row.name: row.measures["sales"].value for row in report.rows}


# --- this moment -------------------------------------------------------------------------------


def test_the_queue_says_who_waits_and_who_has_how_much(services: Services, nina: Member) -> None:
    for number, name in enumerate(("甲", "乙")):
        services.conversations.receive(
            IncomingMessage(
                "webchat", "shop", f"m{number}", f"v{number}", "在吗",
                customer=CustomerHint("webchat", "shop", name=name),
            )
        )  # fmt: skip
    queue = services.board.queue()
    assert (queue.waiting, queue.open) == (2, 2)
    assert [waiter.customer for waiter in queue.waiters] == ["甲", "乙"]
    assert queue.longest_since == queue.waiters[0].since
    services.conversations.assign(queue.waiters[0].conversation_id, nina.id)
    loads = {load.agent_id: load for load in services.board.queue().loads}
    assert (loads[nina.id].open, loads[nina.id].waiting) == (1, 1)
    assert (loads[None].agent, loads[None].open) == ("", 1)
    services.staff.sign_in_as(nina.id)
    assert [load.agent_id for load in services.board.queue().loads] == [nina.id]


# --- rows behind and pictures --------------------------------------------------------------------


def test_behind_a_share_the_rows_that_spoil_it_come_first(shop: Services, wang: Member) -> None:
    found = shop.board.rows_behind("answered_3min", DAY, DAY)
    assert (found.total, found.counted) == (3, 2)
    assert [(row.agent, row.value, row.counts) for row in found.rows] == [
        ("小王", 240, False),
        ("小娜", 60, True),
        ("小娜", 60, True),
    ]
    assert {row.conversation_id for row in found.rows} == {TALK}
    late = shop.board.rows_behind("answered_3min", DAY, DAY, by=By.HOUR, key="15")
    assert [row.agent for row in late.rows] == ["小王"]
    sold = shop.board.rows_behind("sales", DAY, DAY, rules=Rules("payment"))
    assert [(r.order_id, r.number, r.agent, r.value) for r in sold.rows] == [
        (ORDER, NUMBER, "小王", 19_900)
    ]
    shop.staff.sign_in_as(wang.id)
    assert shop.board.rows_behind("answered_3min", DAY, DAY).total == 1


def test_arrivals_waits_and_parcels_are_told(shop: Services) -> None:
    with shop.db.write() as session:
        for n, hours in enumerate((20, 60, None)):
            shipped = at("10:00")
            session.execute(
                insert(Shipment).values(
                    carrier="zto", carrier_name="中通", number=f"7{n}", shipped_at=shipped,
                    signed_at=shipped + hours * 3_600_000 if hours else None,
                    state="signed" if hours else "problem",
                )
            )  # fmt: skip
    shop.stats.facts.catch_up()
    week = shop.board.week(DAY - timedelta(6), DAY)
    assert week.total == 2
    friday = DAY.weekday()
    assert (week.counts[friday][14], week.counts[friday][15], week.days) == (1, 1, (1,) * 7)
    assert week.by_hour()[14] == pytest.approx(1 / 7)
    assert week.by_hour([friday])[14] == 1
    waits = shop.board.waits(DAY, DAY)
    assert (sum(waits.counts), waits.measure.median, waits.measure.p90) == (3, 60, 240)
    assert sum(shop.board.waits(DAY, DAY, first_only=True).counts) == 2
    (line,) = shop.board.carriers(DAY, DAY)
    assert (line.name, line.parcels, line.signed) == ("中通", 3, 2)
    assert line.days == pytest.approx(40 / 24)
    assert line.in_time.value == 0.5
    assert line.trouble.value == pytest.approx(1 / 3)


def test_after_sales_and_answers_are_told(shop: Services, nina: Member) -> None:
    with shop.db.write() as session:
        for number, (kind, party) in enumerate(
            (("refund", "seller"), ("refund", "seller"), ("review", ""))
        ):
            session.execute(
                insert(AfterSale).values(
                    kind=kind, reason="quality", responsibility=party, amount_fen=500,
                    number=str(number), requested_at=at("16:00"), staff_id=nina.id,
                )
            )  # fmt: skip
        for level in (5, 2, None):
            session.execute(
                insert(Satisfaction).values(
                    conversation_id=TALK, message_id=TALK, level=level, invited_at=at("16:00")
                )
            )
    (line,) = shop.board.cases(DAY, DAY)
    assert (line.reason, line.party, line.cases, line.amount_fen) == ("quality", "seller", 2, 1_000)
    answers = shop.board.answers(DAY, DAY)
    assert (answers.asked, answers.answered, answers.levels) == (3, 2, (1, 0, 0, 1, 0))
    shop.staff.sign_in_as(nina.id)
    assert shop.board.answers(DAY, DAY).asked == 0
    assert len(shop.board.cases(DAY, DAY)) == 1


# --- rules -------------------------------------------------------------------------------------


def test_rules_are_tried_side_by_side_and_only_kept_by_who_may(
    shop: Services, nina: Member
) -> None:
    lines = {line.agent: line.sales for line in shop.board.compare_rules(DAY, DAY, Rules())}
    assert lines["小娜"] == {"order": 19_900, "payment": 0, "order_first": 19_900, "jd": 0}
    assert lines["小王"]["payment"] == 19_900
    assert shop.settings.get(chosen.RULE) == "order_first"
    shop.board.choose_rule(Rules("payment", deduct_refunds=True))
    assert sales(shop)["小王"] == 19_900
    assert shop.settings.get(chosen.DEDUCT_REFUNDS)
    shop.staff.sign_in_as(nina.id)
    assert not shop.board.may_choose_rule()
    with pytest.raises(PermissionDenied):
        shop.board.choose_rule(Rules("order"))


# --- appeals -----------------------------------------------------------------------------------


def test_a_granted_appeal_gives_the_sale_by_hand(
    shop: Services, nina: Member, wang: Member
) -> None:
    boss = shop.staff.current
    assert boss is not None
    shop.staff.sign_in_as(wang.id)
    appeal = shop.appeals.file(NUMBER, " 付款是我催的 ")
    assert (appeal.number, appeal.who, appeal.reason) == (NUMBER, "小王", "付款是我催的")
    with pytest.raises(UserError):
        shop.appeals.file(NUMBER, "再来一次")
    with pytest.raises(PermissionDenied):
        shop.appeals.decide(appeal.id, grant=True)
    shop.staff.sign_in_as(boss.id)
    assert sales(shop) == {"小娜": 19_900, "小王": 0}
    shop.appeals.decide(appeal.id, grant=True, answer="同意")
    assert sales(shop) == {"小娜": 0, "小王": 19_900}
    found = shop.stats.explain(NUMBER)
    assert (found.credit.rule, found.credit.agent, found.order_id) == ("hand", "小王", ORDER)
    assert {c.rule: c.agent for c in found.others}["order"] == "小娜"
    assert [row.agent for row in shop.board.rows_behind("sales", DAY, DAY).rows] == ["小王"]
    (logged,) = shop.appeals.log()
    assert (logged.state, logged.agent, logged.answer) == (AppealState.GRANTED, "小王", "同意")
    assert logged.decided_by == boss.shown_name
    with pytest.raises(UserError):
        shop.appeals.decide(appeal.id, grant=False)


def test_an_appeal_may_be_refused_or_taken_back(shop: Services, nina: Member, wang: Member) -> None:
    boss = shop.staff.current
    assert boss is not None
    shop.staff.sign_in_as(wang.id)
    first = shop.appeals.file(NUMBER, "我的")
    shop.staff.sign_in_as(nina.id)
    assert shop.appeals.log() == []
    with pytest.raises(PermissionDenied):
        shop.appeals.withdraw(first.id)
    shop.staff.sign_in_as(wang.id)
    shop.appeals.withdraw(first.id)
    second = shop.appeals.file(NUMBER, "还是我的")
    shop.staff.sign_in_as(boss.id)
    shop.appeals.decide(second.id, grant=False, answer="聊天早于下单")
    assert sales(shop)["小娜"] == 19_900
    states = [view.state for view in shop.appeals.log(number=NUMBER)]
    assert sorted(states) == [AppealState.REFUSED, AppealState.WITHDRAWN]


def test_who_never_talked_to_the_buyer_can_not_appeal(shop: Services) -> None:
    other = shop.staff.add("li", "小李", Role.AGENT, "passw0rd!")
    shop.staff.sign_in_as(other.id)
    with pytest.raises(PermissionDenied):
        shop.appeals.file(NUMBER, "我的")
    with pytest.raises(NotFound):
        shop.appeals.file("nothing", "我的")


# --- staffing ----------------------------------------------------------------------------------


def test_each_hour_gets_the_fewest_agents_that_do() -> None:
    wishes = Wishes(share=0.8, target_s=20, handling_s=180, at_once=2, shrinkage=0.25, growth=1.5)
    plans = plan_hours([0.0, 4.0, 80.0], wishes)
    assert [plan.people for plan in plans][:1] == [0]
    for plan in plans[1:]:
        demand = Demand(plan.arrivals, 180, None, 2)
        assert plan.staffing.in_time >= 0.8
        assert plan.staffing == achieved(plan.staffing.agents, demand, 20)
        assert plan.without_one is not None
        assert plan.staffing.agents == 1 or plan.without_one.in_time < 0.8
        assert plan.people == math.ceil(plan.staffing.agents / 0.75)
    assert plans[2].arrivals == 120


def test_patience_needs_no_more_agents_than_none() -> None:
    arrivals = [30.0] * 3
    patient = plan_hours(arrivals, Wishes(patience_s=60))
    endless = plan_hours(arrivals, Wishes())
    assert all(a.people <= b.people for a, b in zip(patient, endless, strict=True))
    assert all(plan.staffing.gives_up >= 0 for plan in patient)
