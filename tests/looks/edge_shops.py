"""Shops at the edge: without anything, of one day, and of a year with forty people of long names."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import insert

from app.core.paths import practice_dir
from app.core.settings import SHOP_NAME
from app.homes import create_home
from app.practice import DEMO_AGENT
from app.services import build_services
from db.ids import natural_id
from db.models import (
    AfterSale,
    Appeal,
    Base,
    Conversation,
    Customer,
    Message,
    Order,
    OrderItem,
    Phrase,
    PhraseGroup,
    PhraseUse,
    Role,
    Satisfaction,
    Shipment,
    Staff,
)

MINUTE: Final = 60_000
DAY: Final = 86_400_000
_LONG: Final = "欧阳慕容青禾生活旗舰店华东区资深售后接待专员Alexandrina-Wilhelmina von Hohenstaufen"
_GOODS: Final = (
    "青禾 纯棉四件套 全棉加厚磨毛床单被套冬季新款 1.8m 双人床上用品 三件套礼盒装 送枕套一对",
    "Insulated stainless-steel travel mug with ceramic coating, leak-proof lid, 450 ml, forest",
    "青禾 棉袜",
)
_REASONS: Final = (
    ("subjective", "no_reason", "buyer"),
    ("product", "quality", "seller"),
    ("product", "size", "seller"),
    ("logistics", "damaged", "carrier"),
    ("logistics", "not_received", "carrier"),
    ("service", "late_dispatch", "seller"),
)


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is of everything, over how many days."""

    agents: int
    customers: int
    talks: int
    orders: int
    days: int
    long_names: bool = False


SHOPS: Final[dict[str, tuple[Size | None, str]]] = {
    "nothing": (None, "week"),
    "day": (Size(1, 24, 30, 14, 1), "today"),
    "year": (Size(40, 900, 5_000, 4_000, 365, long_names=True), "year"),
}
"""Each with the period one looks at."""


def make_shop(live: Path, size: Size | None) -> None:
    """Make a practice home beside `live` that holds such a shop."""
    services = build_services(create_home(practice_dir(live), "practice"), fill=False)
    try:
        maker = _Maker(size or Size(1, 0, 0, 0, 1))
        with services.db.write() as session:
            for model, rows in maker.tables():
                if rows:
                    session.execute(insert(model), rows)
        services.staff.sign_in_as(DEMO_AGENT)
        services.settings.set(SHOP_NAME, "青禾生活馆")
    finally:
        services.close()


