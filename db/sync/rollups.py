"""Roll-ups: a station puts its own small segments of an hour into one file (SYNC §4.4).

Else fifty busy stations make a hundred thousand files a day. The single files stay for a day, for
readers that are under way; the range file is proved to lie there before they go.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from sqlalchemy import text

from db.database import Database
from db.sync.membership import Membership
from db.sync.ranges import Range, make_range, parse_range
from db.sync.relay import NotThere, Relay
from db.sync.store import Store
from db.sync.surroundings import Surroundings

HOUR_MS: Final = 60 * 60_000
EVERY_MS: Final = HOUR_MS
PARTS_STAY_MS: Final = 24 * HOUR_MS
SMALL: Final = 64 << 10
"""Bytes up to which a segment is worth to be put together with others."""
RANGE_BYTES: Final = 4 << 20


class _Small(NamedTuple):
    seq: int
    size: int
    at: int


class RollUps:
    """Rolls up the logs of one home; used by one thread at a time."""

    def __init__(
        self,
        database: Database,
        relay: Relay,
        membership: Membership,
        surroundings: Surroundings,
    ) -> None:
        self._database, self._relay = database, relay
        self._membership, self._around = membership, surroundings
        self._looked_at: int | None = None

    def step(self, *, at_once: bool = False) -> int:
        """Roll up hours that are over and delete parts whose day is; looks once an hour only.

        Returns how many range files it made. Raises `RelayError`.
        """
        now = self._around.now_ms()
        if self._looked_at is not None and not at_once and 0 <= now - self._looked_at < EVERY_MS:
            return 0
        self._looked_at = now
        with self._database.read() as session:
            devs = sorted(Store(session.connection()).my_devs())
        count = 0
        for dev in devs:
            ranges = self._ranges(dev)
            for run in self._runs(dev, [found for found, _ in ranges], now):
                self._roll_up(dev, run, now)
                count += 1
            for found, at in ranges:
                if now - at >= PARTS_STAY_MS:
                    self._drop_parts(found)
        return count

    def _ranges(self, dev: int) -> list[tuple[Range, int]]:
        """The ranges of a log that were made, and when."""
        with self._database.read() as session:
            rows = session.execute(
                text("SELECT name, at FROM sync_sealed WHERE dev = :dev AND name LIKE '%-%'"),
                {"dev": dev},
            ).all()
        return [(found, row.at) for row in rows if (found := parse_range(row.name))]

    def _runs(self, dev: int, ranges: Sequence[Range], now: int) -> Iterator[list[_Small]]:
        """Neighbouring small segments of one hour that is over, in no range yet."""
        with self._database.read() as session:
            rows = session.execute(
                text(
                    "SELECT seq, length(data) AS size, at FROM sync_sealed WHERE dev = :dev "
                    "AND data IS NOT NULL AND published AND name NOT LIKE '%-%' "
                    "AND length(data) <= :small ORDER BY seq"
                ),
                {"dev": dev, "small": SMALL},
            ).all()
        small = [_Small(*row) for row in rows if not _is_in(ranges, row.seq)]
        of_hour = groupby(small, key=lambda part: part.at // HOUR_MS)
        for hour, parts in of_hour:
            if hour < now // HOUR_MS:
                yield from (run for run in _neighbours(parts) if len(run) > 1)

    def _roll_up(self, dev: int, run: Sequence[_Small], now: int) -> None:
        first, last = run[0].seq, run[-1].seq
        with self._database.read() as session:
            parts = session.scalars(
                text(
                    "SELECT data FROM sync_sealed WHERE dev = :dev "
                    "AND seq BETWEEN :first AND :last AND name NOT LIKE '%-%' ORDER BY seq"
                ),
                {"dev": dev, "first": first, "last": last},
            ).all()
        member = self._membership
        name, data, digest = make_range(member.shop, dev, first, parts, member.keys)
        # The folder first: what is noted here as mine has always been published.
        self._relay.put_new(name, data)
        with self._database.write("system") as session:
            session.execute(
                text(
                    "INSERT OR IGNORE INTO sync_sealed(dev, seq, digest, name, data, at, published)"
                    " VALUES (:dev, :seq, :digest, :name, :data, :at, 1)"
                ),
                {
                    "dev": dev,
                    "seq": last,
                    "digest": digest,
                    "name": name,
                    "data": data,
                    "at": now,
                },
            )

    def _drop_parts(self, found: Range) -> None:
        """Delete the single files, here and there, once the range lies there whole."""
        values = {"dev": found.dev, "first": found.first, "last": found.last}
        with self._database.read() as session:
            rows = session.execute(
                text(
                    "SELECT name, data, seq FROM sync_sealed WHERE dev = :dev "
                    "AND seq BETWEEN :first AND :last AND data IS NOT NULL"
                ),
                values,
            ).all()
        whole = [row for row in rows if parse_range(row.name) == found]
        parts = [row.name for row in rows if parse_range(row.name) is None]
        if not whole or not parts or not self._lies_there(whole[0].name, whole[0].data):
            return
        for name in parts:
            self._relay.delete(name)
        with self._database.write("system") as session:
            session.execute(
                text(
                    "UPDATE sync_sealed SET data = NULL WHERE dev = :dev "
                    "AND seq BETWEEN :first AND :last AND name NOT LIKE '%-%'"
                ),
                values,
            )

    def _lies_there(self, name: str, data: bytes) -> bool:
        try:
            return self._relay.get(name) == data
        except NotThere:
            return False


def _is_in(ranges: Sequence[Range], seq: int) -> bool:
    return any(found.first <= seq <= found.last for found in ranges)


def _neighbours(parts: Iterator[_Small]) -> Iterator[list[_Small]]:
    """Split at missing numbers, and where a file would grow too large."""
    run, size = list[_Small](), 0
    for part in parts:
        if run and (part.seq != run[-1].seq + 1 or size + part.size > RANGE_BYTES):
            yield run
            run, size = [], 0
        run.append(part)
        size += part.size
    if run:
        yield run
