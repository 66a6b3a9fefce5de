"""Finds the staff behind the agents' names of a record; who is nobody here becomes former staff."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.bulk import insert_rows
from db.clock import now_ms
from db.ids import natural_id
from db.models import Role, Staff

_LOGIN: Final = "former:"


class Agents:
    """The names of one import. Former members have no password and are not active: no sign-in."""

    def __init__(self) -> None:
        self._known: dict[str, bytes] | None = None
        self._fresh: dict[bytes, str] = {}
        self.made: list[str] = []

    def id_of(self, session: Session, name: str) -> bytes | None:
        """The member called so: by name shown, full name or login; None for no name."""
        if not name:
            return None
        if self._known is None:
            self._known = _staff(session)
        key = _key(name)
        if key not in self._known:
            # The same on every station, so that two that import one file agree.
            self._known[key] = former = natural_id("former_staff", key)
            self._fresh[former] = name
            self.made.append(name)
        return self._known[key]

    def keep(self, session: Session) -> None:
        """Write the former members that were met since the last call."""
        fresh, self._fresh = self._fresh, {}
        if not fresh:
            return
        known = set(session.scalars(select(Staff.id).where(Staff.id.in_(list(fresh)))))
        rows = [
            {
                "id": member,
                "login": _LOGIN + name,
                "name": name,
                "role": Role.AGENT,
                "active": False,
                "created_at": now_ms(),
            }
            for member, name in fresh.items()
            if member not in known
        ]
        insert_rows(session, Staff, rows)


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()


def _staff(session: Session) -> dict[str, bytes]:
    """Names in the order of their weight; of two alike the active and then the older one's."""
    query = (
        select(Staff.id, Staff.name, Staff.reception_name, Staff.login)
        .where(Staff.deleted.is_(False))
        .order_by(Staff.active.desc(), Staff.created_at, Staff.rid)
    )
    rows = session.execute(query).all()
    known: dict[str, bytes] = {}
    for column in ("reception_name", "name", "login"):
        for row in rows:
            if name := _key(getattr(row, column)):
                known.setdefault(name, row.id)
    return known
