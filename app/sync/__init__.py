"""The shop shared between stations: who belongs to it, how it fares, what met what."""

from app.sync.guard import guard_restricted_rows, may_manage_here
from app.sync.shared import is_shared, station_keys
from app.sync.status import (
    STRANGERS,
    TOLD,
    Problem,
    StationView,
    SyncState,
    SyncStatus,
    short_id,
)
from db.sync.whereabouts import Here

__all__ = [
    "STRANGERS",
    "TOLD",
    "Here",
    "Problem",
    "StationView",
    "SyncState",
    "SyncStatus",
    "guard_restricted_rows",
    "is_shared",
    "may_manage_here",
    "short_id",
    "station_keys",
]
