"""One chunk of an import: looks up what is stored, decides row by row, writes in bulk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy.orm import Session

from app.core.i18n import ngettext
from app.orders.goods import add_goods
from app.orders.import_parts import add_customers, add_parcels
from app.orders.import_store import ImportStore, Writes
from app.orders.item_merging import plan_items
from app.orders.merging import fill_in, is_unlisted, merge
from app.orders.model import STATUS_RANK
from app.orders.report import ImportReport, OrderChange
from app.sources import FileReport, OrderFile, ParsedItem, ParsedOrder, RowState, Sheet, SheetKind
from db.erasing.personal import personal_of
from db.ids import order_id
from db.models import Order, OrderItem, OrderStatus

MAX_DETAILS: Final = 5_000
"""So many changed orders are described in full; all are counted."""

_TEXTS: Final = (
    *("platform_status", "close_reason", "buyer_nick", "recipient", "phone", "phone_extension"),
    *("landline", "province", "city", "district", "detail", "zip", "raw_address"),
    *("buyer_message", "seller_remark", "seller_flag", "invoice_title"),
)
_NUMBERS: Final = ("total_fen", "postage_fen", "paid_fen", "refund_fen", "quantity", "created_at")
_OPEN: Final = ("paid_at", "shipped_at", "ended_at", "promised_at", "customer_id", "extra")
_BLANK: Final[Mapping[str, Any]] = {
    **dict.fromkeys(_TEXTS, ""),
    **dict.fromkeys(_NUMBERS, 0),
    **dict.fromkeys(_OPEN),
    "status": OrderStatus.UNKNOWN,
    "currency": "CNY",
    "presale": False,
}
_UNTOLD: Final = frozenset({"source_at", "extra", "customer_id"})
"""Fields whose changes are not told to people one by one."""
_PARTS: Final = frozenset({"province", "city", "district", "detail", "zip", "status"})
"""Told by the whole they are part of: the address, the platform's status."""


@dataclass(slots=True)
class _Chunk:
    """A chunk on its way: where it comes from, what is stored, what it will write."""

    session: Session
    store: ImportStore
    sheet: Sheet
    file: OrderFile
    lines: FileReport
    stored: dict[str, dict[str, Any]]
    writes: Writes = field(default_factory=Writes)
    fresh: set[str] = field(default_factory=set)
    before: dict[str, dict[str, Any]] = field(default_factory=dict)
    parts: dict[str, dict[str, tuple[Any, Any]]] = field(default_factory=dict)


