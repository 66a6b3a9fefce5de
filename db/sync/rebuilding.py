"""Rows that refused segments touched, made again as if those segments had never come.

They go back to what they were before the first of them, and everything else that touched them since
is merged again: from what this home sealed, from its copies of the others' segments, and where that
is not all, from the logs or the next snapshot.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

import msgspec
from sqlalchemy import Connection

from db.erasing.void import cutoffs_of, removed_by
from db.registry import TABLES
from db.sync.apply import pack_row, unpack_row
from db.sync.frames import Group, pick
from db.sync.kept import KeptSegments
from db.sync.manifests import Place
from db.sync.members import Membership
from db.sync.rights import (
    AGAIN,
    KEY,
    NO_RIGHT,
    REVOKED,
    SCOPE,
    SETTINGS,
    counts,
    is_restricted,
    sift,
)
from db.sync.rows import UNBORN, Register, Row
from db.sync.said_again import note_held
from db.sync.segments import parse_name as parse_segment
from db.sync.setting_back import set_back
from db.sync.store import Store
from db.sync.tables import Shape, format_clocks, read_rows, shape_of
from db.sync.taking import merge_safely, pack_groups
from db.triggers import INSERTED, PURGED
from db.triggers import SET as SET_NOTE

JUDGING: Final = "rejudged"
"""Actor of the transactions in which rows were rebuilt."""
UNDONE: Final = "undone"
"""Actor of a snapshot's transaction once its restricted rows were taken back."""

_Rows = dict[int, set[bytes]]
"""{table number: ids}."""


@dataclass(slots=True)
class Judged:
    """What came of a judgement. `done` is False where local changes must be sealed first.

    `wants_snapshot`: something that counts could not be merged again from what is here; cursors
    were set back, so that the logs or the next snapshot bring it.
    """

    done: bool = True
    rebuilt: int = 0
    refused: int = 0
    taken: int = 0
    wants_snapshot: bool = False


class Refused(NamedTuple):
    """A segment that was applied and must not have been; `whole`, or only what takes the right.

    With the number 0 it is a snapshot, of which only what takes the right is taken back.
    """

    place: Place
    txn: int
    whole: bool

    @property
    def is_snapshot(self) -> bool:
        """Whether it came as a snapshot."""
        return self.place.seq == 0


