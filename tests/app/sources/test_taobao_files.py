"""Order files of every generation, read as an agent gets them."""

import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest

from app.core.errors import UserError
from app.sources import OrderFile, ParsedOrder, RejectedRow, SheetKind, open_orders
from app.sources.taobao import Taobao
from tests.app.sources.made_files import (
    DATA,
    HEADERS,
    LISTS,
    MadeOrder,
    csv_text,
    rows_of,
    write_csv,
    write_xlsx,
)


def read(path: Path) -> tuple[OrderFile, list[ParsedOrder], list[RejectedRow]]:
    file = open_orders(path, [Taobao()])
    rows = [row for sheet in file.sheets for row in sheet.rows]
    good = [row for row in rows if isinstance(row, ParsedOrder)]
    return file, good, [row for row in rows if isinstance(row, RejectedRow)]


def only(path: Path) -> ParsedOrder:
    _file, good, bad = read(path)
    assert not bad
    assert len(good) == 1
    return good[0]


@pytest.mark.parametrize("name", LISTS)
def test_every_generation_of_the_order_list_tells_the_same(name: str, tmp_path: Path) -> None:
    order = MadeOrder(
        remark="赠品", message="请发顺丰", parcel="YT9900000000001", carrier="圆通速递"
    )
    found = only(write_csv(tmp_path / "a.csv", csv_text(HEADERS[name], [order])))
    assert found.number == order.number
    assert found.shop == "样例店"
    assert found.parcels == (("圆通速递", "YT9900000000001"),)
    expected = {
        "status": "paid",
        "platform_status": "买家已付款，等待卖家发货",
        "close_reason": "",
        "buyer_nick": "tb样例一",
        "recipient": "测试甲",
        "phone": "13800000001",
        "landline": "",
        "province": "浙江省",
        "city": "杭州市",
        "district": "余杭区",
        "detail": "样例路1号",
        "zip": "310000",
        "buyer_message": "请发顺丰",
        "seller_remark": "赠品",
        "total_fen": 5900,
        "paid_fen": 5900,
        "postage_fen": 0,
        "refund_fen": 0,
        "quantity": 1,
        "created_at": 1_772_330_400_000,
        "paid_at": 1_772_330_480_000,
    }
    assert {key: found.fields.get(key) for key in expected} == expected


def test_the_short_main_sheet_of_2025_is_an_order_list(tmp_path: Path) -> None:
    header = HEADERS["taobao_order_main_2025_xlsx"]
    order = MadeOrder(shipped_at="2026-03-02 09:00:00")
    path = write_xlsx(tmp_path / "a.xlsx", {"订单": [header, *rows_of(header, [order])]})
    file, good, bad = read(path)
    assert (file.encoding, bad, file.sheets[0].kind) == ("", [], SheetKind.ORDERS)
    assert good[0].fields["shipped_at"] == 1_772_413_200_000
    assert good[0].fields["total_fen"] == 5900
    assert "recipient" not in good[0].fields


def test_sub_orders_are_items_with_their_own_number_and_state(tmp_path: Path) -> None:
    header = HEADERS["taobao_order_sub_2025_xlsx"]
    found = only(write_xlsx(tmp_path / "a.xlsx", {"s": [header, *rows_of(header, [MadeOrder()])]}))
    assert found.partial
    assert found.item is not None
    assert found.item.number == "99000000000000000111"
    assert found.item.fields["sku"] == "黑色"
    assert found.item.fields["refund_fen"] == 0
    assert found.item.fields["paid_fen"] == 5900


def test_both_sheets_of_one_workbook_are_read_orders_first(tmp_path: Path) -> None:
    main, sub = HEADERS["taobao_order_main_2025_xlsx"], HEADERS["taobao_order_sub_2025_xlsx"]
    orders = [MadeOrder()]
    sheets = {"子订单": [sub, *rows_of(sub, orders)], "主订单": [main, *rows_of(main, orders)]}
    file, good, _bad = read(write_xlsx(tmp_path / "a.xlsx", sheets))
    assert [sheet.kind for sheet in file.sheets] == [SheetKind.ORDERS, SheetKind.ITEMS]
    assert [row.partial for row in good] == [False, True]


