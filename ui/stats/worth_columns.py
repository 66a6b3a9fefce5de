"""The columns of the tables about what customers are worth."""

from __future__ import annotations

from functools import partial
from typing import Final

from app.core.i18n import N_, _
from app.stats import Unit
from app.stats.worth import Cohort, Repeat, Segment, Tier
from ui.stats.words import NOTHING, value_text
from ui.widgets import Column

MONTHS: Final = 12
"""So many months of a cohort are shown after its first."""


def share_text(part: float | None) -> str:
    """A part of 1."""
    return value_text(Unit.SHARE, part)


def _mean(segment: Segment) -> str:
    return value_text(Unit.FEN, segment.amount / segment.customers if segment.customers else None)


def _days(repeat: Repeat) -> str:
    return value_text(Unit.DAYS, repeat.cycles.all.value)


def _kept(month: int, cohort: Cohort) -> str:
    if month >= len(cohort.kept) or not cohort.customers:
        return ""
    return f"{cohort.kept[month] / cohort.customers:.0%}"


def _tone(month: int, cohort: Cohort) -> str | None:
    """Loud where many came back, quiet where hardly anybody did."""
    if month >= len(cohort.kept) or not cohort.customers:
        return None
    part = cohort.kept[month] / cohort.customers
    return "accent" if part >= 0.1 else None if part >= 0.03 else "text_faint"


def _tier(tier: Tier) -> str:
    return _(tier.name)


def _month(number: int) -> Column:
    return Column(
        f"m{number}", f"+{number}", 72, align="right", role="mono",
        text=partial(_kept, number), color=partial(_tone, number),
    )  # fmt: skip


SEGMENTS: Final = (
    Column("name", N_("Segment"), 120, role="strong", text=lambda s: _(s.name), stretch=True),
    Column("customers", N_("Customers"), 84, align="right", role="mono", text=lambda s: f"{s.customers:,}"),
    Column("orders", N_("Orders"), 72, align="right", role="mono", text=lambda s: f"{s.orders:,}"),
    Column("amount", N_("Amount"), 100, align="right", role="mono", text=lambda s: value_text(Unit.FEN, s.amount)),
    Column("mean", N_("Per customer"), 104, align="right", role="mono", text=_mean),
)  # fmt: skip
COHORTS: Final = (
    Column("month", N_("First order in"), 104, role="strong", text=lambda c: c.month, stretch=True),
    Column("customers", N_("Customers"), 84, align="right", role="mono", text=lambda c: f"{c.customers:,}"),
    *(_month(number) for number in range(1, MONTHS + 1)),
)  # fmt: skip
REPEATS: Final = (
    Column("name", N_("Product"), 160, text=lambda r: r.name or NOTHING, stretch=True),
    Column("customers", N_("Customers"), 84, align="right", role="mono", text=lambda r: f"{r.customers:,}"),
    Column("new", N_("New"), 64, align="right", role="mono", text=lambda r: f"{r.new:,}"),
    Column("returners", N_("Came back"), 92, align="right", role="mono", text=lambda r: f"{r.returners:,}"),
    Column("rate", N_("Repeat rate"), 92, align="right", role="mono", text=lambda r: share_text(r.rate)),
    Column("days", N_("Cycle"), 84, align="right", role="mono", text=_days),
)  # fmt: skip
TIERS: Final = (
    Column("name", N_("Tier"), 120, role="strong", text=_tier, stretch=True),
    Column("from", N_("From"), 100, align="right", role="mono", text=lambda t: value_text(Unit.FEN, t.reached_at)),
    Column("customers", N_("Customers"), 84, align="right", role="mono", text=lambda t: f"{t.customers:,}"),
    Column("share", N_("Share"), 76, align="right", role="mono", text=lambda t: share_text(t.share)),
    Column("planned", N_("Planned"), 76, align="right", role="muted", text=lambda t: share_text(t.planned)),
)  # fmt: skip
