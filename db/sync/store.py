"""What the engine keeps in the encrypted database: all SQL over the logs' own tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection

from db.sync.manifests import Place
from db.sync.segments import NO_SEGMENT, Sealed

SHORT: Final = 8
"""Bytes of a segment's hash that names and vectors carry."""


ASIDE_PROBLEMS: Final = {"revoked": "revoked", "right": "aside"}
"""What a person is told where ops were put aside for these reasons."""


class Me(NamedTuple):
    """The running incarnation: its number, its last sealed segment, and the token."""

    dev: int
    seq: int
    digest: bytes
    token: bytes


class Kept(NamedTuple):
    """A segment that this home sealed and still holds whole."""

    name: str
    dev: int
    seq: int


class Store:
    """The tables as one transaction sees them."""

    def __init__(self, connection: Connection) -> None:
        self._run: Final = connection.exec_driver_sql

    def me(self) -> Me:
        """Return the running incarnation; raises `LookupError` where the home has no shop."""
        row = self._run("SELECT dev, seq, digest, token FROM sync_self").first()
        if row is None:
            raise LookupError("the home has no shop")
        return Me(*row)

    def begin_incarnation(self, dev: int) -> None:
        """Go on under a new number; what is written from now on bears it."""
        self._run("UPDATE sync_self SET dev = ?, seq = 0, digest = ?", (dev, NO_SEGMENT))
        self._run("UPDATE txn_context SET station = ?", (dev,))

    def set_token(self, token: bytes) -> None:
        """Note the token that lies beside the home from now on."""
        self._run("UPDATE sync_self SET token = ?", (token,))

    # What I sealed.

    def keep(self, sealed: Sealed, dev: int, at: int) -> None:
        """Keep a sealed segment as the last of the running incarnation."""
        self._run(
            "INSERT INTO sync_sealed(dev, seq, digest, name, data, at) VALUES (?, ?, ?, ?, ?, ?)",
            (dev, sealed.seq, sealed.digest, sealed.name, sealed.data, at),
        )
        self._run("UPDATE sync_self SET seq = ?, digest = ?", (sealed.seq, sealed.digest))

    def unpublished(self) -> list[Kept]:
        """Return what no folder has yet, in order."""
        return self._kept("NOT published")

    def held(self) -> list[Kept]:
        """Return what was published and is still held, in order."""
        return self._kept("published")

    def _kept(self, condition: str) -> list[Kept]:
        found = self._run(
            "SELECT name, dev, seq FROM sync_sealed "
            f"WHERE data IS NOT NULL AND {condition} ORDER BY dev, seq"
        )
        return [Kept(*row) for row in found]

    def sealed_bytes(self, name: str) -> bytes | None:
        """Return a kept segment's bytes; None once they were collected."""
        row = self._run("SELECT data FROM sync_sealed WHERE name = ?", (name,)).first()
        return row[0] if row else None

    def mark_published(self, names: Iterable[str]) -> None:
        """Note that the folder has them."""
        for name in names:
            self._run("UPDATE sync_sealed SET published = 1 WHERE name = ?", (name,))

    def my_devs(self) -> set[int]:
        """Return the incarnations whose segments this home sealed, and the running one."""
        found = self._run("SELECT DISTINCT dev FROM sync_sealed UNION SELECT dev FROM sync_self")
        return {dev for (dev,) in found if dev}

    def my_digests(self, dev: int) -> set[tuple[int, bytes]]:
        """Return (number, short hash) of all that this home sealed under a number."""
        found = self._run("SELECT seq, substr(digest, 1, 8) FROM sync_sealed WHERE dev = ?", (dev,))
        return {(seq, digest) for seq, digest in found}

    def drop_unpublished(self, dev: int) -> list[bytes]:
        """Forget segments of an incarnation that nobody has; returns their bytes in order."""
        found = self._run(
            "SELECT data FROM sync_sealed WHERE dev = ? AND NOT published AND data IS NOT NULL "
            "ORDER BY seq",
            (dev,),
        ).all()
        self._run("DELETE FROM sync_sealed WHERE dev = ? AND NOT published", (dev,))
        return [data for (data,) in found]

    def last_published(self, dev: int) -> Place:
        """Return how far the folder was given what this home sealed under a number."""
        row = self._run(
            "SELECT dev, seq, substr(digest, 1, 8) FROM sync_sealed "
            "WHERE dev = ? AND published AND name NOT LIKE '%-%' ORDER BY seq DESC LIMIT 1",
            (dev,),
        ).first()
        return Place(*row) if row else Place(dev, 0, b"")

    # What I took.

    def seen(self, dev: int, since: int = 0) -> set[tuple[int, bytes]]:
        """Return (number, short hash) of the segments taken from a log, from a number on."""
        found = self._run(
            "SELECT seq, digest8 FROM sync_seen WHERE dev = ? AND seq >= ?", (dev, since)
        )
        return {(seq, digest) for seq, digest in found}

    def has_seen(self, place: Place) -> bool:
        """Tell whether this segment was taken."""
        found = self._run("SELECT 1 FROM sync_seen WHERE (dev, seq, digest8) = (?, ?, ?)", place)
        return found.first() is not None

    def note_seen(self, place: Place, txn: int) -> None:
        """Note that a segment was taken, and in which transaction."""
        self._run("INSERT OR IGNORE INTO sync_seen VALUES (?, ?, ?, ?)", (*place, txn))

    def highest_seen(self, dev: int) -> int:
        """Return the highest number of a log that was ever seen in use."""
        found = self._run("SELECT max(seq) FROM sync_seen WHERE dev = ?", (dev,)).scalar()
        return int(found or 0)

    def digests_at(self, dev: int, seq: int) -> set[bytes]:
        """Return the short hashes that a number of a log was seen with, mine included."""
        found = self._run(
            "SELECT digest8 FROM sync_seen WHERE dev = ? AND seq = ? UNION "
            "SELECT substr(digest, 1, 8) FROM sync_sealed "
            "WHERE dev = ? AND seq = ? AND name NOT LIKE '%-%'",
            (dev, seq, dev, seq),
        )
        return {digest for (digest,) in found}

    def cursors(self) -> dict[int, Place]:
        """Return how far every log was read."""
        found = self._run("SELECT dev, seq, digest8 FROM sync_cursor")
        return {row[0]: Place(*row) for row in found}

    def cursor(self, dev: int) -> Place:
        """Return how far a log was read."""
        row = self._run("SELECT dev, seq, digest8 FROM sync_cursor WHERE dev = ?", (dev,)).first()
        return Place(*row) if row else Place(dev, 0, b"")

    def move_cursor(self, place: Place) -> None:
        """Note how far a log was read; never back."""
        self._run(
            "INSERT INTO sync_cursor(dev, seq, digest8) VALUES (?, ?, ?) "
            "ON CONFLICT(dev) DO UPDATE SET seq = excluded.seq, digest8 = excluded.digest8 "
            "WHERE excluded.seq > seq",
            place,
        )

    def note_forks(self, places: Iterable[Place]) -> int:
        """Note branches of numbers that two segments claim; returns how many are new."""
        count = 0
        for place in places:
            count += self._run(
                "INSERT OR IGNORE INTO sync_fork VALUES (?, ?, ?)", tuple(place)
            ).rowcount
        return count

    def forks(self) -> list[Place]:
        """Return all known branches."""
        found = self._run("SELECT dev, seq, digest8 FROM sync_fork ORDER BY dev, seq, digest8")
        return [Place(*row) for row in found]

    def keep_copy(self, name: str, place: Place, data: bytes) -> None:
        """Keep another's segment as it was read."""
        self._run(
            "INSERT OR IGNORE INTO sync_copy(name, dev, seq, data) VALUES (?, ?, ?, ?)",
            (name, place.dev, place.seq, data),
        )

    def copies(self, dev: int, seq: int) -> list[tuple[str, bytes]]:
        """Return name and bytes of every segment of this number that is here, mine or not."""
        found = self._run(
            "SELECT name, data FROM sync_copy WHERE dev = ? AND seq = ? UNION ALL "
            "SELECT name, data FROM sync_sealed WHERE dev = ? AND data IS NOT NULL "
            "AND (seq = ? OR name LIKE '%-%' AND seq >= ? AND substr(name, 22, 10) <= ?)",
            # A range tells its first number in ten digits of its name; others would only be large.
            (dev, seq, dev, seq, seq, f"{seq:010d}"),
        )
        return [(name, data) for name, data in found]

    def all_copies(self) -> list[str]:
        """Return the names of all segments whose bytes are here, mine or not."""
        found = self._run(
            "SELECT name FROM sync_copy UNION "
            "SELECT name FROM sync_sealed WHERE data IS NOT NULL ORDER BY name"
        )
        return [name for (name,) in found]

    def copy_of(self, name: str) -> bytes | None:
        """Return the bytes of a segment, mine or not; None where they are not here."""
        row = self._run(
            "SELECT data FROM sync_sealed WHERE name = ? AND data IS NOT NULL UNION ALL "
            "SELECT data FROM sync_copy WHERE name = ?",
            (name, name),
        ).first()
        return row[0] if row else None

    def forget_copies(self, covered: Iterable[Place]) -> None:
        """Forget others' segments up to where verified snapshots hold their logs."""
        for place in covered:
            self._run("DELETE FROM sync_copy WHERE dev = ? AND seq <= ?", (place.dev, place.seq))

    # What others say.

    def note_head(self, dev: int, at: int, head: bytes) -> None:
        """Keep the last head that a station wrote."""
        self._run(
            "INSERT INTO sync_cursor(dev, digest8, heard_at, head) VALUES (?, x'', ?, ?) "
            "ON CONFLICT(dev) DO UPDATE SET heard_at = excluded.heard_at, head = excluded.head",
            (dev, at, head),
        )

    def heads(self) -> dict[int, tuple[int, bytes]]:
        """Return when every station was last heard, and its head."""
        found = self._run("SELECT dev, heard_at, head FROM sync_cursor WHERE head IS NOT NULL")
        return {dev: (at, head) for dev, at, head in found}

    # What is kept for later.

    def keep_later(self, dev: int, seq: int, groups: bytes) -> None:
        """Keep ops that only a newer program knows."""
        self._run("INSERT INTO sync_later(dev, seq, groups) VALUES (?, ?, ?)", (dev, seq, groups))

    def take_later(self) -> list[tuple[int, int, bytes]]:
        """Return what was kept for a newer program, and forget it."""
        found = self._run("SELECT dev, seq, groups FROM sync_later ORDER BY rid").all()
        self._run("DELETE FROM sync_later")
        return [(dev, seq, groups) for dev, seq, groups in found]

    def put_aside(self, dev: int, seq: int, groups: bytes, reason: str, at: int) -> None:
        """Keep ops that were not taken, and why."""
        self._run(
            "INSERT INTO sync_aside(dev, seq, groups, reason, at) VALUES (?, ?, ?, ?, ?)",
            (dev, seq, groups, reason, at),
        )
        if reason in ASIDE_PROBLEMS:
            self.open_problem(ASIDE_PROBLEMS[reason], f"{dev:016x}", "{}", at)

    def take_aside(self, rid: int, txn: int, at: int) -> None:
        """Note that ops put aside were taken after all, in this transaction."""
        self._run("UPDATE sync_aside SET closed_at = ?, txn = ? WHERE rid = ?", (at, txn, rid))
        dev, reason = self._run("SELECT dev, reason FROM sync_aside WHERE rid = ?", (rid,)).one()
        left = self._run(
            "SELECT 1 FROM sync_aside WHERE dev = ? AND reason = ? AND closed_at IS NULL",
            (dev, reason),
        )
        if left.first() is None and reason in ASIDE_PROBLEMS:
            self.close_problem(ASIDE_PROBLEMS[reason], f"{dev:016x}", at)

    def open_problem(self, code: str, about: str, detail: str, at: int) -> None:
        """Note a problem, or what is new of one that is open."""
        self._run(
            "INSERT INTO sync_problem(code, about, detail, at) VALUES (?, ?, ?, ?) "
            "ON CONFLICT(code, about) WHERE closed_at IS NULL "
            "DO UPDATE SET detail = excluded.detail WHERE detail <> excluded.detail",
            (code, about, detail, at),
        )

    def close_problem(self, code: str, about: str, at: int) -> None:
        """Note that a problem is over; fine where there was none."""
        self._run(
            "UPDATE sync_problem SET closed_at = ? "
            "WHERE code = ? AND about = ? AND closed_at IS NULL",
            (at, code, about),
        )

    def close_problems(self, codes: Iterable[str], at: int) -> int:
        """Note that all problems of some kinds are over; returns how many were open."""
        count = 0
        for code in codes:
            count += self._run(
                "UPDATE sync_problem SET closed_at = ? WHERE code = ? AND closed_at IS NULL",
                (at, code),
            ).rowcount
        return count

    def open_problems(self) -> list[tuple[str, str, str, int]]:
        """Return (code, about, detail, since) of all open problems, oldest first."""
        found = self._run(
            "SELECT code, about, detail, at FROM sync_problem WHERE closed_at IS NULL ORDER BY rid"
        )
        return [(code, about, detail, at) for code, about, detail, at in found]

    def count(self, what: str, *parameters: Any) -> int:
        """Return the number of rows of `FROM what`."""
        found = self._run(f"SELECT count(*) FROM {what}", parameters).scalar()
        return int(found or 0)
