"""Imports as an agent or a script makes them: right counts, once only, the newer facts hold."""

import os
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from app.core.errors import PermissionDenied
from app.orders import OrderFilter
from app.services import Services
from app.sources import RowState, SheetKind
from db.models import Customer, ImportBatch, Order, Product, Shipment, Sku
from db.models import OrderItem as ItemRow
from tests.app.sources.made_files import (
    DATA,
    HEADERS,
    MadeOrder,
    csv_text,
    rows_of,
    write_csv,
    write_xlsx,
)

LIST = HEADERS["taobao_order_list_2022"]
DETAIL = HEADERS["taobao_order_detail_list"]
SUB = HEADERS["taobao_order_sub_2025_xlsx"]
MAIN = HEADERS["taobao_order_main_2025_xlsx"]
SAMPLES = [DATA / "taobao_ExportOrderList_made.csv", DATA / "taobao_ExportOrderDetailList_made.csv"]
PAID, SHIPPED = "买家已付款，等待卖家发货", "卖家已发货，等待买家确认"


def write(path: Path, *orders: MadeOrder, header: list[str] = LIST, at: int | None = None) -> Path:
    write_csv(path, csv_text(header, orders))
    if at is not None:
        os.utime(path, (at, at))
    return path


def changes(services: Services) -> int:
    with services.db.read() as session:
        from db.models import Change

        return session.scalar(select(func.count()).select_from(Change)) or 0


def stored(services: Services, model: Any) -> list[Any]:
    with services.db.read() as session:
        return list(session.scalars(select(model).order_by(model.rid)))


def counts(report: Any) -> tuple[int, int, int]:
    return tuple(report.counted(state) for state in RowState)


def test_list_and_items_together(services: Services) -> None:
    report = services.order_import.run(SAMPLES)
    assert counts(report) == (5, 0, 0)
    assert [(f.rows, f.new, f.rejected) for f in report.files] == [(5, 5, []), (6, 6, [])]
    assert report.exit_code == 0
    found = {order.number[-2:]: order for order in services.orders.find(OrderFilter())}
    assert [item.title for item in found["12"].items] == ["样例保温杯 500ml", "样例杯刷"]
    assert found["12"].parcels[0].carrier == "yuantong"
    assert found["14"].status == "closed"
    assert found["14"].close_reason == "unpaid"


@pytest.mark.parametrize("files", [SAMPLES, SAMPLES[::-1]])
def test_a_second_import_changes_nothing(services: Services, files: list[Path]) -> None:
    services.order_import.run(files)
    before = changes(services)
    report = services.order_import.run(files[::-1])
    assert counts(report) == (0, 0, 5)
    assert [f.same for f in report.files] == [f.rows for f in report.files]
    assert report.exit_code == 0
    assert changes(services) == before


def test_the_order_of_the_files_does_not_matter(services: Services) -> None:
    for path in SAMPLES[::-1]:
        services.order_import.run([path], shop="样例店")
    assert len(stored(services, Order)) == 5
    found = services.orders.find(OrderFilter())
    assert sorted(len(order.items) for order in found) == [1, 1, 1, 1, 2]
    assert all(order.buyer and order.receiver.detail for order in found)
    assert found[0].shop == "样例店"


def test_items_without_their_list_make_an_order_and_say_so(services: Services) -> None:
    report = services.order_import.run([SAMPLES[1]])
    assert report.exit_code == 0
    assert "5" in report.files[0].note
    order = services.orders.by_number("9900000000000000012")
    assert order is not None
    assert (order.status, order.quantity, order.total_fen) == ("shipped", 3, 12_800)


def test_a_dry_run_tells_the_same_and_writes_nothing(services: Services) -> None:
    before = changes(services)
    preview = services.order_import.preview(SAMPLES)
    assert changes(services) == before
    assert stored(services, Order) == []
    report = services.order_import.run(SAMPLES)
    assert preview.document()["files"] == report.document()["files"]
    assert preview.orders == report.orders


