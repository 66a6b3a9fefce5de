"""The columns of the tables below a period: carriers, after-sales, phrases, the week by hour."""

from __future__ import annotations

from typing import Final

from app.after_sales import PARTY_NAMES, REASON_NAMES
from app.core.i18n import N_, _
from app.stats import Unit
from app.stats.shapes import CaseLine
from ui.stats.words import NOTHING, value_text
from ui.widgets import Column
from ui.widgets.format import moment


def _percent(value: float | None) -> str:
    return value_text(Unit.SHARE, value)


CARRIERS: Final = (
    Column("name", N_("Carrier"), 120, role="strong", text=lambda c: c.name or _("unknown"), stretch=True),
    Column("parcels", N_("Parcels"), 68, align="right", role="mono", text=lambda c: f"{c.parcels:,}"),
    Column("signed", N_("Signed for"), 80, align="right", role="mono", text=lambda c: f"{c.signed:,}"),
    Column("days", N_("Days in transit"), 92, align="right", role="mono", text=lambda c: f"{c.days:.1f}" if c.days else NOTHING),
    Column("quick", N_("Within 48 h"), 86, align="right", role="mono", text=lambda c: _percent(c.in_time.value)),
    Column("trouble", N_("In trouble"), 78, align="right", role="mono", text=lambda c: _percent(c.trouble.value), color=lambda c: "warning" if c.trouble.value else None),
)  # fmt: skip


def _reason(line: CaseLine) -> str:
    return _(REASON_NAMES[line.reason]) if line.reason in REASON_NAMES else line.reason or NOTHING


def _party(line: CaseLine) -> str:
    return _(PARTY_NAMES[line.party]) if line.party in PARTY_NAMES else _("not judged")


CASES: Final = (
    Column("reason", N_("Reason"), 150, role="strong", text=_reason, stretch=True),
    Column("party", N_("Responsible"), 84, text=_party),
    Column("cases", N_("Cases"), 60, align="right", role="mono", text=lambda c: f"{c.cases:,}"),
    Column("amount", N_("Amount"), 96, align="right", role="mono", text=lambda c: value_text(Unit.FEN, c.amount_fen)),
    Column("freight", N_("Freight"), 80, align="right", role="mono", text=lambda c: value_text(Unit.FEN, c.freight_fen)),
)  # fmt: skip
PHRASES: Final = (
    Column("title", N_("Phrase"), 200, text=lambda p: p.title, stretch=True),
    Column("uses", N_("Uses"), 72, align="right", role="mono", text=lambda p: f"{p.uses:,}"),
    Column("last", N_("Last"), 104, align="right", role="muted", text=lambda p: moment(p.last_at)),
)  # fmt: skip


def _hour_column(hour: int) -> Column:
    title = f"{hour:02d}"
    return Column(title, title, 52, align="right", role="mono", text=lambda line: line[2][hour])


WEEK: Final = (
    Column("day", N_("Day"), 64, text=lambda line: line[1]),
    *(_hour_column(hour) for hour in range(24)),
)
