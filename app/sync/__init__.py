"""The shop shared between stations: who belongs to it, how it fares, what met what."""

from app.sync.shared import is_shared
from app.sync.status import Problem, StationView, SyncState, SyncStatus

__all__ = ["Problem", "StationView", "SyncState", "SyncStatus", "is_shared"]
