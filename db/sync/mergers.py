"""A snapshot's image, merged into a living database: the same as if all its ops had been applied.

Rows that only the image has are taken over by SQL; of rows that both have and that differ, the
rules for ops decide, the image's row counting as one insert with the clocks of all its fields.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import msgspec
import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.clock import now_ms
from db.database import Database
from db.engine import engine_over
from db.erasing.personal import EVERYTHING
from db.search import SEARCHED
from db.sync.apply import Applied, Merger, follow
from db.sync.bootstrap import indexes_put_off, is_empty, is_new
from db.sync.frames import INSERT, Op, group_ops
from db.sync.image_checks import check_fields, check_image
from db.sync.images import ASIDE, LATER, SEEN
from db.sync.lost_values import take_lost
from db.sync.manifests import Manifest, Opened, Place, SnapshotDamaged
from db.sync.ops import settle
from db.sync.rights import KEY, RESTRICTED, SCOPE, SETTINGS, is_restricted
from db.sync.rows import UNBORN
from db.sync.scratch import Scratch, attached
from db.sync.tables import Shape, parse_clocks, shape_of
from db.sync.told import note_told
from db.triggers import INSERTED

_DERIVED_FROM: Final = ("conversations", "messages")

SLICE: Final = 2_000
"""Differing rows that are in memory at a time."""


@dataclass(slots=True)
class Merged:
    """What came of a merge. `later` and `aside` are ops to be judged by this program anew."""

    inserted: int = 0
    changed: int = 0
    later: int = 0
    aside: int = 0
    ahead: bool = False


def merge_image(
    database: Database,
    scratch: Scratch,
    opened: Opened,
    own_dev: int,
    now: int | None = None,
    only: Collection[int] | None = None,
) -> Merged:
    """Merge an image into a living database, whole or not at all; screens hear of it as "sync".

    Cursors move to the image's vector, all but those of `own_dev`: reading never moves the own
    numbers. `now` is this machine's clock (Unix ms). With `only` its maker has not the right: what
    takes it is left out, and cursors move of these incarnations alone. Raises `SnapshotNewer` or
    `SnapshotDamaged`, and then nothing has changed.
    """
    check_fields(opened.manifest)
    try:
        with attached(scratch, database.path, database.key) as raw:
            check_image(raw, opened.manifest)
            with database.write("sync", engine_over(raw)) as session:
                now = now_ms() if now is None else now
                return _merge(session, opened, _Reader(own_dev, only), now)
    except sqlcipher.OperationalError:
        raise  # a full disk, a database in use: nothing of the snapshot's
    except (IntegrityError, sqlcipher.DatabaseError) as error:
        raise SnapshotDamaged("a row does not fit its table") from error


class _Reader(NamedTuple):
    """Who merges, and of which incarnations the image speaks: None is all."""

    dev: int
    only: Collection[int] | None

    def hears(self, dev: int) -> bool:
        """Tell whether what the image says of a log counts here."""
        return self.only is None or dev in self.only


def _merge(session: Session, opened: Opened, reader: _Reader, now: int) -> Merged:
    connection, manifest = session.connection(), opened.manifest
    settle(connection)
    whole = reader.only is None
    if whole:
        # By this it is known again, should its maker turn out to have lost the right before.
        connection.exec_driver_sql(
            "UPDATE txn SET actor = ?, at = ? WHERE rid = (SELECT txn FROM txn_context)",
            (opened.name, now),
        )
    else:
        _drop_restricted(connection, manifest)
    # The triggers would stamp these changes as made here; they are noted below instead.
    connection.exec_driver_sql("UPDATE txn_context SET noting = 0")
    applied = Applied()
    new = whole and is_new(connection, manifest)
    derived = new and is_empty(connection, *_DERIVED_FROM)
    with indexes_put_off(connection) if new else nullcontext() as put_back:
        for number in manifest.fields:
            merger = _TableMerger(connection, shape_of(number), manifest, applied)
            merger.take(derived=derived, all_noted=not new)
            if put_back is not None:
                put_back(shape_of(number).table.name)
    follow(connection, manifest.stamp, applied)
    connection.exec_driver_sql("UPDATE txn_context SET noting = 1")
    # They came with the rows: at the commit nothing is left to work out.
    connection.info["derived"] = derived
    # Of many rows no note is kept: whose person is erased is looked up anew.
    connection.info[EVERYTHING] = True
    later, aside = take_kept(connection) if whole else (0, 0)
    take_lost(connection)
    take_places(connection, opened, reader, now)
    if whole:
        note_told(connection, opened.name, manifest)
    return Merged(applied.inserted, applied.changed, later, aside, applied.ahead)


def _drop_restricted(connection: Connection, manifest: Manifest) -> None:
    """Take out of the image what its maker has no right to write."""
    run = connection.exec_driver_sql
    for number in RESTRICTED & manifest.fields.keys():
        scope, key = (
            (f"f{SCOPE}", f"f{KEY}")
            if {SCOPE, KEY} <= set(manifest.fields[number]) and number == SETTINGS
            else ("NULL", "NULL")
        )
        rows = run(f"SELECT rowid, id, {scope}, {key} FROM main.t{number}").all()
        taken = [(rowid,) for rowid, *row in rows if is_restricted(number, *row)]
        _many(connection, f"DELETE FROM main.t{number} WHERE rowid = ?", taken)


class _TableMerger:
    """Takes one table of the image into the shop's."""

    def __init__(
        self, connection: Connection, shape: Shape, manifest: Manifest, applied: Applied
    ) -> None:
        self._connection, self._shape, self._applied = connection, shape, applied
        self._image = f"main.t{shape.table.number}"
        there = set(manifest.fields[shape.table.number])
        self._there = [number for number in shape.numbers if number in there]
        self._missing = [number for number in shape.numbers if number not in there]

    def take(self, *, derived: bool, all_noted: bool) -> None:
        """Merge what differs, then take over what is missing here.

        `derived`: the local columns too, for all they follow from comes out of the image. Without
        `all_noted` rows are noted for the search queue only: they have no history here.
        """
        # Row by row it would be found out for all of the image's.
        fresh = is_empty(self._connection, self._shape.table.name)
        differing = [] if fresh else self._differing()
        for start in range(0, len(differing), SLICE):
            ops = list(self._ops(differing[start : start + SLICE]))
            for group in group_ops(ops):
                Merger(self._connection, self._shape, self._applied).take(group)
        self._take_over(derived=derived, all_noted=all_noted)

    def _differing(self) -> list[int]:
        names = [self._shape.names[number] for number in self._there]
        mine = ", ".join(f"m.{name}" for name in ("_st", "_dv", "_fc", *names))
        theirs = ", ".join(f"i.{c}" for c in ("_st", "_dv", "_fc", *self._columns()))
        found = self._connection.exec_driver_sql(
            f"SELECT i.rowid FROM {self._image} AS i JOIN shop.{self._shape.table.name} AS m "
            f"ON m.id = i.id WHERE ({theirs}) IS NOT ({mine}) ORDER BY i.rowid"
        )
        return [rowid for (rowid,) in found]

    def _columns(self) -> list[str]:
        return [f"f{number}" for number in self._there]

    def _ops(self, rowids: Sequence[int]) -> Iterator[Op]:
        """The image's rows as ops, each one insert as its birth station would send it now."""
        columns, fields = ", ".join(self._columns()), tuple(self._there)
        found = self._connection.exec_driver_sql(
            f"SELECT id, _st, _dv, _fc, {columns} FROM {self._image} "
            f"WHERE rowid IN ({', '.join(map(str, rowids))}) ORDER BY rowid"
        )
        for row_id, stamp, station, clocks, *values in found:
            yield Op(
                INSERT,
                self._shape.table.number,
                row_id,
                stamp,
                station,
                fields,
                tuple(values),
                parse_clocks(clocks),
            )

    def _take_over(self, *, derived: bool, all_noted: bool) -> None:
        name = self._shape.table.name
        last = self._connection.exec_driver_sql(f"SELECT max(rid) FROM shop.{name}").scalar() or 0
        into, values, defaults = take_over_columns(
            self._shape, self._there, self._missing, derived=derived
        )
        added = self._connection.exec_driver_sql(
            f"INSERT INTO shop.{name}({into}) SELECT {values} FROM {self._missing_here()} "
            "ORDER BY i.rowid",
            defaults,
        )
        number = self._shape.table.number
        # A screen hears of the table by its last row at least; restricted rows may be taken back.
        first = f"(SELECT max(rid) FROM shop.{name}) - 1"
        whole = all_noted or number in SEARCHED or number in RESTRICTED
        since = "?" if whole else f"max(?, {first})"
        self._connection.exec_driver_sql(
            "INSERT INTO change(txn, table_no, rid, row, kind) "
            "SELECT (SELECT txn FROM txn_context), ?, rid, id, ? "
            f"FROM shop.{name} WHERE rid > {since} ORDER BY rid",
            (number, INSERTED, last),
        )
        self._applied.inserted += added.rowcount

    def _missing_here(self) -> str:
        """The image's rows that this station has not, as what a SELECT is FROM."""
        name, run = self._shape.table.name, self._connection.exec_driver_sql
        if is_empty(self._connection, name):
            return f"{self._image} AS i"
        # Found first: SQLite would copy all rows once more where it reads what it writes to.
        run("CREATE TEMP TABLE IF NOT EXISTS missing(number INTEGER PRIMARY KEY)")
        run("DELETE FROM missing")
        run(
            f"INSERT INTO missing SELECT i.rowid FROM {self._image} AS i WHERE NOT EXISTS "
            f"(SELECT 1 FROM shop.{name} AS m WHERE m.id = i.id)"
        )
        return f"missing CROSS JOIN {self._image} AS i ON i.rowid = missing.number"