def test_rows_of_2024_are_order_and_item_at_once(tmp_path: Path) -> None:
    header = HEADERS["taobao_order_rows_2024"]
    orders = [MadeOrder(title="甲"), MadeOrder(title="乙")]
    _file, good, bad = read(write_csv(tmp_path / "a.csv", csv_text(header, orders)))
    assert not bad
    assert [row.item.fields["title"] for row in good if row.item] == ["甲", "乙"]


def test_item_rows_may_end_in_a_comma(tmp_path: Path) -> None:
    header = HEADERS["taobao_order_detail_list"]
    text = csv_text(header, [MadeOrder(), MadeOrder(title="乙")], trailing=True)
    assert text.count(",\r\n") == 2
    _file, good, bad = read(write_csv(tmp_path / "a.csv", text))
    assert (len(good), bad) == (2, [])


def test_the_made_samples_are_read_whole() -> None:
    _file, orders, bad = read(DATA / "taobao_ExportOrderList_made.csv")
    assert (len(orders), bad) == (5, [])
    _file, items, bad = read(DATA / "taobao_ExportOrderDetailList_made.csv")
    assert (len(items), bad) == (6, [])
    assert items[-1].item is not None
    assert items[-1].item.fields["title"] == '样例蓝牙耳机 "降噪"版'


def test_unknown_columns_are_kept_beside_the_order(tmp_path: Path) -> None:
    header = [*HEADERS["taobao_order_list_2017"], "将来的新列"]
    order = MadeOrder(more={"将来的新列": "值", "买家支付宝账号": "someone@example.com"})
    found = only(write_csv(tmp_path / "a.csv", csv_text(header, [order])))
    assert found.extra["将来的新列"] == "值"
    assert "买家支付宝账号" not in found.extra


def test_columns_are_found_in_any_order(tmp_path: Path) -> None:
    header = list(reversed(HEADERS["taobao_order_list_2021"]))
    found = only(write_csv(tmp_path / "a.csv", csv_text(header, [MadeOrder()])))
    assert found.fields["recipient"] == "测试甲"


@pytest.mark.parametrize(
    ("column", "cell", "field", "value"),
    [
        ("联系手机", "'13800000001-1234", "phone_extension", "1234"),
        ("联系手机", "13800000001转5678", "phone_extension", "5678"),
        ("联系手机", "+86 138-0000-0001", "phone", "13800000001"),
        ("联系手机", "0571-88888888", "landline", "0571-88888888"),
        ("收货地址", "广东省 深圳市 其它区 样例大道3号(518000)", "district", "其它区"),
        ("收货地址", "上海 上海市 浦东新区 张江镇 样例路5弄(200000)", "detail", "张江镇 样例路5弄"),
        ("收货地址", "浙江省杭州市余杭区样例路1号", "district", "余杭区"),
        ("修改后的收货地址", "江苏省 南京市 鼓楼区 新路2号", "city", "南京市"),
        ("总金额", "¥1,234.50", "total_fen", 123_450),
        ("退款金额", "5.00元", "refund_fen", 500),
        ("订单状态", "卖家已发货,等待买家确认", "status", "shipped"),
        ("订单状态", "卖家部分发货", "status", "part_shipped"),
        ("订单状态", "从未见过的状态", "status", "unknown"),
        ("订单创建时间", "2026/3/1 10:00", "created_at", 1_772_330_400_000),
        ("分阶段订单信息", "阶段1:已付款", "presale", True),
    ],
)
def test_quirks_of_cells(column: str, cell: str, field: str, value: Any, tmp_path: Path) -> None:
    order = MadeOrder(more={column: cell})
    header = HEADERS["taobao_order_list_2018"]
    fields: Any = only(write_csv(tmp_path / "a.csv", csv_text(header, [order]))).fields
    assert fields[field] == value


