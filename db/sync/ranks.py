"""Where the newer stamp alone must not win: facts that carry a time or an order of their own.

What a platform or a carrier told is decided by the source's own time, however late a station took
it in, and then by how far the thing had come (DESIGN §3). A message's state only goes forward.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from db.models import MessageState, OrderStatus
from db.registry import BY_NAME

ORDER_RANK: Final[Mapping[str, int]] = {
    OrderStatus.UNKNOWN: 0,
    OrderStatus.UNPAID: 1,
    OrderStatus.PAID: 2,
    OrderStatus.FROZEN: 2,
    OrderStatus.PART_SHIPPED: 3,
    OrderStatus.SHIPPED: 4,
    OrderStatus.RECEIVED: 5,
    OrderStatus.COMPLETED: 6,
    OrderStatus.CLOSED: 7,
}
"""Of two states of an order, told at the same time, the one that came further stands."""

MESSAGE_RANK: Final[Mapping[str, int]] = {
    MessageState.QUEUED: 0,
    MessageState.SENDING: 1,
    MessageState.FAILED: 2,
    MessageState.UNKNOWN: 2,
    MessageState.SENT: 3,
    MessageState.DELIVERED: 4,
    MessageState.READ: 5,
}
"""Of two states of a message the one that came further stands."""

GENERATION: Final = "g"
"""Key in a row's `_fc`: how often its facts were taken back here or elsewhere, e.g. by an undo.

A later generation beats everything of an earlier one, so that an undo is right on every station.
"""

EDITED: Final = "e"
"""Key in `_fc`: clock of the latest edit, where facts of an earlier one stand. It may revive a row."""

SOURCE: Final = "s"
"""Begins a key in `_fc`, before a bundle's first number: the source's time of that bundle alone."""


class Bundle(NamedTuple):
    """Fields that tell one fact and are therefore taken from one station together.

    `keeps`: a newer fact that leaves the first field empty, or behind stars, does not replace a
    clear one. `ranks` orders the values of the first field among facts of one time.
    """

    numbers: tuple[int, ...]
    keeps: bool = False
    ranks: Mapping[str, int] | None = None

    @property
    def head(self) -> int:
        """The first field, by which the bundle is judged."""
        return self.numbers[0]


class Facts(NamedTuple):
    """The bundles of a table; `source` is the field with the source's own time, if it has one."""

    source: int | None
    bundles: tuple[Bundle, ...]
    numbers: frozenset[int]


def rank_of(bundle: Bundle, value: object) -> int:
    """Return how far a bundle's first field has come; 0 without ranks."""
    return bundle.ranks.get(str(value), 0) if bundle.ranks else 0


def clarity(value: object) -> int:
    """Return how much a value tells: 0 nothing, 1 something behind stars, 2 all."""
    if not value:
        return 0
    return 1 if isinstance(value, str) and "*" in value else 2


def time_of(value: object) -> int:
    """Return a source's time; 0 where it is not known."""
    return value if isinstance(value, int) else 0


def _facts(
    table: str, source: str | None, *bundles: tuple[str, bool, Mapping[str, int] | None]
) -> Facts:
    numbers = {name: number for number, name in BY_NAME[table].numbered()}
    made = tuple(
        Bundle(tuple(numbers[name] for name in names.split()), keeps, ranks)
        for names, keeps, ranks in bundles
    )
    own = {number for bundle in made for number in bundle.numbers}
    if source:
        own.add(numbers[source])
    return Facts(numbers[source] if source else None, made, frozenset(own))


def _each(names: str, *, keeps: bool) -> Iterator[tuple[str, bool, None]]:
    return ((name, keeps, None) for name in names.split())


FACTS: Final[Mapping[int, Facts]] = {
    BY_NAME["orders"].number: _facts(
        "orders",
        "source_at",
        ("status platform_status close_reason", False, ORDER_RANK),
        ("phone phone_extension", True, None),
        ("raw_address province city district detail zip", True, None),
        *_each("recipient landline buyer_nick created_at promised_at paid_at", keeps=True),
        *_each("shipped_at ended_at total_fen postage_fen paid_fen quantity", keeps=True),
        *_each("invoice_title", keeps=True),
        *_each("buyer_message seller_remark seller_flag refund_fen currency", keeps=False),
        *_each("presale reviewed after_sale extra", keeps=False),
    ),
    BY_NAME["order_items"].number: _facts(
        "order_items",
        "source_at",
        ("status platform_status", False, ORDER_RANK),
        *_each("number product_number sku_code sku paid_fen refund_status title", keeps=True),
        *_each("position price_fen quantity refund_fen", keeps=False),
    ),
    BY_NAME["after_sales"].number: _facts(
        "after_sales",
        "source_at",
        ("state platform_status agreed_at refused_at done_at withdrawn_at", False, None),
        *_each("return_number return_carrier deadline_at", keeps=True),
        *_each("kind quantity amount_fen disputed", keeps=False),
    ),
    BY_NAME["shipments"].number: _facts("shipments", "last_at", ("state last_text", False, None)),
    BY_NAME["messages"].number: _facts("messages", None, ("state error", False, MESSAGE_RANK)),
}
"""Tables with facts, by number. What people write beside them are fields like any others."""
