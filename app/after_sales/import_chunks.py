"""What rows of an after-sales export become: a record of one's order, new or brought up to date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy.orm import Session

from app.after_sales.exports import CaseFile, CaseSheet
from app.after_sales.flags import follow_orders
from app.after_sales.merging import keep_task, merge
from app.after_sales.model import FIELDS
from app.after_sales.parsed import ParsedCase
from app.after_sales.report import CaseChange, CaseReport
from app.sources import FileReport, RowState, is_taken_back, revived, undone_stamps
from db.bulk import insert_rows, select_rows, update_rows
from db.ids import natural_id, order_id
from db.models import AfterSale, AfterSaleKind, Order, OrderItem

MAX_DETAILS: Final = 5_000
"""So many changed records are described; all are counted."""

_ROW: Final = ("_del", "_fc", "rid", "extra", *FIELDS)
_ORDER: Final = ("_del", "id", "platform", "shop", "number", "customer_id", "currency")
_ITEM: Final = ("_del", "id", "order_id", "number", "title")


class CaseChunks:
    """Carries an import's state from chunk to chunk."""

    def __init__(self, shop: str, report: CaseReport) -> None:
        self._shop, self._report = shop, report
        self._seen: dict[bytes, dict[str, Any]] = {}
        """A dry run writes nothing, so it remembers what earlier rows would have stored."""

    def take(
        self,
        session: Session,
        cases: Sequence[ParsedCase],
        sheet: CaseSheet,
        file: CaseFile,
        lines: FileReport,
    ) -> None:
        """Take some rows of a sheet."""
        ids = {case.number: _id(sheet.family, case.number) for case in cases}
        stored = _stored(session, ids.values()) | self._seen
        orders = _orders(session, sheet.platform, {case.order for case in cases})
        items = _items(session, [order["id"] for order in orders.values()])
        inserts: dict[bytes, dict[str, Any]] = {}
        updates: dict[int, dict[str, Any]] = {}
        for case in cases:
            record = ids[case.number]
            found = self._owner(sheet.platform, case, orders, items)
            row = stored.get(record)
            if row is None:
                row = {**_BLANK, **case.fields, **found, "id": record, "extra": case.extra or None}
                row |= {"number": case.number, "source_at": file.exported_at}
                stored[record] = inserts[record] = row
                self._count(record, case, lines, RowState.NEW)
                continue
            was, changes = row["platform_status"], {}
            if not row["_del"]:
                if case.fields["kind"] == AfterSaleKind.REVIEW:
                    keep_task(row, case.fields)
                at, dated = file.exported_at, file.dated
                changes = merge(row, case.fields, case.extra, at, dated=dated) | {
                    name: value for name, value in found.items() if value and not row[name]
                }
            self._count(record, case, lines, RowState.CHANGED if changes else RowState.SAME, was)
            row.update(changes)
            if changes and "rid" in row:
                updates[row["rid"]] = updates.get(row["rid"], {}) | changes
        if self._report.dry_run:
            self._seen.update({record: stored[record] for record in ids.values()})
            return
        insert_rows(session, AfterSale, revived(session, AfterSale, list(inserts.values())))
        update_rows(session, AfterSale, updates.items())
        follow_orders(session, [stored[record]["order_id"] for record in ids.values()])

    def _owner(
        self,
        platform: str,
        case: ParsedCase,
        orders: Mapping[str, Mapping[str, Any]],
        items: Mapping[bytes, Sequence[Mapping[str, Any]]],
    ) -> dict[str, Any]:
        """Whose case it is: soft, as the order may come later."""
        order = orders.get(case.order)
        found = {"platform": platform, "order_number": case.order}
        if order is None:
            # Of a file that names no platform the order is known only once it came.
            coming = order_id(platform, self._shop, case.order) if platform else None
            return found | {"shop": self._shop, "order_id": coming}
        title = case.fields.get("item_title")
        item = next(
            (
                item["id"]
                for item in items.get(order["id"], ())
                if (case.item and item["number"] == case.item) or (title and item["title"] == title)
            ),
            None,
        )
        return found | {
            "platform": order["platform"],
            "shop": order["shop"],
            "order_id": order["id"],
            "customer_id": order["customer_id"],
            "currency": order["currency"],
            "item_id": item,
        }

    def _count(
        self, record: bytes, case: ParsedCase, lines: FileReport, state: RowState, was: str = ""
    ) -> None:
        lines.count(state)
        self._report.note_case(record, state)
        if state is not RowState.SAME and len(self._report.changes) < MAX_DETAILS:
            word = case.fields["platform_status"]
            self._report.changes.append(
                CaseChange(
                    case.number,
                    case.order,
                    state,
                    case.fields["kind"],
                    word,
                    "" if was == word else was,
                )
            )


_BLANK: Final[Mapping[str, Any]] = {
    **dict.fromkeys(("shop", "item_title", "platform_reason", "reason", "reason_group"), ""),
    **dict.fromkeys(("responsibility", "freight_payer", "grade", "text", "outcome"), ""),
    **dict.fromkeys(("reaction", "return_carrier", "return_number"), ""),
    **dict.fromkeys(("item_id", "customer_id", "conversation_id", "staff_id", "judged_at")),
    **dict.fromkeys(("agreed_at", "refused_at", "done_at", "withdrawn_at", "deadline_at")),
    **dict.fromkeys(("approved_by", "approved_at")),
    **dict.fromkeys(("quantity", "amount_fen", "freight_fen"), 0),
    "currency": "CNY",
    "disputed": False,
    "_del": False,
}


def _id(family: str, number: str) -> bytes:
    return natural_id("after_sale", family, number)


def _stored(session: Session, ids: Any) -> dict[bytes, dict[str, Any]]:
    found = {}
    undone = undone_stamps(session)
    for row in select_rows(session, AfterSale, _ROW, "id", set(ids)):
        if is_taken_back(row, undone):
            continue  # What a person deleted stays so; what an undo took away may come again.
        row["extra"] = msgspec.json.decode(row["extra"]) if row["extra"] else None
        row["disputed"] = bool(row["disputed"])
        found[row["id"]] = row
    return found


def _orders(session: Session, platform: str, numbers: set[str]) -> dict[str, dict[str, Any]]:
    rows = select_rows(session, Order, _ORDER, "number", numbers)
    return {
        row["number"]: row for row in rows if platform in {"", row["platform"]} and not row["_del"]
    }


def _items(session: Session, ids: Sequence[bytes]) -> dict[bytes, list[dict[str, Any]]]:
    found: dict[bytes, list[dict[str, Any]]] = {}
    for row in select_rows(session, OrderItem, _ITEM, "order_id", ids):
        if not row["_del"]:
            found.setdefault(row["order_id"], []).append(row)
    return found
