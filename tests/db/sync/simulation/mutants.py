"""The safety rules, each switched off from outside: the simulation must notice that it is.

A rule is a few lines of the product; here they are replaced for the length of a history. What one
rule alone can't betray, because others stand behind it, is tested directly in `test_layers`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any, Final
from unittest import mock

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from sqlalchemy import Connection

import db.sync.engine
import db.sync.images
import db.sync.ops
import db.sync.reading
import db.sync.rights
import db.sync.rows
import db.sync.segments
from db.clock import COUNTER_BITS, HybridClock
from db.registry import TABLES, Merge
from db.sync.engine import Engine
from db.sync.folder import FolderRelay
from db.sync.keys import FrameSealer, StationPublic
from db.sync.manifests import Place
from db.sync.membership import ShopMembership
from db.sync.reading import LogReader
from db.sync.store import Store
from db.sync.writing import LogWriter
from db.triggers import trigger_statements
from tests.db.sync.simulation.ambience import Ambience
from tests.db.sync.simulation.disk import Disk, SimulatedDatabase
from tests.db.sync.simulation.folder import StationFiles

Mutant = Callable[[], AbstractContextManager[object]]


def _nothing(*_: object, **__: object) -> None:
    """Stand for a step that is left out."""


def _zero(*_: object, **__: object) -> int:
    return 0


def _true(*_: object, **__: object) -> bool:
    return True


def _patches(*changes: tuple[Any, str, Any]) -> Mutant:
    @contextmanager
    def patched() -> Iterator[None]:
        with ExitStack() as stack:
            for target, name, value in changes:
                stack.enter_context(mock.patch.object(target, name, value))
            yield

    return patched


# --- the way into the folder


def _put_directly(relay: FolderRelay, name: str, data: bytes) -> None:
    path = relay._path(name)
    relay._check_marker()
    if not relay._has(path, data):
        relay._call(lambda: relay._files.make_directory(path.parent))
        relay._call(lambda: relay._files.write_new(path, data))


# --- proofs


def _open_unproved(sealer: FrameSealer, index: int, data: bytes, *, last: bool) -> bytes:
    """AES-GCM without its tag is counter mode that begins at 2."""
    nonce = int(last).to_bytes(4, "big") + index.to_bytes(8, "big")
    key: bytes = sealer._simulated_key  # type: ignore[attr-defined]
    counter = modes.CTR(nonce + (2).to_bytes(4, "big"))
    return Cipher(algorithms.AES(key), counter).decryptor().update(data[:-16])


def _claimed_digest(data: bytes) -> bytes:
    if len(data) < db.sync.segments._HEADER.size + db.sync.segments._TRAILER.size:
        raise db.sync.segments.SegmentDamaged("too short")
    return data[-96:-64]


class _KeyedSealer(FrameSealer):
    """Remembers its key for `_open_unproved`."""

    def __init__(self, epoch: Any, salt: bytes, purpose: bytes, header: bytes) -> None:
        super().__init__(epoch, salt, purpose, header)
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        self._simulated_key = HKDF(SHA256(), 32, salt, purpose).derive(epoch.secret)

    open = _open_unproved


# --- time


def _wall_tick(clock: HybridClock, above: int = 0) -> int:
    return clock._wall() << COUNTER_BITS


def _with_wall_triggers(database: SimulatedDatabase, disk: Disk) -> None:
    _open_database(database, disk)
    with database.write("system") as session:
        run = session.connection().exec_driver_sql
        for table in TABLES:
            for statement in trigger_statements(table):
                name = statement.split()[2]
                run(f"DROP TRIGGER {name}")
                run(_without_bump(statement))


_open_database = SimulatedDatabase.__init__


def _without_bump(statement: str) -> str:
    stamp = "(SELECT stamp FROM txn_context)"
    before, *rest = statement.split(f"max({stamp}, ")
    return before + "".join(stamp + part.split(" + 1)", 1)[1] for part in rest)


# --- reading


def _over_gaps(reader: LogReader, dev: int, listed: Sequence[Any]) -> int:
    with reader._database.write("system") as session:
        store = Store(session.connection())
        end, me = store.cursor(dev).seq, store.me().dev
        ahead = [file.first for file in listed if file.first > end]
        if ahead and dev != me and min(ahead) > end + 1:
            store.move_cursor(Place(dev, min(ahead) - 1, b"skipped!"))
    return _read_log(reader, dev, listed)


_read_log = LogReader._read_log


def _delete_by_absence(reader: LogReader, devs: set[int] | None) -> dict[int, Any]:
    logs = _listed(reader, devs)
    with reader._database.write("sync") as session:
        connection = session.connection()
        for dev in Store(connection).cursors():
            if devs is None and dev not in logs:
                connection.exec_driver_sql("UPDATE messages SET _del = 1 WHERE _dv = ?", (dev,))
    return logs


_listed = LogReader._listed


def _cursor_first(reader: LogReader, place: Place, name: str, data: bytes, segment: Any, *,
                  own: bool) -> None:  # fmt: skip
    with reader._database.write("system") as session:
        Store(session.connection()).move_cursor(place)
    _apply(reader, place, name, data, segment, own=own)


_apply = LogReader._apply


def _cursor_in_mine(store: Store, place: Place) -> None:
    """Reading one's own directory moves one's own number."""
    _note_seen(store, place, 0)


_note_seen = Store.note_seen


def _own_numbers_move(store: Store, place: Place, txn: int) -> None:
    _note_seen(store, place, txn)
    me = store.me()
    if place.dev == me.dev and place.seq > me.seq:
        store._run("UPDATE sync_self SET seq = ?", (place.seq,))


# --- who one is


def _counted_dev(membership: ShopMembership, random: Callable[[int], bytes]) -> int:
    """Numbers that follow from how many there are: two restores draw the same."""
    count = sum(owner == membership.station for owner in membership.judgement.devs.values())
    nonce = hashlib.sha256(membership.station + bytes([count])).digest()[:16]
    return _new_dev(membership, lambda _: nonce)


_new_dev = ShopMembership.new_dev


def _as_before(engine: Engine) -> None:
    """Start without asking whether the database is the one that was here last."""
    with engine._database.read() as session:
        me = Store(session.connection()).me()
    if me.dev == 0:
        engine.incarnate("first")


# --- merging


def _removal_by_its_own_time(connection: Connection, shape: Any, row: Any, notes: Any) -> bool:
    if shape.table.merge is Merge.SET:
        return False
    return bool(_settle_row(connection, shape, row, notes))


_settle_row = db.sync.ops._settle_row


MUTANTS: Final[dict[str, Mutant]] = {
    # what is "saved"
    "normal_commit": _patches((Ambience, "pragma", "synchronous = NORMAL")),
    "wall_clock": _patches(
        (HybridClock, "tick", _wall_tick), (SimulatedDatabase, "__init__", _with_wall_triggers)
    ),
    # the way into the folder
    "no_fsync": _patches((StationFiles, "syncs", False)),
    "no_read_back": _patches((FolderRelay, "_compare", _nothing)),
    "no_rename": _patches((FolderRelay, "put_new", _put_directly)),
    "no_checksum": _patches(
        (db.sync.segments, "_verified_digest", _claimed_digest),
        (StationPublic, "verify", _nothing),
        (db.sync.segments, "FrameSealer", _KeyedSealer),
    ),
    "no_healing": _patches((LogWriter, "_put_back", _zero), (Engine, "_answer", _zero)),
    # reading
    "over_gaps": _patches((LogReader, "_read_log", _over_gaps)),
    "delete_by_absence": _patches((LogReader, "_listed", _delete_by_absence)),
    "cursor_before_data": _patches((LogReader, "_apply", _cursor_first)),
    "own_numbers_move": _patches((Store, "note_seen", _own_numbers_move)),
    # who one is
    "no_fork_detection": _patches(
        (Engine, "_look_for_myself", _zero),
        (Engine, "start", _as_before),
        (Store, "highest_seen", _zero),
        (Store, "note_forks", _zero),
    ),
    "counted_incarnations": _patches((ShopMembership, "new_dev", _counted_dev)),
    "abandoned_outbox": _patches((LogWriter, "_reopened", lambda *_: [])),
    # rights
    "rights_unchecked": _patches((ShopMembership, "may_manage", _true)),
    "revocation_ignored": _patches(
        (ShopMembership, "accepts", _true), (ShopMembership, "pin", _nothing)
    ),
    # merging
    "exports_by_stamp": _patches((db.sync.rows, "FACTS", {}), (db.sync.ops, "FACTS", {})),
    "removals_by_stamp": _patches((db.sync.ops, "_settle_row", _removal_by_its_own_time)),
}
