"""What a customer is told of a parcel."""

from itertools import product

import pytest

from app.core.i18n import LANGUAGES, Language, set_language
from app.shipments import ParcelDetail, ParcelRow, ShipmentState, Trouble, in_words, language_of
from app.shipments.words import reason_text
from db.clock import now_ms

HOUR = 3_600_000


def _detail(state: ShipmentState, trouble: Trouble | None = None, **more: object) -> ParcelDetail:
    known: dict[str, object] = {
        "id": b"p" * 16,
        "carrier": "yuantong",
        "carrier_name": "圆通速递",
        "number": "YT9900000000001",
        "state": state,
        "trouble": trouble,
        "since": now_ms() - 50 * HOUR if trouble else None,
        "order": None,
        "phone_tail": "",
        "destination": "",
        "shipped_at": None,
        "last_at": 1_772_237_400_000,
        "last_text": "【乌鲁木齐转运中心】已到达派件城市。",
        "queried_at": None,
        "query_error": "",
    }
    return ParcelDetail(ParcelRow(**(known | more)), (), ())  # type: ignore[arg-type]


@pytest.mark.parametrize(("language", "state"), list(product(LANGUAGES, ShipmentState)))
def test_every_state_has_a_sentence_with_carrier_and_number(
    language: Language, state: ShipmentState
) -> None:
    text = in_words(_detail(state), language)
    assert "YT9900000000001" in text
    assert ("YTO Express" if language == "en" else "圆通速递") in text
    assert "{" not in text


@pytest.mark.parametrize(("language", "trouble"), list(product(LANGUAGES, Trouble)))
def test_every_trouble_has_a_sentence(language: Language, trouble: Trouble) -> None:
    text = in_words(_detail(ShipmentState.IN_TRANSIT, trouble), language)
    assert "YT9900000000001" in text


def test_the_time_is_chinas() -> None:
    text = in_words(_detail(ShipmentState.IN_TRANSIT), "zh_CN")
    assert "最新进展：2月28日08:10 【乌鲁木齐转运中心】已到达派件城市～" in text


def test_without_news_nothing_is_invented() -> None:
    text = in_words(_detail(ShipmentState.IN_TRANSIT, last_at=None, last_text=""), "zh_CN")
    assert "暂时还没有查到物流信息" in text


def test_without_a_carrier_the_number_stands_alone() -> None:
    text = in_words(_detail(ShipmentState.IN_TRANSIT, carrier="", carrier_name=""), "zh_CN")
    assert text.startswith("亲，您的包裹（YT9900000000001）")


def test_the_language_is_the_customers() -> None:
    assert language_of(["ok 好的"]) == "zh_CN"
    assert language_of(["Where is my parcel?"]) == "en"
    assert language_of(["123", "到哪了"]) == "zh_CN"
    assert language_of([]) == "zh_CN"


def test_the_reason_says_how_long() -> None:
    row = _detail(ShipmentState.STALLED, Trouble.STALLED).row
    set_language("en")
    assert reason_text(row) == "No news for 2 days"
    assert reason_text(_detail(ShipmentState.SIGNED).row) == ""