@pytest.mark.parametrize(
    ("reason", "paid_at", "refund", "expected"),
    [
        ("买家未付款", "", "0.00", "unpaid"),
        ("订单未关闭", "", "0.00", "unpaid"),
        ("退款", "2026-03-01 10:01:20", "59.00", "refunded"),
        ("缺货", "2026-03-01 10:01:20", "0.00", "other"),
    ],
)
def test_why_an_order_was_closed(
    reason: str, paid_at: str, refund: str, expected: str, tmp_path: Path
) -> None:
    order = MadeOrder(
        status="交易关闭",
        paid_at=paid_at,
        paid="59.00" if paid_at else "0.00",
        more={"订单关闭原因": reason, "退款金额": refund},
    )
    header = HEADERS["taobao_order_list_2018"]
    found = only(write_csv(tmp_path / "a.csv", csv_text(header, [order])))
    assert found.fields["close_reason"] == expected


def test_the_export_time_comes_from_the_name_if_it_has_one(tmp_path: Path) -> None:
    text = csv_text(HEADERS["taobao_order_list_2017"], [MadeOrder()])
    dated, _good, _bad = read(write_csv(tmp_path / "ExportOrderList202603011030.csv", text))
    assert (dated.dated, dated.exported_at) == (True, 1_772_332_200_000)
    plain, _good, _bad = read(write_csv(tmp_path / "orders.csv", text))
    assert not plain.dated


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\xef\xbb\xbf \r\n", "unknown_format"),
        (b"\r\n\r\n", "empty_file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not_a_table"),
        (b"<html><table><tr><td>1</td></tr></table>", "not_a_table"),
        (b"PK\x03\x04" + bytes(200), "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "damaged"),
        ("姓名,年龄\r\n张三,3\r\n".encode(), "unknown_format"),
    ],
)
def test_what_is_no_order_file_is_named(content: bytes, code: str, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(content)
    with pytest.raises(UserError) as refused:
        open_orders(path, [Taobao()])
    assert refused.value.code == code


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError) as refused:
        open_orders(tmp_path / "none.csv", [Taobao()])
    assert refused.value.code == "no_file"


@pytest.mark.parametrize("honest", [True, False])
def test_a_bomb_is_refused_whatever_size_it_declares(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, honest: bool
) -> None:
    monkeypatch.setattr("app.sources.workbooks._MAX_UNPACKED", 5_000_000)
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 20_000_000)
    data, real = path.read_bytes(), struct.pack("<I", 20_000_000)
    assert data.count(real) == 2  # in the entry's own header and in the list at the end
    path.write_bytes(data if honest else data.replace(real, struct.pack("<I", 100)))
    with pytest.raises(UserError) as refused:
        open_orders(path, [Taobao()])
    assert refused.value.code == "too_large"


def test_a_workbook_that_was_cut_off_is_named(tmp_path: Path) -> None:
    header = HEADERS["taobao_order_main_2025_xlsx"]
    path = write_xlsx(tmp_path / "a.xlsx", {"s": [header, *rows_of(header, [MadeOrder()] * 50)]})
    path.write_bytes(path.read_bytes()[:-300])
    with pytest.raises(UserError) as refused:
        open_orders(path, [Taobao()])
    assert refused.value.code == "damaged"


def test_an_order_number_that_lost_digits_in_a_spreadsheet_is_rejected(tmp_path: Path) -> None:
    header = HEADERS["taobao_order_main_2025_xlsx"]
    row: list[Any] = list(rows_of(header, [MadeOrder()])[0])
    row[0] = 9900000000000000011
    _file, good, bad = read(write_xlsx(tmp_path / "a.xlsx", {"s": [header, row]}))
    assert not good
    assert (bad[0].row, bad[0].column) == (2, "订单编号")
    assert "9.9" in bad[0].reason


def test_a_header_may_stand_below_other_lines(tmp_path: Path) -> None:
    text = "订单导出\r\n\r\n" + csv_text(
        HEADERS["taobao_order_list_2017"], [MadeOrder(), MadeOrder()]
    )
    _file, good, bad = read(write_csv(tmp_path / "a.csv", text))
    assert good[0].row == 4
    assert [row.row for row in bad] == [5]