def test_customers_are_known_by_their_nick(services: Services, tmp_path: Path) -> None:
    one, other = MadeOrder(), MadeOrder(number="9900000000000000012", nick="tb样例二")
    again = MadeOrder(number="9900000000000000013", recipient="别人", phone="13900000009")
    services.order_import.run([write(tmp_path / "a.csv", one, other, again)])
    cards = stored(services, Customer)
    assert sorted((c.nick, c.shop) for c in cards) == [
        ("tb样例一", "样例店"),
        ("tb样例二", "样例店"),
    ]
    # The same phone does not join two customers; that is for a person to decide.
    assert {c.phone_tail for c in cards} >= {"0001"}
    owners = [order.customer_id for order in stored(services, Order)]
    assert owners[0] == owners[2] != owners[1]


def test_a_filled_in_card_is_not_overwritten(services: Services, tmp_path: Path) -> None:
    services.order_import.run([write(tmp_path / "a.csv", MadeOrder())])
    with services.db.write() as session:
        card = session.scalars(select(Customer)).one()
        card.name, card.phone = "王女士", ""
    services.order_import.run([write(tmp_path / "a.csv", MadeOrder(remark="新"))])
    card = stored(services, Customer)[0]
    assert (card.name, card.phone, card.phone_tail) == ("王女士", "13800000001", "0001")


def test_goods_become_known_once(services: Services, tmp_path: Path) -> None:
    services.order_import.run(SAMPLES)
    assert sorted(row.code for row in stored(services, Sku)) == sorted(
        ["TS-001-BL-XL", "CUP-500-W", "BRUSH-1", "CAB-1M", "CASE-9", "BT-01"]
    )
    sub = {"s": [SUB, *rows_of(SUB, [MadeOrder(title="样例杯刷", more={"商家编码": "BRUSH-2"})])]}
    services.order_import.run([write_xlsx(tmp_path / "sub.xlsx", sub)], shop="样例店")
    assert len(stored(services, Product)) == 6


def test_an_order_moves_forward(services: Services, tmp_path: Path) -> None:
    services.order_import.run([write(tmp_path / "a.csv", MadeOrder())])
    later = MadeOrder(
        status=SHIPPED,
        shipped_at="2026-03-02 09:00:00",
        parcel="SF1234567890123",
        carrier="顺丰速运",
    )
    report = services.order_import.run([write(tmp_path / "b.csv", later)])
    assert counts(report) == (0, 1, 0)
    told = report.changes[0].changes
    assert told["platform_status"] == (PAID, SHIPPED)
    assert told["parcels"] == ("", "SF1234567890123")
    assert [row.carrier for row in stored(services, Shipment)] == ["shunfeng"]
    assert services.orders.find(OrderFilter())[0].status == "shipped"


NEWER = MadeOrder(status=SHIPPED, remark="已改", shipped_at="2026-03-02 09:00:00")


@pytest.mark.parametrize(
    ("new_name", "old_name", "new_at", "old_at", "newer"),
    [
        # By the rows themselves, though the old file was copied later.
        ("b.csv", "a.csv", 1_772_500_000, 1_772_600_000, NEWER),
        # By the date in the name, where the rows tell nothing.
        (
            "ExportOrderList202603050000.csv",
            "ExportOrderList202603020000.csv",
            1_772_500_000,
            1_772_600_000,
            MadeOrder(remark="已改"),
        ),
        # By the file's own time, where nothing else tells.
        ("b.csv", "a.csv", 1_772_600_000, 1_772_500_000, MadeOrder(remark="已改")),
    ],
)
def test_an_older_export_overwrites_nothing(
    services: Services,
    tmp_path: Path,
    new_name: str,
    old_name: str,
    new_at: int,
    old_at: int,
    newer: MadeOrder,
) -> None:
    new = write(tmp_path / new_name, newer, at=new_at)
    old = write(tmp_path / old_name, MadeOrder(remark="原来", message="旧留言"), at=old_at)
    services.order_import.run([new])
    report = services.order_import.run([old])
    assert counts(report) == (0, 0, 1)
    order = services.orders.find(OrderFilter())[0]
    assert (order.seller_remark, order.buyer_message) == ("已改", "")
    services.order_import.run([old, new])
    assert services.orders.find(OrderFilter())[0] == order