class OrderChunks:
    """Carries an import's state from chunk to chunk."""

    def __init__(self, shop: str, report: ImportReport, *, dry_run: bool, remember: bool) -> None:
        self._shop, self._report, self._dry_run = shop, report, dry_run
        # A dry run writes nothing, so it remembers what earlier files would have stored.
        self._remember = dry_run and remember
        self._orders: dict[str, dict[str, Any]] = {}
        self._items: dict[bytes, list[dict[str, Any]]] = {}
        self._unlisted: dict[str, FileReport] = {}

    def take(
        self,
        session: Session,
        rows: Sequence[ParsedOrder],
        sheet: Sheet,
        file: OrderFile,
        lines: FileReport,
    ) -> None:
        """Take one chunk of rows of a sheet, all rows of an item list's order being in one."""
        store = ImportStore(session)
        stored = self._stored(store, sheet.platform, {row.number for row in rows})
        chunk = _Chunk(session, store, sheet, file, lines, stored)
        groups: dict[str, list[ParsedOrder]] = {}
        for row in rows:
            groups.setdefault(row.number, []).append(row)
        self._take_orders(chunk, [group[0] for group in groups.values()])
        if sheet.kind is not SheetKind.ORDERS:
            self._take_items(chunk, groups)
        self._conclude(chunk, groups)
        if self._remember:
            self._orders.update(stored)
        if not self._dry_run:
            chunk.writes.carry_out(session)

    def note_unlisted(self) -> None:
        """Say of each file how many orders only their items have told of."""
        files = {id(lines): lines for lines in self._unlisted.values()}
        for key, n in Counter(id(lines) for lines in self._unlisted.values()).items():
            files[key].note = ngettext(
                "{n} order is known from its items only; import the order list too.",
                "{n} orders are known from their items only; import the order list too.",
                n,
            ).format(n=n)

    def _stored(
        self, store: ImportStore, platform: str, numbers: set[str]
    ) -> dict[str, dict[str, Any]]:
        known = {n: self._orders[n] for n in numbers if n in self._orders}
        return store.orders(platform, numbers - known.keys()) | known

    def _take_orders(self, chunk: _Chunk, rows: Sequence[ParsedOrder]) -> None:
        pairs: list[tuple[dict[str, Any], ParsedOrder]] = []
        for parsed in rows:
            row = chunk.stored.get(parsed.number)
            if row is None:
                row = chunk.stored[parsed.number] = self._new_order(chunk, parsed)
                chunk.fresh.add(parsed.number)
                chunk.before[parsed.number] = {}
            else:
                chunk.before[parsed.number] = dict(row)
                if row.get("_del"):
                    continue
                filled = fill_in(row, parsed.fields) if parsed.partial else None
                row.update(merge(row, parsed, chunk.file) if filled is None else filled)
                if chunk.store.is_erased(row):
                    _leave_blank(row, chunk.before[parsed.number])
            pairs.append((row, parsed))
        add_customers(
            chunk.store,
            [
                pair
                for pair in pairs
                if pair[0] != chunk.before[pair[1].number] and not chunk.store.is_erased(pair[0])
            ],
            chunk.writes,
        )
        by_id = {row["id"]: parsed.number for row, parsed in pairs}
        for found, numbers in add_parcels(chunk.store, pairs, chunk.writes).items():
            chunk.parts.setdefault(by_id[found], {})["parcels"] = ("", " ".join(numbers))

    def _new_order(self, chunk: _Chunk, parsed: ParsedOrder) -> dict[str, Any]:
        shop = parsed.shop or self._shop
        fields: Mapping[str, Any] = parsed.fields
        known = (
            fields.get(name) or 0 for name in ("created_at", "paid_at", "shipped_at", "ended_at")
        )
        return {
            **_BLANK,
            **fields,
            "id": order_id(chunk.sheet.platform, shop, parsed.number),
            "platform": chunk.sheet.platform,
            "shop": shop,
            "number": parsed.number,
            "source_at": max(chunk.file.exported_at, *known),
            "extra": parsed.extra or None,
        }

    def _take_items(self, chunk: _Chunk, groups: Mapping[str, list[ParsedOrder]]) -> None:
        ids = {chunk.stored[number]["id"]: number for number in groups if number not in chunk.fresh}
        stored = chunk.store.items(ids) | {i: self._items[i] for i in ids if i in self._items}
        goods: list[tuple[str, Mapping[str, Any]]] = []
        for number, rows in groups.items():
            order = chunk.stored[number]
            items = [row.item for row in rows if row.item is not None]
            old = stored.get(order["id"], [])
            if order.get("_del"):
                chunk.lines.same += len(items)
                continue
            plan = plan_items(order["id"], old, items, chunk.file)
            chunk.writes.inserts[OrderItem] += plan.inserts
            chunk.writes.updates[OrderItem] += plan.updates
            goods += [(order["shop"], row) for row in plan.inserts]
            for state in plan.states:
                chunk.lines.count(RowState(state))
            if any(state != "same" for state in plan.states):
                count = len(old) + len(plan.inserts)
                chunk.parts.setdefault(number, {})["items"] = (len(old) or "", count)
            self._sum_up(chunk, order, items)
            if self._remember:
                self._items[order["id"]] = [*old, *plan.inserts]
        if not self._dry_run:
            add_goods(chunk.session, chunk.sheet.platform, goods, chunk.writes)

    def _sum_up(self, chunk: _Chunk, order: dict[str, Any], items: Iterable[ParsedItem]) -> None:
        """Let items tell of an order what no order list has told."""
        items = list(items)
        if not order["quantity"]:
            order["quantity"] = sum(item.fields.get("quantity", 0) for item in items)
        if chunk.sheet.kind is not SheetKind.ITEMS or not is_unlisted(order):
            return
        self._unlisted[order["number"]] = chunk.lines
        order["paid_fen"] = sum(item.fields.get("paid_fen") or 0 for item in items)
        order["total_fen"] = sum(
            item.fields.get("price_fen", 0) * item.fields.get("quantity", 1) for item in items
        )
        least = _least_advanced(items)
        if STATUS_RANK[least.get("status", "")] >= STATUS_RANK[order["status"]]:
            order["status"] = least["status"]
            order["platform_status"] = least.get("platform_status", "")

    def _conclude(self, chunk: _Chunk, groups: Mapping[str, list[ParsedOrder]]) -> None:
        """Write orders that are new or changed, and count."""
        for number in groups:
            row, before = chunk.stored[number], chunk.before[number]
            changed = _differences(before, row)
            if not before:
                state = RowState.NEW
                chunk.writes.inserts[Order].append(row)
            elif changed or number in chunk.parts:
                state = RowState.CHANGED
                if changed and not self._dry_run:
                    chunk.writes.updates[Order].append((row["rid"], changed))
            else:
                state = RowState.SAME
            self._report.note_order(number, state)
            if chunk.sheet.kind is SheetKind.ORDERS:
                chunk.lines.count(state)
            if state is not RowState.SAME and len(self._report.changes) < MAX_DETAILS:
                told = (_told(before, changed) if before else _summary(row)) | chunk.parts.get(
                    number, {}
                )
                self._report.changes.append(OrderChange(number, row["buyer_nick"], state, told))


def _leave_blank(row: dict[str, Any], before: Mapping[str, Any]) -> None:
    """The money and the way of an erased person's order go on; the person does not come back."""
    personal = personal_of("orders")
    row.update({name: before[name] for name in personal.names & before.keys()} if personal else {})


def _differences(before: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    if not before or before == row:
        return {}
    return {name: value for name, value in row.items() if value != before.get(name)}


def _summary(row: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What is told of a new order."""
    names = ("platform_status", "recipient", "total_fen")
    return {name: (None, row[name]) for name in names if row[name]}


def _told(before: Mapping[str, Any], changed: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    whole = {"raw_address", "platform_status"} & changed.keys()
    return {
        name: (before.get(name), value)
        for name, value in changed.items()
        if name not in _UNTOLD and not (name in _PARTS and whole)
    }


def _least_advanced(items: Sequence[ParsedItem]) -> Mapping[str, Any]:
    """The state of an order from its items': the one furthest behind, closed ones apart."""
    states = [item.fields for item in items]
    going = [state for state in states if state.get("status") != OrderStatus.CLOSED] or states
    return min(going, key=lambda state: STATUS_RANK[state.get("status", OrderStatus.UNKNOWN)])
