"""How numbers and times read: money, moments and durations, in the language of the window."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo

from app.core.i18n import _
from db.clock import is_timed

_zone: list[tzinfo | None] = [None]


def set_zone(zone: tzinfo | None) -> None:
    """Show times in the shop's zone from now on; None means this machine's."""
    _zone[0] = zone


def local(ms: int) -> datetime:
    """A UTC time in milliseconds as a moment in the shop's zone."""
    return datetime.fromtimestamp(ms / 1000, _zone[0]).astimezone(_zone[0])


def today() -> date:
    """The day it is in the shop."""
    return datetime.now(_zone[0]).astimezone(_zone[0]).date()


def day_bounds(day: date) -> tuple[int, int]:
    """First millisecond of `day` in the shop's zone and first of the day after."""
    start, end = (
        datetime(d.year, d.month, d.day, tzinfo=_zone[0]).astimezone(_zone[0])
        for d in (day, day + timedelta(days=1))
    )
    return round(start.timestamp() * 1000), round(end.timestamp() * 1000)


def money(fen: int | None, currency: str = "CNY") -> str:
    """Fen as an amount: `¥1,234.50`; an unknown amount is a dash."""
    if fen is None:
        return "—"
    sign = "-" if fen < 0 else ""
    mark = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}.get(
        currency, f"{currency} "
    )
    return f"{sign}{mark}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


def moment(ms: int | None, now: datetime | None = None) -> str:
    """A point in time as short as it stays clear; never, or nobody knows when, is a dash."""
    if ms is None or not is_timed(ms):
        return "—"
    then = local(ms)
    today = (now or datetime.now(_zone[0]).astimezone(_zone[0])).date()
    if then.date() == today:
        return f"{then:%H:%M}"
    if then.date() == today - timedelta(days=1):
        return _("Yest. {time}").format(time=f"{then:%H:%M}")
    return f"{then:%m-%d %H:%M}" if then.year == today.year else f"{then:%Y-%m-%d}"


def full_moment(ms: int | None) -> str:
    """Date and time to the second, for tool tips and details."""
    return "—" if ms is None or not is_timed(ms) else f"{local(ms):%Y-%m-%d %H:%M:%S}"


def duration(seconds: float) -> str:
    """A stretch of time: `mm:ss`, from an hour on `1 h 05`, from two days on days."""
    total = max(0, int(seconds))
    if total < 3600:
        return f"{total // 60:02d}:{total % 60:02d}"
    if total < 48 * 3600:
        return _("{hours} h {minutes}").format(
            hours=total // 3600, minutes=f"{total % 3600 // 60:02d}"
        )
    return _("{days} days").format(days=total // 86400)