class _Maker:
    def __init__(self, size: Size) -> None:
        self._size, self._dice = size, random.Random(20_261_122)
        self._now = time.time_ns() // 1_000_000
        self._staff = [DEMO_AGENT, *(natural_id("look_staff", str(n)) for n in range(1, 99))]
        self._customers = [natural_id("look_customer", str(n)) for n in range(size.customers)]
        self._talks = [natural_id("look_talk", str(n)) for n in range(size.talks)]
        self._orders = [natural_id("look_order", str(n)) for n in range(size.orders)]

    def tables(self) -> Iterator[tuple[type[Base], list[dict[str, Any]]]]:
        """Rows by table, in the order they may be written."""
        yield Staff, list(self._people())
        yield Customer, list(self._buyers())
        talks, messages = self._conversations()
        yield Conversation, talks
        yield Message, messages
        yield Order, list(self._sold())
        yield OrderItem, list(self._items())
        yield AfterSale, list(self._cases())
        yield Satisfaction, list(self._ratings())
        yield Shipment, list(self._parcels())
        yield Appeal, list(self._appeals())
        if self._size.orders:
            yield from self._phrases()

    def _name(self, number: int) -> str:
        if not self._size.long_names or number % 3 == 1:
            return "小" + "丽北满娜王陈周吴"[number % 8]
        return f"{_LONG} {number:02d}" if number % 3 else f"{_LONG[:22]}{number:02d}"

    def _people(self) -> Iterator[dict[str, Any]]:
        for number in range(self._size.agents):
            yield {
                "id": self._staff[number],
                "login": f"agent{number}",
                "name": self._name(number),
                "reception_name": self._name(number),
                "role": Role.AGENT if number else Role.ADMIN,
                "created_at": 0,
            }

    def _buyers(self) -> Iterator[dict[str, Any]]:
        for number, row_id in enumerate(self._customers):
            nick = f"tb{number:06d}"
            if self._size.long_names and number % 4 == 0:
                nick = f"爱吃辣的小龙虾与她的三只猫以及一条会说话的狗_{number}_official_flagship"
            yield {"id": row_id, "platform": "taobao", "nick": nick, "created_at": 0}

    def _moment(self, part: float) -> int:
        """The later the more; of one day in the hours just over."""
        since = self._now - self._size.days * DAY
        if self._size.days == 1:
            since = self._now - 6 * 3_600_000
        return since + int((self._now - since - 5 * MINUTE) * float(part**0.8))

    def _conversations(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        talks, messages = list[dict[str, Any]](), list[dict[str, Any]]()
        for number, talk in enumerate(self._talks):
            at = self._moment((number + 1) / self._size.talks)
            agent = self._staff[self._dice.randrange(self._size.agents)]
            is_open = number >= self._size.talks - min(60, self._size.talks // 3)
            waits = is_open and number % 3 != 0
            lines = self._thread(talk, at, agent, answered=not waits)
            messages += lines
            talks.append(
                {
                    "id": talk,
                    "channel": ("webchat", "taobao", "jd")[number % 3],
                    "customer_id": self._customers[number % len(self._customers)],
                    "status": "open" if is_open else "closed",
                    "assignee_id": agent if number % 7 else None,
                    "opened_at": at,
                    "last_at": lines[-1]["at"],
                    "last_text": lines[-1]["text"],
                    "waiting_since": lines[-1]["at"] if waits else None,
                }
            )
        return talks, messages

    def _thread(
        self, talk: bytes, at: int, agent: bytes, *, answered: bool
    ) -> list[dict[str, Any]]:
        rows = list[dict[str, Any]]()
        for turn in range(self._dice.randrange(1, 5)):
            rows.append(_line(talk, "customer", None, at))
            wait = self._dice.choice((8, 15, 25, 40, 70, 150, 400)) * 1_000
            rows.append(_line(talk, "agent", agent, at + wait))
            at += wait + self._dice.randrange(20_000, 120_000) * (1 + turn)
        return rows if answered else [*rows, _line(talk, "customer", None, at)]

    def _sold(self) -> Iterator[dict[str, Any]]:
        for number, row_id in enumerate(self._orders):
            at = self._moment((number + 1) / self._size.orders)
            amount = self._dice.choice(
                (1_990, 15_900, 129_900, 9_999_900 if number % 50 == 0 else 80)
            )
            paid = number % 9 != 0
            yield {
                "id": row_id,
                "platform": "taobao",
                "number": str(9_900_000_000_000_000_000 + number),
                "customer_id": self._customers[int(len(self._customers) * self._dice.random() ** 2)],
                "status": "paid" if paid else "closed",
                "created_at": at,
                "paid_at": at + 3 * MINUTE if paid else None,
                "shipped_at": at + DAY // 3 if paid and at + DAY < self._now else None,
                "total_fen": amount,
                "paid_fen": amount if paid else 0,
                "refund_fen": amount if number % 40 == 0 and paid else 0,
                "quantity": 1 + number % 3,
            }  # fmt: skip

    def _items(self) -> Iterator[dict[str, Any]]:
        for number, order in enumerate(self._orders):
            yield {
                "order_id": order,
                "title": _GOODS[number % 3],
                "product_number": f"p{number % 3}",
                "price_fen": 15_900,
                "quantity": 1 + number % 3,
            }

    def _cases(self) -> Iterator[dict[str, Any]]:
        kinds = ("refund", "return_refund", "price_reduction", "complaint", "review")
        states = ("requested", "agreed", "refused", "done", "withdrawn")
        for number in range(self._size.orders // 8):
            group, reason, party = _REASONS[number % len(_REASONS)]
            kind, at = kinds[number % 5], self._moment(self._dice.random())
            state = states[number // 5 % 5]
            yield {
                "kind": kind,
                "state": state,
                "order_id": self._orders[number * 8],
                "order_number": str(9_900_000_000_000_000_000 + number * 8),
                "reason_group": group,
                "reason": reason,
                "responsibility": party,
                "staff_id": self._staff[number % self._size.agents],
                "amount_fen": 0 if kind in {"complaint", "review"} else 99_999_99,
                "grade": ("good", "middling", "bad")[number % 3] if kind == "review" else "",
                "text": "包装破了，里面也坏了，请尽快处理，不然我要投诉到平台并且写很长很长的差评。",
                "requested_at": at,
                "done_at": at + DAY if state == "done" else None,
            }

    def _ratings(self) -> Iterator[dict[str, Any]]:
        for number, talk in enumerate(self._talks[::4]):
            at = self._moment(self._dice.random())
            answered = number % 5 != 0
            yield {
                "conversation_id": talk,
                "message_id": talk,
                "staff_id": self._staff[number % self._size.agents],
                "invited_at": at,
                "answered_at": at + MINUTE if answered else None,
                "level": self._dice.choice((1, 1, 1, 2, 2, 3, 4, 5)) if answered else None,
            }

    def _parcels(self) -> Iterator[dict[str, Any]]:
        carriers = (
            ("shunfeng", "顺丰速运"),
            ("zhongtong", "中通快递"),
            ("ems", "中国邮政速递物流"),
        )
        for number in range(self._size.orders // 3):
            code, name = carriers[number % 3]
            at = self._moment(self._dice.random())
            yield {
                "carrier": code,
                "carrier_name": name,
                "number": f"SF{number:010d}",
                "state": "problem" if number % 9 == 0 else "signed",
                "shipped_at": at,
                "picked_up_at": at + 2 * 3_600_000,
                "signed_at": None if number % 9 == 0 else at + 30 * 3_600_000,
            }

    def _appeals(self) -> Iterator[dict[str, Any]]:
        for number in range(min(40, self._size.orders // 4)):
            state = ("open", "granted", "refused", "withdrawn")[number % 4]
            yield {
                "order_id": self._orders[number],
                "staff_id": self._staff[number % self._size.agents],
                "reason": "客户是在我这里咨询了两个小时以后才下单的，聊天记录里都有，请主管看一下。",
                "at": self._moment(self._dice.random()),
                "state": state,
                "agent_id": self._staff[0] if state == "granted" else None,
                "answer": "" if state == "open" else "聊天记录在，同意。",
            }

    def _phrases(self) -> Iterator[tuple[type[Base], list[dict[str, Any]]]]:
        group = natural_id("look_group", "1")
        ids = [natural_id("look_phrase", str(n)) for n in range(12)]
        yield PhraseGroup, [{"id": group, "name": "问候"}]
        yield (
            Phrase,
            [
                {"id": id_, "group_id": group, "title": _GOODS[n % 3], "text": "亲，在的呢"}
                for n, id_ in enumerate(ids)
            ],
        )
        yield (
            PhraseUse,
            [
                {"phrase_id": id_, "staff_id": DEMO_AGENT, "uses": 12_345 // (n + 1), "last_at": self._now}
                for n, id_ in enumerate(ids)
            ],
        )  # fmt: skip


def _line(talk: bytes, author: str, staff: bytes | None, at: int) -> dict[str, Any]:
    text = (
        "亲，您好，这款有现货的，今天下单今天就能发" if staff else "在吗，这个有货吗？什么时候能发"
    )
    return {"conversation_id": talk, "author": author, "staff_id": staff, "text": text, "at": at}