def take_over_columns(
    shape: Shape, there: Sequence[int], missing: Sequence[int], *, derived: bool = False
) -> tuple[str, str, tuple[Any, ...]]:
    """Return what an INSERT..SELECT from the image's table `i` names: into, values, parameters.

    Fields that the image's maker did not know (`missing`) get their default, and no clock: what
    anybody wrote there is newer. `derived` takes the local columns over too.
    """
    clocks, parameters = "i._fc", list[Any]()
    if missing:
        unborn = msgspec.json.encode({str(number): [*UNBORN] for number in missing}).decode()
        clocks, parameters = "json_patch(coalesce(i._fc, '{}'), ?)", [unborn]
    local = shape.derived
    into = ("id", "_st", "_dv", "_fc", *(shape.names[n] for n in (*there, *missing)), *local)
    parameters += [shape.defaults[number] for number in missing]
    values = ["i.id", "i._st", "i._dv", clocks, *(f"i.f{n}" for n in there), *("?" * len(missing))]
    if derived:
        values += [f"i.d_{name}" for name in local]
    else:
        values += ["?"] * len(local)
        parameters += local.values()
    return ", ".join(into), ", ".join(values), tuple(parameters)


def take_kept(connection: Connection) -> tuple[int, int]:
    """Take over ops that the image's rows don't hold; returns how many lots for later, and aside."""
    later = connection.exec_driver_sql(
        f"INSERT INTO sync_later(dev, seq, groups) SELECT dev, seq, groups FROM main.{LATER} "
        "EXCEPT SELECT dev, seq, groups FROM sync_later"
    )
    aside = connection.exec_driver_sql(
        "INSERT INTO sync_aside(dev, seq, groups, reason, at) "
        f"SELECT dev, seq, groups, reason, at FROM main.{ASIDE} AS i WHERE NOT EXISTS "
        "(SELECT 1 FROM sync_aside AS m "
        "WHERE (m.dev, m.seq, m.groups) = (i.dev, i.seq, i.groups))"
    )
    return later.rowcount, aside.rowcount


