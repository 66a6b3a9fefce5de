"""The safety rules, each switched off from outside: the simulation must notice that it is.

A rule is a few lines of the product; here they are replaced for the length of a history. What one
rule alone can't betray, because others stand behind it, is tested directly in `test_layers`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from typing import Any, Final, NamedTuple
from unittest import mock

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from sqlalchemy import Connection

import db.sync.collect
import db.sync.engine
import db.sync.images
import db.sync.ops
import db.sync.ranges
import db.sync.reading
import db.sync.rights
import db.sync.rows
import db.sync.segments
from db.clock import COUNTER_BITS, HybridClock
from db.registry import TABLES, Merge
from db.sync.engine import Engine
from db.sync.folder import FolderRelay
from db.sync.identity import Identity
from db.sync.keys import FrameSealer, StationPublic
from db.sync.manifests import Place
from db.sync.membership import ShopMembership
from db.sync.reading import LogReader
from db.sync.segments import Sealed, Segment, SegmentError, Writer, open_segment, segment_name
from db.sync.store import Store
from db.sync.taking import merge_safely, take_groups
from db.sync.writing import LogWriter
from db.triggers import trigger_statements
from tests.db.sync.simulation.ambience import Ambience
from tests.db.sync.simulation.disk import Disk, SimulatedDatabase
from tests.db.sync.simulation.folder import StationFiles

Patch = Callable[[], AbstractContextManager[object]]


class Mutant(NamedTuple):
    """A rule that is off, and the world (see `SETTINGS`) in which nothing else hides that."""

    patch: Patch
    setting: str = "whole"


def _nothing(*_: object, **__: object) -> None:
    """Stand for a step that is left out."""


def _none(*_: object, **__: object) -> list[Any]:
    return []


def _zero(*_: object, **__: object) -> int:
    return 0


def _true(*_: object, **__: object) -> bool:
    return True


def _patches(*changes: tuple[Any, str, Any]) -> Patch:
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


def _apply_unproved(reader: LogReader, place: Place, data: bytes) -> Segment | None:
    """Take the ops of a segment first, and prove it then."""
    member = reader._membership
    signer = member.signer(place.dev)
    with suppress(SegmentError), _UNPROVED():
        if signer is not None:
            found = open_segment(data, member.shop, place.dev, signer, member.epochs)
            with reader._database.write("sync") as session:
                groups = reader._sifted(Store(session.connection()), place, found.groups, 0)
                take_groups(session.connection(), place[:2], groups, 0, merge_safely)
    return _open(reader, place, data)


_open = LogReader._open


def _digest_of_place(dev: int, seq: int) -> bytes:
    return hashlib.sha256(f"{dev}.{seq}".encode()).digest()


def _seal_by_place(writer: Writer, *given: Any) -> Iterator[Sealed]:
    for sealed in _seal_groups(writer, *given):
        digest = _digest_of_place(writer.station, sealed.seq)
        name = segment_name(writer.station, sealed.seq, digest)
        yield sealed._replace(name=name, digest=digest)


_seal_groups = Writer.seal_groups


def _open_by_place(data: bytes, *given: Any) -> Segment:
    found = open_segment(data, *given)
    return found._replace(digest=_digest_of_place(found.header.station, found.header.seq))


def _name_by_place(dev: int, seq: int, _: bytes) -> str:
    return segment_name(dev, seq, _digest_of_place(dev, seq))


def _digest8_by_place(part: bytes) -> bytes:
    header = db.sync.segments._header(part)
    return _digest_of_place(header.station, header.seq)[:8]


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
                run(f"DROP TRIGGER IF EXISTS {name}")
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


def _as_before(identity: Identity) -> bool:
    """Start without asking whether the database is the one that was here last."""
    if identity._started:
        return False
    if identity._me().dev == 0:
        identity._writer.incarnate("first")
    identity._started = True
    return True


# --- merging


def _removal_by_its_own_time(connection: Connection, shape: Any, row: Any, notes: Any) -> bool:
    if shape.table.merge is Merge.SET:
        return False
    return bool(_settle_row(connection, shape, row, notes))


_settle_row = db.sync.ops._settle_row


_UNPROVED: Final = _patches(
    (db.sync.segments, "_verified_digest", _claimed_digest),
    (StationPublic, "verify", _nothing),
    (db.sync.segments, "FrameSealer", _KeyedSealer),
)

MUTANTS: Final[dict[str, Mutant]] = {
    # what is "saved"
    "normal_commit": Mutant(_patches((Ambience, "pragma", "synchronous = NORMAL"))),
    "wall_clock": Mutant(
        _patches(
            (HybridClock, "tick", _wall_tick), (SimulatedDatabase, "__init__", _with_wall_triggers)
        )
    ),
    # the way into the folder
    "no_fsync": Mutant(_patches((StationFiles, "syncs", False)), "written once"),
    "no_read_back": Mutant(_patches((FolderRelay, "_compare", _nothing)), "written once"),
    "no_rename": Mutant(_patches((FolderRelay, "put_new", _put_directly))),
    "no_healing": Mutant(
        _patches((LogWriter, "_put_back", _zero), (Engine, "_answer", _zero)), "on demand"
    ),
    "hash_not_in_names": Mutant(
        _patches(
            (Writer, "seal_groups", _seal_by_place),
            (db.sync.reading, "open_segment", _open_by_place),
            (db.sync.segments, "segment_name", _name_by_place),
            (db.sync.ranges, "_digest8", _digest8_by_place),
        ),
        "clones",
    ),
    # reading
    "no_checksum": Mutant(_UNPROVED, "on demand"),
    "apply_before_verify": Mutant(_patches((LogReader, "_open", _apply_unproved)), "on demand"),
    "over_gaps": Mutant(_patches((LogReader, "_read_log", _over_gaps)), "on demand"),
    "delete_by_absence": Mutant(_patches((LogReader, "_listed", _delete_by_absence))),
    "cursor_before_data": Mutant(_patches((LogReader, "_apply", _cursor_first)), "on demand"),
    "own_numbers_move": Mutant(_patches((Store, "note_seen", _own_numbers_move)), "only logs"),
    # who one is
    "no_fork_detection": Mutant(
        _patches(
            (Engine, "_look_for_myself", _zero),
            (Identity, "start", _as_before),
            (Store, "highest_seen", _zero),
            (Store, "note_forks", _zero),
        ),
        "only logs",
    ),
    "counted_incarnations": Mutant(
        _patches((ShopMembership, "new_dev", _counted_dev)), "only logs"
    ),
    "abandoned_outbox": Mutant(_patches((LogWriter, "_reopened", _none)), "only logs"),
    # snapshots
    "snapshot_with_open_outbox": Mutant(_patches((db.sync.images, "is_settled", _true)), "tidy"),
    "gc_on_one_snapshot": Mutant(_patches((db.sync.collect, "WITNESSES", 1)), "tidy"),
    # rights
    "rights_unchecked": Mutant(_patches((ShopMembership, "may_manage", _true))),
    "revocation_ignored": Mutant(
        _patches((ShopMembership, "accepts", _true), (ShopMembership, "pin", _nothing))
    ),
    # merging
    "exports_by_stamp": Mutant(_patches((db.sync.rows, "FACTS", {}), (db.sync.ops, "FACTS", {}))),
    "removals_by_stamp": Mutant(
        _patches((db.sync.ops, "_settle_row", _removal_by_its_own_time)), "tags"
    ),
}
