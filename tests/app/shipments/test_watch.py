"""Which parcels need somebody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.shipments import ShipmentState, Trouble
from app.shipments.settings import HOUR_MS, Limits
from app.shipments.watch import Facts, judge, shown_state, urgency

NOW = 1_800_000_000_000
LIMITS = Limits(by_carrier={"youzhengguonei": 72 * HOUR_MS})


def _ago(hours: float | None) -> int | None:
    return None if hours is None else NOW - int(hours * HOUR_MS)


def _trouble(state: str, news_h: float | None = None, **more: object) -> Trouble | None:
    shipped = more.pop("shipped_h", None)
    facts = Facts(state, shipped_at=_ago(shipped), last_at=_ago(news_h), **more)  # type: ignore[arg-type]
    judged = judge(facts, LIMITS, NOW)
    return judged[0] if judged else None


@pytest.mark.parametrize(
    ("state", "shipped_h", "news_h", "trouble"),
    [
        ("unknown", 23, None, None),
        ("unknown", 25, None, None),
        ("unknown", 25, 24, Trouble.NO_PICKUP),
        ("waiting", 25, 24, Trouble.NO_PICKUP),
        ("waiting", None, None, None),
        ("picked_up", 60, 47, None),
        ("picked_up", 60, 49, Trouble.STALLED),
        ("in_transit", 60, 47, None),
        ("in_transit", 60, 49, Trouble.STALLED),
        ("customs", 60, 49, Trouble.STALLED),
        ("out_for_delivery", 60, 23, None),
        ("out_for_delivery", 60, 25, Trouble.STUCK),
        ("awaiting_pickup", 60, 49, Trouble.UNCOLLECTED),
        ("problem", 60, 1, Trouble.PROBLEM),
        ("returning", 60, 1, Trouble.RETURNING),
        ("returned", 60, 1, Trouble.RETURNED),
        ("refused", 60, 1, Trouble.REFUSED),
        ("signed", 60, 1, None),
        ("signed", 900, 600, None),
        ("a word of tomorrow", 60, 49, None),
    ],
)
def test_a_parcel_is_judged_by_state_and_silence(
    state: str, shipped_h: float | None, news_h: float | None, trouble: Trouble | None
) -> None:
    assert _trouble(state, news_h, shipped_h=shipped_h) == trouble


def test_what_was_asked_for_and_has_no_record_was_not_picked_up() -> None:
    assert _trouble("unknown", shipped_h=25) is None
    assert _trouble("unknown", shipped_h=25, asked_at=_ago(1)) == Trouble.NO_PICKUP


def test_a_received_order_outweighs_silence_but_not_a_return() -> None:
    assert _trouble("in_transit", 60, received=True) is None
    assert _trouble("out_for_delivery", 60, received=True) is None
    assert _trouble("returning", 60, received=True) == Trouble.RETURNING


def test_remote_regions_may_be_silent_longer() -> None:
    assert _trouble("in_transit", 60, destination="新疆维吾尔自治区 乌鲁木齐市") is None
    assert _trouble("in_transit", 97, destination="新疆维吾尔自治区") == Trouble.STALLED


def test_a_slow_carrier_may_be_silent_longer() -> None:
    assert _trouble("in_transit", 60, carrier="youzhengguonei") is None
    assert _trouble("in_transit", 73, carrier="youzhengguonei") == Trouble.STALLED


def test_old_stories_are_left_alone() -> None:
    assert _trouble("returned", 31 * 24) is None
    assert _trouble("unknown", shipped_h=31 * 24) is None


def test_a_parcel_on_its_way_is_never_said_not_to_be_picked_up() -> None:
    facts = Facts("unknown", shipped_at=_ago(60), picked_up_at=_ago(50), last_at=_ago(50))
    assert judge(facts, LIMITS, NOW) == (Trouble.STALLED, _ago(50))


def test_silence_outweighs_what_the_carrier_said_last() -> None:
    assert shown_state("in_transit", Trouble.STALLED) == ShipmentState.STALLED
    assert shown_state("in_transit", None) == ShipmentState.IN_TRANSIT
    assert shown_state("out_for_delivery", Trouble.STUCK) == ShipmentState.OUT_FOR_DELIVERY
    assert shown_state("stalled", None) == ShipmentState.UNKNOWN
    assert shown_state("a word of tomorrow", None) == ShipmentState.UNKNOWN


def test_the_worst_comes_first_and_within_it_the_longest() -> None:
    cases = [
        (Trouble.REFUSED, 1),
        (Trouble.NO_PICKUP, 9),
        (Trouble.STALLED, 5),
        (Trouble.NO_PICKUP, 3),
    ]
    assert sorted(cases, key=lambda case: urgency(*case)) == [
        (Trouble.NO_PICKUP, 3),
        (Trouble.NO_PICKUP, 9),
        (Trouble.STALLED, 5),
        (Trouble.REFUSED, 1),
    ]


_MOMENTS = st.none() | st.integers(0, NOW)


@given(st.sampled_from([*ShipmentState, "other"]), _MOMENTS, _MOMENTS, _MOMENTS)
def test_every_parcel_can_be_judged(
    state: str, shipped: int | None, picked_up: int | None, last: int | None
) -> None:
    judged = judge(Facts(state, "", "", shipped, picked_up, last), LIMITS, NOW)
    assert judged is None or judged[1] <= NOW
