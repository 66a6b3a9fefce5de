"""The time zone a shop lives in; its days and promises follow it, not the machine's clock."""

from __future__ import annotations

from datetime import timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from app.core.settings import SHOP_ZONE, Settings

_CHINA: Final = timezone(timedelta(hours=8))


def shop_zone(settings: Settings) -> tzinfo:
    """The shop's zone; China's time where the name is unknown to this machine."""
    try:
        return ZoneInfo(settings.get(SHOP_ZONE))
    except (KeyError, ValueError, OSError):
        return _CHINA
