"""An attachment is in the folder once, sealed, and comes back whole or not at all."""

import hashlib
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text, update

from db.models import Attachment
from db.sync import blobs as module
from db.sync.blobs import CANDIDATE_MS, SWEEP_EVERY_MS, BlobDamaged, BlobKeeper, BlobLocked, Blobs
from db.sync.keys import EpochKey, StationKeys
from db.sync.relay import MemoryRelay, NotThere, RelayError, RelayFull, is_name
from db.sync.surroundings import Surroundings
from tests.db.sync.parties import EPOCH, Circle, Members, Party
from tests.db.sync.test_collect import Clock, make

KEY = bytes(range(100, 132))
GOLDEN = Path(__file__).parents[2] / "data" / "sync" / "blob-1.kdb"
TEXT = "身份证号 410000199001011234".encode()
SHA = "0b4a64d9e9d0ab40b5f4a2a9f5f2a1d4" * 2


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def circle() -> Circle:
    return Circle(keys={11: StationKeys.generate()})


@pytest.fixture
def blobs(relay: MemoryRelay, circle: Circle) -> Blobs:
    return Blobs(relay, Members(circle, 11), KEY)


@settings(max_examples=20, deadline=None)
@given(st.binary(max_size=300))
def test_a_content_comes_back_as_it_was(data: bytes) -> None:
    blobs = Blobs(MemoryRelay(), Members(Circle(), 11), KEY)
    blobs.publish(data)
    assert blobs.fetch(sha(data)) == data


