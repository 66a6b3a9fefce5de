"""One bad row spoils no other, and each is named with its row, column and reason."""

from pathlib import Path

import pytest

from app.sources import RejectedRow, open_orders
from app.sources.taobao import Taobao
from tests.app.sources.made_files import HEADERS, MadeOrder, csv_text, write_csv

HEADER = HEADERS["taobao_order_list_2017"]


def orders(count: int = 3) -> list[MadeOrder]:
    return [MadeOrder(number=f"99000000000000000{i:02d}") for i in range(count)]


def outcome(data: bytes, tmp_path: Path) -> tuple[list[int], list[RejectedRow], str]:
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    file = open_orders(path, [Taobao()])
    rows = [row for sheet in file.sheets for row in sheet.rows]
    good = [row.row for row in rows if not isinstance(row, RejectedRow)]
    return good, [row for row in rows if isinstance(row, RejectedRow)], file.encoding


def lines(count: int = 3) -> list[str]:
    return csv_text(HEADER, orders(count)).splitlines(keepends=True)


def broken(text: str, tmp_path: Path) -> tuple[list[int], list[tuple[int, str]]]:
    good, bad, _encoding = outcome(text.encode("gb18030"), tmp_path)
    assert all(row.reason for row in bad)
    return good, [(row.row, row.column) for row in bad]


def test_a_quotation_mark_never_closed_costs_its_own_row_only(tmp_path: Path) -> None:
    parts = lines()
    parts[2] = parts[2].replace('"测试甲"', '"测试甲')
    assert broken("".join(parts), tmp_path) == ([2, 4], [(3, "")])


def test_an_unclosed_last_cell_does_not_swallow_the_next_row(tmp_path: Path) -> None:
    parts = lines()
    parts[1] = parts[1].rstrip("\r\n").removesuffix('"') + "\r\n"
    assert broken("".join(parts), tmp_path) == ([3, 4], [(2, "")])


def test_a_message_over_several_lines_is_one_row(tmp_path: Path) -> None:
    made = [
        MadeOrder(message='第一行\n"第二行",\r\n\r\n第四行'),
        MadeOrder(number="9900000000000000012"),
    ]
    assert broken(csv_text(HEADER, made), tmp_path) == ([2, 3], [])


def test_too_few_and_too_many_cells(tmp_path: Path) -> None:
    parts = lines()
    parts[1] = parts[1].replace('"测试甲",', "")
    parts[3] = parts[3].replace('"测试甲"', '"测试甲","多"')
    good, bad = broken("".join(parts), tmp_path)
    assert (good, bad) == ([3], [(2, ""), (4, "")])


def test_a_nul_character_is_named_with_its_column(tmp_path: Path) -> None:
    parts = lines()
    parts[2] = parts[2].replace("测试甲", "测\0甲")
    assert broken("".join(parts), tmp_path) == ([2, 4], [(3, "收货人姓名")])


def test_the_same_order_twice_in_a_list(tmp_path: Path) -> None:
    good, bad, _encoding = outcome(
        csv_text(HEADER, [*orders(2), orders(1)[0]]).encode("gb18030"), tmp_path
    )
    assert good == [2, 3]
    assert (bad[0].row, bad[0].column) == (4, "订单编号")
    assert "2" in bad[0].reason


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("订单创建时间", "2026-13-45 10:00:00"),
        ("订单付款时间 ", "昨天"),
        ("总金额", "五十九"),
        ("退款金额", "-3.00"),
        ("买家应付邮费", "1.234"),
        ("宝贝总数量", "一件"),
        ("订单编号", ""),
        ("订单编号", "9.9E+18"),
        ("订单编号", "合计"),
    ],
)
def test_a_cell_that_can_not_be_is_named(column: str, cell: str, tmp_path: Path) -> None:
    made = orders()
    made[1].more = {column.strip(): cell}
    good, bad = broken(csv_text(HEADER, made), tmp_path)
    assert (good, bad) == ([2, 4], [(3, column.strip())])


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig", "utf-16"])
def test_a_file_cut_off_anywhere_keeps_its_whole_rows(encoding: str, tmp_path: Path) -> None:
    data = csv_text(HEADER, orders(3)).encode(encoding)
    rest = csv_text(HEADER, orders(2)).encode(encoding)
    for cut in range(len(rest) + 1, len(data) - 8, 7):
        good, bad, found = outcome(data[:cut], tmp_path)
        assert good == [2, 3]
        assert [row.row for row in bad] == [4]
        assert "截断" in bad[0].reason or "cut off" in bad[0].reason
        assert found == encoding


def test_a_last_row_without_line_break_is_whole(tmp_path: Path) -> None:
    text = csv_text(HEADER, orders(2)).rstrip("\r\n")
    assert broken(text, tmp_path) == ([2, 3], [])


def test_bytes_of_another_encoding_cost_their_row_only(tmp_path: Path) -> None:
    parts = [line.encode() for line in lines()]
    parts[2] = parts[2].replace("测试甲".encode(), b"\xff\xfe\xfa")
    good, bad, encoding = outcome(b"".join(parts), tmp_path)
    assert (good, encoding) == ([2, 4], "utf-8")
    assert [(row.row, row.column) for row in bad] == [(3, "收货人姓名")]


def test_one_row_in_ten_broken(tmp_path: Path) -> None:
    parts = lines(100)
    for row in range(10, 101, 10):
        parts[row] = (
            parts[row].replace('"59.00"', '"坏"', 1) if row % 20 else parts[row][:40] + "\r\n"
        )
    good, bad = broken("".join(parts), tmp_path)
    assert len(good) == 90
    assert [row for row, _column in bad] == list(range(11, 102, 10))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig", "utf-16"])
def test_delimiters_and_encodings(delimiter: str, encoding: str, tmp_path: Path) -> None:
    text = csv_text(HEADER, orders(), delimiter=delimiter)
    good, bad, found = outcome(text.encode(encoding), tmp_path)
    assert (good, bad, found) == ([2, 3, 4], [], encoding)


def test_a_cell_that_only_looks_quoted_may_hold_the_delimiter(tmp_path: Path) -> None:
    text = csv_text(HEADER, [MadeOrder()]).replace('"0元"', '="YT1,YT2"', 1)
    assert broken(text, tmp_path) == ([2], [])


def test_empty_lines_are_no_rows(tmp_path: Path) -> None:
    parts = lines(2)
    assert broken(parts[0] + "\r\n" + parts[1] + "\r\n\r\n" + parts[2], tmp_path) == ([3, 6], [])
    path = write_csv(tmp_path / "b.csv", parts[0])
    assert not [row for sheet in open_orders(path, [Taobao()]).sheets for row in sheet.rows]
