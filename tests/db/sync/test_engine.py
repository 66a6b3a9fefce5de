"""Two homes and a folder: what one writes the other has, whatever happens to the folder or to them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from db.ids import new_id
from db.models import Customer, CustomerNote, Message
from db.registry import BY_NAME, BY_NUMBER
from db.sync.folder import FolderRelay, create_folder
from db.sync.frames import SET, Op
from db.sync.manifests import Place
from db.sync.ops import take_ops
from db.sync.relay import MemoryRelay, Relay
from db.sync.store import Store
from tests.db.sync.homes import Clock, Home, Register, settle
from tests.db.sync.stations import dump

MARKER = b"the shop of these tests"


@pytest.fixture(params=["memory", "folder"])
def relay(request: pytest.FixtureRequest, tmp_path: Path) -> Relay:
    if request.param == "memory":
        return MemoryRelay()
    create_folder(tmp_path / "share", MARKER)
    return FolderRelay(tmp_path / "share", MARKER)


class World:
    """A shop of homes a, b, …, with one clock."""

    def __init__(self, path: Path, relay: Relay) -> None:
        self.path, self.relay, self.clock, self.register = path, relay, Clock(), Register()
        self.homes: list[Home] = []

    def home(self, name: str) -> Home:
        home = Home(self.path / name, name, self.relay, self.register, self.clock)
        self.homes.append(home)
        return home

    def close(self) -> None:
        for home in self.homes:
            home.close()


@pytest.fixture
def world(tmp_path: Path, relay: Relay) -> Iterator[World]:
    world = World(tmp_path, relay)
    yield world
    world.close()


def add(home: Home, nick: str) -> bytes:
    with home.db.write() as session:
        customer = Customer(id=new_id(), nick=nick, created_at=1)
        session.add(customer)
        return customer.id


def edit(home: Home, **fields: object) -> None:
    with home.db.write() as session:
        session.execute(update(Customer).values(**fields))


def nicks(home: Home) -> set[str]:
    with home.db.read() as session:
        return set(session.scalars(select(Customer.nick)))


def segments(world: World) -> list[str]:
    return world.relay.list("ops/")


def test_what_one_writes_the_other_has_after_two_passes(world: World) -> None:
    a, b = world.home("a"), world.home("b")
    add(a, "小明")
    assert a.sync().published == 1
    assert b.sync().taken == 1
    assert nicks(b) == {"小明"}
    edit(b, phone="13800001234")
    edit(a, name="王明")
    settle(a, b)
    assert dump(a.db) == dump(b.db)
    assert a.ask("SELECT name, phone FROM customers") == [("王明", "13800001234")]


def test_a_pass_with_nothing_to_do_does_nothing(world: World) -> None:
    a, b = world.home("a"), world.home("b")
    add(a, "小明")
    settle(a, b)
    before = world.relay.list("")
    assert (a.sync().published, b.sync().taken) == (0, 0)
    assert world.relay.list("") == before


def test_a_head_tells_where_to_look_without_a_full_look(world: World) -> None:
    a, b = world.home("a"), world.home("b")
    settle(a, b)
    add(a, "小明")
    a.sync(full=False)
    assert b.sync(full=False).taken == 1


def test_a_late_station_gets_everything(world: World) -> None:
    a, b = world.home("a"), world.home("b")
    for name in ("one", "two", "three"):
        add(a, name)
        add(b, name + "!")
        settle(a, b)
    c = world.home("c")
    settle(a, b, c)
    assert dump(c.db) == dump(a.db) == dump(b.db)


def test_what_the_folder_loses_is_put_back_byte_by_byte(world: World) -> None:
    a, b = world.home("a"), world.home("b")
    add(a, "小明")
    a.sync()
    (name,) = segments(world)
    data = world.relay.get(name)
    world.relay.delete(name)
    a.sync()
    assert world.relay.get(name) == data
    assert b.sync().taken == 1


def test_nothing_is_taken_behind_a_gap(world: World) -> None:
    a, b = world.home("a"), world.home("b")
    for nick in ("one", "two", "three"):
        add(a, nick)
        a.sync()
    second = segments(world)[1]
    data = world.relay.get(second)
    world.relay.delete(second)
    assert b.sync().taken == 1
    assert nicks(b) == {"one"}
    world.relay.put_new(second, data)
    assert b.sync().taken == 2


def damage(world: World, name: str) -> bytes:
    data = world.relay.get(name)
    world.relay.delete(name)
    half = len(data) // 2
    world.relay.put_new(name, data[:half] + bytes([data[half] ^ 1]) + data[half + 1 :])
    return data


def ask_for_it(world: World, home: Home) -> None:
    for _ in range(8):
        home.sync()
        world.clock.sleep(10)


def test_a_damaged_segment_is_asked_for_and_given_again(world: World) -> None:
    a, b = world.home("a"), world.home("b")
    add(a, "小明")
    a.sync()
    (name,) = segments(world)
    data = damage(world, name)
    ask_for_it(world, b)
    assert nicks(b) == set()
    assert len(world.relay.list("ask/")) == 1
    a.sync()
    assert world.relay.get(name) == data
    ask_for_it(world, b)
    assert nicks(b) == {"小明"}
    assert world.relay.list("ask/") == []
    assert b.ask("SELECT count(*) FROM sync_problem WHERE closed_at IS NULL") == [(0,)]


def test_a_clock_set_back_keeps_nobody_from_answering(world: World) -> None:
    a, b, c = world.home("a"), world.home("b"), world.home("c")
    add(a, "小明")
    settle(a, b)
    for name in segments(world):
        if f"{a.dev:016x}" in name:
            world.relay.delete(name)
    ask_for_it(world, c)
    b.sync()
    world.clock.ms -= 400 * 86_400_000
    for _ in range(12):
        ask_for_it(world, c)
        b.sync()
    assert nicks(c) == {"小明"}


def test_who_has_read_a_segment_gives_it_where_its_writer_is_gone(world: World) -> None:
    a, b, c = world.home("a"), world.home("b"), world.home("c")
    add(a, "小明")
    settle(a, b)
    for name in segments(world):
        if f"{a.dev:016x}" in name:
            world.relay.delete(name)
    for _ in range(12):
        ask_for_it(world, c)
        b.sync()
    assert nicks(c) == {"小明"}


def test_a_database_put_back_from_a_backup_goes_on_under_another_number(world: World) -> None:
    a, b = world.home("a"), world.home("b")
    add(a, "before")
    settle(a, b)
    a.close()
    backup = a.file.read_bytes()
    a.open()
    first = a.dev
    add(a, "after the backup")
    settle(a, b)
    a.close()
    a.file.write_bytes(backup)
    a.open()
    add(a, "after the restore")
    settle(a, b)
    assert a.dev != first
    assert nicks(a) == nicks(b) == {"before", "after the backup", "after the restore"}
    assert dump(a.db) == dump(b.db)
    assert a.ask("SELECT code, about FROM sync_problem") == [("put_back", f"{first:016x}")]


def test_a_whole_machine_put_back_is_noticed_by_the_folder(world: World, tmp_path: Path) -> None:
    a, b = world.home("a"), world.home("b")
    add(a, "before")
    settle(a, b)
    a.close()
    shutil.copytree(a.path, tmp_path / "image")
    a.open()
    first = a.dev
    add(a, "after the image")
    settle(a, b)
    a.close()
    shutil.rmtree(a.path)
    shutil.copytree(tmp_path / "image", a.path)
    a.open()
    add(a, "after the restore")
    settle(a, b)
    assert a.dev != first
    assert nicks(a) == nicks(b) == {"before", "after the image", "after the restore"}
    assert dump(a.db) == dump(b.db)
    assert a.ask("SELECT count(*) FROM sync_fork") == [(0,)]
    assert a.ask("SELECT code, about FROM sync_problem") == [("put_back", f"{first:016x}")]


def test_of_a_cloned_machine_both_branches_count(world: World, tmp_path: Path) -> None:
    a, b = world.home("a"), world.home("b")
    add(a, "before")
    settle(a, b)
    a.close()
    shutil.copytree(a.path, world.path / "clone")
    a.open()
    # Both seal the same number before either looks into the folder.
    clone = world.home("clone")
    clone.name = "a"
    clone.restart()
    add(a, "of the one")
    add(clone, "of the other")
    for home in (a, clone):
        home.engine.start()
        home.engine.seal()
    for home in (a, clone):
        home.engine.publish()
    settle(a, b, clone)
    assert nicks(a) == nicks(b) == nicks(clone) == {"before", "of the one", "of the other"}
    assert dump(a.db) == dump(b.db) == dump(clone.db)
    assert a.dev != clone.dev
    assert b.ask("SELECT code FROM sync_problem") == [("fork",)]


def test_sealed_but_unpublished_ops_of_a_former_incarnation_are_sealed_again(world: World) -> None:
    a, b = world.home("a"), world.home("b")
    settle(a, b)
    add(a, "小明")
    a.engine.seal()
    former = a.dev
    a.engine.incarnate("test")
    settle(a, b)
    assert nicks(b) == {"小明"}
    assert not any(f"{former:016x}" in name for name in segments(world))
    assert dump(a.db) == dump(b.db)


def test_a_number_seen_in_use_is_never_sealed(world: World) -> None:
    a, _ = world.home("a"), world.home("b")
    a.sync()
    with a.db.write("system") as session:
        Store(session.connection()).note_seen(Place(a.dev, 7, b"x" * 8), 0)
    former = a.dev
    add(a, "小明")
    a.engine.seal()
    assert a.dev != former


def test_many_messages_cross_in_several_segments(world: World) -> None:
    a, b = world.home("a"), world.home("b")
    with a.db.write("import") as session:
        session.add_all(
            Message(conversation_id=b"c" * 16, author="customer", text=f"第{n}条", at=n)
            for n in range(3000)
        )
    settle(a, b)
    assert dump(a.db, ["messages"]) == dump(b.db, ["messages"])


def test_the_folder_gone_is_offline_and_nothing_else(world: World, tmp_path: Path) -> None:
    a, b = world.home("a"), world.home("b")
    add(a, "小明")
    settle(a, b)
    if isinstance(world.relay, MemoryRelay):
        return
    (tmp_path / "share").rename(tmp_path / "elsewhere")
    add(a, "offline")
    assert a.sync().offline
    assert not (tmp_path / "share").exists()
    (tmp_path / "elsewhere").rename(tmp_path / "share")
    settle(a, b)
    assert nicks(b) == {"小明", "offline"}


def test_a_check_names_what_is_wrong_and_a_repair_puts_it_right(world: World) -> None:
    a, b = world.home("a"), world.home("b")
    for nick in ("one", "two", "three", "four"):
        add(a, nick)
        a.sync()
    settle(a, b)
    assert a.engine.verify().faults == []
    first, second, third, _ = (n for n in segments(world) if f"{a.dev:016x}" in n)
    good = damage(world, first)
    kept = world.relay.get(second)
    world.relay.delete(second)
    torn = world.relay.get(third)
    world.relay.delete(third)
    world.relay.put_new(third, torn[:100])
    found = {(fault.name, fault.reason) for fault in b.engine.verify().faults}
    assert (first, "damaged") in found
    assert (f"{a.dev:016x}/2", "missing") in found
    assert (third, "damaged") in found
    # The writer is gone; who has read them puts them back as they were.
    b.engine.repair()
    assert [world.relay.get(n) for n in (first, second, third)] == [good, kept, torn]
    assert b.engine.verify().faults == []
    c = world.home("c")
    c.sync()
    assert nicks(c) == {"one", "two", "three", "four"}


@pytest.mark.parametrize("relay", ["memory"], indirect=True)
def test_no_changed_byte_of_a_segment_ever_reaches_a_database(world: World) -> None:
    a, b = world.home("a"), world.home("b")
    add(a, "小明")
    a.sync()
    (name,) = segments(world)
    data = world.relay.get(name)
    for place in range(0, len(data), 7):
        world.relay.delete(name)
        world.relay.put_new(name, data[:place] + bytes([data[place] ^ 0x20]) + data[place + 1 :])
        b.engine.reader.pull(full=True)
        world.clock.sleep(61)
    assert nicks(b) == set()
    world.relay.delete(name)
    world.relay.put_new(name, data)
    world.clock.sleep(61)
    b.sync()
    assert nicks(b) == {"小明"}


@pytest.mark.parametrize("relay", ["memory"], indirect=True)
def test_a_faulty_op_is_listed_and_holds_nothing_up(world: World) -> None:
    a, b = world.home("a"), world.home("b")
    a.sync()
    add(a, "good")
    with a.db.write("system") as session:
        # As a program with a fault in it would have written it.
        number = next(n for n, name in BY_NAME["customers"].numbered() if name == "phone")
        bad = Op(SET, 2, new_id(), 1 << 40, a.dev, (number,), (7,))
        store = Store(session.connection())
        a.engine.writer.keep(store, a.dev, [*take_ops(session.connection()), bad])
    add(a, "after")
    settle(a, b)
    assert nicks(b) == {"good", "after"}
    assert b.ask("SELECT reason FROM sync_aside") == [("faulty",)]
    assert b.ask("SELECT code FROM sync_problem") == [("faulty",)]


@pytest.mark.parametrize("relay", ["memory"], indirect=True)
def test_what_a_newer_program_wrote_is_taken_after_the_upgrade(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = world.home("a"), world.home("b")
    a.sync()
    with a.db.write() as session:
        session.add(CustomerNote(customer_id=b"c" * 16, text="note", at=1))
    a.sync()
    with monkeypatch.context() as older:
        older.setattr("db.sync.apply.BY_NUMBER", {n: t for n, t in BY_NUMBER.items() if n != 3})
        b.sync()
        assert b.ask("SELECT count(*) FROM customer_notes") == [(0,)]
    b.restart()
    b.sync()
    assert b.ask("SELECT text FROM customer_notes") == [("note",)]
    assert b.ask("SELECT count(*) FROM sync_later") == [(0,)]
