"""Parcels as an agent works with them."""

import pytest

from app.carriers.protocol import ParcelNews, TraceLine
from app.core.errors import NotFound, PermissionDenied, UserError
from app.core.i18n import set_language
from app.services import Services
from app.shipments import ParcelFilter, ShipmentState, Trouble
from app.shipments.settings import CARRIER_STALLED_HOURS, NO_PICKUP_HOURS
from db.clock import now_ms
from db.models import Role
from tests.app.shipments.parcels import HOUR, put_order, put_parcel


def _numbers(services: Services, **wanted: object) -> list[str]:
    found = services.shipments.listing(ParcelFilter(**wanted))  # type: ignore[arg-type]
    return [row.number for row in services.shipments.rows(found)]


def _news(*lines: tuple[float, str, ShipmentState], state: ShipmentState) -> ParcelNews:
    now = now_ms() // 1000 * 1000
    traces = tuple(TraceLine(now - int(hours * HOUR), text, "杭州", s) for hours, text, s in lines)
    return ParcelNews("yuantong", "YT9900000000001", state, traces)


def test_the_newest_news_come_first(services: Services) -> None:
    put_parcel(services.db, "YT9900000000001", news_h=5)
    put_parcel(services.db, "YT9900000000002", news_h=1)
    put_parcel(services.db, "YT9900000000003", news_h=None, shipped_h=3)
    assert _numbers(services) == ["YT9900000000002", "YT9900000000003", "YT9900000000001"]


def test_parcels_are_filtered_and_sorted(services: Services) -> None:
    put_parcel(services.db, "YT9900000000001", state=ShipmentState.SIGNED)
    put_parcel(services.db, "SF1234567890123", "shunfeng")
    assert _numbers(services, states=frozenset({ShipmentState.SIGNED})) == ["YT9900000000001"]
    assert _numbers(services, carrier="shunfeng") == ["SF1234567890123"]
    assert _numbers(services, sort="number") == ["SF1234567890123", "YT9900000000001"]
    assert _numbers(services, sort="number", descending=True)[0] == "YT9900000000001"


@pytest.mark.parametrize(
    "text", ["YT9900000000001", "yt99000", "0000001", "1234", "13800001234", "张伟", "2801", "5678"]
)
def test_a_parcel_is_found_by_number_recipient_and_phone(services: Services, text: str) -> None:
    order = put_order(services.db)
    put_parcel(services.db, orders=[order], phone_tail="5678")
    put_parcel(
        services.db,
        "SF7777777777777",
        "shunfeng",
        orders=[put_order(services.db, "9", "李雷", "13911112222")],
    )
    assert _numbers(services, text=text) == ["YT9900000000001"]


def test_what_is_nowhere_is_not_found(services: Services) -> None:
    put_parcel(services.db)
    assert _numbers(services, text="没有这个人") == []
    assert _numbers(services, text="%") == []


def test_the_watch_list_is_worst_first_with_its_reason(services: Services) -> None:
    put_parcel(services.db, "YT9900000000001", state=ShipmentState.REFUSED)
    put_parcel(services.db, "YT9900000000002", news_h=50)
    put_parcel(
        services.db, "YT9900000000003", state=ShipmentState.WAITING, news_h=None, shipped_h=25
    )
    put_parcel(services.db, "YT9900000000004", state=ShipmentState.SIGNED)
    put_parcel(services.db, "YT9900000000005")
    rows = services.shipments.watch_list()
    assert [(row.number[-1], row.trouble) for row in rows] == [
        ("3", Trouble.NO_PICKUP),
        ("2", Trouble.STALLED),
        ("1", Trouble.REFUSED),
    ]
    assert services.shipments.trouble_count() == 3
    assert _numbers(services, trouble=True) == [row.number for row in rows]
    assert rows[1].state == ShipmentState.STALLED


def test_a_received_order_takes_its_parcel_off_the_list(services: Services) -> None:
    order = put_order(services.db, status="completed")
    put_parcel(services.db, "YT9900000000002", news_h=50, orders=[order])
    put_parcel(services.db, "YT9900000000003", state="unknown", news_h=None, shipped_h=99)
    assert services.shipments.watch_list() == []
    assert services.shipments.for_order(order)[0].trouble is None


def test_the_shop_decides_when_silence_is_trouble(services: Services) -> None:
    put_parcel(services.db, "YT9900000000002", news_h=50)
    put_parcel(
        services.db, "YT9900000000003", state=ShipmentState.WAITING, news_h=None, shipped_h=25
    )
    services.settings.set(CARRIER_STALLED_HOURS, {"yuantong": 72})
    services.settings.set(NO_PICKUP_HOURS, 36)
    assert services.shipments.watch_list() == []


def test_parcels_of_an_order_and_of_a_customer(services: Services) -> None:
    customer = b"c" * 16
    order = put_order(services.db, customer_id=customer)
    other = put_order(services.db, "2802", customer_id=customer)
    put_parcel(services.db, "YT9900000000001", orders=[order, other], news_h=1)
    put_parcel(services.db, "YT9900000000002", orders=[other], news_h=60)
    assert [r.number for r in services.shipments.for_order(order)] == ["YT9900000000001"]
    rows = services.shipments.for_customer(customer)
    assert [r.number for r in rows] == ["YT9900000000002", "YT9900000000001"]
    detail = services.shipments.detail(rows[1].id)
    assert {ref.number for ref in detail.orders} == {"2801", "2802"}


