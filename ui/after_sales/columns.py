"""The columns of the list of after-sales."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.after_sales import (
    GRADE_NAMES,
    KIND_NAMES,
    PARTY_NAMES,
    REASON_NAMES,
    STATE_NAMES,
    AfterSaleFacts,
)
from app.core.i18n import N_, _
from ui.after_sales.words import (
    amount_text,
    kind_text,
    party_text,
    reason_text,
    state_kind,
    state_text,
)
from ui.widgets import Column
from ui.widgets.fitting import fitted
from ui.widgets.format import full_moment, moment

SORTS: Final = {
    "kind": "kind",
    "amount": "amount_fen",
    "state": "state",
    "order": "order_number",
    "asked": "requested_at",
}
"""Sortable columns and the fields they sort by."""


def _order(record: AfterSaleFacts) -> str:
    return record.order_number


def _buyer(record: AfterSaleFacts) -> str:
    return record.buyer


def _item(record: AfterSaleFacts) -> str:
    return record.item_title or record.text


def _responsible(record: AfterSaleFacts) -> str:
    return party_text(record.responsibility)


def _asked(record: AfterSaleFacts) -> str:
    return moment(record.requested_at)


def _asked_in_full(record: AfterSaleFacts) -> str:
    return full_moment(record.requested_at)


_COLUMNS: Final = (
    Column("order", N_("Order number"), 172, role="mono", text=_order, sortable=True),
    Column("buyer", N_("Buyer"), 84, text=_buyer, tip=_buyer),
    Column("kind", N_("Kind"), 90, text=kind_text, sortable=True),
    Column("state", N_("State"), 78, role="badge", text=state_text, color=state_kind, sortable=True),
    Column("amount", N_("Amount"), 96, align="right", role="mono", text=amount_text, sortable=True),
    Column("reason", N_("Reason"), 104, text=reason_text, tip=reason_text),
    Column("responsible", N_("Responsible"), 84, text=_responsible),
    Column("item", N_("About"), 100, text=_item, tip=_item, stretch=True),
    Column("asked", N_("Asked for"), 92, role="muted", text=_asked, tip=_asked_in_full, sortable=True),
)  # fmt: skip
SPARED: Final = ("responsible",)
"""What gives way in a narrow window; the detail beside the list has it."""

_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "kind": (*KIND_NAMES.values(), *GRADE_NAMES.values()),
    "state": tuple(STATE_NAMES.values()),
    "reason": tuple(REASON_NAMES.values()),
    "responsible": tuple(PARTY_NAMES.values()),
}


def columns() -> list[Column]:
    """The columns, as wide as their words are in the window's language."""
    return [
        fitted(column, map(_, _WORDS[column.key])) if column.key in _WORDS else column
        for column in _COLUMNS
    ]
