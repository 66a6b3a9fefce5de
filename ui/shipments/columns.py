"""The columns of the parcel list."""

from __future__ import annotations

from typing import Final

from app.core.i18n import N_
from app.shipments import ParcelRow
from ui.shipments.looks import carrier_text, news_text, state_kind, state_text
from ui.widgets import Column
from ui.widgets.format import full_moment, moment

__all__ = ["COLUMNS"]


def _recipient(row: ParcelRow) -> str:
    return row.order.recipient if row.order else ""


def _order_number(row: ParcelRow) -> str:
    return row.order.number if row.order else ""


def _last_at(row: ParcelRow) -> str:
    return moment(row.last_at)


def _last_at_in_full(row: ParcelRow) -> str:
    return full_moment(row.last_at)


def _number(row: ParcelRow) -> str:
    return row.number


def _news_color(row: ParcelRow) -> str | None:
    return "warning" if row.trouble else "text_muted"


COLUMNS: Final = (
    Column("number", N_("Tracking number"), 150, role="mono", text=_number, sortable=True),
    Column("carrier", N_("Carrier"), 100, text=carrier_text, sortable=True),
    Column("state", N_("State"), 124, role="badge", text=state_text, color=state_kind, sortable=True),
    Column("recipient", N_("Recipient"), 80, text=_recipient),
    Column("order", N_("Order"), 172, role="mono", text=_order_number),
    Column(
        "latest", N_("Latest news"), 260, text=news_text, color=_news_color, stretch=True,
        tip=news_text,
    ),
    Column(
        "news", N_("News at"), 104, align="right", role="muted", text=_last_at,
        tip=_last_at_in_full, sortable=True,
    ),
)  # fmt: skip
