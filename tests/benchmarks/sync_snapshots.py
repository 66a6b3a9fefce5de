"""A new station from a shop of that size: making, reading and merging its snapshot.

The reference is copying the database file with fsync, and once SQLite's own copy of it
(`VACUUM INTO`), which encrypts and writes every page as a new station must.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from pathlib import Path

from sqlalchemy import text

from db.database import Database
from db.migrate import backup_to
from db.sync.keys import EpochKey, StationKeys
from db.sync.manifests import Opened
from db.sync.relay import MemoryRelay
from db.sync.snapshots import Snapshots
from db.sync.surroundings import Surroundings
from tests.benchmarks.measure import Measure, milliseconds
from tests.benchmarks.seed import Shop
from tests.db.sync.parties import Circle, Members

TARGET = 4.0
_DEV = 1


def run(shop: Shop) -> list[Measure]:
    source = shop.home / "kefu.db"
    with tempfile.TemporaryDirectory(dir=source.parent.parent) as folder:
        return _measured(shop, Path(folder))


def _measured(shop: Shop, folder: Path) -> list[Measure]:
    services = shop.open()
    key, path = services.db.key, services.db.path
    services.close()
    copy = milliseconds(lambda: _copy(path, folder / "copy.db"))
    database = Database(folder / "copy.db", key)
    began = time.process_time()
    vacuum = milliseconds(lambda: backup_to(database.engine, folder / "vacuum.db"))
    vacuumed = (time.process_time() - began) * 1000
    (folder / "vacuum.db").unlink()
    circle, relay = Circle(epochs={1: EpochKey(1, bytes(range(32)))}), MemoryRelay()
    circle.keys[_DEV] = circle.keys[2] = StationKeys.generate()
    circle.managers.add(_DEV)
    _join(database, _DEV)
    maker = Snapshots(database, relay, Members(circle, _DEV), Surroundings())
    made: list[Opened] = []
    making = milliseconds(lambda: made.append(maker.make(lambda: None)))
    fresh = Database(folder / "new.db", bytes(range(32)))
    _join(fresh, 2)
    taker = Snapshots(fresh, relay, Members(circle, 2), Surroundings())
    reading = milliseconds(lambda: taker.verify(made[0]))
    began = time.process_time()
    merging = milliseconds(lambda: taker.merge(made[0]))
    merged = (time.process_time() - began) * 1000
    again = milliseconds(lambda: taker.merge(made[0]))
    indexing = milliseconds(lambda: _index(fresh))
    manifest = made[0].manifest
    sizes = (
        f"{manifest.sealed >> 20} MiB sealed, {manifest.plain >> 20} MiB image, "
        f"{path.stat().st_size >> 20} MiB database, {sum(manifest.rows.values()):,} rows"
    )
    for opened in (database, fresh):
        opened.close()
    return [
        Measure("snapshot: make, put and verify", making, copy, TARGET, note=sizes),
        Measure("snapshot: fetch and prove", reading, copy, TARGET),
        Measure("new station: until it can be used", merging, copy, TARGET, note="copy + fsync"),
        Measure("new station, against VACUUM INTO", merging, vacuum, TARGET),
        Measure("new station, VACUUM INTO, CPU", merged, vacuumed, TARGET),
        Measure("the same snapshot merged again", again, copy, TARGET),
        Measure("search index of the new station", indexing, copy, 60.0, note="from the queue"),
    ]


def _copy(source: Path, target: Path) -> None:
    with source.open("rb") as read, target.open("wb") as written:
        shutil.copyfileobj(read, written, 4 << 20)
        written.flush()
        os.fsync(written.fileno())


def _join(database: Database, dev: int) -> None:
    with database.write("system") as session:
        session.execute(
            text(
                "INSERT OR REPLACE INTO sync_self"
                "(rid, shop, root_public, station, dev, digest, token) "
                "VALUES (1, x'00', x'', x'01', :dev, x'00', x'')"
            ),
            {"dev": dev},
        )
        # A shop that grew over years has sealed all it wrote.
        session.execute(
            text(
                "INSERT OR REPLACE INTO cursors SELECT 'sync-outbox', coalesce(max(seq), 0) FROM change"
            )
        )
        if dev == _DEV:
            session.execute(
                text("INSERT INTO sync_cursor(dev, seq, digest8) VALUES (1, 1, zeroblob(8))")
            )


def _index(database: Database) -> None:
    while database.index_pending(20_000):
        pass
