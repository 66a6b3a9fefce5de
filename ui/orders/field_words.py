"""Fields of an order, their values and the kinds of files in words, for the import."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from app.core.i18n import N_, _
from app.orders import STATUS_NAMES, OrderChange
from app.sources import RowState
from ui.widgets import Kind
from ui.widgets.format import full_moment, money

FIELD_NAMES: Final[Mapping[str, str]] = {
    "status": N_("State"),
    "platform_status": N_("State"),
    "close_reason": N_("Closed because"),
    "shop": N_("Shop"),
    "buyer_nick": N_("Buyer"),
    "recipient": N_("Recipient"),
    "phone": N_("Phone"),
    "phone_extension": N_("Extension"),
    "landline": N_("Landline"),
    "raw_address": N_("Address"),
    "buyer_message": N_("Buyer's message"),
    "seller_remark": N_("Shop's remark"),
    "invoice_title": N_("Invoice to"),
    "total_fen": N_("Total"),
    "postage_fen": N_("Postage"),
    "paid_fen": N_("Paid"),
    "refund_fen": N_("Refunded"),
    "quantity": N_("Pieces"),
    "presale": N_("Pre-sale"),
    "created_at": N_("Ordered"),
    "paid_at": N_("Paid on"),
    "shipped_at": N_("Shipped on"),
    "ended_at": N_("Ended on"),
    "promised_at": N_("To ship before"),
    "parcels": N_("Parcel"),
    "items": N_("Items"),
}
FORMAT_NAMES: Final[Mapping[str, str]] = {
    "taobao_order_list": N_("Taobao order list"),
    "taobao_order_detail_list": N_("Taobao item list"),
    "taobao_order_main": N_("Taobao orders (2025)"),
    "taobao_order_sub": N_("Taobao sub-orders (2025)"),
    "taobao_order_rows": N_("Taobao orders with items"),
}
STATE_NAMES: Final[Mapping[RowState, str]] = {
    RowState.NEW: N_("New"),
    RowState.CHANGED: N_("Changed"),
    RowState.SAME: N_("The same"),
}
STATE_KINDS: Final[Mapping[RowState, Kind]] = {
    RowState.NEW: "success",
    RowState.CHANGED: "info",
    RowState.SAME: "neutral",
}


def format_name(key: str) -> str:
    """The kind of a file; a workbook may hold two."""
    return " + ".join(_(FORMAT_NAMES.get(part, part)) for part in key.split("+") if part)


def change_words(change: OrderChange) -> str:
    """What is different, old → new, field by field."""
    parts = []
    for name, (old, new) in change.changes.items():
        before, after = _value(name, old), _value(name, new)
        title = _(FIELD_NAMES.get(name, name))
        if change.state is RowState.NEW:
            parts.append(f"{title}: {after}")
        else:
            parts.append(f"{title}: {before or '—'} → {after or '—'}")
    return _("; ").join(parts)


def _value(name: str, value: Any) -> str:
    if value is None or value == "":
        return ""
    if name.endswith("_fen"):
        return money(int(value))
    if name.endswith("_at"):
        return full_moment(int(value)) if value else ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "status":
        return _(STATUS_NAMES.get(str(value), str(value)))
    return str(value)
