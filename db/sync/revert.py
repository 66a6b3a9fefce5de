"""What was taken in good faith and does not count after all is taken back; what does count, taken.

Records arrive when they arrive. After each change of them the database becomes what it would be had
the records been known from the start: rows that refused segments touched go back to what they were
before the first of them, and everything else that touched them since is merged again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import Connection

from db.database import Database
from db.registry import TABLES
from db.sync.apply import pack_row, unpack_row
from db.sync.frames import FrameDamaged, Group, decode_groups
from db.sync.manifests import Place
from db.sync.membership import Membership
from db.sync.ops import is_settled
from db.sync.ranges import parse_range, split_range
from db.sync.rights import (
    KEY,
    NO_RIGHT,
    RESTRICTED,
    REVOKED,
    SCOPE,
    SETTINGS,
    counts,
    is_restricted,
    pick,
    sift,
)
from db.sync.rows import UNBORN, Register, Row
from db.sync.segments import SegmentError, open_segment
from db.sync.segments import parse_name as parse_segment
from db.sync.store import Store
from db.sync.tables import Shape, format_clocks, read_rows, shape_of
from db.sync.taking import merge_safely, take_groups
from db.triggers import INSERTED, PURGED
from db.triggers import SET as SET_NOTE

JUDGING: Final = "rejudged"
"""Actor of the transactions in which rows were rebuilt."""

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


class _Refused(NamedTuple):
    """A segment that was applied and must not have been; `whole`, or only what takes the right."""

    place: Place
    txn: int
    whole: bool


def judge_again(database: Database, membership: Membership, now: int) -> Judged:
    """Bring the data into line with the records as they are now; `now` is Unix ms.

    Must not run inside another `write()` of the same thread.
    """
    judged = Judged()
    with database.write("sync") as session:
        connection = session.connection()
        if not is_settled(connection):
            # A local change is kept as what it is only once it is sealed.
            return Judged(done=False)
        refused = _refused(connection, membership)
        if any(not _is_aside(connection, one) for one in refused):
            _Rebuilding(connection, membership, judged, now).run(refused)
    _take_what_counts_now(database, membership, judged, now)
    return judged


# What does not count any more.


def _refused(connection: Connection, membership: Membership) -> list[_Refused]:
    found = dict[tuple[Place, int], _Refused]()
    for (dev,) in connection.exec_driver_sql("SELECT DISTINCT dev FROM sync_seen").all():
        pin = membership.pin(dev)
        if pin is None:
            continue
        for *place, txn in connection.exec_driver_sql(
            "SELECT dev, seq, digest8, txn FROM sync_seen WHERE dev = ? AND seq >= ? AND txn > 0",
            (dev, min(pin.since, pin.seq)),
        ):
            one = _Refused(Place(*place), txn, whole=True)
            if not counts(membership, one.place):
                found[one.place, txn] = one
    for one in _with_rights(connection):
        if (one.place, one.txn) not in found and not membership.may_manage(*one.place[:2]):
            found[one.place, one.txn] = one
    synced = [one for one in found.values() if _is_synced(connection, one)]
    # Restricted rows out of a snapshot are its maker's word, who had the right.
    return [one for one in synced if one.whole or _is_alone(connection, one)]


def _is_synced(connection: Connection, one: _Refused) -> bool:
    """Tell whether its transaction is still that of the sync: one without effect left its number."""
    run = connection.exec_driver_sql
    return bool(run("SELECT origin FROM txn WHERE rid = ?", (one.txn,)).scalar() == "sync")


def _is_alone(connection: Connection, one: _Refused) -> bool:
    """Tell whether its transaction took nothing else, as a snapshot's merge does."""
    run = connection.exec_driver_sql
    count: int = run("SELECT count(*) FROM sync_seen WHERE txn = ?", (one.txn,)).scalar_one()
    return count <= 1


def _is_aside(connection: Connection, one: _Refused) -> bool:
    """Tell whether it was put aside, hence taken back, before."""
    found = connection.exec_driver_sql(
        "SELECT 1 FROM sync_aside WHERE dev = ? AND seq = ? AND reason = ? AND closed_at IS NULL",
        (*one.place[:2], REVOKED if one.whole else NO_RIGHT),
    )
    return found.first() is not None


