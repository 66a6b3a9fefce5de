"""When silence becomes trouble; the shop decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from app.core.settings import Setting, Settings

HOUR_MS: Final = 3_600_000

NO_PICKUP_HOURS = Setting("shipments.no_pickup_hours", int, 24)
STALLED_HOURS = Setting("shipments.stalled_hours", int, 48)
REMOTE_STALLED_HOURS = Setting("shipments.remote_stalled_hours", int, 96)
CARRIER_STALLED_HOURS = Setting("shipments.carrier_stalled_hours", dict[str, int], {})
"""Hours without news by carrier code, where a carrier is slower than others."""
STUCK_HOURS = Setting("shipments.stuck_hours", int, 24)
UNCOLLECTED_HOURS = Setting("shipments.uncollected_hours", int, 48)
WATCH_DAYS = Setting("shipments.watch_days", int, 30)
"""What happened longer ago is history and no longer watched."""

REMOTE: Final = ("新疆", "西藏", "青海", "内蒙古", "甘肃", "宁夏", "海南", "香港", "澳门", "台湾")
"""Where parcels may be silent for longer on their way."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The settings in force, in milliseconds."""

    no_pickup: int = 24 * HOUR_MS
    stalled: int = 48 * HOUR_MS
    remote_stalled: int = 96 * HOUR_MS
    stuck: int = 24 * HOUR_MS
    uncollected: int = 48 * HOUR_MS
    watched: int = 30 * 24 * HOUR_MS
    by_carrier: Mapping[str, int] = field(default_factory=dict)

    def silence(self, carrier: str, destination: str) -> int:
        """How long a parcel of this carrier to this place may be without news."""
        usual = self.by_carrier.get(carrier, self.stalled)
        return max(usual, self.remote_stalled) if destination.startswith(REMOTE) else usual


def limits(settings: Settings) -> Limits:
    """Read the limits in force."""
    return Limits(
        no_pickup=settings.get(NO_PICKUP_HOURS) * HOUR_MS,
        stalled=settings.get(STALLED_HOURS) * HOUR_MS,
        remote_stalled=settings.get(REMOTE_STALLED_HOURS) * HOUR_MS,
        stuck=settings.get(STUCK_HOURS) * HOUR_MS,
        uncollected=settings.get(UNCOLLECTED_HOURS) * HOUR_MS,
        watched=settings.get(WATCH_DAYS) * 24 * HOUR_MS,
        by_carrier={
            carrier: hours * HOUR_MS
            for carrier, hours in settings.get(CARRIER_STALLED_HOURS).items()
        },
    )
