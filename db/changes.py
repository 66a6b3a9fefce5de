"""What a commit changed, as told to the screen and to other readers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from db.registry import BY_NUMBER

MANY: Final = 2_000
"""Above this many rows of a table the ids are left out: everything may have changed."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Tables touched by one or more commits, with the ids of their rows (None: very many)."""

    rows: Mapping[str, frozenset[bytes] | None]
    origin: str = "local"

    @property
    def tables(self) -> frozenset[str]:
        """Names of the tables touched."""
        return frozenset(self.rows)

    def touches(self, *tables: str) -> bool:
        """Tell whether any of the tables was touched."""
        return any(table in self.rows for table in tables)

    def ids(self, table: str) -> frozenset[bytes] | None:
        """Return the ids touched in a table; empty where none, None where very many."""
        return self.rows.get(table, frozenset())

    def joined(self, more: Mapping[str, frozenset[bytes]]) -> Changes:
        """Return the same with further rows."""
        if not more:
            return self
        rows = dict(self.rows)
        for table, ids in more.items():
            known = rows.get(table, frozenset())
            rows[table] = None if known is None or len(known | ids) > MANY else known | ids
        return Changes(rows, self.origin)


def collect_changes(notes: Iterable[tuple[int, bytes]], origin: str) -> Changes:
    """Gather (table number, row id) notes into one announcement."""
    rows: dict[str, set[bytes] | None] = {}
    for number, row in notes:
        table = BY_NUMBER[number].name if number in BY_NUMBER else ""
        found = rows.setdefault(table, set())
        if found is not None:
            found.add(row)
            if len(found) > MANY:
                rows[table] = None
    return Changes({t: None if ids is None else frozenset(ids) for t, ids in rows.items()}, origin)