def _with_rights(connection: Connection) -> Iterator[_Refused]:
    """Segments that changed tables with restricted rows, and in which transactions."""
    tables = ", ".join(map(str, sorted(RESTRICTED)))
    touching = f"SELECT DISTINCT txn FROM change WHERE table_no IN ({tables})"
    rows = connection.exec_driver_sql(
        f"SELECT dev, seq, digest8, txn FROM sync_seen WHERE txn > 0 AND txn IN ({touching}) "
        f"UNION SELECT dev, seq, x'', txn FROM sync_aside WHERE txn > 0 AND txn IN ({touching})"
    ).all()
    for *place, txn in rows:
        yield _Refused(Place(*place), txn, whole=False)


class _Rebuilding:
    """Takes refused segments back, in the transaction that runs."""

    def __init__(
        self, connection: Connection, membership: Membership, judged: Judged, now: int
    ) -> None:
        self._connection, self._membership = connection, membership
        self._judged, self._now = judged, now
        self._run = connection.exec_driver_sql
        self._txn: int = self._run("SELECT txn FROM txn_context").scalar_one()
        self._touched: _Rows = {}

    def run(self, refused: list[_Refused]) -> None:
        """Take them back and merge again what counts."""
        self._put_aside(refused)
        mixed = [one for one in refused if not _is_alone(self._connection, one)]
        whole = {one.txn for one in refused if one.whole}
        self._run("UPDATE txn_context SET noting = 0")
        self._restore(whole, {one.txn for one in refused} - whole)
        for txn in {one.txn for one in mixed}:
            self._remove_unnoted(txn)
        self._run("UPDATE txn_context SET noting = 1")
        if not self._touched:
            return
        since = min(one.txn for one in refused)
        self._run("UPDATE txn SET actor = ? WHERE rid = ?", (JUDGING, self._txn))
        whole_again = self._merge_again(since)
        self._judged.rebuilt += sum(map(len, self._touched.values()))
        if mixed or not whole_again:
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
        for place, data in self._kept(since):
            if place.dev in self._own and data is None:
                whole = False
                continue
            groups = None if data is None else self._opened(place, data)
            if groups is None:
                whole = False
            elif place.dev in self._own or counts(self._membership, place):
                self._merge_some(place, groups)
        return whole

    def _kept(self, since: int) -> Iterator[tuple[Place, bytes | None]]:
        own = self._run("SELECT dev, seq, substr(digest, 1, 8), data, name FROM sync_sealed").all()
        self._own = {dev for dev, *_ in own}
        at = self._run("SELECT min(at) FROM txn WHERE rid >= ?", (since,)).scalar() or 0
        rolled = dict(self._rolled_up((name, data) for *_, data, name in own))
        for dev, seq, digest, kept, name in own:
            data = rolled.get(Place(dev, seq, digest)) if kept is None else kept
            if parse_range(name):
                continue
            sealed_at = self._run("SELECT at FROM sync_sealed WHERE name = ?", (name,)).scalar()
            if data is not None or (sealed_at or 0) >= at:
                yield Place(dev, seq, digest), data
        copies = {
            parsed: data
            for name, data in self._run("SELECT name, data FROM sync_copy")
            if (parsed := parse_segment(name))
        }
        for *place, txn in self._run("SELECT dev, seq, digest8, txn FROM sync_seen").all():
            found = Place(*place)
            if (
                found.dev not in self._own
                and (data := copies.get((found.dev, found.seq, found.digest8))) is not None
            ):
                yield found, data
            elif txn >= since > 0 and counts(self._membership, found):
                yield found, None

    def _rolled_up(self, own: Iterable[tuple[str, bytes | None]]) -> Iterator[tuple[Place, bytes]]:
        """Segments of mine that are kept in range files only."""
        member = self._membership
        for name, data in own:
            if data is not None and parse_range(name):
                for part in split_range(name, data, member.shop, member.keys.public):
                    yield part.place, part.data

    def _opened(self, place: Place, data: bytes) -> list[Group] | None:
        member = self._membership
        signer = member.signer(place.dev)
        if signer is None:
            return None
        try:
            return open_segment(data, member.shop, place.dev, signer, member.epochs).groups
        except SegmentError:
            return None

    def _merge_some(self, place: Place, groups: list[Group]) -> None:
        own = place.dev in self._own
        if not own and not self._membership.may_manage(place.dev, place.seq):
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
        for row in self._run(
            "SELECT dev, seq, digest8 FROM sync_seen WHERE txn >= ? AND seq > 0", (since,)
        ).all():
            place = Place(*row)
            if place.dev not in self._own and counts(self._membership, place):
                lost[place.dev] = min(place.seq, lost.get(place.dev, place.seq))
                self._run("DELETE FROM sync_seen WHERE (dev, seq, digest8) = (?, ?, ?)", place)
        for dev, seq in lost.items():
            self._run("DELETE FROM sync_seen WHERE dev = ? AND seq < 0", (dev,))
            self._run(
                "UPDATE sync_cursor SET seq = ?, digest8 = coalesce((SELECT digest8 FROM sync_seen "
                "WHERE (dev, seq) = (?, ?)), x'') WHERE dev = ? AND seq >= ?",
                (seq - 1, dev, seq - 1, dev, seq),
            )

    def _put_aside(self, refused: list[_Refused]) -> None:
        """List for a person what is taken back, as far as it is here."""
        for one in refused:
            if not _is_aside(self._connection, one):
                self._keep_aside(one, REVOKED if one.whole else NO_RIGHT)

    def _keep_aside(self, one: _Refused, reason: str) -> None:
        groups = list[Group]()
        for name, data in self._run(
            "SELECT name, data FROM sync_copy WHERE dev = ? AND seq = ?", one.place[:2]
        ).all():
            parsed = parse_segment(name)
            if parsed and one.place.digest8 in {b"", parsed[2]}:
                groups += self._opened(one.place, data) or []
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


