"""Whether a home shares its shop: asked at every start, so it loads nothing of the sync."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from db.database import Database

if TYPE_CHECKING:
    from db.sync.keys import StationKeys


def is_shared(db: Database) -> bool:
    """Tell whether this home belongs to a shared shop, or asked to."""
    with db.read() as session:
        return session.scalar(text("SELECT 1 FROM sync_self")) is not None


def station_keys(db: Database) -> StationKeys | None:
    """The keys of this station, to sign with; None where the home shares no shop."""
    with db.read() as session:
        secret = session.scalar(text("SELECT secret FROM sync_secret WHERE name = 'station'"))
        member = session.scalar(text("SELECT 1 FROM sync_self WHERE joined_at > 0"))
    if secret is None or member is None:
        return None
    from db.sync.keys import StationKeys

    return StationKeys(secret)