def test_large_ones_go_in_chunks(blobs: Blobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CHUNK_BYTES", 1000)
    for size in (999, 1000, 1001, 5000):
        data = random.Random(size).randbytes(size)
        blobs.publish(data)
        assert blobs.fetch(sha(data)) == data


def test_the_same_content_lies_there_once_and_says_nothing(
    blobs: Blobs, relay: MemoryRelay, circle: Circle
) -> None:
    other = Blobs(relay, Members(circle, 11), KEY)
    assert blobs.publish(TEXT) == other.publish(TEXT)
    (name,) = relay.list("")
    assert is_name(name)
    assert sha(TEXT)[:16] not in name
    assert b"410000" not in relay.get(name)
    outsider = Blobs(relay, Members(circle, 11), bytes(32))
    assert outsider.name_of(sha(TEXT)) != name


def test_every_cut_and_changed_byte_is_refused(
    blobs: Blobs, relay: MemoryRelay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CHUNK_BYTES", 20)
    name = blobs.publish(TEXT)
    data = relay.get(name)
    damaged = [data[:length] for length in range(len(data))]
    for place in range(len(data)):
        changed = bytearray(data)
        changed[place] ^= 1 << place % 8
        damaged.append(bytes(changed))
    for wrong in (*damaged, data + b"\0", b""):
        relay.delete(name)
        relay.put_new(name, wrong)
        with pytest.raises((BlobDamaged, BlobLocked)):
            blobs.fetch(sha(TEXT))


def test_a_damaged_one_is_replaced_and_a_good_one_of_another_epoch_left(
    blobs: Blobs, relay: MemoryRelay, circle: Circle, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = blobs.publish(TEXT)
    good = relay.get(name)
    relay.delete(name)
    relay.put_new(name, good[:-20] + bytes(20))
    blobs.publish(TEXT)
    assert relay.get(name) == good
    circle.epochs[2] = EpochKey(2, bytes(32))
    monkeypatch.setattr(Members, "current", circle.epochs[2])
    blobs.publish(TEXT)
    assert relay.get(name) == good
    circle.epochs.pop(1)
    with pytest.raises(BlobLocked):
        blobs.fetch(sha(TEXT))
    circle.epochs[1] = EPOCH


def test_a_missing_one_is_named_as_such(blobs: Blobs) -> None:
    with pytest.raises(NotThere):
        blobs.fetch(SHA)


class Desk:
    """A station that keeps attachments in a dictionary."""

    def __init__(self, folder: Path, relay: MemoryRelay) -> None:
        self.clock, self.circle = Clock(), Circle()
        around = Surroundings(now_ms=self.clock.now)
        self.party = Party(folder / "a.db", 11, self.circle, relay, around)
        self.blobs = Blobs(relay, self.party.members, KEY)
        self.local: dict[str, bytes] = {}
        self.keeper = BlobKeeper(self.party.db, self.blobs, around, self.local.get)

    def add(self, data: bytes) -> None:
        self.local[sha(data)] = data
        with self.party.db.write() as session:
            session.add(
                Attachment(
                    sha256=sha(data), name="a", media_type="text/plain", size=1, created_at=1
                )
            )


@pytest.fixture
def desk(tmp_path: Path, relay: MemoryRelay) -> Iterator[Desk]:
    desk = Desk(tmp_path, relay)
    yield desk
    desk.party.db.close()


def test_what_was_added_here_is_published_once(desk: Desk, relay: MemoryRelay) -> None:
    desk.add(b"one")
    desk.add(b"two")
    assert desk.keeper.publish() == 2
    assert desk.keeper.publish() == 0
    assert len(desk.blobs.listed()) == 2
    desk.local.clear()
    desk.add(b"three")
    del desk.local[sha(b"three")]  # another station's, say
    assert desk.keeper.publish() == 0
    assert not desk.keeper.publish_again(sha(b"one"))


def test_a_damaged_and_a_missing_one_are_named_and_put_back(desk: Desk, relay: MemoryRelay) -> None:
    for data in (b"one", b"two", b"three"):
        desk.add(data)
    desk.keeper.publish()
    damaged, missing, good = sorted(desk.blobs.listed())
    whole = {name: relay.get(name) for name in (damaged, missing, good)}
    relay.delete(missing)
    relay.delete(damaged)
    relay.put_new(damaged, whole[damaged][:-1] + b"x")
    found = {proof.name: proof.reason for proof in desk.keeper.prove()}
    assert found == {damaged: "damaged", missing: "missing", good: ""}
    assert desk.keeper.mend(damaged)
    assert desk.keeper.mend(missing)
    assert {name: relay.get(name) for name in whole} == whole
    assert not any(proof.reason for proof in desk.keeper.prove())
    desk.local.clear()
    assert not desk.keeper.mend(good)


@pytest.mark.parametrize("error", [RelayError, RelayFull])
def test_what_could_not_be_published_is_tried_again(
    desk: Desk, relay: MemoryRelay, monkeypatch: pytest.MonkeyPatch, error: type[RelayError]
) -> None:
    desk.add(b"one")
    desk.add(b"two")

    def put_new(name: str, data: bytes) -> None:
        if desk.blobs.listed():
            raise error
        MemoryRelay.put_new(relay, name, data)

    with monkeypatch.context() as patch:
        patch.setattr(relay, "put_new", put_new)
        if error is RelayFull:
            assert desk.keeper.publish() == 1
        else:
            with pytest.raises(RelayError):
                desk.keeper.publish()
    assert desk.keeper.publish() == 1
    assert desk.blobs.fetch(sha(b"two")) == b"two"


def test_what_nobody_refers_to_leaves_after_a_month(desk: Desk) -> None:
    desk.add(b"one")
    desk.add(b"two")
    desk.keeper.publish()
    with desk.party.db.write() as session:
        session.execute(update(Attachment).where(Attachment.rid == 1).values(deleted=True))
    snapshots = desk.party.snapshots
    assert desk.keeper.sweep(snapshots) == 0
    for _ in range(2):
        make(desk.party)
    desk.clock.passed = SWEEP_EVERY_MS
    assert desk.keeper.sweep(snapshots) == 0  # from now on it is a candidate
    desk.clock.passed += CANDIDATE_MS - 1000
    assert desk.keeper.sweep(snapshots) == 0
    desk.clock.passed += SWEEP_EVERY_MS
    assert desk.keeper.sweep(snapshots) == 1
    assert desk.blobs.listed() == [desk.blobs.name_of(sha(b"two"))]


def test_what_is_referred_to_again_starts_anew(desk: Desk) -> None:
    desk.add(b"one")
    desk.keeper.publish()
    for deleted in (True, False, True):
        with desk.party.db.write() as session:
            session.execute(update(Attachment).values(deleted=deleted))
        for _ in range(2):
            make(desk.party)
        desk.clock.passed += CANDIDATE_MS - 1000
        assert desk.keeper.sweep(desk.party.snapshots) == 0


def test_who_does_not_know_all_sweeps_nothing(desk: Desk) -> None:
    desk.blobs.publish(b"stray")
    for _ in range(2):
        make(desk.party)
    desk.clock.passed += SWEEP_EVERY_MS
    desk.keeper.sweep(desk.party.snapshots)
    with desk.party.db.write("system") as session:
        session.execute(text("DELETE FROM sync_merged"))
        session.execute(text("INSERT INTO sync_cursor(dev, seq, digest8) VALUES (33, 5, x'')"))
    desk.circle.keys[33] = StationKeys.generate()
    with desk.party.db.write("system") as session:
        session.execute(text("UPDATE sync_cursor SET digest8 = x'0011223344556677'"))
    for _ in range(2):
        make(desk.party)
    with desk.party.db.write("system") as session:
        session.execute(text("UPDATE sync_cursor SET seq = 1"))
    desk.clock.passed += CANDIDATE_MS + SWEEP_EVERY_MS
    assert desk.keeper.sweep(desk.party.snapshots) == 0
    assert len(desk.blobs.listed()) == 1


def test_a_blob_of_format_one_is_read_for_ever(blobs: Blobs, relay: MemoryRelay) -> None:
    """Written once by the first version; this file never changes."""
    relay.put_new(blobs.name_of(sha(TEXT)), GOLDEN.read_bytes())
    assert blobs.fetch(sha(TEXT)) == TEXT
