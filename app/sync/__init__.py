"""The shop shared between stations: who belongs to it, how it fares, what met what."""

from app.sync.shared import is_shared
from app.sync.status import Problem, StationView, SyncState, SyncStatus
from db.sync.whereabouts import Here

__all__ = ["Here", "Problem", "StationView", "SyncState", "SyncStatus", "is_shared"]
