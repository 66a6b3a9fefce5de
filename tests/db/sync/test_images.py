"""Merging an image is the same as applying the ops it stands for, in any order and repetition."""

import random
import sqlite3
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from db.changes import Changes
from db.database import Database
from db.ids import new_id
from db.models import Conversation, Customer, Message, SyncLater
from db.search import search_ids
from db.sync import bootstrap
from db.sync.images import OutboxOpen, build_image
from db.sync.manifests import SnapshotDamaged, SnapshotNewer
from db.sync.mergers import merge_image
from db.sync.scratch import Scratch, scratch_file
from tests.db.sync.parties import image_of, merge_from, nobody
from tests.db.sync.stations import KEY, Dump, apply, dump, open_station, take
from tests.db.sync.test_convergence import Shop


class Gallery(Shop):
    """Stations that write apart and hear of each other by ops or by images, as it comes."""

    def step(self) -> None:
        if self.rng.random() < 0.12:
            source, target = self.rng.sample(range(len(self.stations)), 2)
            self.show(source, self.stations[target])
            self.note_heard(source, target)
        else:
            super().step()

    def show(self, source: int, target: Database) -> None:
        def seal() -> None:
            self.sent[source] += take(self.stations[source])

        with image_of(self.stations[source], seal) as (scratch, opened):
            merge_image(target, scratch, opened, 0)

    def note_heard(self, source: int, target: int) -> None:
        self.sent[source] += take(self.stations[source])
        heard = [*self.read[source]]
        heard[source] = len(self.sent[source])
        self.read[target] = [max(pair) for pair in zip(self.read[target], heard, strict=True)]


@pytest.mark.parametrize("seed", range(10))
def test_a_snapshot_and_the_rest_of_the_logs_are_the_whole_logs(tmp_path: Path, seed: int) -> None:
    shop = Gallery(tmp_path, seed)
    for _ in range(30):
        shop.step()
    late, source = open_station(tmp_path / "late.db", 9), shop.rng.randrange(3)
    shop.show(source, late)
    heard = [*shop.read[source]]
    heard[source] = len(shop.sent[source])
    for _ in range(20):
        shop.step()
    shop.settle()
    for ops, start in zip(shop.sent, heard, strict=True):
        apply(late, ops[start:])
    expected = dump(shop.stations[0])
    assert sum(map(len, expected.values())) > 5
    for station in (*shop.stations[1:], late):
        assert dump(station) == expected
    assert all(take(station) == [] for station in (*shop.stations, late))
    late.close()
    shop.close()


def apart(directory: Path, seed: int) -> Shop:
    """Stations that have much in common and each something of its own."""
    shop = Shop(directory, seed)
    for _ in range(45):
        shop.step()
    for station, sent in zip(shop.stations, shop.sent, strict=True):
        sent.extend(take(station))
    return shop


def joined(directory: Path, *sources: Database) -> Database:
    directory.mkdir(exist_ok=True)
    path = directory / f"{len(list(directory.iterdir()))}-joined.db"
    station = open_station(path, 50)
    for source in sources:
        merge_from(source, station)
    return station


@pytest.mark.parametrize("seed", range(4))
def test_images_merge_in_any_order_grouping_and_repetition(tmp_path: Path, seed: int) -> None:
    shop = apart(tmp_path, seed)
    a, b, c = shop.stations
    folder = tmp_path / "joined"
    found: list[Dump] = []
    made: list[Database] = []

    def look(station: Database) -> Database:
        made.append(station)
        found.append(dump(station))
        return station

    for order in permutations((a, b, c)):
        look(joined(folder, *order))
    look(joined(folder, a, a, b, a, c, c, b))
    left = joined(folder, a, b)
    right = joined(folder, b, c)
    look(joined(folder, left, c))
    look(joined(folder, a, right))
    late = open_station(tmp_path / "late.db", 51)
    for ops in shop.sent:
        apply(late, ops)
    look(late)
    assert all(dumped == found[0] for dumped in found)
    for station in (*made, left, right):
        station.close()
    shop.close()


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Database, Database]]:
    stations = open_station(tmp_path / "a.db", 11), open_station(tmp_path / "b.db", 22)
    yield stations
    for station in stations:
        station.close()


def say(database: Database, words: str, conversation: bytes = b"v" * 16) -> None:
    with database.write() as session:
        session.add(Message(conversation_id=conversation, author="customer", text=words, at=1))


def test_screens_and_search_hear_of_it_and_nothing_is_sent_back(
    pair: tuple[Database, Database],
) -> None:
    a, b = pair
    say(a, "什么时候发货")
    heard: list[Changes] = []
    b.subscribe(heard.append)
    assert merge_from(a, b).inserted == 1
    assert merge_from(a, b).inserted == 0
    assert [(c.origin, c.tables) for c in heard] == [("sync", frozenset({"messages"}))]
    with b.read() as session:
        assert search_ids(session, "messages", "发货") == [1]
    assert take(b) == []


