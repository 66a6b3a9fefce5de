"""How quality checks read in the window."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from app.core.i18n import N_, _
from app.quality import CheckReason, CheckRow, CheckState
from ui.widgets import Kind
from ui.widgets.format import local

NOTHING: Final = "–"
STATE_NAMES: Final[Mapping[CheckState, str]] = {
    CheckState.PLANNED: N_("To do"),
    CheckState.STARTED: N_("Begun"),
    CheckState.DONE: N_("Checked"),
    CheckState.SKIPPED: N_("Left out"),
}
STATE_KINDS: Final[Mapping[CheckState, Kind]] = {
    CheckState.PLANNED: "warning",
    CheckState.STARTED: "info",
    CheckState.DONE: "success",
    CheckState.SKIPPED: "neutral",
}
REASON_NAMES: Final[Mapping[CheckReason, str]] = {
    CheckReason.RANDOM: N_("Random"),
    CheckReason.BAD_RATING: N_("Bad rating"),
    CheckReason.LONG_WAIT: N_("Long wait"),
    CheckReason.CHOSEN: N_("By hand"),
}
REASON_KINDS: Final[Mapping[CheckReason, Kind]] = {
    CheckReason.RANDOM: "neutral",
    CheckReason.BAD_RATING: "danger",
    CheckReason.LONG_WAIT: "warning",
    CheckReason.CHOSEN: "info",
}
_WEEK: Final = timedelta(days=6)


def state_text(row: CheckRow) -> str:
    """The state; of one's own or an answered check that there is something new."""
    return _("New") if row.fresh else _(STATE_NAMES[row.state])


def state_kind(row: CheckRow) -> Kind:
    """What the state means."""
    return "danger" if row.fresh else STATE_KINDS[row.state]


def reason_text(row: CheckRow) -> str:
    """Why it is in the sample."""
    return _(REASON_NAMES[row.reason])


def reason_kind(row: CheckRow) -> Kind:
    """What the reason means."""
    return REASON_KINDS[row.reason]


def score_text(score: float | None) -> str:
    """A part of 1."""
    return NOTHING if score is None else f"{score:.0%}"


def score_tone(score: float | None) -> str | None:
    """Loud where there is something to talk about."""
    if score is None:
        return "text_faint"
    return "danger" if score < 0.6 else "warning" if score < 0.8 else None


def seen_text(row: CheckRow) -> str:
    """Whether the agent has looked at it."""
    if row.done_at is None:
        return ""
    return _("Read") if row.seen_at else _("not yet")


def comments_text(row: CheckRow) -> str:
    """How many comments."""
    return str(row.comments) if row.comments else ""


def times_text(row: CheckRow) -> str:
    """From when to when the reception was."""
    start, end = local(row.starts_at), local(row.ends_at)
    last = f"{end:%H:%M}" if start.date() == end.date() else f"{end:%m-%d %H:%M}"
    return f"{start:%m-%d %H:%M} – {last}"


def week_text(week: str) -> str:
    """A week by its Monday and Sunday."""
    first = date.fromisoformat(week)
    return f"{first:%m-%d} – {first + _WEEK:%m-%d}"


def monday(day: date) -> date:
    """The first day of the week a day is in."""
    return day - timedelta(days=day.weekday())
