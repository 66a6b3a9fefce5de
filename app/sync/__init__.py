"""The shop shared between stations: who belongs to it, how it fares, what met what."""

from app.sync.shared import is_shared

__all__ = ["is_shared"]
