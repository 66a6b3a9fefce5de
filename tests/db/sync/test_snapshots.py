"""A snapshot in the folder counts when it is whole, of a member who may make one, and only then."""

import contextlib
import errno
import hashlib
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text, update

from db.clock import now_ms
from db.ids import natural_id, new_id
from db.models import Customer, CustomerTag, Message
from db.sync import snapshots
from db.sync.folder import FolderRelay, create_folder
from db.sync.heads import Head
from db.sync.keys import EpochKey, StationKeys
from db.sync.manifests import (
    Manifest,
    Opened,
    Place,
    SnapshotDamaged,
    SnapshotError,
    SnapshotForeign,
    SnapshotLocked,
    SnapshotNewer,
    SnapshotRefused,
    SnapshotWaits,
    open_manifest,
    parse_name,
)
from db.sync.membership import Pin
from db.sync.relay import MemoryRelay, NotThere, Relay, RelayError, is_name
from db.sync.store import Store
from tests.db.sync.parties import EPOCH, SHOP, Circle, Party
from tests.db.sync.stations import dump
from tests.db.sync.test_folder import FaultyFiles

MARKER = b'{"format":1,"shop":"00"}'
GOLDEN = Path(__file__).parents[2] / "data" / "sync"


@pytest.fixture
def circle() -> Circle:
    return Circle()


@pytest.fixture
def pair(tmp_path: Path, circle: Circle, relay: MemoryRelay) -> Iterator[tuple[Party, Party]]:
    parties = (
        Party(tmp_path / "a.db", 11, circle, relay),
        Party(tmp_path / "b.db", 22, circle, relay),
    )
    yield parties
    for party in parties:
        party.db.close()


def meet(party: Party, nick: str = "小明") -> None:
    with party.db.write() as session:
        session.add(Customer(id=natural_id("c", nick), nick=nick, created_at=1))


def rename(party: Party, name: str) -> None:
    with party.db.write() as session:
        session.execute(update(Customer).values(name=name))


def make(party: Party) -> Opened:
    return party.snapshots.make(party.seal)


def faults(party: Party) -> list[type[SnapshotError]]:
    assert party.snapshots.usable() == []
    return [type(fault) for fault in party.snapshots.faults.values()]


def test_a_new_station_begins_with_the_newest_and_goes_on_with_the_logs(
    pair: tuple[Party, Party],
) -> None:
    a, b = pair
    meet(a)
    made = make(a)
    rename(a, "王明")
    a.seal()
    assert b.snapshots.merge_needed() is not None
    assert b.snapshots.merge(made).inserted == 2  # the customer and the audit entry
    assert b.vector() == {11: 1}
    assert b.snapshots.merge_needed(gap=True) is None
    assert b.read() == 1
    assert dump(a.db) == dump(b.db)
    with b.db.read() as session:
        assert session.scalar(text("SELECT name FROM customers")) == "王明"


def test_the_vector_tells_exactly_what_is_in_it(pair: tuple[Party, Party]) -> None:
    a, b = pair
    meet(a)
    a.seal()
    b.read()
    rename(b, "王明")
    made = make(b)
    names = [parse_name_of(name) for name in b.relay.list("ops/")]
    assert made.manifest.vector == sorted(names)
    assert made.manifest.stamp > 0
    with b.db.read() as session:
        assert session.scalar(text("SELECT name FROM sync_merged")) == made.name


def parse_name_of(name: str) -> Place:
    station, numbers = name.split("/")[1:]
    seq, digest, _ = numbers.split(".")
    return Place(int(station, 16), int(seq), bytes.fromhex(digest))


def test_a_gap_in_the_logs_is_filled(pair: tuple[Party, Party], relay: MemoryRelay) -> None:
    a, b = pair
    for number in range(4):
        meet(a, str(number))
        a.seal()
    for name in relay.list("ops/")[1:3]:
        relay.delete(name)
    assert b.read() == 1
    make(a)
    assert b.snapshots.merge_needed() is None  # a log may only be slow
    assert [merged.inserted for merged in b.snapshots.heal(gap=True)] == [6]
    assert b.vector() == {11: 4}
    assert dump(a.db) == dump(b.db)