def test_an_older_export_adds_what_is_missing(services: Services, tmp_path: Path) -> None:
    main = {
        "s": [MAIN, *rows_of(MAIN, [MadeOrder(status=SHIPPED, shipped_at="2026-03-02 09:00:00")])]
    }
    services.order_import.run([write_xlsx(tmp_path / "new.xlsx", main)], shop="样例店")
    report = services.order_import.run([write(tmp_path / "old.csv", MadeOrder())])
    assert counts(report) == (0, 1, 0)
    order = services.orders.find(OrderFilter())[0]
    assert (order.receiver.name, order.buyer, order.status) == ("测试甲", "tb样例一", "shipped")
    assert order.customer_id == stored(services, Customer)[0].id


def test_a_status_goes_back_only_with_newer_facts(services: Services, tmp_path: Path) -> None:
    frozen = MadeOrder(status="交易成功", ended_at="2026-03-09 10:00:00")
    first = write(tmp_path / "ExportOrderList202603100000.csv", frozen)
    services.order_import.run([first])
    back = MadeOrder(status=SHIPPED, ended_at="")
    services.order_import.run([write(tmp_path / "ExportOrderList202603090000.csv", back)])
    assert services.orders.find(OrderFilter())[0].status == "completed"
    services.order_import.run([write(tmp_path / "ExportOrderList202603110000.csv", back)])
    assert services.orders.find(OrderFilter())[0].status == "shipped"


def test_stars_do_not_hide_what_is_known(services: Services, tmp_path: Path) -> None:
    services.order_import.run([write(tmp_path / "a.csv", MadeOrder())])
    hidden = MadeOrder(
        recipient="测**", phone="138****0001", address="浙江省 杭州市 余杭区 样****(310000)"
    )
    report = services.order_import.run([write(tmp_path / "b.csv", hidden)])
    assert counts(report) == (0, 0, 1)
    assert services.orders.find(OrderFilter())[0].receiver.detail == "样例路1号"


def test_what_the_desk_decided_is_never_touched(services: Services, tmp_path: Path) -> None:
    services.order_import.run([write(tmp_path / "a.csv", MadeOrder())])
    with services.db.write() as session:
        row = session.scalars(select(Order)).one()
        row.fixed_detail, row.review, row.fixed_at = "改正路2号", "held", 1
    services.orders.add_remark(stored(services, Order)[0].id, "已电话确认", "red")
    moved = MadeOrder(address="浙江省 杭州市 西湖区 别处3号(310000)", remark="加急")
    report = services.order_import.run([write(tmp_path / "b.csv", moved)])
    assert report.changes[0].changes["raw_address"][1] == moved.address
    order = services.orders.find(OrderFilter())[0]
    assert (order.imported.detail, order.receiver.detail) == ("别处3号", "改正路2号")
    assert (order.review, [r.text for r in order.remarks]) == ("held", ["已电话确认"])


def test_what_was_deleted_is_not_made_anew(services: Services) -> None:
    services.order_import.run(SAMPLES)
    with services.db.write() as session:
        models: tuple[Any, ...] = (Order, ItemRow, Customer, Shipment)
        for row in (row for model in models for row in session.scalars(select(model))):
            row.deleted = True
    assert counts(services.order_import.run(SAMPLES)) == (0, 0, 5)
    assert services.orders.find(OrderFilter()) == []


def test_items_with_numbers_meet_those_without(services: Services, tmp_path: Path) -> None:
    goods = [MadeOrder(title="甲"), MadeOrder(title="乙")]
    numbered = [
        MadeOrder(title="乙", more={"子订单编号": "992"}),
        MadeOrder(title="甲", more={"子订单编号": "991"}),
    ]
    services.order_import.run([write(tmp_path / "d.csv", *goods, header=DETAIL)])
    sub = {"s": [SUB, *rows_of(SUB, numbered)]}
    path = write_xlsx(tmp_path / "s.xlsx", sub)
    report = services.order_import.run([path])
    assert (report.files[0].new, report.files[0].changed) == (0, 2)
    rows = stored(services, ItemRow)
    assert [(row.title, row.number) for row in rows] == [("甲", "991"), ("乙", "992")]
    assert services.order_import.run([path]).files[0].same == 2


