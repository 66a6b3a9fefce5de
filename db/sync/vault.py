"""What membership keeps in the encrypted database: this station, its secrets, its records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text

from db.database import Database
from db.sync.far import far_places

NO_DIGEST: Final = bytes(32)


@dataclass(frozen=True, slots=True)
class Self:
    """Which station of which shop this home is; `joined_at` is 0 while it waits for approval."""

    shop: bytes
    root_public: bytes
    station: bytes
    name: str
    folder: str
    joined_at: int


class Vault:
    """Reads and writes the local tables of membership; each call is a transaction of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find_myself(self) -> Self | None:
        """Return which station this is; None where the home has no shop."""
        with self._database.read() as session:
            row = session.execute(
                text("SELECT shop, root_public, station, name, folder, joined_at FROM sync_self")
            ).first()
        return None if row is None else Self(*row)

    def myself(self) -> Self:
        """Return which station this is; raises `LookupError` where the home has no shop."""
        found = self.find_myself()
        if found is None:
            raise LookupError("the home has no shop")
        return found

    def become(self, me: Self, secrets: Mapping[str, bytes], records: Mapping[str, bytes]) -> None:
        """Make the home this station, with its secrets and first records, in one transaction."""
        with self._database.write("system") as session:
            session.execute(text("DELETE FROM sync_self WHERE joined_at = 0"))
            session.execute(
                text(
                    "INSERT INTO sync_self"
                    "(rid, shop, root_public, station, name, folder, joined_at, digest, token) "
                    "VALUES (1, :shop, :root, :station, :name, :folder, :joined, :digest, :token)"
                ),
                {
                    "shop": me.shop,
                    "root": me.root_public,
                    "station": me.station,
                    "name": me.name,
                    "folder": me.folder,
                    "joined": me.joined_at,
                    "digest": NO_DIGEST,
                    "token": b"",
                },
            )
            for name, secret in secrets.items():
                session.execute(_KEEP, {"name": name, "secret": secret})
            for name, data in records.items():
                session.execute(_RECORD, {"name": name, "data": data})

    def withdraw(self) -> None:
        """Forget a shop that this station only asked to join."""
        with self._database.write("system") as session:
            waiting = session.scalar(text("SELECT 1 FROM sync_self WHERE joined_at = 0"))
            for table in ("sync_self", "sync_secret", "sync_record") if waiting else ():
                session.execute(text(f"DELETE FROM {table}"))

    def find(self, name: str) -> bytes | None:
        """Return a secret; None where there is none."""
        with self._database.read() as session:
            found: bytes | None = session.scalar(
                text("SELECT secret FROM sync_secret WHERE name = :name"), {"name": name}
            )
        return found

    def secret(self, name: str) -> bytes:
        """Return a secret; raises `LookupError` where there is none."""
        found = self.find(name)
        if found is None:
            raise LookupError(name)
        return found

    def roots(self) -> list[bytes]:
        """Return the secrets of all root keys held, the one in force among them or not."""
        with self._database.read() as session:
            found = session.scalars(
                text("SELECT secret FROM sync_secret WHERE name = 'root' OR name LIKE 'root-%'")
            )
            return list(found)

    def end(self, dev: int) -> tuple[int, bytes]:
        """Return the last number of a log that was read, or sealed here, and its hash's start."""
        with self._database.read() as session:
            own = session.execute(
                text("SELECT seq, substr(digest, 1, 8) FROM sync_self WHERE dev = :dev"),
                {"dev": dev},
            ).first()
            read = session.execute(
                text("SELECT seq, digest8 FROM sync_cursor WHERE dev = :dev"), {"dev": dev}
            ).first()
        found = own or read
        return (0, b"") if found is None else (found[0], found[1])

    def branches(self, dev: int) -> list[tuple[int, bytes]]:
        """Return (number, hash's start) of every branch of a log."""
        with self._database.read() as session:
            found = session.execute(
                text("SELECT seq, digest8 FROM sync_fork WHERE dev = :dev"), {"dev": dev}
            )
            return [(seq, digest) for seq, digest in found]

    def run(self, dev: int, most: int) -> list[tuple[int, bytes]]:
        """Return (number, hash's start) of a log's last segments that were read without a gap."""
        last, digest8 = self.end(dev)
        return self._run(dev, last, digest8, most)

    def run_before(self, dev: int, seq: int, most: int) -> list[tuple[int, bytes]]:
        """Return the same of those before a number."""
        with self._database.read() as session:
            last = session.execute(
                text(
                    "SELECT seq, digest8 FROM sync_seen WHERE dev = :dev AND seq BETWEEN 1 AND :seq "
                    "ORDER BY seq DESC LIMIT 1"
                ),
                {"dev": dev, "seq": seq - 1},
            ).first()
        return [] if last is None else self._run(dev, last[0], last[1], most)

    def far_from(self, dev: int) -> int | None:
        """Return the first number of a log that brought clocks of no honest time; None: none did."""
        with self._database.read() as session:
            places = far_places(session.connection())
        return min((seq for other, seq in places if other == dev), default=None)

    def _run(self, dev: int, last: int, digest8: bytes, most: int) -> list[tuple[int, bytes]]:
        with self._database.read() as session:
            found = session.execute(
                text(
                    "SELECT seq, digest8 FROM sync_seen WHERE dev = :dev AND seq BETWEEN :first "
                    "AND :last ORDER BY seq DESC"
                ),
                {"dev": dev, "first": max(1, last - most), "last": last},
            ).all()
        run = {(last, digest8)} if last else set()
        reached = last
        for seq, digest in found:
            if seq < reached - 1:
                break
            reached = seq
            run.add((seq, digest))
        return sorted(run)

    def keep(self, name: str, secret: bytes) -> None:
        """Keep a secret, in place of an earlier one of this name."""
        with self._database.write("system") as session:
            session.execute(_KEEP, {"name": name, "secret": secret})

    def forget(self, name: str) -> None:
        """Forget a secret."""
        with self._database.write("system") as session:
            session.execute(text("DELETE FROM sync_secret WHERE name = :name"), {"name": name})

    def records(self) -> dict[str, bytes]:
        """Return all kept records by name."""
        with self._database.read() as session:
            found = session.execute(text("SELECT name, data FROM sync_record ORDER BY rowid"))
            return {row.name: row.data for row in found}

    def keep_records(self, records: Mapping[str, bytes]) -> None:
        """Keep records that verified."""
        with self._database.write("system") as session:
            session.execute(
                _RECORD, [{"name": name, "data": data} for name, data in records.items()]
            )


_KEEP: Final = text(
    "INSERT INTO sync_secret(name, secret) VALUES (:name, :secret) "
    "ON CONFLICT(name) DO UPDATE SET secret = excluded.secret"
)
_RECORD: Final = text("INSERT OR IGNORE INTO sync_record(name, data) VALUES (:name, :data)")