def test_what_the_logs_do_not_bring_for_a_minute_counts_as_a_gap(
    pair: tuple[Party, Party], monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = pair
    meet(a)
    a.seal()
    b.read()
    for name in list(a.relay.list("ops/")):
        a.relay.delete(name)
    rename(a, "王明")
    make(a)
    for name in a.relay.list("ops/"):
        a.relay.delete(name)
    assert b.snapshots.merge_needed() is None
    monkeypatch.setattr(snapshots, "PATIENCE_MS", 0)
    assert len(b.snapshots.heal()) == 1
    assert b.snapshots.heal() == []
    assert dump(a.db) == dump(b.db)


def test_merging_does_not_move_ones_own_numbers(pair: tuple[Party, Party]) -> None:
    a, b = pair
    meet(a)
    a.seal()
    b.read()
    made = make(b)
    with a.db.write("system") as session:  # as a machine that was put back to an old state
        session.execute(text("DELETE FROM sync_sealed"))
        session.execute(text("UPDATE sync_self SET seq = 0"))
    a.snapshots.merge(made)
    assert a.vector() == {}
    assert a.snapshots.ahead(made.manifest.vector) is False
    with a.db.read() as session:
        assert session.scalar(text("SELECT count(*) FROM sync_seen WHERE dev = 11")) == 1


def test_two_branches_of_one_log_are_remembered_as_a_fork(pair: tuple[Party, Party]) -> None:
    a, b = pair
    meet(a)
    a.seal()
    b.read()
    with b.db.write("system") as session:
        session.execute(text("UPDATE sync_seen SET digest8 = x'0000000000000000'"))
    made = make(a)
    assert b.snapshots.ahead(made.manifest.vector)
    assert len(b.snapshots.heal(gap=True)) == 1
    with b.db.read() as session:
        digests = set(session.scalars(text("SELECT digest8 FROM sync_fork")))
    assert digests == {bytes(8), made.manifest.vector[0].digest8}
    assert b.snapshots.merge_needed() is None
    make(a)
    assert b.snapshots.merge_needed() is not None  # whatever its vector tells
    assert set(make(b).manifest.forks) == {Place(11, 1, digest) for digest in digests}


def test_segments_that_still_lie_in_the_folder_need_no_second_reading(
    pair: tuple[Party, Party],
) -> None:
    a, b = pair
    for number in range(3):
        meet(a, str(number))
        a.seal()
    gone, *left = a.relay.list("ops/")
    a.relay.delete(gone)
    b.snapshots.merge(make(a))
    with b.db.read() as session:
        seen = session.execute(text("SELECT dev, seq, digest8 FROM sync_seen ORDER BY seq")).all()
    assert [tuple(row) for row in seen] == [parse_name_of(name) for name in left]


def test_only_a_manager_s_counts(pair: tuple[Party, Party], circle: Circle) -> None:
    a, b = pair
    meet(a)
    make(a)
    circle.managers.remove(11)
    assert faults(b) == []
    assert b.snapshots.usable() == []
    assert b.snapshots.merge_needed(gap=True) is None
    circle.managers.add(11)
    assert len(b.snapshots.usable()) == 1


def test_one_of_a_maker_that_was_revoked_does_not_count(
    pair: tuple[Party, Party], circle: Circle
) -> None:
    a, b = pair
    meet(a)
    place = make(a).manifest.vector[0]
    circle.pins[11] = Pin(place.seq, frozenset({place.digest8}))
    assert faults(b) == [SnapshotForeign]


def test_one_that_goes_beyond_a_revocation_is_refused(
    tmp_path: Path, pair: tuple[Party, Party], circle: Circle, relay: MemoryRelay
) -> None:
    third = Party(tmp_path / "c.db", 33, circle, relay, manages=False)
    for nick in "xy":
        meet(third, nick)
        third.seal()
    a, b = pair
    a.read()
    made = make(a)
    end = made.manifest.place_of(33)
    assert end.seq == 2
    assert len(b.snapshots.usable()) == 1
    circle.pins[33] = Pin(1, frozenset({bytes(8)}))
    assert faults(b) == [SnapshotRefused]
    circle.pins[33] = Pin(2, frozenset({bytes(8)}))
    assert faults(b) == [SnapshotRefused]
    circle.pins[33] = Pin(2, frozenset({end.digest8}))
    assert len(b.snapshots.usable()) == 1
    # One that is made once the revocation is known ends where the log of that station ends.
    first = parse_name_of(relay.list(f"ops/{33:016x}/")[0])
    circle.pins[33] = Pin(1, frozenset({first.digest8}))
    assert make(a).manifest.place_of(33) == first
    third.db.close()


def test_what_nobody_vouches_for_waits(pair: tuple[Party, Party], circle: Circle) -> None:
    a, b = pair
    meet(b)
    b.seal()
    a.read()
    make(a)
    for dev in (11, 22):
        keys = circle.keys.pop(dev)
        assert faults(a) == [SnapshotWaits]
        circle.keys[dev] = keys
    assert len(a.snapshots.usable()) == 1


def test_without_the_key_it_is_locked(pair: tuple[Party, Party], circle: Circle) -> None:
    a, b = pair
    make(a)
    circle.epochs = {2: EpochKey(2, bytes(32))}
    assert faults(b) == [SnapshotLocked]


def opened_from(made: Opened, data: bytes, keys: StationKeys) -> Opened:
    return open_manifest(made.name, data, SHOP, keys.public, {1: EPOCH})


def renamed(made: Opened, data: bytes) -> str:
    return f"{made.header.folder}/m.{hashlib.sha256(data[:-96]).hexdigest()[:16]}.kdm"


def test_every_cut_and_changed_byte_of_a_manifest_is_refused(
    pair: tuple[Party, Party], circle: Circle
) -> None:
    a, _ = pair
    meet(a)
    made, keys = make(a), circle.keys[11]
    data = a.relay.get(made.name)
    assert opened_from(made, data, keys).manifest == made.manifest
    for length in range(len(data)):
        with pytest.raises(SnapshotDamaged):
            opened_from(made, data[:length], keys)
    for place in range(len(data)):
        changed = bytearray(data)
        changed[place] ^= 1 << place % 8
        with pytest.raises(SnapshotError):
            opened_from(made, bytes(changed), keys)
        # The inner layers stand on their own: hash, name and signature fit here.
        body = bytes(changed[:-96])
        digest = hashlib.sha256(body).digest()
        whole = body + digest + keys.sign(digest)
        if place < len(body):
            with pytest.raises(SnapshotError):
                open_manifest(renamed(made, whole), whole, SHOP, keys.public, {1: EPOCH})


def test_a_manifest_for_newer_readers_only_is_named_as_such(
    pair: tuple[Party, Party], circle: Circle
) -> None:
    made, keys = make(pair[0]), circle.keys[11]
    body = bytearray(pair[0].relay.get(made.name)[:-96])
    body[7] += 1
    digest = hashlib.sha256(body).digest()
    data = bytes(body) + digest + keys.sign(digest)
    with pytest.raises(SnapshotNewer):
        open_manifest(renamed(made, data), data, SHOP, keys.public, {1: EPOCH})


def test_another_shop_s_signer_s_or_folder_s_manifest_is_refused(
    pair: tuple[Party, Party], circle: Circle
) -> None:
    made, keys = make(pair[0]), circle.keys[11]
    data = pair[0].relay.get(made.name)
    other = made.name.replace("/m.", "0/m.", 1)
    for name, shop, signer in (
        (made.name, b"another!", keys),
        (made.name, SHOP, StationKeys.generate()),
        (made.name.replace(f"{11:016x}", f"{22:016x}"), SHOP, keys),
        (other, SHOP, keys),
    ):
        with pytest.raises(SnapshotForeign):
            open_manifest(name, data, shop, signer.public, {1: EPOCH})


def replaced(relay: Relay, name: str, data: bytes) -> None:
    relay.delete(name)
    relay.put_new(name, data)


def test_every_kind_of_damage_to_a_chunk_is_found(pair: tuple[Party, Party]) -> None:
    a, b = pair
    meet(a)
    made = make(a)
    (name,) = made.chunk_names()
    data, dice = a.relay.get(name), random.Random(7)
    before = dump(b.db)
    damaged = [data[: dice.randrange(len(data))] for _ in range(6)]
    for place in dice.sample(range(len(data)), 12):
        flipped = bytearray(data)
        flipped[place] ^= 1 << dice.randrange(8)
        damaged.append(bytes(flipped))
    for wrong in (*damaged, data + b"\0", b""):
        replaced(a.relay, name, wrong)
        with pytest.raises(SnapshotDamaged):
            b.snapshots.verify(made)
        with pytest.raises(SnapshotDamaged):
            b.snapshots.merge(made)
    assert dump(b.db) == before
    assert b.snapshots.merge_needed(gap=True) is None  # looked at again later
    replaced(a.relay, name, data)
    b.snapshots.verify(made)
    b.snapshots.merge(made)
    assert dump(a.db) == dump(b.db)


def test_a_missing_chunk_is_waited_for(pair: tuple[Party, Party], relay: MemoryRelay) -> None:
    a, b = pair
    meet(a)
    made = make(a)
    (name,) = made.chunk_names()
    data = relay.get(name)
    relay.delete(name)
    with pytest.raises(NotThere):
        b.snapshots.verify(made)
    assert b.snapshots.heal(gap=True) == []
    relay.put_new(name, data)
    b.snapshots._retry_at.clear()
    assert len(b.snapshots.heal(gap=True)) == 1
    assert dump(a.db) == dump(b.db)


def test_chunks_of_one_snapshot_can_not_change_places(
    pair: tuple[Party, Party], monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = pair
    monkeypatch.setattr(snapshots, "_PAGES", 4)
    monkeypatch.setattr("db.sync.manifests.CHUNK_BYTES", 4 << 16)
    with a.db.write() as session:
        session.add_all(
            Message(conversation_id=new_id(), author="agent", text="x" * 700, at=n)
            for n in range(800)
        )
    made = make(a)
    manifest = made.manifest
    assert len(manifest.chunks) > 2
    first, second = made.chunk_names()[:2]
    data = a.relay.get(first), a.relay.get(second)
    with pytest.raises(SnapshotDamaged):
        made.sealer.open_chunk(1, manifest.chunks[0], data[0], last=False)
    with pytest.raises(SnapshotDamaged):
        made.sealer.open_chunk(0, manifest.chunks[0], data[0], last=True)
    b.snapshots._workers = 3
    b.snapshots.merge(made)
    assert dump(a.db) == dump(b.db)


def test_nothing_readable_is_in_the_folder(pair: tuple[Party, Party], relay: MemoryRelay) -> None:
    meet(pair[0], "13800001234")
    made = make(pair[0])
    for name in relay.list("snap/"):
        assert is_name(name)
        assert b"13800001234" not in relay.get(name)
        parsed = parse_name(name)
        assert parsed is not None
        assert (parsed.folder, parsed.dev) == (made.header.folder, 11)


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC])
def test_a_crash_in_any_file_call_leaves_no_snapshot_or_a_whole_one(
    tmp_path: Path, circle: Circle, number: int
) -> None:
    create_folder(tmp_path / "share", MARKER)
    reader = FolderRelay(tmp_path / "share", MARKER)
    b = Party(tmp_path / "b.db", 22, circle, reader)
    a = Party(tmp_path / "a.db", 11, circle, reader)
    meet(a)
    call, made = 0, 0
    while made == 0:
        call += 1
        files = FaultyFiles(number, frozenset({call}))
        a.snapshots._relay = FolderRelay(tmp_path / "share", MARKER, files, sleep=lambda s: None)
        with contextlib.suppress(RelayError):
            make(a)
        made = call if files.count < call else 0
        for opened in b.snapshots.usable():
            b.snapshots.verify(opened)
        assert b.snapshots.faults == {}
    assert call > 10
    assert len(b.snapshots.heal(gap=True)) == 1
    assert dump(a.db) == dump(b.db)
    a.db.close()
    b.db.close()


