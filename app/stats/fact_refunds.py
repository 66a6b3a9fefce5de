"""What was given back for an order, of all who tell of it.

The order's own export, the platform's after-sales export and the agent who notes a case by hand may
each tell of the same money. So none is added to another: of what was imported and what was noted of
one item the larger counts, or of the whole order where a record names no item; and of that and the
order's own export again the larger. What is paid beside the price, a compensation, is no refund.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from app.stats.stale import rows_of
from db.models import AfterSaleKind, AfterSaleState

_RECORDS: Final = (
    "SELECT order_id, item_id, item_title, number <> '', amount_fen FROM after_sales "
    f"WHERE order_id IN ({{marks}}) AND _del = 0 AND state = '{AfterSaleState.DONE}' "
    f"AND kind IN ('{AfterSaleKind.REFUND}', '{AfterSaleKind.RETURN_REFUND}') AND amount_fen > 0"
)


class Line(NamedTuple):
    """A line of an order; `refund_fen` by the order's own export."""

    rid: int
    id: bytes
    title: str
    quantity: int
    amount_fen: int
    refund_fen: int
    product_number: str
    sku_code: str


class Given(NamedTuple):
    """A refund that is done: the item it names, if any, and the platform's word or a person's."""

    item: bytes | None
    title: str
    imported: bool
    amount: int


class Refunds(NamedTuple):
    """Fen given back: for the order, and by line (`rid`)."""

    order: int
    lines: dict[int, int]


def read_given(run: Any, orders: Iterable[bytes]) -> dict[bytes, list[Given]]:
    """The refunds that are done, by order."""
    found: dict[bytes, list[Given]] = defaultdict(list)
    for order, item, title, imported, amount in rows_of(run, _RECORDS, orders):
        found[order].append(Given(item, title, bool(imported), amount))
    return found


def settle(told_fen: int, lines: Sequence[Line], given: Sequence[Given]) -> Refunds:
    """Bring together what is told; `told_fen` by the order's own export."""
    if not given:
        return Refunds(told_fen, {line.rid: line.refund_fen for line in lines})
    imported: dict[int | None, int] = defaultdict(int)
    noted: dict[int | None, int] = defaultdict(int)
    for record in given:
        (imported if record.imported else noted)[_line(record, lines)] += record.amount
    named = imported.keys() | noted.keys()
    larger = {line: max(imported[line], noted[line]) for line in named}
    total = sum(larger.values())
    if None in named:
        total = max(sum(imported.values()), sum(noted.values()))
    by_line = {x.rid: max(x.refund_fen, larger.get(x.rid, 0)) for x in lines}
    return Refunds(max(told_fen, total), by_line)


def _line(record: Given, lines: Sequence[Line]) -> int | None:
    """The line a record is about; of one without a name the order's only line."""
    for line in lines:
        if line.id == record.item:
            return line.rid
    meant = [x.rid for x in lines if not record.title or x.title == record.title]
    return meant[0] if len(meant) == 1 else None