def test_rows_that_are_order_and_item_at_once(services: Services, tmp_path: Path) -> None:
    header = HEADERS["taobao_order_rows_2024"]
    path = write(tmp_path / "a.csv", MadeOrder(title="甲"), MadeOrder(title="乙"), header=header)
    report = services.order_import.run([path])
    assert (report.files[0].new, counts(report)) == (2, (1, 0, 0))
    order = services.orders.find(OrderFilter())[0]
    assert ([item.title for item in order.items], order.quantity) == (["甲", "乙"], 2)
    assert counts(services.order_import.run([path])) == (0, 0, 1)


def test_whole_rows_are_taken_and_broken_ones_named(services: Services, tmp_path: Path) -> None:
    orders = [MadeOrder(number=f"99000000000000001{i:02d}") for i in range(10)]
    orders[3].more = {"订单创建时间": "昨天"}
    report = services.order_import.run([write(tmp_path / "a.csv", *orders)])
    file = report.document()["files"][0]
    assert (file["rows"], file["new"], report.exit_code) == (10, 9, 1)
    assert [(r["row"], r["column"]) for r in file["rejected"]] == [(5, "订单创建时间")]


def test_a_bad_file_among_good_ones(services: Services, tmp_path: Path) -> None:
    bad = tmp_path / "picture.csv"
    bad.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    report = services.order_import.run([bad, write(tmp_path / "a.csv", MadeOrder())])
    assert report.exit_code == 1
    assert "PNG" in report.files[0].problem
    assert services.order_import.run([bad]).exit_code == 2


def test_nothing_but_a_header(services: Services, tmp_path: Path) -> None:
    report = services.order_import.run([write(tmp_path / "a.csv")])
    assert (report.exit_code, report.files[0].code) == (2, "no_rows")


def test_an_import_can_be_stopped_and_completed(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.orders.importing.CHUNK", 10)
    orders = [MadeOrder(number=str(9_900_000_000_000_000_100 + i)) for i in range(35)]
    path = write(tmp_path / "a.csv", *orders)
    told: list[tuple[int, int]] = []
    report = services.order_import.run(
        [path], progress=lambda done, total: told.append((done, total)), stop=lambda: len(told) == 2
    )
    assert report.cancelled
    assert [done for done, _total in told] == [10, 20]
    assert len(stored(services, Order)) == 20
    report = services.order_import.run([path])
    assert counts(report) == (15, 0, 20)


def test_items_of_one_order_may_lie_anywhere_in_the_file(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.orders.importing.CHUNK", 2)
    orders = [MadeOrder(number=f"990000000000000010{i % 4}", title=f"货{i}") for i in range(12)]
    path = write(tmp_path / "d.csv", *orders, header=DETAIL)
    assert services.order_import.run([path]).files[0].new == 12
    assert services.order_import.run([path]).files[0].same == 12
    assert [len(order.items) for order in services.orders.find(OrderFilter())] == [3, 3, 3, 3]


def test_each_import_is_remembered_without_personal_data(
    services: Services, tmp_path: Path
) -> None:
    orders = [MadeOrder(), MadeOrder(number="9900000000000000099", created="张三")]
    services.order_import.run([write(tmp_path / "a.csv", *orders)])
    batch = stored(services, ImportBatch)[0]
    assert (batch.file, batch.report["files"][0]["rejected"]) == ("a.csv", 1)
    assert "张三" not in str(batch.report)


def test_a_trainee_may_not_import(services: Services) -> None:
    from db.models import Role

    services.staff.add("new", "新人", Role.TRAINEE, "passw0rd!")
    services.staff.sign_in("new", "passw0rd!")
    with pytest.raises(PermissionDenied):
        services.order_import.preview(SAMPLES)


def test_kinds_of_sheets_are_stable() -> None:
    assert [str(kind) for kind in SheetKind] == ["orders", "items", "both"]
