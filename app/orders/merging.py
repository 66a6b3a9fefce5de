"""Which of two reports of one order holds: the pure rules of DESIGN §3.

The source's time decides. An export that carries its date in its name is newer or older by it.
Else an order itself tells: it only ever goes forward, so a row that knows a payment, a dispatch or
an end the desk has not heard of is newer, one that does not know what the desk knows is older. Only
where both say the same of that, the file's own time decides (copying can make it later, never
earlier). An older row adds what is missing and overwrites nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from app.orders.model import STATUS_RANK
from app.sources import OrderFields, OrderFile, ParsedOrder, same_words

_PROGRESS: Final = ("paid_at", "shipped_at", "ended_at")
_STATUS_GROUP: Final = ("status", "platform_status", "close_reason")
_PLACE: Final = ("raw_address", "province", "city", "district", "detail", "zip")
_GROUPS: Final = (("recipient",), ("phone", "phone_extension"), ("landline",), _PLACE)
"""Parts of the receiver that only hold together."""
_KEPT: Final = frozenset({"buyer_nick", "created_at", "promised_at", *_PROGRESS})
"""A known value of these is not blanked by a later file that leaves it out."""
_MAY_FILL: Final = frozenset(
    {*_KEPT, "total_fen", "postage_fen", "paid_fen", "quantity", "invoice_title", "shop"}
)
"""What an older file may add; an empty remark or refund may be the newer truth."""
_GROUPED: Final = frozenset({*_STATUS_GROUP, *(name for group in _GROUPS for name in group)})


def is_newer(stored: Mapping[str, Any], fields: Mapping[str, Any], file: OrderFile) -> bool:
    """Tell whether a file's row of an order is at least as new as what is stored."""
    if file.dated and file.exported_at > stored["source_at"]:
        return True
    ahead, behind = _progress(stored, fields)
    if ahead != behind:
        return ahead
    return bool(file.exported_at >= stored["source_at"])


def _progress(stored: Mapping[str, Any], fields: Mapping[str, Any]) -> tuple[bool, bool]:
    ahead = behind = False
    for name in _PROGRESS:
        if name in fields and fields[name] != stored[name]:
            new, old = fields[name] or 0, stored[name] or 0
            ahead, behind = ahead or new > old, behind or new < old
    new_rank = STATUS_RANK.get(fields.get("status", ""), 0)
    old_rank = STATUS_RANK.get(stored["status"], 0)
    if new_rank and old_rank:
        ahead, behind = ahead or new_rank > old_rank, behind or new_rank < old_rank
    return ahead, behind


def is_unlisted(stored: Mapping[str, Any]) -> bool:
    """Tell whether an order is known from an item list only."""
    return not (stored["buyer_nick"] or stored["recipient"] or stored["raw_address"])


def merge(stored: Mapping[str, Any], parsed: ParsedOrder, file: OrderFile) -> dict[str, Any]:
    """Return what a row changes in a stored order, by column; empty if nothing."""
    fields: Mapping[str, Any] = parsed.fields
    newer = is_unlisted(stored) or is_newer(stored, fields, file)
    changes: dict[str, Any] = {}
    _merge_status(stored, fields, changes, newer=newer)
    for group in _GROUPS:
        _merge_group(stored, fields, changes, group, newer=newer)
    for name, value in fields.items():
        if name in _GROUPED or value == (old := stored[name]):
            continue
        if (newer and (value or name not in _KEPT)) or (value and not old and name in _MAY_FILL):
            changes[name] = value
    if parsed.shop and not stored["shop"]:
        changes["shop"] = parsed.shop
    extra = _merged_extra(stored["extra"] or {}, parsed.extra, newer=newer)
    if extra is not None:
        changes["extra"] = extra
    if changes and newer and file.exported_at > stored["source_at"]:
        changes["source_at"] = file.exported_at
    return changes


def fill_in(stored: Mapping[str, Any], fields: OrderFields) -> dict[str, Any]:
    """Return what an item list adds to an order that lacks it."""
    names = ("buyer_message", "seller_remark", *_MAY_FILL)
    return {
        name: value
        for name, value in fields.items()
        if name in names and value and not stored[name]
    }


def _merge_status(
    stored: Mapping[str, Any], fields: Mapping[str, Any], changes: dict[str, Any], *, newer: bool
) -> None:
    if "status" not in fields:
        return
    rank = STATUS_RANK.get(fields["status"], 0)
    old_rank = STATUS_RANK.get(stored["status"], 0)
    if not (rank > old_rank or (newer and rank)):
        return
    for name in _STATUS_GROUP:
        if name in fields and fields[name] != stored[name]:
            if name == "platform_status" and same_words(fields[name]) == same_words(stored[name]):
                continue
            changes[name] = fields[name]


def _merge_group(
    stored: Mapping[str, Any],
    fields: Mapping[str, Any],
    changes: dict[str, Any],
    group: tuple[str, ...],
    *,
    newer: bool,
) -> None:
    head = group[0]
    if head not in fields or not fields[head]:
        return
    # The platforms hide old orders' receivers behind stars: the clear value is worth more.
    clear_wins = "*" in fields[head] and stored[head] and "*" not in stored[head]
    if clear_wins or (stored[head] and not newer and "*" not in stored[head]):
        return
    for name in group:
        if fields[name] != stored[name]:
            changes[name] = fields[name]


def _merged_extra(
    stored: Mapping[str, str], extra: Mapping[str, str], *, newer: bool
) -> dict[str, str] | None:
    if extra == stored:
        return None
    merged = {**stored, **extra} if newer else {**extra, **stored}
    return None if merged == stored else merged