def test_the_maker_s_next_edit_and_ones_own_go_on_above_it(
    pair: tuple[Database, Database],
) -> None:
    a, b = pair
    a._clock._wall = lambda: 4_000_000_000_000 - 7_000_000  # within a day: it is believed
    b._clock._wall = lambda: 4_000_000_000_000 - 80_000_000
    with a.write() as session:
        session.add(Customer(nick="小明", created_at=1))
    merge_from(a, b)
    with b.write() as session:
        session.execute(update(Customer).values(name="王明"))
    apply(a, take(b))
    assert dump(a) == dump(b)
    with a.read() as session:
        assert session.scalars(select(Customer.name)).one() == "王明"


def test_rows_keep_the_order_in_which_they_came(pair: tuple[Database, Database]) -> None:
    a, b = pair
    ids = [bytes([n]) * 16 for n in (9, 3, 7, 1)]
    for row_id in ids:
        with a.write() as session:
            session.add(Message(id=row_id, conversation_id=new_id(), author="agent", at=1))
    merge_from(a, b)
    with b.read() as session:
        assert session.scalars(text("SELECT id FROM messages ORDER BY rid")).all() == ids


def test_local_columns_follow_what_was_merged(pair: tuple[Database, Database]) -> None:
    a, b = pair
    with a.write() as session:
        session.add(
            Conversation(id=b"v" * 16, channel="webchat", customer_id=new_id(), opened_at=1)
        )
    say(a, "hello", b"v" * 16)
    merge_from(a, b)
    with b.read() as session:
        found = session.scalars(select(Conversation)).one()
        assert (found.last_text, found.unread) == ("hello", 1)


def _beside(database: Database) -> list[tuple[str, str]]:
    with database.read() as session:
        found = session.execute(text("SELECT name, sql FROM sqlite_master ORDER BY type, name"))
        return [(row.name, row.sql) for row in found]


