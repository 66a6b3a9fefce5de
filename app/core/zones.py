"""The time zone a shop lives in; its days and promises follow it, not the machine's clock."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from app.core.settings import SHOP_ZONE, Settings

_CHINA: Final = timezone(timedelta(hours=8))
_NOT_PLACES: Final = ("Etc/", "SystemV/", "US/", "Canada/", "Brazil/", "Chile/", "Mexico/")
"""Old names of zones that have a name by their place as well."""


def shop_zone(settings: Settings) -> tzinfo:
    """The shop's zone; China's time where the name is unknown to this machine."""
    try:
        return ZoneInfo(settings.get(SHOP_ZONE))
    except (KeyError, ValueError, OSError):
        return _CHINA


def zone_names(also: str = "") -> list[str]:
    """Zones of places this machine knows and `also`, from west to east."""
    known = {n for n in available_timezones() if "/" in n and not n.startswith(_NOT_PLACES)}
    names = known | {SHOP_ZONE.default} | ({also} if also else set())
    return sorted(names, key=lambda name: (_offset(name), name))


def offset_text(name: str) -> str:
    """How far a zone is from UTC now, e.g. `UTC+08:00`."""
    minutes = round(_offset(name).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours:02d}:{rest:02d}"


def _offset(name: str) -> timedelta:
    try:
        zone: tzinfo = ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        zone = _CHINA
    return datetime.now(zone).utcoffset() or timedelta(0)
