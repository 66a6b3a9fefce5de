"""Matches the items of a file with those stored, and says what is new or changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from app.orders.model import STATUS_RANK
from app.sources import OrderFile, ParsedItem, same_words
from db.ids import natural_id

_KEPT: Final = frozenset({"product_number", "sku_code", "sku", "paid_fen", "refund_status"})
"""A known value of these is not blanked by a file that leaves it out."""


@dataclass(slots=True)
class ItemPlan:
    """What becomes of an order's items: rows to insert, fields to set, by place in the file."""

    inserts: list[dict[str, Any]] = field(default_factory=list)
    updates: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    states: list[str] = field(default_factory=list)


def plan_items(
    order_id: bytes,
    stored: Sequence[dict[str, Any]],
    items: Sequence[ParsedItem],
    file: OrderFile,
) -> ItemPlan:
    """Return what a file's items of one order mean for the stored ones."""
    plan = ItemPlan()
    taken_ids = {row["id"] for row in stored}
    places = _match(stored, items)  # Deleted ones too: they are not made anew.
    for position, (item, found) in enumerate(zip(items, places, strict=True)):
        if found is None:
            row = _new_row(order_id, item, position, taken_ids, file)
            taken_ids.add(row["id"])
            plan.inserts.append(row)
            plan.states.append("new")
        elif not found.get("_del") and (changes := merge_item(found, item, file)):
            plan.updates.append((found["rid"], changes))
            found.update(changes)
            plan.states.append("changed")
        else:
            plan.states.append("same")
    return plan


def merge_item(stored: Mapping[str, Any], item: ParsedItem, file: OrderFile) -> dict[str, Any]:
    """Return what a row changes in a stored item; an older one only adds what is missing."""
    fields: Mapping[str, Any] = item.fields
    rank = STATUS_RANK.get(fields["status"], 0)
    old_rank = STATUS_RANK.get(stored["status"], 0)
    ahead, behind = rank > old_rank, 0 < rank < old_rank
    newer = (file.dated and file.exported_at > stored["source_at"]) or (
        not behind and (ahead or file.exported_at >= stored["source_at"])
    )
    changes: dict[str, Any] = {}
    for name, value in fields.items():
        old = stored[name]
        if value == old or (name in _KEPT and not value):
            continue
        if name == "platform_status" and same_words(value) == same_words(old):
            continue
        if newer or (not old and value):
            changes[name] = value
    if item.number and not stored["number"]:
        changes["number"] = item.number
    if changes and newer and file.exported_at > stored["source_at"]:
        changes["source_at"] = file.exported_at
    return changes


def _match(
    stored: Sequence[dict[str, Any]], items: Sequence[ParsedItem]
) -> list[dict[str, Any] | None]:
    """Find each item's stored row: by its number, else by what was bought, in order."""
    left = list(stored)
    found: list[dict[str, Any] | None] = [None] * len(items)
    for same in (_same_number, _same_goods, _same_title):
        for place, item in enumerate(items):
            if found[place] is None:
                row = next((row for row in left if same(row, item)), None)
                if row is not None:
                    left.remove(row)
                    found[place] = row
    return found


def _same_number(row: Mapping[str, Any], item: ParsedItem) -> bool:
    return bool(item.number) and row["number"] == item.number


def _same_goods(row: Mapping[str, Any], item: ParsedItem) -> bool:
    fields = item.fields
    return (
        _one_unnumbered(row, item)
        and (row["sku_code"], row["sku"]) == (fields.get("sku_code", ""), fields.get("sku", ""))
        and row["title"] == fields["title"]
    )


def _same_title(row: Mapping[str, Any], item: ParsedItem) -> bool:
    sku, old_sku = item.fields.get("sku", ""), row["sku"]
    differs = bool(sku and old_sku and sku != old_sku)
    return _one_unnumbered(row, item) and row["title"] == item.fields["title"] and not differs


def _one_unnumbered(row: Mapping[str, Any], item: ParsedItem) -> bool:
    return not item.number or not row["number"] or item.number == row["number"]


def _new_row(
    order_id: bytes, item: ParsedItem, position: int, taken: set[bytes], file: OrderFile
) -> dict[str, Any]:
    key, extra = item.number or str(position), position
    row_id = natural_id("order_item", order_id.hex(), key)
    while row_id in taken:
        extra += 1
        row_id = natural_id("order_item", order_id.hex(), f"{key}-{extra}")
    return {
        "id": row_id,
        "order_id": order_id,
        "number": item.number,
        "position": position,
        "source_at": file.exported_at,
        **item.fields,
    }