def test_a_new_station_ends_with_all_indexes_triggers_and_local_columns(
    pair: tuple[Database, Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = pair
    monkeypatch.setattr(bootstrap, "MANY", 1)
    before = _beside(b)
    with a.write() as session:
        conversation = Conversation(channel="webchat", customer_id=new_id(), opened_at=1)
        conversation.last_text, conversation.unread = "什么时候发货", 3
        session.add(conversation)
        session.add(Customer(nick="小明", created_at=1))
    say(a, "什么时候发货")
    heard: list[Changes] = []
    b.subscribe(heard.append)
    merge_from(a, b)
    assert _beside(b) == before
    assert dump(a) == dump(b)
    assert heard[0].tables == {"conversations", "messages", "customers", "audit"}
    with b.read() as session:
        assert search_ids(session, "messages", "发货") == [1]
        found = session.scalars(select(Conversation)).one()
        assert (found.last_text, found.unread) == ("什么时候发货", 3)
    assert take(b) == []
    with b.write() as session:
        session.execute(update(Customer).values(name="王明"))
    apply(a, take(b))
    assert dump(a) == dump(b)


def test_a_first_merge_that_breaks_off_leaves_everything_as_it_was(
    pair: tuple[Database, Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = pair
    monkeypatch.setattr(bootstrap, "MANY", 1)
    say(a, "hello")
    before = _beside(b), dump(b)
    with image_of(a) as (scratch, opened):
        raw = scratch.open()
        raw.execute("UPDATE t8 SET f2 = NULL")
        raw.close()
        with pytest.raises(SnapshotDamaged):
            merge_image(b, scratch, opened, 0)
    assert (_beside(b), dump(b)) == before


def test_an_error_leaves_nothing_behind(pair: tuple[Database, Database]) -> None:
    a, b = pair
    say(a, "hello")
    before = dump(b)
    with image_of(a) as (scratch, opened):
        raw = scratch.open()
        raw.execute("UPDATE t8 SET f2 = NULL")
        raw.close()
        with pytest.raises(SnapshotDamaged):
            merge_image(b, scratch, opened, 0)
    assert dump(b) == before
    say(b, "goes on")
    assert len(take(b)) == 1


def test_an_image_with_other_rows_than_its_manifest_tells_is_refused(
    pair: tuple[Database, Database],
) -> None:
    a, b = pair
    say(a, "hello")
    with image_of(a) as (scratch, opened):
        raw = scratch.open()
        raw.execute("DELETE FROM t8")
        raw.close()
        with pytest.raises(SnapshotDamaged):
            merge_image(b, scratch, opened, 0)


def test_what_is_no_database_is_refused(pair: tuple[Database, Database]) -> None:
    a, b = pair
    with image_of(a) as (scratch, opened):
        for noise in (bytes(1 << 16), b"x" * (1 << 17)):
            scratch.path.write_bytes(noise)
            with pytest.raises(SnapshotDamaged):
                merge_image(b, scratch, opened, 0)


def test_an_image_of_a_newer_program_is_left_to_it(pair: tuple[Database, Database]) -> None:
    a, b = pair
    with image_of(a) as (scratch, opened):
        for number, fields in ((99, [0, 1]), (8, [0, 1, 99])):
            opened.manifest.fields[number] = fields
            with pytest.raises(SnapshotNewer):
                merge_image(b, scratch, opened, 0)
            del opened.manifest.fields[number]


def test_a_field_that_the_maker_did_not_know_keeps_what_was_written_here(
    pair: tuple[Database, Database],
) -> None:
    a, b = pair
    with a.write() as session:
        session.add(Customer(nick="小明", created_at=1))
        session.add(Customer(nick="new", created_at=1))
    apply(b, take(a)[:1])
    with b.write() as session:
        session.execute(update(Customer).values(email="x@example.com"))
    number = 8  # email, as if it had come with this program
    with image_of(a) as (scratch, opened):
        raw = scratch.open()
        raw.execute(f"ALTER TABLE t2 DROP COLUMN f{number}")
        raw.close()
        opened.manifest.fields[2].remove(number)
        merge_image(b, scratch, opened, 0)
    with b.read() as session:
        found = session.execute(select(Customer.nick, Customer.email)).all()
    assert {row.nick: row.email for row in found} == {"小明": "x@example.com", "new": ""}
    rows = dump(b)["customers"].values()
    assert [0 for row in rows if row.registers[number].clock == (0, 0)] == [0]


def test_ops_kept_for_later_or_set_aside_come_with_it(pair: tuple[Database, Database]) -> None:
    a, b = pair
    with a.write("system") as session:
        session.add(SyncLater(dev=11, seq=3, groups=b"later"))
        session.execute(
            text(
                "INSERT INTO sync_aside(dev, seq, groups, reason, at) VALUES (11, 4, x'61', 'r', 1)"
            )
        )
    for expected in ((1, 1), (0, 0)):
        merged = merge_from(a, b)
        assert (merged.later, merged.aside) == expected
    with b.read() as session:
        assert session.scalar(text("SELECT groups FROM sync_later")) == b"later"
        assert session.scalar(text("SELECT reason FROM sync_aside")) == "r"


def test_nothing_of_the_station_itself_is_in_it(pair: tuple[Database, Database]) -> None:
    a, _ = pair
    with a.write("system") as session:
        session.execute(text("INSERT INTO sync_secret VALUES ('station', x'736563726574')"))
        session.execute(text("INSERT INTO local_settings VALUES ('k', '\"private\"')"))
    with image_of(a) as (scratch, _opened):
        pages = scratch.read(0, scratch.pages)
    assert b"secret" not in pages
    assert b"private" not in pages


def test_the_image_is_a_plain_sqlite_file_but_never_lies_so_on_the_disk(
    pair: tuple[Database, Database], tmp_path: Path
) -> None:
    a, _ = pair
    say(a, "13800001234")
    with image_of(a) as (scratch, _opened):
        assert scratch.path.stat().st_mode & 0o077 == 0
        assert scratch.path.parent.stat().st_mode & 0o077 == 0
        assert b"13800001234" not in scratch.path.read_bytes()
        pages = scratch.read(0, scratch.pages)
        left = scratch.path.parent
    assert not left.exists()
    (tmp_path / "plain").write_bytes(pages)
    plain = sqlite3.connect(tmp_path / "plain")
    assert plain.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert plain.execute("SELECT f5 FROM t8").fetchall() == [("13800001234",)]
    plain.close()


def test_pages_go_through_another_scratch_file_unchanged(
    pair: tuple[Database, Database], tmp_path: Path
) -> None:
    say(pair[0], "hello")
    with image_of(pair[0]) as (scratch, _opened), scratch_file(tmp_path / "other.db") as other:
        pages = scratch.read(0, scratch.pages)
        for number in random.sample(range(scratch.pages), scratch.pages):
            other.write(number, scratch.read(number, 1))
        assert other.read(0, other.pages) == pages
        assert _texts(other) == [("hello",)]


def _texts(scratch: Scratch) -> list[tuple[str]]:
    raw = scratch.open()
    found: list[tuple[str]] = raw.execute("SELECT f5 FROM t8").fetchall()
    raw.close()
    return found


def test_changes_that_are_not_sealed_keep_an_image_from_being_made(
    pair: tuple[Database, Database], tmp_path: Path
) -> None:
    a, _ = pair
    say(a, "hello")
    with scratch_file(a.path) as scratch, pytest.raises(OutboxOpen):
        build_image(a, scratch, lambda: None, nobody)
    assert not list(tmp_path.glob("scratch-*"))
    assert a.key == KEY