def test_news_add_their_lines_once(services: Services) -> None:
    parcel = put_parcel(services.db, news_h=None)
    news = _news(
        (1, "【杭州】已签收", ShipmentState.SIGNED),
        (20, "【杭州】已揽收", ShipmentState.PICKED_UP),
        state=ShipmentState.SIGNED,
    )
    first = services.shipments.take_news(parcel, news)
    again = services.shipments.take_news(parcel, news)
    assert first.traces == again.traces
    assert [trace.text for trace in again.traces] == ["【杭州】已签收", "【杭州】已揽收"]
    assert again.row.state == ShipmentState.SIGNED
    assert again.row.last_text == "【杭州】已签收"


def test_older_news_add_lines_and_leave_the_state_alone(services: Services) -> None:
    parcel = put_parcel(services.db, news_h=None)
    signed = _news((1, "已签收", ShipmentState.SIGNED), state=ShipmentState.SIGNED)
    older = _news(
        (9, "派件中", ShipmentState.OUT_FOR_DELIVERY), state=ShipmentState.OUT_FOR_DELIVERY
    )
    services.shipments.take_news(parcel, signed)
    detail = services.shipments.take_news(parcel, older)
    assert detail.row.state == ShipmentState.SIGNED
    assert [trace.text for trace in detail.traces] == ["已签收", "派件中"]


def test_lines_of_the_same_minute_keep_their_order(services: Services) -> None:
    parcel = put_parcel(services.db, news_h=None)
    at = ShipmentState.IN_TRANSIT
    news = _news((2, "到达杭州", at), (2, "离开上海", at), (2, "到达上海", at), state=at)
    detail = services.shipments.take_news(parcel, news)
    assert [trace.text for trace in detail.traces] == ["到达杭州", "离开上海", "到达上海"]
    assert detail.row.last_text == "到达杭州"


def test_a_parcel_is_added_by_hand_and_tied_to_its_order(services: Services) -> None:
    order = put_order(services.db, province="浙江省", city="杭州市")
    added = services.shipments.add(" yt9900000000001 ", "yuantong", order)
    again = services.shipments.add("YT9900000000001", "yuantong", order)
    assert added.row.id == again.row.id
    assert again.row.number == "YT9900000000001"
    assert again.row.destination == "浙江省 杭州市"
    assert again.row.phone_tail == "1234"
    assert [ref.number for ref in again.orders] == ["2801"]


def test_of_a_privacy_number_the_carrier_knows_the_extension(services: Services) -> None:
    order = put_order(services.db, phone="17800001111", phone_extension="4321")
    assert services.shipments.add("SF1234567890123", "shunfeng", order).row.phone_tail == "4321"


def test_what_is_no_number_is_not_added(services: Services) -> None:
    with pytest.raises(UserError):
        services.shipments.add("你好", "yuantong")
    with pytest.raises(NotFound):
        services.shipments.add("YT9900000000001", "yuantong", b"x" * 16)
    assert _numbers(services) == []


def test_the_carrier_can_be_set_by_hand(services: Services) -> None:
    parcel = put_parcel(services.db, "123456789012", "", query_error="no_record", queried_at=1)
    detail = services.shipments.set_carrier(parcel, "zhongtong")
    assert (detail.row.carrier, detail.row.carrier_name) == ("zhongtong", "中通快递")
    assert (detail.row.query_error, detail.row.queried_at) == ("", None)


def test_a_trainee_sees_no_names_and_changes_nothing(services: Services) -> None:
    order = put_order(services.db)
    parcel = put_parcel(services.db, orders=[order])
    trainee = services.staff.add("new", "新人", Role.TRAINEE, "passw0rd!")
    services.staff.sign_in_as(trainee.id)
    ref = services.shipments.detail(parcel).orders[0]
    assert (ref.recipient, ref.phone) == ("张*", "*******1234")
    with pytest.raises(PermissionDenied):
        services.shipments.set_carrier(parcel, "zhongtong")
    with pytest.raises(PermissionDenied):
        services.shipments.add("YT9900000000009", "yuantong")
    with pytest.raises(PermissionDenied):
        services.shipments.refresh(parcel)
    with pytest.raises(PermissionDenied):
        services.shipments.set_account("c", "k")


def test_a_vanished_parcel_is_said_so(services: Services) -> None:
    with pytest.raises(NotFound):
        services.shipments.detail(b"x" * 16)


def test_the_account_is_never_shown_again(services: Services) -> None:
    assert services.shipments.account_customer() == ""
    services.shipments.set_account(" CUSTOMER ", " key ")
    assert services.shipments.account_customer() == "CUSTOMER"
    services.shipments.forget_account()
    assert services.shipments.account_customer() == ""
    with pytest.raises(UserError):
        services.shipments.set_account("", "key")


def test_with_an_account_news_can_be_asked_for(services: Services) -> None:
    before = services.shipments.can_ask
    services.shipments.set_account("CUSTOMER", "key")
    assert (before, services.shipments.can_ask) == (False, True)


def test_the_customer_is_told_in_a_sentence(services: Services) -> None:
    parcel = put_parcel(services.db, news_h=None)
    services.shipments.take_news(
        parcel,
        _news(
            (1, "【杭州样例网点】正在派件。", ShipmentState.OUT_FOR_DELIVERY),
            state=ShipmentState.OUT_FOR_DELIVERY,
        ),
    )
    text = services.shipments.latest_in_words(parcel)
    assert text.startswith(
        "亲，您的包裹（圆通速递 YT9900000000001）正在派送：【杭州样例网点】正在派件（"
    )
    assert "请保持电话畅通" in text
    english = services.shipments.latest_in_words(parcel, "en")
    assert english.startswith("Your parcel (YTO Express YT9900000000001) is out for delivery")
    set_language("en")
    assert services.shipments.latest_in_words(parcel) == english
