"""Scores, segments, stages, repeat purchases, cohorts and tiers, and the tags of the segments."""

from __future__ import annotations

import json
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select, update

from app import cli
from app.core.errors import PermissionDenied
from app.customers import CustomerFilter
from app.homes import Home
from app.services import Services
from app.stats.settings import DAY_MS
from app.stats.worth import Purchases
from app.stats.worth.lifecycle import Stage, returns, stage_at, steps
from app.stats.worth.rfm import EIGHT, rfm
from app.stats.worth.segments import segments_of
from app.stats.worth.settings import WorthRules
from db.models import Customer, CustomerTag, Order, OrderItem, Role, Tag, TagOrigin

ZONE = ZoneInfo("Asia/Shanghai")
RULES = WorthRules()
LIMITS = WorthRules(method="limits")
NOW = 1_000 * DAY_MS


def bought(*days_ago: int, amount: int = 10_000) -> Purchases:
    times = sorted(NOW - days * DAY_MS for days in days_ago)
    return Purchases(times, [amount] * len(times))


def test_scores_by_fixed_limits() -> None:
    history = {
        b"a": bought(3, 40, 50, 60, 70, 80, 90, 100, 110, 120),
        b"b": bought(30, amount=9_999),
        b"c": bought(400, 181),
    }
    a, b, c = rfm(history, NOW, LIMITS)
    assert (a.scores, b.scores, c.scores) == ("R5 F5 M5", "R5 F1 M1", "R1 F1 M2")
    assert (c.days, c.orders, c.amount) == (181, 1, 10_000)


def test_scores_by_fifths_and_ties_score_the_same() -> None:
    history = {bytes([n]): bought(n * 10, amount=n) for n in range(1, 11)}
    found = rfm(history, NOW, RULES)
    assert [one.r for one in found] == [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]
    assert [one.m for one in found] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert {one.f for one in found} == {1}


def test_everybody_is_in_one_segment_of_each_kind() -> None:
    history = {bytes([n]): bought(n * 10, amount=n) for n in range(1, 11)}
    found = segments_of(rfm(history, NOW, RULES), RULES.high)
    for dimensions in ("R", "F", "M", "FR", "FM", "RFM"):
        assert sum(s.customers for s in found if s.dimensions == dimensions) == 10
    assert len([s for s in found if s.dimensions == "RFM"]) == len(EIGHT) == 8


