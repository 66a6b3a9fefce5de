"""`kefu orders import` and `orders list`: shapes, exit codes, nothing but one document on stdout."""

from pathlib import Path

import pytest

from app import cli
from app.homes import Home
from tests.app.conftest import Kefu
from tests.app.sources.made_files import DATA, HEADERS, MadeOrder, csv_text, write_csv

LIST, DETAIL = (str(DATA / f"taobao_ExportOrder{kind}_made.csv") for kind in ("List", "DetailList"))


def test_import_and_again(kefu: Kefu) -> None:
    code, document, err = kefu("orders", "import", LIST, DETAIL)
    assert (code, err) == (0, "")
    assert document["orders"] == {"new": 5, "changed": 0, "same": 0}
    assert document["files"][0] == {
        "file": LIST,
        "format": "taobao_order_list",
        "encoding": "gb18030",
        "rows": 5,
        "new": 5,
        "changed": 0,
        "same": 0,
        "rejected": [],
    }
    code, document, _err = kefu("orders", "import", DETAIL, LIST)
    assert (code, document["orders"]) == (0, {"new": 0, "changed": 0, "same": 5})


def test_dry_run_writes_nothing(kefu: Kefu) -> None:
    code, document, _err = kefu("orders", "import", "--dry-run", LIST)
    assert (code, document["orders"]["new"], document["dry_run"]) == (0, 5, True)
    assert kefu("orders", "list")[1] == {"orders": []}


def test_some_taken_and_none_taken(kefu: Kefu, tmp_path: Path) -> None:
    header = HEADERS["taobao_order_list_2021"]
    bad = MadeOrder(number="9900000000000000012", total="很多")
    path = write_csv(tmp_path / "a.csv", csv_text(header, [MadeOrder(), bad]))
    code, document, err = kefu("orders", "import", str(path))
    assert code == 1
    assert document["files"][0]["rejected"][0]["row"] == 3
    assert document["files"][0]["rejected"][0]["column"] == "买家应付货款"
    assert len(err.splitlines()) == 1
    write_csv(path, csv_text(header, [bad]))
    code, document, err = kefu("orders", "import", str(path))
    assert code == 2
    assert document["error"]["code"] == "nothing_taken"
    assert document["files"][0]["rejected"]
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(("name", "code"), [("none.csv", "no_file"), ("empty.csv", "empty_file")])
def test_unusable_files(kefu: Kefu, tmp_path: Path, name: str, code: str) -> None:
    (tmp_path / "empty.csv").touch()
    exit_code, document, err = kefu("orders", "import", str(tmp_path / name))
    assert (exit_code, document["error"]["code"]) == (2, code)
    assert "Traceback" not in err


def test_wrong_use(kefu: Kefu) -> None:
    code, document, _err = kefu("orders", "import")
    assert (code, document["error"]["code"]) == (2, "usage")
    code, document, _err = kefu("orders", "list", "--status", "sold")
    assert (code, document["error"]["code"]) == (2, "usage")


def test_list_shows_the_orders(kefu: Kefu) -> None:
    kefu("orders", "import", LIST, DETAIL)
    code, document, _err = kefu("orders", "list", "--status", "shipped")
    assert code == 0
    assert document["orders"] == [
        {
            "platform": "taobao",
            "shop": "样例店",
            "number": "9900000000000000012",
            "status": "shipped",
            "platform_status": "卖家已发货，等待买家确认",
            "buyer": "tb样例二",
            "recipient": "测试乙",
            "phone": "13900000002",
            "address": {
                "province": "新疆维吾尔自治区",
                "city": "乌鲁木齐市",
                "district": "天山区",
                "detail": "样例街2号",
                "zip": "830000",
            },
            "total_fen": 13800,
            "paid_fen": 13800,
            "created": "2026-02-26T21:14:05+08:00",
            "paid_at": "2026-02-26T21:14:31+08:00",
            "items": [
                {
                    "title": "样例保温杯 500ml",
                    "sku": "颜色分类：白色",
                    "quantity": 2,
                    "price_fen": 5400,
                },
                {"title": "样例杯刷", "sku": "", "quantity": 1, "price_fen": 2000},
            ],
            "buyer_message": "",
            "remark": "偏远，加10元邮费已补",
            "shipments": [{"carrier": "yuantong", "number": "YT9900000000001", "state": "unknown"}],
            "corrected": False,
        }
    ]


@pytest.mark.parametrize(
    ("query", "tails"),
    [
        ("0011", {"11"}),
        ("9900000000000000013", {"13"}),
        ("样例二", {"12"}),
        ("丙", {"13"}),
        ("13900000002", {"12"}),
        ("0004", {"14"}),
        ("yt99000", {"12"}),
        ("没有", set()),
    ],
)
def test_orders_are_found(kefu: Kefu, query: str, tails: set[str]) -> None:
    kefu("orders", "import", LIST)
    _code, document, _err = kefu("orders", "list", "--query", query)
    assert {order["number"][-2:] for order in document["orders"]} >= tails
    assert len(document["orders"]) == len(tails) or query == "0011"


def test_for_people_there_are_lines(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--home", str(home.path), "orders", "import", LIST]) == 0
    assert "9900" not in capsys.readouterr().out
    assert cli.main(["--home", str(home.path), "orders", "list", "--limit", "2"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2
