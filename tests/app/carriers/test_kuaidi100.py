"""Asking Kuaidi100, against a server on loopback that checks what is documented."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from app.carriers.accounts import Account, KeyringAccount
from app.carriers.kuaidi100 import (
    Kuaidi100,
    push_is_genuine,
    push_signature,
    query_signature,
    read_push,
    state_of,
)
from app.carriers.protocol import CarrierError, NoAnswer, NoRecord, Question
from app.core.errors import UserError
from db.models import ShipmentState
from tests.fakes.kuaidi100 import FakeKuaidi100, serve_kuaidi100

DATA = Path(__file__).parents[2] / "data" / "carriers"
PARAM = '{"com":"yuantong","num":"YT9900000000001"}'
NUMBER = "YT9900000000001"


@pytest.fixture
def fake() -> Iterator[FakeKuaidi100]:
    with serve_kuaidi100() as server:
        yield server


@pytest.fixture
def client(fake: FakeKuaidi100) -> Kuaidi100:
    return Kuaidi100(lambda: Account(fake.customer, fake.key), fake.url)


def _sample(name: str) -> dict[str, object]:
    return dict(json.loads((DATA / f"kuaidi100_{name}_made.json").read_text(encoding="utf-8")))


def _utc_ms(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000)


def test_a_question_is_signed_as_documented() -> None:
    sign = query_signature(PARAM, "madekey", "MADECUSTOMER")
    assert sign == "5ED221C6E9B2A503A95357C53D0B9827"


def test_a_push_is_signed_as_documented() -> None:
    sign = "1C6150509B29FA974D5E481BA38350BC"
    assert push_signature(PARAM, "madesalt") == sign
    assert push_is_genuine(PARAM, "madesalt", sign)
    assert push_is_genuine(PARAM, "madesalt", sign.lower())
    assert not push_is_genuine(PARAM, "othersalt", sign)
    assert not push_is_genuine(PARAM + " ", "madesalt", sign)
    assert not push_is_genuine(PARAM, "madesalt", "签名")


def test_news_are_read_with_state_place_and_chinas_time(
    fake: FakeKuaidi100, client: Kuaidi100
) -> None:
    fake.parcels[NUMBER] = _sample("query_response")
    news = client.ask(Question("yuantong", NUMBER))
    assert news.state == ShipmentState.IN_TRANSIT
    arrived, picked_up = news.traces
    assert arrived.at == _utc_ms("2026-02-28T08:10:00+08:00")
    assert arrived.text == "【乌鲁木齐转运中心】已到达派件城市"
    assert arrived.place == "新疆 乌鲁木齐市"
    assert (arrived.state, arrived.code) == (ShipmentState.IN_TRANSIT, "1001")
    assert picked_up.state == ShipmentState.PICKED_UP


def test_the_question_holds_what_is_documented(fake: FakeKuaidi100, client: Kuaidi100) -> None:
    fake.know("SF1234567890123", "shunfeng", "0")
    fake.phones["SF1234567890123"] = "13800001234"
    client.ask(Question("shunfeng", " sf1234567890123 ", "1234", "浙江杭州", "新疆乌鲁木齐"))
    assert fake.asked == [
        {
            "com": "shunfeng",
            "num": "SF1234567890123",
            "phone": "1234",
            "from": "浙江杭州",
            "to": "新疆乌鲁木齐",
            "resultv2": "4",
            "show": "0",
            "order": "desc",
        }
    ]


def test_jds_parcel_suffix_and_foreign_codes_are_translated(
    fake: FakeKuaidi100, client: Kuaidi100
) -> None:
    fake.know("JDVB12345678901", "jd", "5")
    fake.know("YT2229521272164446", "yuntrack", "0")
    news = client.ask(Question("jd", "JDVB12345678901-1-1-"))
    assert news.state == ShipmentState.OUT_FOR_DELIVERY
    assert client.ask(Question("yunexpress", "YT2229521272164446")).traces == ()


@pytest.mark.parametrize("carrier", ["shunfeng", "zhongtong"])
def test_without_the_phone_these_carriers_are_not_even_asked(
    carrier: str, fake: FakeKuaidi100, client: Kuaidi100
) -> None:
    with pytest.raises(CarrierError) as error:
        client.ask(Question(carrier, "78123456789012"))
    assert error.value.code == "phone_needed"
    assert fake.asked == []


def test_a_wrong_phone_is_said_so(fake: FakeKuaidi100, client: Kuaidi100) -> None:
    fake.know("SF1234567890123", "shunfeng", "0")
    fake.phones["SF1234567890123"] = "13800001234"
    with pytest.raises(CarrierError) as error:
        client.ask(Question("shunfeng", "SF1234567890123", "9999"))
    assert error.value.code == "phone_needed"


def test_a_number_without_record_is_its_own_error(client: Kuaidi100) -> None:
    with pytest.raises(NoRecord):
        client.ask(Question("yuantong", NUMBER))


def test_a_wrong_key_is_said_so(fake: FakeKuaidi100) -> None:
    client = Kuaidi100(lambda: Account(fake.customer, "wrong"), fake.url)
    with pytest.raises(CarrierError) as error:
        client.ask(Question("yuantong", NUMBER))
    assert error.value.code == "bad_account"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ('{"result":false,"returnCode":"400","message":""}', "carrier_not_allowed"),
        ('{"result":false,"returnCode":"408","message":"验证码错误"}', "phone_needed"),
        ('{"result":false,"returnCode":"500","message":"查询无结果"}', "no_record"),
        ('{"result":false,"returnCode":"501","message":""}', "carrier_fault"),
        ('{"result":false,"returnCode":"502","message":""}', "carrier_busy"),
        ('{"result":false,"returnCode":"503","message":""}', "bad_account"),
        ('{"result":false,"returnCode":"601","message":"POLL:KEY已过期"}', "account_expired"),
        ('{"result":false,"returnCode":"777","message":"新的错误"}', "carrier_refused"),
        ("{}", "carrier_refused"),
        ("[]", "carrier_fault"),
        ("<html>busy</html>", "carrier_fault"),
        ('{"status":"200","nu":"X","state":"0","data":[{"context":"no time"}]}', "carrier_fault"),
    ],
)
def test_every_error_has_a_sentence(
    answer: str, code: str, fake: FakeKuaidi100, client: Kuaidi100
) -> None:
    fake.raw_answer = 200, answer.encode()
    with pytest.raises(CarrierError) as error:
        client.ask(Question("yuantong", NUMBER))
    assert error.value.code == code
    assert error.value.message


def test_an_http_error_is_the_services_fault(fake: FakeKuaidi100, client: Kuaidi100) -> None:
    fake.raw_answer = 500, b""
    with pytest.raises(CarrierError) as error:
        client.ask(Question("yuantong", NUMBER))
    assert error.value.code == "carrier_fault"


def test_a_service_out_of_reach_is_told_apart() -> None:
    client = Kuaidi100(lambda: Account("c", "k"), "http://127.0.0.1:9")
    with pytest.raises(NoAnswer):
        client.ask(Question("yuantong", NUMBER))


def test_without_an_account_nothing_is_asked(fake: FakeKuaidi100) -> None:
    client = Kuaidi100(lambda: None, fake.url)
    assert not client.ready()
    with pytest.raises(CarrierError) as error:
        client.ask(Question("yuantong", NUMBER))
    assert error.value.code == "no_account"


@pytest.mark.parametrize("number", ["12345", "1" * 33])
def test_impossible_lengths_are_not_asked(
    number: str, fake: FakeKuaidi100, client: Kuaidi100
) -> None:
    with pytest.raises(CarrierError):
        client.ask(Question("yuantong", number))
    assert fake.asked == []


def test_carriers_it_does_not_know_are_not_served(client: Kuaidi100) -> None:
    assert client.serves("yuantong")
    assert not client.serves("gofo")
    with pytest.raises(CarrierError) as error:
        client.ask(Question("gofo", "GFUS01011884214464"))
    assert error.value.code == "carrier_unknown"


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("0", "in_transit"),
        ("1", "picked_up"),
        ("2", "problem"),
        ("3", "signed"),
        ("4", "returned"),
        ("5", "out_for_delivery"),
        ("6", "returning"),
        ("7", "in_transit"),
        ("8", "customs"),
        ("9", "unknown"),
        ("10", "customs"),
        ("11", "customs"),
        ("12", "customs"),
        ("13", "problem"),
        ("14", "refused"),
        ("101", "waiting"),
        ("102", "waiting"),
        ("103", "picked_up"),
        ("301", "signed"),
        ("302", "signed"),
        ("303", "signed"),
        ("304", "signed"),
        ("401", "problem"),
        ("501", "awaiting_pickup"),
        ("1001", "in_transit"),
        ("1002", "in_transit"),
        ("1003", "in_transit"),
        ("", "unknown"),
        ("x", "unknown"),
    ],
)
def test_states_become_the_desks_own(code: str, state: str) -> None:
    assert state_of(code) == state


def test_a_push_is_read() -> None:
    push = read_push((DATA / "kuaidi100_push_made.json").read_text(encoding="utf-8"))
    assert push.status == "polling"
    assert push.news is not None
    assert (push.news.carrier, push.news.number) == ("yuantong", NUMBER)
    assert push.news.state == ShipmentState.SIGNED
    assert push.news.traces[0].text == "已签收，签收人：本人"


def test_an_abort_without_record_has_no_news() -> None:
    push = read_push('{"status":"abort","message":"3天查询无记录","lastResult":{}}')
    assert (push.status, push.news) == ("abort", None)


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"status":"polling","lastResult":7}'])
def test_what_is_no_push_is_refused(text: str) -> None:
    with pytest.raises(UserError):
        read_push(text)


def test_the_account_lies_in_the_keyring_each_home_for_itself() -> None:
    mine, other = KeyringAccount("a"), KeyringAccount("b")
    assert mine.get() is None
    mine.set(Account("c", "k"))
    assert mine.get() == Account("c", "k")
    assert other.get() is None
    mine.forget()
    assert mine.get() is None


def test_without_a_keyring_no_account_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.carriers.accounts.set_secret", lambda *_: False)
    with pytest.raises(UserError) as error:
        KeyringAccount("a").set(Account("c", "k"))
    assert error.value.code == "no_keyring"
