"""Carriers under all their names."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.carriers import carrier_code, carrier_info, carrier_name, common_carriers
from app.core.i18n import set_language
from app.core.paths import resource


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("圆通速递", "yuantong"),
        ("圆通快递", "yuantong"),
        ("圆通", "yuantong"),
        ("YTO", "yuantong"),
        ("101", "yuantong"),
        (" 顺丰速运 ", "shunfeng"),
        ("顺丰速运(大件)", "shunfeng"),
        ("顺丰快运", "shunfengkuaiyun"),
        ("中通快递", "zhongtong"),
        ("中通快运", "zhongtongkuaiyun"),
        ("申通快递", "shentong"),
        ("韵达快递", "yunda"),
        ("韵达速递", "yunda"),
        ("极兔速递", "jtexpress"),
        ("J&T Express", "jtexpress"),
        ("京东物流", "jd"),
        ("京东快递", "jd"),
        ("德邦快递", "debangkuaidi"),
        ("德邦物流", "debangwuliu"),
        ("EMS", "ems"),
        ("ems", "ems"),
        ("中国邮政", "youzhengguonei"),
        ("邮政快递包裹", "youzhengguonei"),
        ("百世快递", "huitongkuaidi"),
        ("YunExpress", "yunexpress"),
        ("yuntrack", "yunexpress"),
        ("SF Express", "shunfeng"),
        ("UPS", "ups"),
        ("日日顺物流", "rrs"),
        ("不知道的快递", ""),
        ("快递", ""),
        ("", ""),
    ],
)
def test_a_carrier_is_known_by_all_its_names(name: str, code: str) -> None:
    assert carrier_code(name) == code


def test_every_company_of_the_list_is_found_by_its_code() -> None:
    path = resource("carriers", "kuaidi100_companies.csv")
    for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines()):
        code = carrier_code(row["公司编码"])
        assert code
        assert carrier_info(code).kuaidi100 == row["公司编码"].strip()


def test_names_follow_the_language() -> None:
    assert carrier_name("shunfeng") == "顺丰速运"
    set_language("en")
    assert carrier_name("shunfeng") == "SF Express"
    assert carrier_name("") == ""
    assert carrier_name("nobody-knows") == "nobody-knows"


def test_carriers_that_want_a_phone_are_marked() -> None:
    assert carrier_info("shunfeng").phone_needed
    assert carrier_info("zhongtong").phone_needed
    assert not carrier_info("yuantong").phone_needed


def test_the_most_used_carrier_is_offered_first() -> None:
    assert common_carriers()[0].code == "zhongtong"


@given(st.text(max_size=40))
def test_any_text_gets_an_answer(name: str) -> None:
    code = carrier_code(name)
    assert code == "" or carrier_code(code) == code
