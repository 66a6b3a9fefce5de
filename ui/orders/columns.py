"""The columns of the order list."""

from __future__ import annotations

import time
from typing import Final

from app.core.i18n import N_, _
from app.orders import STATUS_NAMES, Level
from ui.orders.listing import Line
from ui.orders.verification.words import LEVEL_KINDS, LEVEL_NAMES, STATUS_KINDS
from ui.widgets import Column
from ui.widgets.format import duration, full_moment, moment, money

SORTS: Final = {
    "number": "number",
    "buyer": "buyer_nick",
    "recipient": "recipient",
    "paid": "paid_fen",
    "status": "status",
    "created": "created_at",
    "promise": "paid_at",
}
"""Sortable columns and the fields they sort by."""

_SOON_S: Final = 12 * 3_600


def _number(line: Line) -> str:
    return line.order.number


def _buyer(line: Line) -> str:
    return line.order.buyer


def _recipient(line: Line) -> str:
    return line.order.recipient


def _items(line: Line) -> str:
    return line.order.items


def _paid(line: Line) -> str:
    order = line.order
    return money(order.paid_fen or order.total_fen, order.currency)


def _paid_color(line: Line) -> str | None:
    return None if line.order.paid_fen else "text_muted"


def _status(line: Line) -> str:
    return _(STATUS_NAMES.get(line.order.status, STATUS_NAMES["unknown"]))


def _status_kind(line: Line) -> str | None:
    return STATUS_KINDS.get(line.order.status, "neutral")


def _verdict(line: Line) -> str:
    return _(LEVEL_NAMES[line.verdict.level]) if line.verdict else ""


def _verdict_kind(line: Line) -> str | None:
    return LEVEL_KINDS[line.verdict.level] if line.verdict else None


def _reasons(line: Line) -> str:
    findings = line.verdict.findings if line.verdict else ()
    return "\n".join(found.reason for found in findings if found.level is not Level.PASS)


def _created(line: Line) -> str:
    return moment(line.order.created_at or None)


def _created_in_full(line: Line) -> str:
    return full_moment(line.order.created_at or None)


def _promise(line: Line) -> str:
    at = line.order.promised_at
    if at is None:
        return ""
    left = at / 1000 - time.time()
    if left < 0:
        return _("late {time}").format(time=duration(-left))
    return duration(left)


def _promise_color(line: Line) -> str | None:
    at = line.order.promised_at
    if at is None or at / 1000 - time.time() > _SOON_S:
        return "text_muted"
    return "danger" if at / 1000 < time.time() else "warning"


def _promise_in_full(line: Line) -> str:
    at = line.order.promised_at
    return _("To ship before {time}").format(time=full_moment(at)) if at else ""


def _parcel(line: Line) -> str:
    return line.order.parcel_number


COLUMNS: Final = (
    Column("number", N_("Order number"), 174, role="mono", text=_number, sortable=True),
    Column("buyer", N_("Buyer"), 104, text=_buyer, tip=_buyer, sortable=True),
    Column("recipient", N_("Recipient"), 78, text=_recipient, sortable=True),
    Column("items", N_("Items"), 112, text=_items, tip=_items, stretch=True),
    Column("paid", N_("Amount"), 94, align="right", role="mono", text=_paid, color=_paid_color, sortable=True),
    Column("status", N_("State"), 74, role="badge", text=_status, color=_status_kind, sortable=True),
    Column("verdict", N_("Verified"), 78, role="badge", text=_verdict, color=_verdict_kind, tip=_reasons),
    Column("promise", N_("Ship within"), 104, align="right", text=_promise, color=_promise_color, tip=_promise_in_full, sortable=True),
    Column("created", N_("Ordered"), 96, role="muted", text=_created, tip=_created_in_full, sortable=True),
    Column("parcel", N_("Parcel"), 140, role="mono", text=_parcel),
)  # fmt: skip
