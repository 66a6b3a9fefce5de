"""The database side of an import: what is stored of some orders, and many rows written at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.sources import ItemFields, OrderFields
from db.bulk import insert_rows, update_rows
from db.models import Customer, Order, OrderItem, OrderShipment, Shipment
from db.models.base import Base, Synced

_BATCH: Final = 1_000
_ORDER: Final = (
    "rid",
    "id",
    "platform",
    "shop",
    "number",
    "customer_id",
    "source_at",
    "extra",
    *OrderFields.__annotations__,
)
_ITEM: Final = (
    "rid",
    "id",
    "order_id",
    "number",
    "position",
    "source_at",
    *ItemFields.__annotations__,
)
_CUSTOMER: Final = (
    *("rid", "id", "name", "phone", "province", "city", "district", "detail", "zip"),
    *("last_seen_at", "merged_into"),
)
T = TypeVar("T")


@dataclass(slots=True)
class Writes:
    """Rows to insert and fields to set, gathered over a chunk of a file."""

    inserts: dict[type[Base], list[dict[str, Any]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    updates: dict[type[Base], list[tuple[int, Mapping[str, Any]]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def carry_out(self, session: Session) -> None:
        """Write everything."""
        for model, rows in self.inserts.items():
            insert_rows(session, model, rows)
        for model, changes in self.updates.items():
            update_rows(session, model, changes)


class ImportStore:
    """Looks up what is stored, in batches and by index only."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def orders(self, platform: str, numbers: Collection[str]) -> dict[str, dict[str, Any]]:
        """Return stored orders by number, whatever shop they are filed under."""
        query = select(*(getattr(Order, name) for name in _ORDER)).where(
            Order.platform == platform, Order.deleted.is_(False)
        )
        found: dict[str, dict[str, Any]] = {}
        for batch in batches(numbers, _BATCH):
            for row in self._session.execute(query.where(Order.number.in_(batch))):
                found.setdefault(row.number, dict(zip(_ORDER, row, strict=True)))
        return found

    def items(self, order_ids: Collection[bytes]) -> dict[bytes, list[dict[str, Any]]]:
        """Return the stored items of orders, in their order."""
        query = (
            select(*(getattr(OrderItem, name) for name in _ITEM))
            .where(OrderItem.deleted.is_(False))
            .order_by(OrderItem.position, OrderItem.rid)
        )
        found: dict[bytes, list[dict[str, Any]]] = defaultdict(list)
        for batch in batches(order_ids, _BATCH):
            for row in self._session.execute(query.where(OrderItem.order_id.in_(batch))):
                found[row.order_id].append(dict(zip(_ITEM, row, strict=True)))
        return found

    def customers(self, ids: Collection[bytes]) -> dict[bytes, dict[str, Any]]:
        """Return stored customers by id."""
        query = select(*(getattr(Customer, name) for name in _CUSTOMER))
        return {
            row.id: dict(zip(_CUSTOMER, row, strict=True))
            for batch in batches(ids, _BATCH)
            for row in self._session.execute(query.where(Customer.id.in_(batch)))
        }

    def known_parcels(self, ids: Collection[bytes]) -> set[bytes]:
        """Return which parcels are stored."""
        return self._known(Shipment, ids)

    def known_links(self, ids: Collection[bytes]) -> set[bytes]:
        """Return which links of parcels to orders are stored."""
        return self._known(OrderShipment, ids)

    def _known(self, model: type[Synced], ids: Collection[bytes]) -> set[bytes]:
        found: set[bytes] = set()
        for batch in batches(ids, _BATCH):
            found.update(self._session.scalars(select(model.id).where(model.id.in_(batch))))
        return found


def batches(things: Iterable[T], size: int) -> Iterator[Sequence[T]]:
    """Cut an iterable into lists of at most `size`."""
    rest = iter(things)
    while batch := list(islice(rest, size)):
        yield batch