def test_a_snapshot_of_format_one_is_read_for_ever(tmp_path: Path) -> None:
    """Written once by the first version; these files never change."""
    circle, relay = Circle(keys={}), MemoryRelay()
    b = Party(tmp_path / "b.db", 22, circle, relay)
    circle.keys[11] = StationKeys(bytes(range(64)))
    circle.managers.add(11)
    for file in sorted((GOLDEN / "snapshot-1").iterdir()):
        folder, name = file.name.split("_")
        relay.put_new(f"snap/{folder}/{name}", file.read_bytes())
    (opened,) = b.snapshots.usable()
    assert opened.manifest.vector == [Place(11, 1, bytes.fromhex("0011223344556677"))]
    b.snapshots.merge(opened)
    with b.db.read() as session:
        row = session.execute(text("SELECT nick, phone, _st, _dv, _fc FROM customers")).one()
    assert tuple(row) == ("小明", "13800001234", 5 << 40, 11, '{"6":[6597069766656,22]}')


def test_two_at_once_are_harmless(pair: tuple[Party, Party]) -> None:
    a, b = pair
    meet(a, "x")
    meet(b, "y")
    for party in pair:
        make(party)
    for party in (a, b, a):
        party.snapshots.heal(gap=True)
    assert dump(a.db) == dump(b.db)


