"""A shop of a million messages, built once by bulk SQL into an encrypted home and kept."""

from __future__ import annotations

import random
import shutil
import sqlite3
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, insert

from app.core.paths import practice_dir
from app.homes import Home, create_home, home_exists, open_home
from app.practice import DEMO_AGENT
from app.services import Services, build_services
from db.models import (
    Author,
    Base,
    Conversation,
    ConversationStatus,
    Customer,
    Message,
    Order,
    OrderItem,
    OrderStatus,
)
from db.registry import BY_NAME
from db.search import SHIFT
from db.tokens import index_tokens
from tests.benchmarks import words

_CACHE: Final = Path(__file__).resolve().parents[2] / ".cache" / "benchmarks"
_LAYOUT: Final = 3
_PER_CONVERSATION: Final = 25
_AT_ONCE: Final = 40
_BATCH: Final = 20_000
_DAY_MS: Final = 86_400_000


@dataclass(frozen=True, slots=True)
class Shop:
    """The seeded home, and a bare SQLite copy of its messages for the references.

    It is a practice home, which opens with no question asked; `live` is the home it belongs to.
    """

    live: Path
    home: Path
    plain: Path
    messages: int

    def open(self) -> Services:
        """All services over it, signed in as the agent of the practice shop."""
        services = build_services(open_home(self.home))
        services.staff.sign_in_as(DEMO_AGENT)
        return services


def seeded_shop(messages: int) -> Shop:
    """Return the shop of that size, made now if it is not there yet (some minutes for a million)."""
    folder = _CACHE / f"shop-{_LAYOUT}-{messages}"
    live = folder / "home"
    shop = Shop(live, practice_dir(live), folder / "plain.db", messages)
    if (folder / "done").exists() and home_exists(shop.home):
        return shop
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    start = time.monotonic()
    print(f"seeding a shop of {messages:,} messages …", flush=True)
    _build(create_home(shop.home, "practice"), shop)
    (folder / "done").touch()
    print(f"seeded in {time.monotonic() - start:.0f} s", flush=True)
    return shop


def _build(home: Home, shop: Shop) -> None:
    services = build_services(home)
    while services.db.index_pending():
        pass
    dice = random.Random(20_261_122)
    with services.db.engine.connect() as raw, raw.begin():
        # A shop that grew over years has no notes of it left to work through.
        raw.exec_driver_sql("UPDATE txn_context SET noting = 0")
        _Seeder(raw, dice, shop).everything()
        raw.exec_driver_sql("UPDATE txn_context SET noting = 1")
    with services.db.engine.connect() as raw:
        raw.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        raw.exec_driver_sql("ANALYZE")
    services.close()


