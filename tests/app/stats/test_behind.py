"""The rows behind a number are the number: counted anew from them, it comes out the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings

from app.core.errors import UserError
from app.core.settings import SHOP_ZONE
from app.services import Services
from app.stats import METRICS
from app.stats import settings as chosen
from app.stats.behind import EVERY, Fact, FactReader
from app.stats.collect import Collector
from app.stats.definitions import BY_KEY
from app.stats.local_time import LocalTime
from app.stats.model import By, Measure, Query
from app.stats.settings import DAY_MS, Rules
from app.stats.trails import TRAILS
from tests.app.stats.shops import empty, zone
from tests.app.stats.test_numbers import CHECKED, CHOICES, SHOPS, play

Facts = Sequence[Fact]
Check = Callable[[Facts], float | None]


def customers(facts: Facts) -> int:
    return len({fact.customer or fact.order for fact in facts})


def total(facts: Facts) -> float:
    return sum(fact.value or 0 for fact in facts)


def mean(facts: Facts) -> float | None:
    return total(facts) / len(facts) if facts else None


def orders(facts: Facts) -> int:
    return len({fact.order for fact in facts})


def _thing(place: int, fact: Fact) -> object:
    return place if fact.conversation or fact.order is None else fact.order


def share(facts: Facts) -> float | None:
    """An order counts once, however many of its lines are of one product."""
    things = {_thing(n, fact) for n, fact in enumerate(facts)}
    part = {_thing(n, fact) for n, fact in enumerate(facts) if fact.counts}
    return len(part) / len(things) if things else None


def rows_share(facts: Facts) -> float | None:
    return sum(fact.counts for fact in facts) / len(facts) if facts else None


def people_share(facts: Facts) -> float | None:
    late = {fact.customer for fact in facts if not fact.counts}
    return 1 - len(late) / customers(facts) if facts else None


def repliers(facts: Facts) -> float | None:
    return customers([f for f in facts if f.counts]) / customers(facts) if facts else None


def per_buyer(facts: Facts) -> float | None:
    return total(facts) / customers(facts) if facts else None


SUMS = "customer_messages agent_messages agent_characters automatic_messages robot_messages sales agent_sales silent_sales net_sales items_sold refunds".split()
MEANS = "first_response response robot_first_response reception_time second_purchase repurchase_cycle quality_score".split()
COUNTS = "reminders receptions long_receptions arrivals begun_by_agent busiest inquirers lost_inquiries".split()
PEOPLE = "customers_effective customers_asking customers_served customers_replied customers_unreplied buyers".split()
ORDERS = "orders_sold orders_made orders_landed lost_payments payments_landed payments_own payments_others payments_silent wholly_silent".split()
SHARES = "signed_48h reminder_success unserved first_answered_45s first_answered_3min answered_30s answered_3min first_answered_30s settled_at_once robot_alone robot_handed_over ordered_same_day ordered_next_day inquiry_conversion paid_same_day paid_next_day paid_conversion payment_rate paid_at_once dispatched_same_day refund_rate".split()
WHYS = "subjective product logistics service buyer seller carrier".split()
SERVICE: dict[str, Check] = {
    **{f"refund_rate_{why}": share for why in WHYS},
    **{f"refunds_{why}": total for why in WHYS},
    **dict.fromkeys(
        "good_review_rate invitations_answered satisfaction dissatisfaction low_ratings".split(),
        rows_share,
    ),
    "dispute_rate": share,
    **dict.fromkeys("after_sales complaints reviews invitations dissatisfied".split(), len),
    **dict.fromkeys("compensation after_sales_freight".split(), total),
    "after_sales_days": mean,
}
CHECKS: dict[str, Check] = {
    **SERVICE,
    **dict.fromkeys(SUMS, total),
    **dict.fromkeys(MEANS, mean),
    **dict.fromkeys(COUNTS, len),
    **dict.fromkeys(PEOPLE, customers),
    **dict.fromkeys(ORDERS, orders),
    **dict.fromkeys(SHARES, share),
    "people_answered_30s": people_share,
    "people_answered_3min": people_share,
    "reply_rate": repliers,
    "sales_per_buyer": per_buyer,
    "items_per_buyer": per_buyer,
}
LEFT_OUT = {
    "characters_a_minute",
    "complaints_per_1000",
    "invitation_rate",
    "rating_rate",
    "answer_ratio",
    "slow_receptions",
    "sales_per_item",
    "repeat_rate",
    "old_buyers",
    "active_customers",
}
"""Rows of these tell the number only together with other things."""


@settings(CHECKED, max_examples=10)
@given(shop=SHOPS, choice=CHOICES)
def test_the_rows_behind_a_number_add_up_to_it(
    services: Services, shop: dict[str, Any], choice: dict[str, Any]
) -> None:
    check(services, shop, choice)


@pytest.mark.long
@pytest.mark.timeout(1800)
@settings(CHECKED, max_examples=500)
@given(shop=SHOPS, choice=CHOICES)
def test_the_rows_behind_a_number_add_up_to_it_in_many_more_shops(
    services: Services, shop: dict[str, Any], choice: dict[str, Any]
) -> None:
    check(services, shop, choice)


def check(services: Services, shop: dict[str, Any], choice: dict[str, Any]) -> None:
    """Each number of each row of a table equals what its rows behind say."""
    db = services.db
    services.settings.set(SHOP_ZONE, choice["zone"])
    services.settings.set(chosen.AUTOMATIC_PREFIXES, ["[自动]"])
    empty(db)
    play(db, services.stats.facts, shop)
    clock = LocalTime(zone(choice["zone"]))
    first = datetime.fromtimestamp(shop["base"] / 1000, clock.zone).date()
    first += timedelta(days=choice["first"])
    start, end = clock.midnight(first), clock.midnight(first + timedelta(days=choice["days"]))
    rules = Rules(
        attribution=choice["rule"],
        deduct_refunds=choice["refunds"],
        judged=tuple(choice["hours"]),
        from_last=choice["from_last"],
        filtered=frozenset(choice["nicks"]),
        filter_blocked=choice["blocked"],
    )
    by = choice["by"]
    query = Query(start, end, by, now=start + choice["now"] * DAY_MS // 2)
    with db.cursor() as run:
        found = Collector(run, query, rules, clock).collect()
        rows = {EVERY: found.total, **found.groups}
        for key, sample in rows.items():
            if key is None and by is By.AGENT:
                continue  # inquiries of nobody are those whose orders nobody has
            reader = FactReader(run, query, rules, clock, key)
            for name in CHECKS:
                if by is By.PRODUCT and BY_KEY[name].area != "sales":
                    continue
                if name == "busiest" and by in {By.HOUR, By.DAY} and key is not EVERY:
                    continue
                same(name, BY_KEY[name].measure(sample), TRAILS[name](reader))


def same(name: str, measure: Measure, facts: Facts) -> None:
    again = CHECKS[name](facts)
    if measure.value is None:
        assert not again, name
    else:
        assert again == pytest.approx(measure.value), name


def test_every_number_can_be_looked_into(services: Services) -> None:
    assert set(CHECKS) | LEFT_OUT == set(TRAILS)
    assert set(TRAILS) == {metric.key for metric in METRICS}
    today = services.stats.today()
    with pytest.raises(UserError):
        services.board.rows_behind("nothing", today, today)
