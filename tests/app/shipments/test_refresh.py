"""Asking for news: over loopback, with the rule of thirty minutes."""

from collections.abc import Iterator

import pytest

from app.carriers.accounts import Account
from app.carriers.kuaidi100 import Kuaidi100
from app.core.errors import UserError
from app.services import Services
from app.shipments import Shipments, ShipmentState
from app.shipments import questions as asking
from db.clock import now_ms
from tests.app.shipments.parcels import put_order, put_parcel
from tests.fakes.kuaidi100 import FakeKuaidi100, serve_kuaidi100

NUMBER = "YT9900000000001"
MINUTE = 60_000


@pytest.fixture
def fake() -> Iterator[FakeKuaidi100]:
    with serve_kuaidi100() as server:
        yield server


@pytest.fixture
def shipments(services: Services, fake: FakeKuaidi100) -> Shipments:
    services.shipments.set_account(fake.customer, fake.key)
    carrier = Kuaidi100(lambda: Account(fake.customer, fake.key), fake.url)
    account = services.shipments._account
    return Shipments(services.db, services.staff, services.settings, carrier, account)


def _later(monkeypatch: pytest.MonkeyPatch, minutes: int) -> None:
    monkeypatch.setattr(asking, "now_ms", lambda: now_ms() + minutes * MINUTE)


def _code(shipments: Shipments, parcel: bytes, phone: str = "") -> str:
    with pytest.raises(UserError) as error:
        shipments.refresh(parcel, phone)
    return error.value.code


def test_news_arrive_and_stay(
    services: Services, shipments: Shipments, fake: FakeKuaidi100
) -> None:
    parcel = put_parcel(services.db, state="unknown", news_h=None)
    fake.know(
        NUMBER,
        "yuantong",
        "5",
        ("2026-03-02 08:00:00", "5", "【杭州】派件中"),
        ("2026-03-01 20:00:00", "103", "【上海】已揽收"),
    )
    detail = shipments.refresh(parcel)
    assert detail.row.state in {ShipmentState.OUT_FOR_DELIVERY, ShipmentState.STALLED}
    assert [t.text for t in detail.traces] == ["【杭州】派件中", "【上海】已揽收"]
    assert services.shipments.detail(parcel).traces == detail.traces
    assert detail.row.queried_at is not None


def test_within_thirty_minutes_nobody_is_asked_again(
    services: Services, shipments: Shipments, fake: FakeKuaidi100, monkeypatch: pytest.MonkeyPatch
) -> None:
    parcel = put_parcel(services.db)
    fake.know(NUMBER, "yuantong", "0", ("2026-03-02 08:00:00", "0", "【杭州】在途"))
    row = shipments.refresh(parcel).row
    assert shipments.next_question_at(row) == (row.queried_at or 0) + 30 * MINUTE
    _later(monkeypatch, 29)
    assert _code(shipments, parcel) == "too_early"
    assert len(fake.asked) == 1
    _later(monkeypatch, 31)
    shipments.refresh(parcel)
    assert len(fake.asked) == 2


def test_the_message_says_how_long_to_wait(services: Services, shipments: Shipments) -> None:
    parcel = put_parcel(services.db, queried_at=now_ms() - 12 * MINUTE)
    with pytest.raises(UserError, match="18"):
        shipments.refresh(parcel)


def test_an_answer_without_record_counts_as_asked(services: Services, shipments: Shipments) -> None:
    parcel = put_parcel(services.db)
    assert _code(shipments, parcel) == "no_record"
    assert services.shipments.detail(parcel).row.query_error == "no_record"
    assert _code(shipments, parcel) == "too_early"


def test_the_phone_is_taken_from_the_order(
    services: Services, shipments: Shipments, fake: FakeKuaidi100
) -> None:
    order = put_order(services.db, phone="13800001234")
    parcel = put_parcel(services.db, "SF1234567890123", "shunfeng", orders=[order])
    fake.know("SF1234567890123", "shunfeng", "0", ("2026-03-02 08:00:00", "0", "【杭州】在途"))
    fake.phones["SF1234567890123"] = "13800001234"
    shipments.refresh(parcel)
    assert fake.asked[0]["phone"] == "1234"


def test_of_a_privacy_number_the_extension_is_asked_with(
    services: Services, shipments: Shipments, fake: FakeKuaidi100
) -> None:
    order = put_order(services.db, phone="17800001111", phone_extension="4321")
    parcel = put_parcel(
        services.db, "SF1234567890123", "shunfeng", orders=[order], phone_tail="1111"
    )
    assert _code(shipments, parcel) == "phone_needed"
    assert fake.asked[0]["phone"] == "4321"


def test_a_wrong_phone_can_be_corrected_at_once(
    services: Services, shipments: Shipments, fake: FakeKuaidi100
) -> None:
    parcel = put_parcel(services.db, "SF1234567890123", "shunfeng", phone_tail="9999")
    fake.know("SF1234567890123", "shunfeng", "0", ("2026-03-02 08:00:00", "0", "【杭州】在途"))
    fake.phones["SF1234567890123"] = "13800001234"
    assert _code(shipments, parcel) == "phone_needed"
    assert _code(shipments, parcel, "12") == "bad_phone"
    assert shipments.refresh(parcel, "13800001234").row.phone_tail == "1234"


def test_a_question_without_phone_is_not_counted(
    services: Services, shipments: Shipments, fake: FakeKuaidi100
) -> None:
    parcel = put_parcel(services.db, "SF1234567890123", "shunfeng")
    assert _code(shipments, parcel) == "phone_needed"
    assert fake.asked == []
    assert services.shipments.detail(parcel).row.queried_at is None


def test_a_service_out_of_reach_does_not_count(services: Services, shipments: Shipments) -> None:
    carrier = Kuaidi100(lambda: Account("c", "k"), "http://127.0.0.1:9")
    away = Shipments(
        services.db, services.staff, services.settings, carrier, services.shipments._account
    )
    parcel = put_parcel(services.db)
    assert _code(away, parcel) == "carrier_unreachable"
    assert services.shipments.detail(parcel).row.queried_at is None


def test_an_unknown_carrier_is_not_asked_about(services: Services, shipments: Shipments) -> None:
    assert _code(shipments, put_parcel(services.db, "123456789012", "")) == "carrier_unknown"
    assert (
        _code(shipments, put_parcel(services.db, "GFUS01011884214464", "gofo")) == "carrier_unknown"
    )


def test_without_an_account_the_message_is_honest(services: Services) -> None:
    assert _code(services.shipments, put_parcel(services.db)) == "no_account"
    assert services.shipments.detail(services.shipments.find(NUMBER)[0].id).row.queried_at is None


def test_the_practice_shop_asks_nobody(services: Services, fake: FakeKuaidi100) -> None:
    carrier = Kuaidi100(lambda: Account(fake.customer, fake.key), fake.url)
    practice = Shipments(services.db, services.staff, services.settings, carrier, None)
    assert practice.practice
    assert _code(practice, put_parcel(services.db)) == "practice"
    assert practice.account_customer() == ""
    with pytest.raises(UserError):
        practice.set_account("c", "k")
    assert fake.asked == []
