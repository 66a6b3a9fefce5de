"""Orders that came of talks of the past, so that the practice shop's numbers have a history.

Made from the talks themselves: the same talks give the same orders, dated after them.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from db.models import OrderStatus

MINUTE_MS: Final = 60_000
HOUR_MS: Final = 60 * MINUTE_MS
DAY_MS: Final = 24 * HOUR_MS
SEED: Final = 20261122
YOUNGEST_DAYS: Final = 4
"""What was ordered later than so many days ago is in the shop's own file."""

_SHARE: Final = 0.55
_REFUNDED: Final = 0.05
_FIRST_NUMBER: Final = 9_200_000_000_000_000_000
_PLACE: Final = ("province", "city", "district", "detail")
_DONE: Final = {"status": OrderStatus.COMPLETED, "platform_status": "交易成功"}


@dataclass(frozen=True, slots=True)
class Bought:
    """What a customer (by their place in the file) bought; times in Unix ms, amounts in fen."""

    number: str
    customer: int
    product: dict[str, Any]
    quantity: int
    refunded: bool
    created_at: int
    paid_at: int
    shipped_at: int
    ended_at: int

    @property
    def total_fen(self) -> int:
        """What it cost."""
        return int(self.product["price_fen"]) * self.quantity

    def order_values(self, buyer: dict[str, Any]) -> dict[str, Any]:
        """The order's own columns, sent to where the buyer lives."""
        return {
            **_DONE,
            **{name: buyer[name] for name in _PLACE},
            "number": self.number,
            "buyer_nick": buyer["nick"],
            "recipient": buyer["name"],
            "phone": buyer["phone"],
            "raw_address": " ".join(buyer[name] for name in _PLACE),
            "quantity": self.quantity,
            "total_fen": self.total_fen,
            "paid_fen": self.total_fen,
            "refund_fen": self.total_fen if self.refunded else 0,
            "created_at": self.created_at,
            "paid_at": self.paid_at,
            "shipped_at": self.shipped_at,
            "ended_at": self.ended_at,
            "source_at": self.ended_at,
        }

    def item_values(self) -> dict[str, Any]:
        """The columns of its one line."""
        return {
            **_DONE,
            "position": 0,
            "title": self.product["title"],
            "product_number": self.product["number"],
            "sku_code": self.product["skus"][0]["code"],
            "price_fen": self.product["price_fen"],
            "quantity": self.quantity,
        }


def bought_after(
    talks: list[dict[str, Any]], products: list[dict[str, Any]], moment: Callable[[Any], int]
) -> Iterator[Bought]:
    """What customers bought after their talks; `moment` tells when something written was."""
    chance, now_at = random.Random(SEED), moment(0)
    for place, talk in enumerate(talks):
        ended = moment(talk["messages"][-1][0])
        bought, product = chance.random() < _SHARE, chance.choice(products)
        quantity, wait = chance.choice((1, 1, 1, 2, 3)), chance.randint(1, 40)
        pay, ship = chance.randint(1, 25), chance.randint(2, 30)
        refunded = chance.random() < _REFUNDED
        if not bought or now_at - ended < YOUNGEST_DAYS * DAY_MS:
            continue
        created = ended + wait * MINUTE_MS
        paid = created + pay * MINUTE_MS
        yield Bought(
            number=str(_FIRST_NUMBER + place),
            customer=talk["customer"],
            product=product,
            quantity=quantity,
            refunded=refunded,
            created_at=created,
            paid_at=paid,
            shipped_at=paid + ship * HOUR_MS,
            ended_at=min(paid + (ship + 60) * HOUR_MS, now_at - HOUR_MS),
        )