class Rebuilding:
    """Takes refused segments back, in the transaction that runs."""

    def __init__(
        self, connection: Connection, membership: Membership, judged: Judged, now: int
    ) -> None:
        self._connection, self._membership = connection, membership
        self._judged, self._now = judged, now
        self._run = connection.exec_driver_sql
        self._kept = KeptSegments(connection, membership)
        self._txn: int = self._run("SELECT txn FROM txn_context").scalar_one()
        self._touched: _Rows = {}

    def run(self, refused: list[Refused]) -> None:
        """Take them back and merge again what counts."""
        self._put_aside(refused)
        snapshots = [one for one in refused if one.is_snapshot]
        segments = [one for one in refused if not one.is_snapshot]
        mixed = [one for one in segments if not is_alone(self._connection, one)]
        whole = {one.txn for one in refused if one.whole}
        void = cutoffs_of(self._connection, {one.txn for one in refused})
        self._run("UPDATE txn_context SET noting = 0")
        self._restore(whole, {one.txn for one in refused} - whole)
        for txn in {one.txn for one in mixed}:
            self._remove_unnoted(txn)
        for shape, row_id, row in removed_by(self._connection, void):
            self._put_back(shape, row_id, row)
        self._run("UPDATE txn_context SET noting = 1")
        for one in snapshots:
            self._run("UPDATE txn SET actor = ? WHERE rid = ?", (UNDONE, one.txn))
        if not self._touched:
            return
        since = min(one.txn for one in refused)
        if void:
            # What it blanked had come at any time before.
            self._touch_all({one.txn for one in refused})
            since = 0
        self._run("UPDATE txn SET actor = ? WHERE rid = ?", (JUDGING, self._txn))
        whole_again = self._merge_again(since)
        self._judged.rebuilt += sum(map(len, self._touched.values()))
        if mixed or snapshots or void or not whole_again:
            self._judged.wants_snapshot = True
            self._set_back(since)
        for one in mixed:
            # It is undone, with all that came beside it: never to be undone again.
            self._run(
                "UPDATE sync_seen SET txn = 0 WHERE (dev, seq, digest8) = (?, ?, ?)", one.place
            )

    def _restore(self, whole: set[int], partly: set[int]) -> None:
        """Put the rows back to what they were before the first of these transactions."""
        since = min(whole | partly)
        judging = self._run("SELECT rid FROM txn WHERE actor = ? AND rid > ?", (JUDGING, since))
        rebuilt = {txn for (txn,) in judging}
        whole, partly = (whole | rebuilt, partly) if whole else (whole, partly | rebuilt)
        firsts: dict[tuple[int, bytes], tuple[int, int]] = {}
        for txn in sorted(whole | partly):
            for table, row, kind in self._run(
                "SELECT table_no, row, min(kind) FROM change WHERE txn = ? GROUP BY 1, 2", (txn,)
            ).all():
                if txn in whole or self._takes_the_right(table, row):
                    firsts.setdefault((table, row), (txn, kind))
        for (table, row), (txn, kind) in firsts.items():
            self._put_back(shape_of(table), row, self._before(table, row, txn, kind))

    def _touch_all(self, txns: set[int]) -> None:
        """Let everything that these transactions changed be merged again, as far as it is kept."""
        for txn in txns:
            for table, row in self._run(
                "SELECT DISTINCT table_no, row FROM change WHERE txn = ?", (txn,)
            ).all():
                self._touched.setdefault(table, set()).add(row)

    def _takes_the_right(self, table: int, row: bytes) -> bool:
        if table != SETTINGS:
            return is_restricted(table, row, None, None)
        shape = shape_of(table)
        stored = next(read_rows(self._connection, shape, "id", [row]), None)
        if stored is None:
            return False
        registers = stored[2].registers
        return is_restricted(table, row, registers[SCOPE].value, registers[KEY].value)

    def _before(self, table: int, row: bytes, txn: int, kind: int) -> Row | None:
        if kind == INSERTED:
            return None
        stored = self._run(
            "SELECT stored FROM sync_before WHERE txn = ? AND table_no = ? AND row = ?",
            (txn, table, row),
        ).scalar()
        return None if stored is None else unpack_row(stored)

    def _put_back(self, shape: Shape, row_id: bytes, row: Row | None) -> None:
        """Make a row what it was; None: it was not there."""
        self._touched.setdefault(shape.table.number, set()).add(row_id)
        stored = next(read_rows(self._connection, shape, "id", [row_id]), None)
        if stored is None:
            return
        rid, _, now = stored
        number = shape.table.number
        self._run(
            "INSERT OR IGNORE INTO sync_before(txn, table_no, row, stored) VALUES (?, ?, ?, ?)",
            (self._txn, number, row_id, pack_row(now)),
        )
        if row is None:
            self._run(f"DELETE FROM {shape.table.name} WHERE rid = ?", (rid,))
        else:
            row = _as_now(shape, row)
            names = ", ".join(f"{shape.names[n]} = ?" for n in shape.numbers)
            values = (row.registers[n].value for n in shape.numbers)
            self._run(
                f"UPDATE {shape.table.name} SET {names}, _st = ?, _dv = ?, _fc = ? WHERE rid = ?",
                (*values, *row.birth, format_clocks(row.clocks()), rid),
            )
        self._run(
            "INSERT INTO change(txn, table_no, rid, row, kind, fields) VALUES (?, ?, ?, ?, ?, ?)",
            (self._txn, number, rid, row_id, PURGED if row is None else SET_NOTE, "{}"),
        )

    def _remove_unnoted(self, txn: int) -> None:
        """Take away the rows of a new station's first snapshot, of which few are noted."""
        for table in TABLES:
            last, before = self._run(
                "SELECT max(rid) FILTER (WHERE txn = ?), max(rid) FILTER (WHERE txn < ?) "
                f"FROM change WHERE table_no = ? AND kind = {INSERTED}",
                (txn, txn, table.number),
            ).one()
            rows = self._run(
                f"SELECT id FROM {table.name} WHERE rid > ? AND rid < ?", (before or 0, last or 0)
            ).all()
            for (row_id,) in rows:
                self._put_back(shape_of(table.number), row_id, None)

    def _merge_again(self, since: int) -> bool:
        """Merge what counts into the touched rows; False where some of it is not here."""
        whole = True
        for place, data in self._kept.since(since):
            groups = None if data is None else self._kept.open(place, data)
            if groups is None:
                whole = False
            elif place.dev in self._kept.own or counts(self._membership, place):
                self._merge_some(place, groups)
        return whole

    def _merge_some(self, place: Place, groups: list[Group]) -> None:
        own = place.dev in self._kept.own
        if not own and not self._membership.may_manage(*place):
            groups = sift(groups).free
        some = list(_only(groups, self._touched))
        if some:
            merge_safely(self._connection, some, self._now)

    def _set_back(self, since: int) -> None:
        """Let the logs, or a snapshot, bring again what came since a transaction and counts.

        It may have lost against what was refused, or have come beside it in a snapshot.
        """
        self._run("DELETE FROM sync_merged")
        lost = dict[int, int]()
        for *row, txn, beside in self._run(
            "SELECT dev, seq, digest8, txn, count(*) OVER (PARTITION BY txn) FROM sync_seen "
            "WHERE txn >= ? AND seq > 0",
            (since,),
        ).all():
            place = Place(*row)
            if place.dev not in self._kept.own and counts(self._membership, place):
                lost[place.dev] = min(place.seq, lost.get(place.dev, place.seq))
                self._run("DELETE FROM sync_seen WHERE (dev, seq, digest8) = (?, ?, ?)", place)
                if beside == 1 and txn > 0:
                    self._note_taken(place, txn)
        for dev, seq in lost.items():
            note_held(self._connection, dev, Store(self._connection).cursor(dev).seq)
            set_back(self._connection, self._membership, dev, seq)

    def _note_taken(self, place: Place, txn: int) -> None:
        """Rows that stay as they are will not be noted when it is read again, to be taken back."""
        self._run(
            "INSERT INTO sync_aside(dev, seq, groups, reason, at, closed_at, txn) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (*place[:2], pack_groups([]), AGAIN, self._now, self._now, txn),
        )

    def _put_aside(self, refused: list[Refused]) -> None:
        """List for a person what is taken back, as far as it is here."""
        for one in refused:
            if not is_aside(self._connection, one):
                self._keep_aside(one, REVOKED if one.whole else NO_RIGHT)

    def _keep_aside(self, one: Refused, reason: str) -> None:
        groups = list[Group]()
        for name, data in self._run(
            "SELECT name, data FROM sync_copy WHERE dev = ? AND seq = ?", one.place[:2]
        ).all():
            parsed = parse_segment(name)
            if parsed and one.place.digest8 in {b"", parsed[2]}:
                groups += self._kept.open(one.place, data) or []
        groups = groups if one.whole else sift(groups).restricted
        if one.whole or groups:
            self._judged.refused += 1
            packed = msgspec.msgpack.encode(groups)
            Store(self._connection).put_aside(*one.place[:2], packed, reason, self._now)


def _as_now(shape: Shape, row: Row) -> Row:
    """A row kept by an older program lacks the fields that came since."""
    for number in shape.numbers:
        row.registers.setdefault(number, Register(UNBORN, shape.defaults[number]))
    return row


def _only(groups: Iterable[Group], rows: Mapping[int, set[bytes]]) -> Iterator[Group]:
    for group in groups:
        wanted = rows.get(group.table, set())
        places = [place for place, row in enumerate(group.rows) if row in wanted]
        if places:
            yield pick(group, places)


def is_alone(connection: Connection, one: Refused) -> bool:
    """Tell whether its transaction took nothing else, as a snapshot's merge does."""
    run = connection.exec_driver_sql
    count: int = run("SELECT count(*) FROM sync_seen WHERE txn = ?", (one.txn,)).scalar_one()
    return count <= 1


def is_aside(connection: Connection, one: Refused) -> bool:
    """Tell whether it was put aside, hence taken back, before."""
    found = connection.exec_driver_sql(
        "SELECT 1 FROM sync_aside WHERE dev = ? AND seq = ? AND reason = ? AND closed_at IS NULL",
        (*one.place[:2], REVOKED if one.whole else NO_RIGHT),
    )
    return found.first() is not None
