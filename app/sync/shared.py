"""Whether a home shares its shop: asked at every start, so it loads nothing of the sync."""

from __future__ import annotations

from sqlalchemy import text

from db.database import Database


def is_shared(db: Database) -> bool:
    """Tell whether this home belongs to a shared shop, or asked to."""
    with db.read() as session:
        return session.scalar(text("SELECT 1 FROM sync_self")) is not None
