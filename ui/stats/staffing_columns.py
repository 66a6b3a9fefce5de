"""The columns of the need for people by hour; an hour in which nobody writes has no results."""

from __future__ import annotations

from functools import partial
from typing import Final

from app.core.i18n import N_
from app.stats import Unit
from app.stats.staffing import HourPlan
from ui.stats.words import NOTHING, value_text
from ui.widgets import Column


def _share(value: float) -> str:
    return value_text(Unit.SHARE, value)


def _reached(name: str, plan: HourPlan) -> str:
    """What is reached in an hour in which somebody is needed."""
    return _share(getattr(plan.staffing, name)) if plan.people else NOTHING


def _wait(plan: HourPlan) -> str:
    return value_text(Unit.SECONDS, plan.staffing.mean_wait_s) if plan.people else NOTHING


def _tone(plan: HourPlan) -> str | None:
    return None if plan.people else "text_faint"


def _fewer(plan: HourPlan) -> str:
    return _share(plan.without_one.in_time) if plan.without_one else NOTHING


COLUMNS: Final = (
    Column("hour", N_("Hour"), 76, role="strong", text=lambda p: f"{p.hour:02d}:00", stretch=True),
    Column("arrivals", N_("Customers an hour"), 128, align="right", role="mono", text=lambda p: f"{p.arrivals:.1f}", color=_tone),
    Column("agents", N_("At the desk"), 88, align="right", role="mono", text=lambda p: f"{p.staffing.agents}", color=_tone),
    Column("people", N_("To plan"), 76, align="right", role="mono", text=lambda p: f"{p.people}", color=_tone),
    Column("in_time", N_("In time"), 80, align="right", role="mono", text=partial(_reached, "in_time"), color=_tone),
    Column("wait", N_("Mean wait"), 88, align="right", role="mono", text=_wait, color=_tone),
    Column("busy", N_("Busy"), 72, align="right", role="mono", text=partial(_reached, "busy"), color=_tone),
    Column("gives_up", N_("Give up"), 76, align="right", role="mono", text=partial(_reached, "gives_up"), color=_tone),
    Column("fewer", N_("In time with one fewer"), 150, align="right", role="muted", text=_fewer),
)  # fmt: skip
