"""Verification over a real database: verdicts, holds, corrections, groups, and the verb."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import insert, select

from app.cli import main
from app.core.errors import NotFound, PermissionDenied, UserError
from app.homes import create_home
from app.orders import Level, OrderFilter, Receiver, Verification
from app.orders.settings import HOLD_ON_MESSAGE, SURCHARGE_AREAS, UNSERVED_AREAS
from app.regions import Region
from app.services import Services, build_services
from app.sources import RowState
from db.clock import now_ms
from db.database import Database
from db.ids import order_id
from db.models import Conversation, Order, OrderItem, Product, Role, Sku
from tests.app.sources.made_files import DATA

HOUR = 3_600_000


def an_order(number: str, **fields: Any) -> dict[str, Any]:
    now = now_ms()
    facts = {
        "id": order_id("taobao", "小店", number),
        "platform": "taobao",
        "shop": "小店",
        "number": number,
        "status": "paid",
        "buyer_nick": f"买家{number}",
        "recipient": "王芳",
        "phone": f"138{int(number):08}",
        "province": "浙江省",
        "city": "杭州市",
        "district": "余杭区",
        "detail": f"文一西路{number}号",
        "created_at": now - HOUR,
        "paid_at": now - HOUR,
        "paid_fen": 5_900,
    }
    return facts | fields


def add(db: Database, *rows: dict[str, Any]) -> bytes:
    with db.write() as session:
        session.execute(insert(Order), [*rows])
    return bytes(rows[0]["id"])


def row_of(services: Services, identity: bytes) -> Order:
    with services.db.read() as session:
        return session.scalars(select(Order).where(Order.id == identity)).one()


@pytest.fixture
def verification(services: Services) -> Verification:
    return services.verification


def test_without_a_filter_the_orders_to_be_shipped_are_judged(
    services: Services, verification: Verification
) -> None:
    add(services.db, an_order("1"), an_order("2", status="shipped"), an_order("3", status="unpaid"))
    assert [v.number for v in verification.verify().verdicts] == ["1"]
    assert [v.number for v in verification.verify(statuses=["unpaid"]).verdicts] == ["3"]
    assert {v.number for v in verification.verify(numbers=["2", "3"]).verdicts} == {"2", "3"}


def test_a_held_order_passes_when_it_is_released(
    services: Services, verification: Verification
) -> None:
    order = add(services.db, an_order("1"))
    verification.hold(order, "客户要等朋友一起发")
    held = verification.of(order)
    assert (held.level, held.findings[0].reason) == (Level.HOLD, "已挂起：客户要等朋友一起发")
    verification.release(order)
    assert verification.of(order).level is Level.PASS
    verification.undo_review(order)
    assert not verification.of(order).released


def test_only_ones_own_hold_is_taken_back_without_the_right_to_release(
    services: Services, verification: Verification
) -> None:
    order = add(services.db, an_order("1"))
    by_boss = verification.hold(order, "老板说先不发")
    services.staff.add("xin", "新人", Role.AGENT, "passw0rd!", "新人")
    services.staff.sign_in("xin", "passw0rd!")
    assert by_boss is not None
    with pytest.raises(PermissionDenied):
        verification.take_back(by_boss)
    own = verification.hold(order, "客户也说先等等")
    assert own is not None
    verification.take_back(own)
    assert row_of(services, order).review_reason == "老板说先不发"
    with pytest.raises(PermissionDenied):  # it is the supervisor's again
        verification.take_back(own)


def test_a_hold_needs_a_reason_and_a_release_a_supervisor(
    services: Services, verification: Verification
) -> None:
    order = add(services.db, an_order("1"))
    with pytest.raises(UserError):
        verification.hold(order, "  ")
    services.staff.add("xin", "新人", Role.AGENT, "passw0rd!", "新人")
    services.staff.sign_in("xin", "passw0rd!")
    verification.hold(order, "看一下")
    with pytest.raises(PermissionDenied):
        verification.release(order)


def test_a_suggested_region_is_taken_over_with_the_old_one_kept(
    services: Services, verification: Verification
) -> None:
    order = add(services.db, an_order("1", district="鄞州区"))
    region = verification.of(order).findings[0].remedy.region
    assert region is not None
    assert verification.apply(order, region)
    row = row_of(services, order)
    assert (row.city, row.fixed_city) == ("杭州市", "宁波市")
    assert verification.of(order).level is Level.PASS
    [change] = verification.corrections(order)
    assert (change.by, change.by_customer) == ("小丽", False)
    assert (change.old.city, change.new.city) == ("杭州市", "宁波市")


def test_an_address_pasted_into_the_street_line_replaces_the_region(
    services: Services, verification: Verification
) -> None:
    order = add(services.db, an_order("1", detail="江苏省南京市鼓楼区中山路1号"))
    verification.apply(order, Region("江苏省", "南京市", "鼓楼区"))
    assert verification.receiver(order).address == "江苏省 南京市 鼓楼区 中山路1号"


def test_going_back_to_the_imported_value_leaves_no_correction(
    services: Services, verification: Verification
) -> None:
    order = add(services.db, an_order("1"))
    old = verification.receiver(order)
    changed = Receiver("王芳", old.phone, "", "", "浙江省", "杭州市", "西湖区", "文三路1号")
    assert verification.fix(order, changed)
    assert not verification.fix(order, changed)
    assert verification.fix(order, old)
    row = row_of(services, order)
    assert (row.fixed_district, row.fixed_detail) == ("", "")
    assert len(verification.corrections(order)) == 2


def test_a_district_can_be_taken_away_where_there_is_none(
    services: Services, verification: Verification
) -> None:
    wrong = an_order("1", province="湖北省", city="仙桃市", district="余杭区")
    order = add(services.db, wrong)
    old = verification.receiver(order)
    verification.fix(order, Receiver("王芳", old.phone, "", "", "湖北", "仙桃", "", old.detail))
    assert verification.receiver(order).region == "湖北省 仙桃市"
    assert verification.of(order).level is Level.PASS


def test_a_correction_makes_an_earlier_confirmation_void(
    services: Services, verification: Verification
) -> None:
    order = add(services.db, an_order("1", confirmation="confirmed", confirmed_at=1))
    old = verification.receiver(order)
    verification.fix(order, replace(old, name="李雷"))
    assert row_of(services, order).confirmation == ""


@pytest.mark.parametrize("change", [{"name": ""}, {"phone": "123"}, {"detail": " "}])
def test_a_correction_must_be_possible(
    services: Services, verification: Verification, change: dict[str, str]
) -> None:
    order = add(services.db, an_order("1"))
    good = {"name": "王芳", "phone": "13800138000", "province": "浙江省", "city": "杭州市"}
    with pytest.raises(UserError):
        verification.fix(order, Receiver(**(good | {"detail": "文三路1号"} | change)))


def test_orders_for_one_receiver_form_a_group_also_when_only_one_is_asked_for(
    services: Services, verification: Verification
) -> None:
    same = {"phone": "13800000001", "detail": "文一西路 969 号"}
    add(
        services.db,
        an_order("1", **same),
        an_order("2", **(same | {"detail": "文一西路969号"})),
        an_order("3", **same, shop="别的店"),
        an_order("4", **same, status="shipped"),
        an_order("5", **same, presale=True),
    )
    assert verification.verify().merge == (("1", "2"),)
    one = verification.verify(numbers=["2"])
    assert one.merge == (("1", "2"),)
    assert one.verdicts[0].findings[0].rule == "merge"


def test_a_corrected_address_joins_the_group(
    services: Services, verification: Verification
) -> None:
    phone = {"phone": "13800000001"}
    order = add(services.db, an_order("1", **phone), an_order("2", **phone))
    assert verification.verify().merge == ()
    other = Receiver("王芳", "13800000001", "", "", "浙江省", "杭州市", "余杭区", "文一西路2号")
    verification.fix(order, other)
    assert verification.verify().merge == (("1", "2"),)


def test_many_accounts_at_one_address_and_many_refunds_are_noticed(
    services: Services, verification: Verification
) -> None:
    rows = [an_order(str(n), detail="创业大厦1号楼前台") for n in range(1, 5)]
    closed = [
        an_order(str(n), status="closed", close_reason="refunded", buyer_nick="买家1")
        for n in range(11, 14)
    ]
    order = add(services.db, *rows, *closed)
    assert {f.rule for f in verification.of(order).findings} == {"doubt.address", "doubt.refunds"}


def test_stock_is_looked_up_by_sku_code(services: Services, verification: Verification) -> None:
    order = add(services.db, an_order("1"))
    with services.db.write() as session:
        session.add(Product(id=b"p" * 16, number="p", title="T恤"))
        session.add(Sku(product_id=b"p" * 16, code="T-W-M", stock=1))
        session.add(OrderItem(order_id=order, title="T恤", sku_code="T-W-M", quantity=2))
    assert verification.of(order).findings[0].rule == "stock.none"


def test_the_shops_settings_rule(services: Services, verification: Verification) -> None:
    far = an_order("1", province="西藏自治区", city="拉萨市", district="城关区", buyer_message="急")
    order = add(services.db, far)
    assert {f.rule for f in verification.of(order).findings} == {"message", "remote.surcharge"}
    services.settings.set(SURCHARGE_AREAS, [])
    services.settings.set(HOLD_ON_MESSAGE, False)
    found = verification.of(order)
    assert (found.level, len(found.findings)) == (Level.WARN, 1)


def test_the_list_of_remote_areas_is_the_shops_own(
    services: Services, verification: Verification
) -> None:
    assert "新疆" in verification.surcharge_areas()
    verification.set_surcharge_areas(["新疆 喀什", " ", "西藏"])
    assert verification.surcharge_areas() == ("新疆 喀什", "西藏")
    with pytest.raises(UserError) as refused:
        verification.set_unserved_areas(["火星"])
    assert "火星" in refused.value.message
    verification.set_unserved_areas(["香港", "澳门", "台湾"])
    assert services.settings.get(UNSERVED_AREAS) == ["*"]


def test_an_order_is_linked_to_the_customer_who_named_it(
    services: Services, verification: Verification
) -> None:
    order = add(services.db, an_order("1"))
    with services.db.write() as session:
        talk = Conversation(channel="webchat", customer_id=b"c" * 16, opened_at=1)
        session.add(talk)
        session.flush()
        conversation = talk.id
    verification.link(order, conversation)
    assert row_of(services, order).customer_id == b"c" * 16


def test_a_link_made_by_a_person_outlives_the_next_import(
    services: Services, verification: Verification
) -> None:
    files = [DATA / "taobao_ExportOrderList_made.csv"]
    services.order_import.run(files)
    order = services.orders.find(OrderFilter())[0].id
    with services.db.write() as session:
        talk = Conversation(channel="webchat", customer_id=b"c" * 16, opened_at=1)
        session.add(talk)
        session.flush()
        conversation = talk.id
    verification.link(order, conversation)
    report = services.order_import.run(files)
    assert (report.counted(RowState.NEW), report.counted(RowState.CHANGED)) == (0, 0)
    assert row_of(services, order).customer_id == b"c" * 16


def test_an_unknown_order_is_an_error_in_words(verification: Verification) -> None:
    with pytest.raises(NotFound):
        verification.of(b"x" * 16)


def test_thousands_of_orders_are_judged_in_one_go(
    services: Services, verification: Verification
) -> None:
    add(services.db, *(an_order(str(n), buyer_message="发顺丰") for n in range(1, 5_001)))
    start = time.perf_counter()
    report = verification.verify()
    assert len(report.verdicts) == 5_000
    assert time.perf_counter() - start < 15  # 0.6 s on an idle machine


def run(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, Any]:
    code = main([*argv, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_the_verb_prints_one_document_of_the_stable_shape(
    capsys: pytest.CaptureFixture[str],
) -> None:
    from app.core.paths import home_dir

    same = {"phone": "13800000001", "detail": "文一西路969号"}
    services = build_services(create_home(home_dir()))
    orders = (
        an_order("1", **same),
        an_order("2", **same),
        an_order("3", buyer_message="分开寄两个地址"),
    )
    add(services.db, *orders)
    services.close()
    code, document = run(capsys, "orders", "verify")
    assert code == 0
    assert [order["number"] for order in document["orders"]] == ["1", "2", "3"]
    assert [order["verdict"] for order in document["orders"]] == ["warn", "warn", "hold"]
    assert document["merge"] == [["1", "2"]]
    assert document["split"] == ["3"]
    finding = document["orders"][0]["findings"][0]
    assert {"rule", "level", "reason", "remedy"} <= finding.keys()
    code, document = run(capsys, "orders", "verify", "3", "9")
    assert (code, document["unknown"]) == (1, ["9"])
    code, document = run(capsys, "orders", "verify", "9")
    assert (code, document["error"]["code"]) == (2, "not_found")
    code, document = run(capsys, "orders", "verify", "--status", "shipped")
    assert (code, document["orders"]) == (0, [])
