"""What an import did to each row of a table, read from the change notes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
from sqlalchemy.orm import Session

from db.columns import Json
from db.models import Base
from db.registry import BY_NUMBER, DELETED_FIELD
from db.triggers import INSERTED

_PAGE: Final = 5_000


@dataclass(slots=True)
class Trail:
    """One table's part: rows that were made, and by row the fields' old values and new clocks."""

    table: str
    inserted: set[int] = field(default_factory=set)
    before: dict[int, dict[str, Any]] = field(default_factory=dict)
    clocks: dict[int, dict[str, int]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rids())

    def rids(self) -> set[int]:
        """All rows the import has touched."""
        return self.inserted | self.before.keys()

    def note(self, rid: int, kind: int, fields: Mapping[str, Sequence[Any]], stamp: int) -> None:
        """Take one change note, in the order they were written."""
        if kind == INSERTED:
            self.inserted.add(rid)
            return
        olds, clocks = self.before.setdefault(rid, {}), self.clocks.setdefault(rid, {})
        for number, (old, base) in fields.items():
            if (name := self.names.get(number)) is not None:
                olds.setdefault(name, old)
                if name == "_del" and old:
                    self.inserted.add(rid)  # It was gone: an undo had taken it back.
                # As the trigger sets it: always above the value it replaces.
                clocks[name] = max(stamp, base + 1)

    def edited_since(
        self, rid: int, clocks: Mapping[str, Sequence[int]], past: Collection[int]
    ) -> set[str]:
        """The fields whose clock is neither the import's nor one of its undo."""
        mine = self.clocks.get(rid, {})
        return {
            name
            for number, (stamp, *_station) in clocks.items()
            if (name := self.names.get(number)) is not None
            and stamp not in past
            and mine.get(name, 0) < stamp
            and (rid in self.inserted or name in mine)
        }

    def values_before(self, rid: int, edited: Collection[str]) -> dict[str, Any]:
        """What the fields held before the import, those left out that were edited since."""
        columns = Base.metadata.tables[self.table].c
        return {
            name: _value(columns[name].type, old)
            for name, old in self.before[rid].items()
            if name not in edited
        }


def read_trails(session: Session, transactions: Sequence[int]) -> dict[str, Trail]:
    """Gather the notes of some transactions by table."""
    trails: dict[str, Trail] = {}
    marks = ", ".join("?" * len(transactions))
    found = session.connection().exec_driver_sql(
        "SELECT c.table_no, c.rid, c.kind, c.fields, t.stamp FROM change c JOIN txn t"  # noqa: S608 - marks only
        f" ON t.rid = c.txn WHERE c.txn IN ({marks}) ORDER BY c.seq",
        tuple(transactions),
    )
    for page in found.partitions(_PAGE):
        for number, rid, kind, fields, stamp in page:
            if (table := BY_NUMBER.get(number)) is None:
                continue
            if table.name not in trails:
                names = {str(n): name for n, name in table.numbered()}
                trails[table.name] = Trail(table.name, names=names | {str(DELETED_FIELD): "_del"})
            trails[table.name].note(rid, kind, msgspec.json.decode(fields or "{}"), stamp)
    return trails


def _value(kind: Any, old: Any) -> Any:
    if isinstance(old, dict) and set(old) == {"x"}:
        return bytes.fromhex(old["x"])
    if isinstance(kind, Json) and isinstance(old, str):
        return msgspec.json.decode(old)
    return old