def test_stages_have_dates() -> None:
    purchases = bought(500, 450, 100).times
    assert [(step.stage, (NOW - step.at) // DAY_MS) for step in steps(purchases, NOW, RULES)] == [
        (Stage.FIRST_TIME, 500),
        (Stage.REPEAT, 450),
        (Stage.PRE_LOST, 360),
        (Stage.LOST, 270),
        (Stage.REPEAT, 100),
        (Stage.PRE_LOST, 10),
    ]
    assert stage_at([], NOW, RULES) is Stage.POTENTIAL
    assert stage_at(bought(9, 8, 7, 6, 5).times, NOW, RULES) is Stage.LOYAL


@given(
    days=st.lists(st.integers(0, 500), max_size=7),
    now=st.integers(0, 600),
    lost=st.sampled_from([(90, 180), (30, 30), (60, 20)]),
)
def test_the_stage_is_the_last_step(days: list[int], now: int, lost: tuple[int, int]) -> None:
    rules = WorthRules(pre_lost_days=lost[0], lost_days=lost[1])
    times = sorted(day * DAY_MS for day in days)
    known = steps(times, now * DAY_MS, rules)
    assert stage_at(times, now * DAY_MS, rules) == (known[-1].stage if known else Stage.POTENTIAL)


def test_who_comes_back_from_which_stage() -> None:
    history = {
        b"new": bought(50, 3),
        b"new, stayed away": bought(50),
        b"old": bought(60, 50, 3),
        b"nearly lost": bought(130, 3),
        b"lost": bought(300, 3),
        b"lost, stayed away": bought(300),
    }
    found = returns(history, NOW - 30 * DAY_MS, NOW, RULES)
    assert (found.new, found.old, found.pre_lost, found.lost) == ((1, 2), (1, 1), (1, 1), (1, 2))


@pytest.fixture
def shop(services: Services) -> Services:
    """Three buyers: 1 every month from January to March, 2 in January only, 3 in March."""
    paid = {1: ("2026-01-05", "2026-02-05", "2026-03-07"), 2: ("2026-01-31",), 3: ("2026-03-01",)}
    with services.db.write() as session:
        for number, days in paid.items():
            customer = bytes([number]) * 16
            session.execute(insert(Customer).values(id=customer, nick=f"n{number}", created_at=0))
            for place, day in enumerate(days):
                moment = datetime.fromisoformat(day).replace(hour=23, tzinfo=ZONE)
                order = bytes([number, place]) * 8
                at = int(moment.timestamp()) * 1000
                session.execute(
                    insert(Order).values(
                        id=order, platform="taobao", number=f"{number}-{place}", status="paid",
                        customer_id=customer, created_at=at, paid_at=at, paid_fen=30_000 * number,
                    )
                )  # fmt: skip
                session.execute(
                    insert(OrderItem).values(id=order, order_id=order, title="杯子", quantity=1)
                )
    return services


def test_a_report_of_a_shop(shop: Services) -> None:
    found = shop.worth.report(date(2026, 3, 1), date(2026, 3, 31))
    assert (found.customers, found.shop.returners, found.shop.new) == (3, 1, 1)
    assert found.shop.rate == pytest.approx(1 / 3)
    steps_ = found.shop.cycles.steps
    assert [step.value for step in steps_] == [31, 30]
    assert found.shop.cycles.per_customer.value == 30.5
    (cup,) = found.products
    assert (cup.name, cup.customers, cup.returners) == ("杯子", 3, 1)
    assert [(c.month, c.customers, c.kept, c.amounts) for c in found.cohorts] == [
        ("2026-01", 2, (2, 1, 1), (90_000, 30_000, 30_000)),
        ("2026-03", 1, (1,), (90_000,)),
    ]
    assert [(t.customers, t.planned) for t in found.tiers] == [
        (0, 0.8), (1, 0.15), (2, 0.03), (0, 0.02),
    ]  # fmt: skip


def test_segments_become_tags_and_filters(shop: Services) -> None:
    assert shop.worth.tag().added == 3
    with shop.db.read() as session:
        rows = session.scalars(select(CustomerTag)).all()
        names = {row.id: row.name for row in session.scalars(select(Tag))}
    assert {row.origin for row in rows} == {TagOrigin.RULE}
    assert all(row.reason.startswith("R") for row in rows)
    one = rows[0]
    found = shop.customers.find(CustomerFilter(tags=(one.tag_id,)))
    assert one.customer_id in {row.id for row in found}
    assert names[one.tag_id].startswith(("重要", "一般"))
    again = shop.worth.tag()
    assert (again.added, again.kept, again.removed) == (0, 3, 0)


def test_another_segment_takes_the_former_tag_off_but_never_a_persons(shop: Services) -> None:
    shop.worth.tag()
    with shop.db.write() as session:
        kept = session.scalars(select(CustomerTag)).first()
        assert kept is not None
        kept.origin = TagOrigin.MANUAL
        by_hand = kept.id
        session.execute(update(Order).values(deleted=True))
    found = shop.worth.tag()
    assert (found.added, found.removed) == (0, 2)
    with shop.db.read() as session:
        left = session.scalars(select(CustomerTag).where(CustomerTag.deleted.is_(False))).all()
    assert [row.id for row in left] == [by_hand]


def test_an_agent_sees_none_of_it(shop: Services) -> None:
    member = shop.staff.add("nina", "小娜", Role.AGENT, "passw0rd!")
    shop.staff.sign_in_as(member.id)
    with pytest.raises(PermissionDenied):
        shop.worth.report(date(2026, 3, 1), date(2026, 3, 31))
    with pytest.raises(PermissionDenied):
        shop.worth.tag()


def test_the_command_line_tells_worth_and_tags(
    shop: Services, home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("stats", "worth", "--from", "2026-03-01", "--to", "2026-03-31", "--tag")
    assert cli.main(["--home", str(home.path), "--json", *words]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["from"], found["customers"], found["tags"]["added"]) == ("2026-03-01", 3, 3)
    assert found["shop"]["cycle_days"] == {"value": 30.5, "n": 2, "median": 30.5}
    assert found["cohorts"][0] == {
        "month": "2026-01",
        "customers": 2,
        "kept": [2, 1, 1],
        "amounts_fen": [90_000, 30_000, 30_000],
    }
    assert sum(tier["customers"] for tier in found["tiers"]) == 3
    assert cli.main(["--home", str(home.path), *words[:2]]) == 0