class _Seeder:
    """Fills the tables; time runs from some three years ago until now."""

    def __init__(self, connection: Connection, dice: random.Random, shop: Shop) -> None:
        self._connection, self._dice, self._shop = connection, dice, shop
        self._now = time.time_ns() // 1_000_000
        self._conversations = max(shop.messages // _PER_CONVERSATION, _AT_ONCE)
        self._customers = [self._id(self._now - 900 * _DAY_MS) for _ in range(self._people)]

    @property
    def _people(self) -> int:
        return self._conversations * 3 // 4

    def everything(self) -> None:
        """Customers, conversations with their messages, orders, and the index of them."""
        self._fill(Customer, self._customer_rows())
        heads: list[dict[str, Any]] = []
        self._fill(Message, self._message_rows(heads))
        self._fill(Conversation, heads)
        orders = self._shop.messages // 5
        numbers = [self._id(self._now - i * 1000) for i in range(orders)]
        self._fill(Order, self._order_rows(numbers))
        self._fill(OrderItem, self._item_rows(numbers))
        for table, columns in (("messages", "text"), ("customers", "name || ' ' || nick")):
            self._index(table, columns)
        self._index("orders", "number || ' ' || recipient || ' ' || phone")
        self._copy_plain()

    def _id(self, at_ms: int) -> bytes:
        rest = self._dice.getrandbits(80)
        value = (at_ms << 80) | (7 << 76) | (rest & ~(0xF << 76))
        return (value & ~(3 << 62) | (2 << 62)).to_bytes(16, "big")

    def _fill(self, model: type[Base], rows: Iterable[dict[str, Any]]) -> None:
        """Insert in large steps, the model's own defaults included."""
        waiting = iter(rows)
        while batch := list(islice(waiting, _BATCH)):
            self._connection.execute(insert(model), batch)

    def _customer_rows(self) -> Iterator[dict[str, Any]]:
        surnames = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
        given = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英梓涵宇轩欣怡子墨雨桐浩然"
        for number, row_id in enumerate(self._customers):
            name = self._dice.choice(surnames) + "".join(self._dice.sample(given, 2))
            phone = f"1{self._dice.randrange(3 * 10**9, 10**10)}"
            yield {
                "id": row_id,
                "platform": "taobao",
                "shop": "bench",
                "nick": f"tb{number:07d}",
                "name": name,
                "phone": phone,
                "phone_tail": phone[-4:],
                "city": self._dice.choice(words.CITIES),
                "created_at": self._now - 900 * _DAY_MS,
                "last_seen_at": self._now - self._dice.randrange(900) * _DAY_MS,
            }

    def _message_rows(self, heads: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Conversations of the same hour lie interleaved in the file, as they came in."""
        span = 900 * _DAY_MS // self._conversations
        for first in range(0, self._conversations, _AT_ONCE):
            block: list[dict[str, Any]] = []
            for number in range(first, min(first + _AT_ONCE, self._conversations)):
                began = self._now - (self._conversations - number) * span - 600_000
                block += self._thread(number, began, heads)
            yield from sorted(block, key=lambda row: row["at"])

    def _thread(self, number: int, began: int, heads: list[dict[str, Any]]) -> list[dict[str, Any]]:
        conversation, at, rows = self._id(began), began, list[dict[str, Any]]()
        # One in a hundred customers writes for years; the others a few lines.
        length = 500 if number % 100 == 0 else self._dice.randrange(5, 36)
        for turn in range(length):
            at += self._dice.randrange(2_000, 60_000) if length < 100 else 600_000
            asked = turn == 0 or self._dice.random() < 0.5
            rows.append(
                {
                    "id": self._id(at),
                    "conversation_id": conversation,
                    "author": Author.CUSTOMER if asked else Author.AGENT,
                    "staff_id": None if asked else DEMO_AGENT,
                    "text": words.sentence(self._dice, asked=asked),
                    "at": at,
                }
            )
        heads.append(self._head(number, conversation, began, rows))
        return rows

    def _head(
        self, number: int, conversation: bytes, began: int, rows: list[dict[str, Any]]
    ) -> dict[str, Any]:
        last, still_open = rows[-1], number >= self._conversations - 400
        waits = still_open and last["author"] == Author.CUSTOMER
        return {
            "id": conversation,
            "channel": "webchat",
            "customer_id": self._customers[number % len(self._customers)],
            "status": ConversationStatus.OPEN if still_open else ConversationStatus.CLOSED,
            "assignee_id": DEMO_AGENT,
            "opened_at": began,
            "closed_at": None if still_open else last["at"],
            "agent_read_at": 0 if waits else last["at"],
            "last_at": last["at"],
            "last_text": last["text"],
            "last_author": last["author"],
            "last_customer_at": rows[0]["at"],
            "waiting_since": last["at"] if waits else None,
            "unread": int(waits),
        }

    def _order_rows(self, ids: list[bytes]) -> Iterator[dict[str, Any]]:
        done = [OrderStatus.COMPLETED] * 9 + [OrderStatus.CLOSED]
        for number, row_id in enumerate(ids):
            buyer = number % len(self._customers)
            paid = self._dice.randrange(990, 99_900)
            at = self._now - (len(ids) - number) * 900 * _DAY_MS // len(ids)
            yield {
                "id": row_id,
                "platform": "taobao",
                "shop": "bench",
                "number": str(2_000_000_000_000_000_000 + number),
                "status": self._under_way(len(ids) - number) or done[number % len(done)],
                "customer_id": self._customers[buyer],
                "buyer_nick": f"tb{buyer:07d}",
                "recipient": "王小明",
                "phone": f"1{self._dice.randrange(3 * 10**9, 10**10)}",
                "province": "浙江省",
                "city": "杭州市",
                "district": "西湖区",
                "detail": f"文三路{number % 900 + 1}号",
                "total_fen": paid,
                "paid_fen": paid,
                "quantity": 1,
                "created_at": at,
                "paid_at": at + 60_000,
                "source_at": at,
            }

    @staticmethod
    def _under_way(from_newest: int) -> OrderStatus | None:
        """The newest few hundred orders are still on their way; all others are done with."""
        if from_newest <= 400:
            return OrderStatus.PAID
        return OrderStatus.SHIPPED if from_newest <= 2_000 else None

    def _item_rows(self, ids: list[bytes]) -> Iterator[dict[str, Any]]:
        for row_id in ids:
            yield {
                "id": self._id(self._now),
                "order_id": row_id,
                "title": self._dice.choice(words.ITEMS),
                "sku": self._dice.choice(words.COLOURS),
                "price_fen": self._dice.randrange(990, 99_900),
            }

    def _index(self, table: str, columns: str) -> None:
        base = BY_NAME[table].number << SHIFT
        # What the practice shop brought along is in the index already.
        found = self._connection.exec_driver_sql(
            f"SELECT rid, {columns} FROM {table} "
            f"WHERE (SELECT 1 FROM search WHERE rowid = {base} | rid) IS NULL ORDER BY rid"
        )
        while batch := found.fetchmany(_BATCH):
            self._connection.exec_driver_sql(
                "INSERT INTO search(rowid, tokens) VALUES (?, ?)",
                [(base | rid, " ".join(index_tokens(text))) for rid, text in batch],
            )

    def _copy_plain(self) -> None:
        plain = sqlite3.connect(self._shop.plain)
        plain.execute(
            "CREATE TABLE messages(rid INTEGER PRIMARY KEY, id BLOB, conversation_id BLOB, "
            "author TEXT, kind TEXT, text TEXT, at INTEGER, state TEXT)"
        )
        found = self._connection.exec_driver_sql(
            "SELECT rid, id, conversation_id, author, kind, text, at, state FROM messages"
        )
        while batch := found.fetchmany(_BATCH):
            rows = [tuple(row) for row in batch]
            plain.executemany("INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
        plain.execute("CREATE INDEX thread ON messages(conversation_id, at, id)")
        plain.commit()
        plain.close()
