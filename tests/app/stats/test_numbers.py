"""Every metric equals a slow definition in plain Python, however the rows came and changed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.core.settings import SHOP_ZONE
from app.services import Services
from app.stats import settings as chosen
from app.stats.collect import Collector
from app.stats.definitions import METRICS, Area
from app.stats.facts import Facts
from app.stats.local_time import LocalTime
from app.stats.model import By, Query
from app.stats.sample import Sample
from app.stats.settings import DAY_MS, Rules, fact_rules
from db.database import Database
from tests.app.stats.plain import Choice, Plain, Value
from tests.app.stats.plain_service import PlainService
from tests.app.stats.shops import (
    AGENTS,
    BASES,
    PRODUCTS,
    ZONES,
    births,
    cases,
    checks,
    edit,
    edits,
    empty,
    messages,
    orders,
    ratings,
    service_rows,
    tables_of,
    zone,
)

LONG_SHOPS = 1_500
LONG_BLOCK = 100

SHOPS = st.fixed_dictionaries(
    {
        "base": st.sampled_from(BASES),
        "messages": st.lists(messages(), max_size=36),
        "orders": st.lists(orders(), max_size=7),
        "cases": st.lists(cases(), max_size=6),
        "ratings": st.lists(ratings(), max_size=5),
        "checks": st.lists(checks(), max_size=4),
        "edits": st.lists(edits(), max_size=7),
        "random": st.randoms(use_true_random=False),
    }
)
CHOICES = st.fixed_dictionaries(
    {
        "zone": st.sampled_from(ZONES),
        "first": st.integers(0, 2),
        "days": st.integers(1, 3),
        "now": st.sampled_from((0, 1, 2, 9)),
        "rule": st.sampled_from(("order", "payment", "order_first", "jd")),
        "refunds": st.booleans(),
        "postage": st.booleans(),
        "hours": st.sampled_from((["00:00-24:00"], ["08:00-23:57"], ["00:30-02:30", "9:01-24:00"])),
        "breaks": st.sampled_from(([], ["09:03-09:28"], ["01:15-02:10", "08:00-09:02"])),
        "from_last": st.booleans(),
        "nicks": st.sampled_from(([], ["自己人", "n1"])),
        "blocked": st.booleans(),
        "untimed": st.booleans(),
        "by": st.sampled_from(list(By)),
    }
)


def minutes(ranges: list[str]) -> list[tuple[int, int]]:
    pairs = [[part.split(":") for part in text.split("-")] for text in ranges]
    return [(int(a[0]) * 60 + int(a[1]), int(b[0]) * 60 + int(b[1])) for a, b in pairs]


def play(db: Database, facts: Facts, shop: dict[str, Any]) -> None:
    """Let rows arrive in any order, in portions, and the facts follow now and then."""
    random = shop["random"]
    # With few changes waiting the facts follow them, with many they are made anew.
    hurried = Facts(db, facts.rules, many=1)
    arriving = births(shop)
    random.shuffle(arriving)
    # Corrections come between, some for rows that were not there yet.
    for change in shop["edits"]:
        arriving.insert(
            random.randint(len(arriving) // 2, len(arriving)), edit(shop["base"], change)
        )
    while arriving:
        size = random.randint(1, 25)
        portion, arriving = arriving[:size], arriving[size:]
        with db.write("sync" if random.random() < 0.3 else "local") as session:
            for act in portion:
                act(session)
        if (dice := random.random()) < 0.5:
            (hurried if dice < 0.1 else facts).catch_up()
    facts.catch_up()


def shown(sample: Sample, by: By | None) -> dict[str, Value]:
    shown_ones = [m for m in METRICS if by is not By.PRODUCT or m.area is Area.SALES]
    found = {metric.key: metric.measure(sample) for metric in shown_ones}
    return {key: (m.value, m.n, m.median, m.p90) for key, m in found.items()}


def compare(found: Collector, plain: Plain, service: PlainService, by: By) -> None:
    everything = plain.sales(lambda *_: True) | service.after_sales(lambda *_: True)
    if by is not By.PRODUCT:
        everything |= plain.talk(lambda *_: True, lambda _: True, lambda *_: True)
        served = int(everything["customers_served"][0] or 0)
        everything |= service.satisfaction(lambda *_: True, served)
    assert shown(found.total, by) == everything
    days = [plain.c.start + n * DAY_MS // 2 for n in range(9)]
    keys: dict[By, list[Any]] = {
        By.AGENT: [None, b"", *AGENTS],
        By.CHANNEL: ["", "webchat", "taobao", "phone"],
        By.HOUR: [None, *(f"{hour:02d}" for hour in range(24))],
        By.DAY: [None, *sorted({plain.day(at).isoformat() for at in days if plain.inside(at)})],
        By.PRODUCT: list(PRODUCTS),
    }
    assert set(found.groups) <= set(keys[by])
    for key in keys[by]:
        sample = found.groups.get(key)
        if sample is None:
            sample = Sample(found.rules)
            sample.sales.known_buyers = found.total.sales.known_buyers
        assert shown(sample, by) == expected(plain, service, by, key), key


def expected(plain: Plain, service: PlainService, by: By, key: Any) -> dict[str, Value]:
    def belongs(agent: Any, channel: str, at: int) -> bool:
        match by:
            case By.AGENT:
                return bool(agent == key)
            case By.CHANNEL:
                return bool(channel == key)
            case By.HOUR:
                return bool(plain.hour(at) == key)
            case By.DAY:
                return bool(plain.day_of(at) == key)
            case By.PRODUCT:
                return True

    def credited(agent: Any) -> bool:
        return by is not By.AGENT or bool(agent == key)

    if by is By.PRODUCT:
        return plain.sales(belongs, key) | service.after_sales(belongs, key)
    talk = plain.talk(belongs, credited, belongs)
    served = int(talk["customers_served"][0] or 0)
    found = plain.sales(belongs) | talk
    return found | service.after_sales(belongs) | service.satisfaction(belongs, served)


def facts_of(db: Database) -> list[list[tuple[Any, ...]]]:
    """All facts, with the parts by what they are instead of by their number."""
    part = "p.conversation_id, p.session_at, p.agent_id"
    of_part = "LEFT JOIN stats_parts p ON p.rid ="
    sums = (
        "customer_messages, agent_messages, agent_chars, robot_messages, automatic_messages, "
        "asked_at"
    )
    said = "m.rid, m.at, m.role, m.chars, m.product"
    turn = "t.kind, t.asked_at, t.last_asked_at, t.answered_at"
    order = (
        "o.order_id, o.customer_id, o.created_at, o.paid_at, o.shipped_at, o.closed_at, "
        "o.total_fen, o.paid_fen, o.postage_fen, o.refund_fen, o.quantity, o.place, o.since_ms"
    )
    statements = (
        f"SELECT {part}, customer_id, channel, starts_at, ends_at, opened_by, {sums} FROM stats_parts p",
        f"SELECT {said}, {part} FROM stats_messages m {of_part} m.part",
        f"SELECT {turn}, {part} FROM stats_turns t {of_part} t.part",
        "SELECT rid, order_id, product, quantity, amount_fen, refund_fen FROM stats_items",
        "SELECT * FROM stats_after_sales",
        "SELECT * FROM stats_ratings",
        *(
            f"SELECT {order}, o.{rule} IS NULL, {part} FROM stats_orders o {of_part} o.{rule}"
            for rule in ("order_part", "pay_part", "jd_part")
        ),
    )
    with db.read() as session:
        return [sorted(map(tuple, session.execute(text(s)).all()), key=repr) for s in statements]


CHECKED = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@CHECKED
@given(shop=SHOPS, choice=CHOICES)
def test_every_metric_is_what_its_words_say(
    services: Services, shop: dict[str, Any], choice: dict[str, Any]
) -> None:
    check(services, shop, choice)


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("block", range(LONG_SHOPS // LONG_BLOCK))
def test_every_metric_is_what_its_words_say_in_many_more_shops(
    services: Services, block: int
) -> None:
    @seed(block)
    @settings(CHECKED, max_examples=LONG_BLOCK, database=None)
    @given(shop=SHOPS, choice=CHOICES)
    def play_block(shop: dict[str, Any], choice: dict[str, Any]) -> None:
        check(services, shop, choice)

    play_block()


def check(services: Services, shop: dict[str, Any], choice: dict[str, Any]) -> None:
    """Both ways of counting agree, and so do the facts kept and those made from scratch."""
    db, facts = services.db, services.stats.facts
    services.settings.set(SHOP_ZONE, choice["zone"])
    services.settings.set(chosen.AUTOMATIC_PREFIXES, ["[自动]"])
    empty(db)
    play(db, facts, shop)

    clock = LocalTime(zone(choice["zone"]))
    first = datetime.fromtimestamp(shop["base"] / 1000, clock.zone).date()
    first += timedelta(days=choice["first"])
    start = clock.midnight(first)
    end = clock.midnight(first + timedelta(days=choice["days"]))
    now = start + choice["now"] * DAY_MS // 2
    rules = Rules(
        attribution=choice["rule"],
        deduct_refunds=choice["refunds"],
        deduct_postage=choice["postage"],
        judged=tuple(choice["hours"]),
        breaks=tuple(choice["breaks"]),
        from_last=choice["from_last"],
        filtered=frozenset(choice["nicks"]),
        filter_blocked=choice["blocked"],
    )
    plain = Plain(
        tables_of(db),
        Choice(
            zone=zone(choice["zone"]),
            start=start,
            end=end,
            now=now,
            rule=choice["rule"],
            less_refunds=choice["refunds"],
            less_postage=choice["postage"],
            hours=minutes(choice["hours"]),
            breaks=minutes(choice["breaks"]),
            from_last=choice["from_last"],
            nicks=set(choice["nicks"]),
            blocked_out=choice["blocked"],
            untimed=choice["untimed"],
            prefix="[自动]",
        ),
    )
    by = choice["by"]
    with db.cursor() as run:
        found = Collector(
            run, Query(start, end, by, now=now, untimed=choice["untimed"]), rules, clock
        ).collect()
    compare(found, plain, PlainService(plain, *service_rows(db)), by)

    kept = facts_of(db)
    facts.rebuild()
    assert facts_of(db) == kept
    assert fact_rules(services.settings).prefixes == ("[自动]",)