# What counts now.


def _take_what_counts_now(
    database: Database, membership: Membership, judged: Judged, now: int
) -> None:
    with database.read() as session:
        waiting = (
            session.connection()
            .exec_driver_sql(
                "SELECT rid, dev, seq, reason FROM sync_aside WHERE closed_at IS NULL "
                f"AND reason IN ('{REVOKED}', '{NO_RIGHT}') ORDER BY rid"
            )
            .all()
        )
    for rid, dev, seq, reason in waiting:
        right = membership.may_manage(dev, seq)
        if right or (reason == REVOKED and membership.accepts(dev, seq)):
            with database.write("sync") as session:
                judged.taken += _take(session.connection(), membership, rid, now)


def _take(connection: Connection, membership: Membership, rid: int, now: int) -> int:
    """Merge what was put aside, as far as it counts; each in a transaction of its own."""
    run = connection.exec_driver_sql
    dev, seq, data, reason = run(
        "SELECT dev, seq, groups, reason FROM sync_aside WHERE rid = ?", (rid,)
    ).one()
    if reason == REVOKED and not _every_branch_counts(connection, membership, dev, seq):
        return 0
    try:
        groups = decode_groups(data)
    except FrameDamaged:
        return 0
    if not membership.may_manage(dev, seq):
        groups, kept = sift(groups)
        if kept:
            packed = msgspec.msgpack.encode(kept)
            Store(connection).put_aside(dev, seq, packed, NO_RIGHT, now)
    take_groups(connection, (dev, seq), groups, now, merge_safely)
    txn = noted_txn(connection)
    Store(connection).take_aside(rid, txn, now)
    if reason == REVOKED:
        _read_again(run, dev, seq)
    return 1


def _every_branch_counts(
    connection: Connection, membership: Membership, dev: int, seq: int
) -> bool:
    found = connection.exec_driver_sql(
        "SELECT dev, seq, digest8 FROM sync_seen WHERE dev = ? AND seq = ?", (dev, seq)
    ).all()
    # Which branch was put aside is not noted: while one of them is refused, none is taken.
    return all(counts(membership, Place(*row)) for row in found)


def _read_again(run: Any, dev: int, seq: int) -> None:
    """Let the reader pass over the segment once more, where its cursor stopped before it."""
    run(
        "DELETE FROM sync_seen WHERE dev = ? AND seq = ? AND txn = 0 AND NOT EXISTS "
        "(SELECT 1 FROM sync_cursor AS c WHERE c.dev = sync_seen.dev AND c.seq >= sync_seen.seq)",
        (dev, seq),
    )


def noted_txn(connection: Connection) -> int:
    """Return the running transaction; 0 where it changed nothing so far, and will be forgotten."""
    txn = connection.exec_driver_sql("SELECT txn FROM txn_context").scalar_one()
    noted = connection.exec_driver_sql("SELECT 1 FROM change WHERE txn = ? LIMIT 1", (txn,)).first()
    return int(txn) if noted else 0
