"""Looks into stations and folder while a history goes on: rules that the end would not betray.

Later copies heal nearly all that a broken rule does; here it is seen when it is done.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, Final
from unittest import mock

from sqlalchemy import text

import db.sync.images
from db.clock import COUNTER_BITS
from db.registry import TABLES
from db.sync.collect import Collector
from db.sync.images import Gone, Image, _where_kept
from db.sync.manifests import Opened
from db.sync.noted import ORIGIN
from db.sync.ops import OUTBOX
from db.triggers import PURGED

if TYPE_CHECKING:
    from tests.db.sync.simulation.machine import Machine

_OPEN: Final = (
    "SELECT count(*) FROM shop.change AS c JOIN shop.txn AS t ON t.rid = c.txn "
    "WHERE c.seq > coalesce((SELECT seq FROM shop.cursors WHERE name = ?), 0) "
    "AND t.origin <> ? AND c.kind <> ?"
)
_OWN_END: Final = (
    "SELECT s.dev, s.seq, coalesce((SELECT max(seq) FROM sync_sealed AS k "
    "WHERE k.dev = s.dev AND k.name NOT LIKE '%-%'), 0) FROM sync_self AS s"
)
_UNNAMED_FORKS: Final = (
    "SELECT dev, seq FROM (SELECT dev, seq, digest8 FROM sync_seen WHERE seq > 0 UNION "
    "SELECT dev, seq, substr(digest, 1, 8) FROM sync_sealed WHERE name NOT LIKE '%-%') "
    "WHERE dev NOT IN (SELECT dev FROM sync_fork) GROUP BY dev, seq HAVING count(*) > 1"
)
_UNREAD: Final = (
    "SELECT dev, seq FROM sync_cursor AS c WHERE seq > (SELECT count(DISTINCT seq) FROM sync_seen "
    "WHERE dev = c.dev AND seq BETWEEN 1 AND c.seq) + (SELECT count(*) FROM sync_problem "
    "WHERE code = 'lost' AND about LIKE printf('%016x/%%', c.dev)) "
    "AND dev NOT IN (SELECT dev FROM sync_sealed) AND NOT EXISTS (SELECT 1 FROM sync_merged)"
)
"""Logs read further than segments were taken or given up by a person."""
_BEGINNING: Final = 1_760_000_000_000 << COUNTER_BITS
"""No tombstone of any history is older."""
_WITNESSES: Final = 2
"""Snapshots that must hold what is deleted, as SYNC §4.6 has it."""


class Watch:
    """Collects what was done against a rule, in words."""

    def __init__(self) -> None:
        self.broken: list[str] = []
        self.cloned: set[int] = set()
        """Incarnations that a machine went on with after it was put back unnoticed."""
        self.left_out: set[tuple[str, bytes]] = set()
        """Rows whose tombstone some snapshot was made without."""
        self._digests: dict[tuple[int, int], bytes] = {}

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Look on for the length of a history."""
        find, delete, copy = Collector._witnesses, Collector._delete, db.sync.images._copy
        witnesses = list[Opened]()

        def watched_find(collector: Collector, *given: Any) -> list[Opened]:
            witnesses[:] = find(collector, *given)
            return list(witnesses)

        def watched_delete(collector: Collector, dev: int, known: Any, end: int) -> int:
            self._check_witnesses(witnesses, dev, end)
            return delete(collector, dev, known, end)

        def watched_copy(raw: Any, *rest: Any) -> Image:
            (count,) = raw.execute(_OPEN, (OUTBOX, ORIGIN, PURGED)).fetchone()
            if count:
                self.broken.append(f"a snapshot of {count} changes that no segment holds")
            self._note_left_out(raw, rest[-1])
            return copy(raw, *rest)

        with ExitStack() as stack:
            stack.enter_context(mock.patch.object(Collector, "_witnesses", watched_find))
            stack.enter_context(mock.patch.object(Collector, "_delete", watched_delete))
            stack.enter_context(mock.patch.object(db.sync.images, "_copy", watched_copy))
            yield

    def _note_left_out(self, raw: Any, gone: Gone) -> None:
        """Who begins with the snapshot rightly has no tombstone that left it (SYNC §4.6)."""
        if gone.before <= _BEGINNING:
            return
        for table in TABLES:
            kept = _where_kept(gone).replace("WHERE NOT", "WHERE")
            found = raw.execute(f"SELECT id FROM shop.{table.name} {kept}") if kept else ()
            self.left_out |= {(table.name, row) for (row,) in found}

    def _check_witnesses(self, witnesses: Iterable[Opened], dev: int, end: int) -> None:
        held = {o.name for o in witnesses if o.manifest.place_of(dev).seq >= end}
        if end and len(held) < _WITNESSES:
            self.broken.append(f"{dev:016x} deleted up to {end}, held by {len(held)} snapshots")

    def note_sealed(self, sealed: Iterable[tuple[int, int, bytes]]) -> None:
        """Learn of segments: one number, one segment, unless a machine was put back unnoticed."""
        for dev, seq, digest in sealed:
            if self._digests.setdefault((dev, seq), digest) != digest and dev not in self.cloned:
                self.broken.append(f"two segments {dev:016x}/{seq} though nobody was cloned")

    def look_into(self, machine: Machine) -> None:
        """Check that a station's own numbers are those it sealed, and that it read to its cursors."""
        with machine.data.read() as session:
            for dev, seq, last in session.execute(text(_OWN_END)):
                if seq != last:
                    self.broken.append(f"{machine} says it wrote {dev:016x}/{seq}, not {last}")
            for dev, seq in session.execute(text(_UNREAD)).all():
                self.broken.append(f"{machine} has not read {dev:016x} up to its cursor, {seq}")

    def faults(self, members: Iterable[Machine]) -> Iterator[str]:
        """Return all that was done against a rule, and forks that a station has and does not name."""
        yield from dict.fromkeys(self.broken)
        for machine in members:
            with machine.data.read() as session:
                for dev, seq in session.execute(text(_UNNAMED_FORKS)).all():
                    yield f"{machine} names no fork at {dev:016x}/{seq}"
