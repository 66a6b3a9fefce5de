"""The image: a small SQLite file with everything the shop shares, and nothing else.

Tables are called `t<number>` and their columns `f<number>` by the registry, so that an image is
understood by any program that knows the numbers. Rows lie in the order in which they came to the
maker's file: whoever starts from the image finds "newest first" by rowid as the maker does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, NamedTuple

from db.database import Database
from db.registry import TABLES
from db.sync.lost_values import copy_lost
from db.sync.manifests import Place
from db.sync.membership import Pin
from db.sync.ops import is_settled
from db.sync.scratch import Scratch, attached
from db.sync.tables import Shape, shape_of

LATER: Final = "later"
ASIDE: Final = "aside"
SEEN: Final = "seen"
"""Tables for what a vector covers without being in the rows: ops for a newer program, ops put
aside; and for segments still in the folder that need no second reading."""

_TRIES: Final = 20


class OutboxOpen(Exception):
    """There are changes that no segment holds yet: seal first (state and vector must agree)."""


class Image(NamedTuple):
    """What an image holds, as its manifest tells."""

    stamp: int
    vector: list[Place]
    forks: list[Place]
    fields: dict[int, list[int]]
    rows: dict[int, int]


class Gone(NamedTuple):
    """Tombstones that may be left out: of these incarnations, before this stamp."""

    devs: frozenset[int]
    before: int


NOTHING_GONE: Final = Gone(frozenset(), 0)


def build_image(
    database: Database,
    scratch: Scratch,
    seal: Callable[[], object],
    pin: Callable[[int], Pin | None],
    listed: Iterable[Place] = (),
    gone: Gone = NOTHING_GONE,
) -> Image:
    """Copy the shared tables into a scratch file, all of one moment, with the vector of it.

    `seal` puts the outbox into segments; `listed` are the segments now in the folder. Raises
    `OutboxOpen` where other threads write without a pause.
    """
    with attached(scratch, database.path, database.key) as raw:
        for _ in range(_TRIES):
            if _begin_settled(database, raw):
                break
            seal()
        else:
            raise OutboxOpen
        image = _copy(raw, pin, listed, gone)
        raw.execute("COMMIT")
    return image


def _begin_settled(database: Database, raw: Any) -> bool:
    """Begin reading at a moment when nothing waits to be sealed; False where something does."""
    with database.write("system") as session:
        if not is_settled(session.connection()):
            return False
        # Nobody else can write just now; from here on this reader sees the data as they are.
        raw.execute("BEGIN")
        raw.execute("SELECT count(*) FROM shop.txn_context").fetchone()
    return True


def _copy(raw: Any, pin: Callable[[int], Pin | None], listed: Iterable[Place], gone: Gone) -> Image:
    rows = {table.number: _copy_table(raw, shape_of(table.number), gone) for table in TABLES}
    vector = _vector(raw, pin)
    _copy_kept(raw, vector)
    _copy_seen(raw, listed)
    (stamp,) = raw.execute("SELECT stamp FROM shop.txn_context").fetchone()
    forks = [Place(*row) for row in raw.execute("SELECT dev, seq, digest8 FROM shop.sync_fork")]
    fields = {table.number: list(shape_of(table.number).numbers) for table in TABLES}
    return Image(stamp, vector, forks, fields, rows)


def image_columns(shape: Shape) -> list[str]:
    """Return the columns of a table's image, the local derived ones last."""
    numbered = [f"f{number}" for number in shape.numbers]
    return ["id", "_st", "_dv", "_fc", *numbered, *(f"d_{name}" for name in shape.derived)]


def _copy_table(raw: Any, shape: Shape, gone: Gone) -> int:
    name, columns = shape.table.name, ("id", "_st", "_dv", "_fc", *shape.names.values())
    raw.execute(f"CREATE TABLE t{shape.table.number}({', '.join(image_columns(shape))})")
    copied = raw.execute(
        f"INSERT INTO t{shape.table.number} SELECT {', '.join((*columns, *shape.derived))} "
        f"FROM shop.{name} {_where_kept(gone)} ORDER BY rid"
    )
    return int(copied.rowcount)


def _where_kept(gone: Gone) -> str:
    if not gone.devs:
        return ""
    clock = "json_extract(_fc, '$.\"0\"[{}]')"
    stamp, dev = (f"coalesce({clock.format(n)}, {own})" for n, own in ((0, "_st"), (1, "_dv")))
    devs = ", ".join(map(str, sorted(gone.devs)))
    return f"WHERE NOT (_del AND _st > 0 AND {stamp} < {gone.before} AND {dev} IN ({devs}))"


def _vector(raw: Any, pin: Callable[[int], Pin | None]) -> list[Place]:
    found = raw.execute(
        "SELECT dev, seq, digest8 FROM shop.sync_cursor UNION "
        # The logs of my own incarnations, given up or not, are known by what I sealed.
        "SELECT dev, seq, substr(digest, 1, 8) FROM shop.sync_sealed WHERE name NOT LIKE '%-%'"
    )
    furthest: dict[int, Place] = {}
    for row in found:
        place = Place(*row)
        known = furthest.get(place.dev)
        if place.seq and (known is None or place.seq > known.seq):
            furthest[place.dev] = place
    pinned = (_pinned(place, pin(place.dev)) for place in sorted(furthest.values()))
    return [place for place in pinned if place.seq]


def _pinned(place: Place, pin: Pin | None) -> Place:
    """What a revoked station wrote after its end was taken back here: it is in no row."""
    if pin is None or place.seq <= pin.seq:
        return place
    return Place(place.dev, pin.seq, min(pin.digests8, default=bytes(8)))


def _copy_kept(raw: Any, vector: Sequence[Place]) -> None:
    raw.execute(f"CREATE TABLE {LATER}(dev, seq, groups)")
    raw.execute(f"INSERT INTO {LATER} SELECT dev, seq, groups FROM shop.sync_later")
    raw.execute(f"CREATE TABLE {ASIDE}(dev, seq, groups, reason, at)")
    raw.execute(
        f"INSERT INTO {ASIDE} SELECT dev, seq, groups, reason, at FROM shop.sync_aside "
        "WHERE closed_at IS NULL"
    )
    copy_lost(raw)
    ends = ((place.dev, place.seq) for place in vector)
    raw.executemany(f"DELETE FROM {ASIDE} WHERE dev = ? AND seq > ?", ends)


def _copy_seen(raw: Any, listed: Iterable[Place]) -> None:
    raw.execute(f"CREATE TABLE {SEEN}(dev, seq, digest8)")
    raw.execute("CREATE TEMP TABLE listed(dev, seq, digest8, PRIMARY KEY(dev, seq, digest8))")
    raw.executemany("INSERT OR IGNORE INTO listed VALUES (?, ?, ?)", map(tuple, listed))
    raw.execute(
        f"INSERT INTO {SEEN} SELECT dev, seq, digest8 FROM listed WHERE EXISTS "
        "(SELECT 1 FROM shop.sync_seen AS s WHERE s.dev = listed.dev AND s.seq = listed.seq "
        "AND s.digest8 = listed.digest8) OR EXISTS "
        "(SELECT 1 FROM shop.sync_sealed AS s WHERE s.dev = listed.dev AND s.seq = abs(listed.seq) "
        "AND substr(s.digest, 1, 8) = listed.digest8)"
    )
    raw.execute("DROP TABLE listed")