def take_places(connection: Connection, opened: Opened, reader: _Reader, now: int) -> None:
    """Move the cursors to the image's vector; remember forks, and that it was merged."""
    if reader.only is not None:
        heard = ", ".join(map(str, reader.only))
        connection.exec_driver_sql(f"DELETE FROM main.{SEEN} WHERE dev NOT IN ({heard})")
    vector = [place for place in opened.manifest.vector if reader.hears(place.dev)]
    others = [place for place in vector if place.dev != reader.dev]
    forks = [place for place in opened.manifest.forks if reader.hears(place.dev)]
    _take_forks(connection, vector, forks)
    connection.exec_driver_sql(
        "INSERT OR IGNORE INTO sync_seen(dev, seq, digest8, txn) "
        f"SELECT dev, seq, digest8, (SELECT txn FROM txn_context) FROM main.{SEEN}"
    )
    _many(
        connection,
        "INSERT OR IGNORE INTO sync_seen(dev, seq, digest8, txn) "
        "VALUES (?, ?, ?, (SELECT txn FROM txn_context))",
        [tuple(place) for place in vector],
    )
    _many(
        connection,
        "INSERT INTO sync_cursor(dev, seq, digest8) VALUES (?, ?, ?) ON CONFLICT(dev) DO UPDATE "
        "SET seq = excluded.seq, digest8 = excluded.digest8 WHERE excluded.seq > sync_cursor.seq",
        [tuple(place) for place in others],
    )
    connection.exec_driver_sql(
        "INSERT OR IGNORE INTO sync_merged(name, at) VALUES (?, ?)", (opened.name, now)
    )


def _take_forks(connection: Connection, vector: Iterable[Place], told: Iterable[Place]) -> None:
    """Of a number for which another hash is known here, both branches are remembered."""
    forks = {tuple(place) for place in told}
    for place in vector:
        known = other_hashes(connection, place)
        if known:
            forks |= {tuple(place), *((place.dev, place.seq, digest8) for digest8 in known)}
    _many(
        connection,
        "INSERT OR IGNORE INTO sync_fork(dev, seq, digest8) VALUES (?, ?, ?)",
        sorted(forks),
    )
    connection.exec_driver_sql(
        "WITH split AS (SELECT i.dev, i.seq, i.digest8 AS theirs, m.digest8 AS mine "
        f"FROM main.{SEEN} AS i JOIN sync_seen AS m ON (m.dev, m.seq) = (i.dev, i.seq) "
        "AND m.digest8 <> i.digest8 WHERE i.seq > 0) INSERT OR IGNORE INTO sync_fork(dev, seq, digest8) "
        "SELECT dev, seq, theirs FROM split UNION SELECT dev, seq, mine FROM split"
    )


def other_hashes(connection: Connection, place: Place) -> list[bytes]:
    """Return the hashes by which this home knows a segment, where they are not the given one."""
    found = connection.exec_driver_sql(
        "SELECT digest8 FROM sync_seen WHERE dev = ? AND seq = ? UNION "
        "SELECT substr(digest, 1, 8) FROM sync_sealed "
        "WHERE dev = ? AND seq = ? AND name NOT LIKE '%-%'",
        (place.dev, place.seq, place.dev, place.seq),
    )
    hashes = [digest8 for (digest8,) in found]
    return [] if place.digest8 in hashes else hashes


def _many(connection: Connection, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    if rows:
        connection.exec_driver_sql(statement, list(rows))
