"""Names of days, as the marks between messages and the follow-up menu say them."""

from __future__ import annotations

from datetime import timedelta

from app.core.i18n import _
from db.clock import is_timed
from ui.desk.waiting import now_ms
from ui.widgets.format import local


def day_name(at: int) -> str:
    """The day of a moment: today, yesterday, or its date and weekday."""
    if not is_timed(at):
        return _("Time not known")
    day, today = local(at).date(), local(now_ms()).date()
    if day == today:
        return _("Today")
    if day == today - timedelta(days=1):
        return _("Yesterday")
    date = f"{day:%m-%d}" if day.year == today.year else f"{day:%Y-%m-%d}"
    return f"{date} {weekday(day.weekday())}"


def weekday(number: int) -> str:
    """Name of a weekday, Monday being 0."""
    names = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))
    return names[number]
