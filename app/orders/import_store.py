"""The database side of an import: what is stored of some orders, and many rows written at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.sources import ItemFields, OrderFields, is_taken_back, revived, undone_stamps
from db.bulk import insert_rows, select_rows, update_rows
from db.models import Customer, Order, OrderItem, OrderShipment, Shipment
from db.models.base import Base

_ORDER: Final = (
    "_del",
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
    "_del",
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
        undone = undone_stamps(session)
        for model, rows in self.inserts.items():
            insert_rows(session, model, revived(session, model, rows) if undone else rows)
        for model, changes in self.updates.items():
            update_rows(session, model, changes)


class ImportStore:
    """Looks up what is stored, tombstones (`_del`) included, in batches and by index only.

    What somebody has deleted is not made anew by an import; what an undo took back is.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._undone = undone_stamps(session)
        self._erased: set[bytes] | None = None

    def orders(self, platform: str, numbers: Collection[str]) -> dict[str, dict[str, Any]]:
        """Return stored orders by number, whatever shop they are filed under."""
        found: dict[str, dict[str, Any]] = {}
        for row in self._rows(Order, _ORDER, "number", numbers):
            if row["platform"] == platform:
                row["presale"] = bool(row["presale"])
                row["extra"] = msgspec.json.decode(row["extra"]) if row["extra"] else None
                found.setdefault(row["number"], row)
        return found

    def is_erased(self, row: Mapping[str, Any]) -> bool:
        """Tell whether an order's buyer was erased: what a file says of them is not taken again."""
        if self._erased is None:
            found = self._session.execute(text("SELECT row_id FROM erasures WHERE area = 'orders'"))
            self._erased = {row_id for (row_id,) in found}
        return row["id"] in self._erased

    def items(self, order_ids: Collection[bytes]) -> dict[bytes, list[dict[str, Any]]]:
        """Return the stored items of orders, in their order."""
        found: dict[bytes, list[dict[str, Any]]] = defaultdict(list)
        for row in self._rows(OrderItem, _ITEM, "order_id", order_ids):
            found[row["order_id"]].append(row)
        for rows in found.values():
            rows.sort(key=lambda row: (row["position"], row["rid"]))
        return found

    def customers(self, ids: Collection[bytes]) -> dict[bytes, dict[str, Any]]:
        """Return stored customers by id."""
        return {row["id"]: row for row in self._rows(Customer, _CUSTOMER, "id", ids)}

    def known_parcels(self, ids: Collection[bytes]) -> set[bytes]:
        """Return which parcels are stored."""
        return {row["id"] for row in self._rows(Shipment, ("id",), "id", ids)}

    def known_links(self, ids: Collection[bytes]) -> set[bytes]:
        """Return which links of parcels to orders are stored, those taken away included."""
        return {row["id"] for row in self._rows(OrderShipment, ("id",), "id", ids)}

    def _rows(
        self, model: type[Base], names: Sequence[str], key: str, values: Collection[Any]
    ) -> Iterator[dict[str, Any]]:
        if not self._undone:
            return select_rows(self._session, model, names, key, values)
        names = tuple({**dict.fromkeys(names), "_del": None, "_fc": None})
        rows = select_rows(self._session, model, names, key, values)
        return (row for row in rows if not is_taken_back(row, self._undone))