def test_the_manifest_is_small() -> None:
    made = Manifest(2, 0, 0, [Place(1, 2, bytes(8))], [], [], {}, {})
    assert made.place_of(1) == Place(1, 2, bytes(8))
    assert made.place_of(2).seq == 0
    assert (made.plain, made.sealed) == (0, 0)


def hear(party: Party, other: Party, seq: int, at: int | None = None) -> None:
    """Let a station hear how far another one has read its log."""
    vector = [Place(party.dev, seq, bytes(8))] if seq else []
    head = Head(vector=vector, at=now_ms() if at is None else at).pack()
    with party.db.write("system") as session:
        Store(session.connection()).note_head(other.dev, 1, head)


def test_old_tombstones_leave_once_every_member_has_taken_them(
    pair: tuple[Party, Party], monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = pair
    meet(a, "stays")
    meet(a, "leaves")
    with a.db.write() as session:
        session.execute(update(Customer).where(Customer.nick == "leaves").values(deleted=True))
    a.seal()
    names = {party.members.station: "" for party in pair}
    monkeypatch.setattr(type(a.members), "names", lambda members: names)

    def rows() -> int:
        return make(a).manifest.rows[2]

    monkeypatch.setattr(snapshots, "TOMBSTONES_STAY_MS", -1000)
    assert rows() == 2  # nobody knows how far b is
    hear(a, b, 0)
    assert rows() == 2
    hear(a, b, 1, at=now_ms() - 60_000)
    assert rows() == 2  # by b's clock it is not so long ago
    hear(a, b, 1)
    assert rows() == 1
    monkeypatch.setattr(snapshots, "TOMBSTONES_STAY_MS", 180 * 86_400_000)
    assert rows() == 2
    monkeypatch.setattr(snapshots, "TOMBSTONES_STAY_MS", -1000)
    names[b"third".ljust(16)] = "silent"
    assert rows() == 2
    with a.db.read() as session:
        assert session.scalar(text("SELECT count(*) FROM customers")) == 2


def test_what_is_brought_back_is_whole_also_for_who_began_without_its_tombstone(
    pair: tuple[Party, Party], monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = pair
    meet(a)
    tagged = CustomerTag(customer_id=natural_id("c", "小明"), tag_id=new_id(), at=1, reason="first")
    with a.db.write() as session:
        session.add(tagged)
    for table in (Customer, CustomerTag):
        with a.db.write() as session:
            session.execute(update(table).values(deleted=True))
    a.seal()
    monkeypatch.setattr(snapshots, "TOMBSTONES_STAY_MS", -1000)
    made = make(a)
    b.snapshots.merge(made)
    assert dump(b.db)["customers"] == {}
    for table in (Customer, CustomerTag):
        with a.db.write() as session:
            session.execute(update(table).values(deleted=False))
    a.seal()
    assert b.read() == 1
    assert dump(a.db) == dump(b.db)
    with b.db.read() as session:
        assert session.scalar(text("SELECT nick FROM customers WHERE NOT _del")) == "小明"
        assert session.scalar(text("SELECT reason FROM customer_tags WHERE NOT _del")) == "first"
