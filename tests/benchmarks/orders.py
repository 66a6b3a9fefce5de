"""Import of a file of 100,000 orders, against a bare executemany of the rows it leaves behind."""

from __future__ import annotations

import csv
import os
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from sqlalchemy import Connection

from app.homes import create_home
from app.services import Services, build_services
from db.database import Database
from db.models import Role
from tests.benchmarks import words
from tests.benchmarks.measure import Measure, milliseconds
from tests.benchmarks.seed import Shop

_ORDERS: Final = 100_000
TABLES: Final = ("orders", "order_items", "customers", "shipments", "order_shipments")
COLUMNS: Final = (
    "订单编号",
    "买家会员名",
    "买家应付货款",
    "买家应付邮费",
    "总金额",
    "买家实际支付金额",
    "订单状态",
    "买家留言",
    "收货人姓名",
    "收货地址 ",
    "运送方式",
    "联系电话 ",
    "联系手机",
    "订单创建时间",
    "订单付款时间 ",
    "宝贝标题 ",
    "宝贝种类 ",
    "物流单号 ",
    "物流公司",
    "订单备注",
    "宝贝总数量",
    "店铺名称",
    "订单关闭原因",
)


def run(_shop: Shop) -> list[Measure]:
    """The whole import: reading, parsing, comparing, writing, noting every change."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "ExportOrderList.csv"
        _write(file)
        services = build_services(create_home(Path(folder) / "home", passphrase="benchmark"))
        services.staff.add("agent", "李小丽", Role.ADMIN, "passw0rd!")
        services.staff.sign_in("agent", "passw0rd!")
        ours = milliseconds(lambda: services.order_import.run([file]))
        again = milliseconds(lambda: services.order_import.run([file]))
        rows = _stored(services)
        services.close()
        theirs = _bare(Path(folder) / "bare.db", rows)
    note = f"{sum(len(found) for _columns, found in rows.values()):,} rows in the database"
    return [
        Measure("import of 100,000 orders", ours, theirs, 3.0, note=note),
        Measure("the same file again, nothing changed", again, theirs, 3.0),
    ]


def _write(file: Path) -> None:
    with file.open("w", encoding="gb18030", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(COLUMNS)
        writer.writerows(_lines(random.Random(5)))


def _lines(dice: random.Random) -> Iterator[list[str]]:
    began = datetime(2026, 1, 1, 9)
    states = ["买家已付款,等待卖家发货", "卖家已发货,等待买家确认", "交易成功", "交易关闭"]
    for number in range(_ORDERS):
        at = began + timedelta(minutes=3 * number)
        price = f"{dice.randrange(990, 99_900) / 100:.2f}"
        state = dice.choice(states)
        sent = state in states[1:3]
        yield [
            f'="{2_000_000_000_000_000_000 + number}"',
            f"tb{dice.randrange(60_000):06d}",
            price,
            "0.00",
            price,
            price,
            state,
            words.sentence(dice, asked=True) if number % 10 == 0 else "",
            "王小明",
            f"浙江省 杭州市 西湖区 文三路{number % 900 + 1}号(310012)",
            "快递",
            "",
            f"'1{dice.randrange(3 * 10**9, 10**10)}",
            f"{at:%Y-%m-%d %H:%M:%S}",
            f"{at + timedelta(minutes=2):%Y-%m-%d %H:%M:%S}",
            f"{dice.choice(words.COLOURS)}{dice.choice(words.ITEMS)}",
            "1",
            f"No:SF{dice.randrange(10**12, 10**13)}" if sent else "",
            "顺丰速运" if sent else "",
            "",
            "1",
            "基准旗舰店",
            "未及时付款" if state == states[3] else "订单未关闭",
        ]


def _stored(services: Services) -> dict[str, tuple[list[str], list[Any]]]:
    """Columns and rows of all tables the import wrote to."""
    found = {}
    with services.db.engine.connect() as raw:
        for table in TABLES:
            rows = raw.exec_driver_sql(f"SELECT * FROM {table} ORDER BY rid")
            found[table] = list(rows.keys()), [tuple(row) for row in rows]
    return found


def _bare(path: Path, rows: dict[str, tuple[list[str], list[Any]]]) -> float:
    """The same rows into the same tables and indexes of an encrypted file, without triggers."""
    database = Database(path, os.urandom(32))
    with database.engine.connect() as raw:
        for (name,) in raw.exec_driver_sql("SELECT name FROM sqlite_master WHERE type='trigger'"):
            raw.exec_driver_sql(f"DROP TRIGGER {name}")
        raw.commit()
        taken = milliseconds(lambda: _insert(raw, rows))
    database.close()
    return taken


def _insert(raw: Connection, rows: dict[str, tuple[list[str], list[Any]]]) -> None:
    cursor = raw.connection.cursor()
    cursor.execute("BEGIN IMMEDIATE")
    for table, (columns, found) in rows.items():
        marks = ", ".join("?" * len(columns))
        cursor.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", found)
    cursor.execute("COMMIT")
