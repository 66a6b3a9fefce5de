"""What a home does when the shop lets it in: its data joins, its own staff and rules do not."""

from __future__ import annotations

from sqlalchemy import text

from db.database import Database


def enter(database: Database, now: int, *, manages: bool) -> None:
    """Note that this home was let in; without the right it gives up its own staff and settings.

    They take a right that it had not, so the others would never have them: it gets the shop's.
    """
    with database.write("sync") as session:
        session.execute(text("UPDATE sync_self SET joined_at = :now"), {"now": now})
        if not manages:
            # Really gone, not marked as deleted: there must be nothing that others lack.
            session.execute(text("DELETE FROM staff"))
            session.execute(text("DELETE FROM settings WHERE scope = 'shop'"))
