"""Which station a database is: the one that was here last, a copy put back, or a clone of one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from db.database import Database
from db.sync.hearsay import branches, claims
from db.sync.membership import Membership
from db.sync.relay import NotThere, Relay
from db.sync.segments import is_signed, parse_name
from db.sync.store import Me, Store
from db.sync.surroundings import Surroundings
from db.sync.writing import LogWriter

DOUBT_EVERY_MS: Final = 10 * 60_000
"""A station takes another number on a mere hint at most so often."""
TOKEN: Final = "station.token"  # noqa: S105 - a file's name
_TOKEN_BYTES: Final = 16


class TokenFile:
    """The continuity token beside the home: a database put back from a backup has another."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> bytes | None:
        """Return the token; None where there is none."""
        try:
            return self._path.read_bytes()
        except FileNotFoundError:
            return None

    def write(self, token: bytes) -> None:
        """Keep another token; torn writing only costs a new incarnation."""
        self._path.write_bytes(token)


class Identity:
    """Sees that no two databases ever write under one number."""

    def __init__(
        self,
        database: Database,
        relay: Relay,
        membership: Membership,
        around: Surroundings,
        token: TokenFile,
        writer: LogWriter,
    ) -> None:
        self._database, self._relay, self._membership = database, relay, membership
        self._around, self._token, self._writer = around, token, writer
        self._started = False
        self._doubted_at: int | None = None

    def start(self) -> bool:
        """Find out whether the database is the one that was here last; True once."""
        if self._started:
            return False
        me = self._me()
        if me.dev == 0:
            self._writer.incarnate("first")
        elif self._token.read() != me.token:
            self._writer.incarnate("restored", put_back=True)
        token = self._around.random(_TOKEN_BYTES)
        # First the file: a crash in between is taken for a restored backup, which does no harm.
        self._token.write(token)
        with self._database.write("system") as session:
            Store(session.connection()).set_token(token)
        self._started = True
        return True

    def names_there(self) -> list[str]:
        """Return what lies in the folder under this station's number. Raises `RelayError`."""
        return self._relay.list(f"ops/{self._me().dev:016x}/")

    def doubt(self, names: Sequence[str]) -> bool:
        """Where the folder knows more of me than I do, I am a copy: take another number.

        `names` were there before; heads may tell of numbers or branches of mine as well.
        """
        with self._database.read() as session:
            store = Store(session.connection())
            me, mine = store.me(), store.my_digests(store.me().dev)
            claimed = claims(store, self._membership).get(me.dev, 0) > me.seq
            claimed = claimed or bool(branches(store, self._membership, me.dev))
        strange = [
            n for n in names if (p := parse_name(n)) and p[0] == me.dev and p[1:] not in mine
        ]
        if not (strange or claimed):
            return False
        if not any(map(self._signed_by_me, strange)) and not self._may_doubt():
            return False
        self._writer.incarnate("seen in use", put_back=True)
        return True

    def _me(self) -> Me:
        with self._database.read() as session:
            return Store(session.connection()).me()

    def _signed_by_me(self, name: str) -> bool:
        try:
            return is_signed(name, self._relay.get(name), self._membership.keys.public)
        except NotThere:
            return False

    def _may_doubt(self) -> bool:
        """Anybody can put a file under my number, or tell of one: it must not cost one each time.

        What bears my own signature is no stranger's, and is not asked about here.
        """
        now = self._around.now_ms()
        if self._doubted_at is not None and abs(now - self._doubted_at) < DOUBT_EVERY_MS:
            return False
        self._doubted_at = now
        return True
