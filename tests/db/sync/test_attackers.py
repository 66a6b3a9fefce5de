"""Who may write into the folder, or was in the shop once, and means harm."""

import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text, update

from db.database import Database
from db.ids import natural_id, new_id
from db.models import Customer, Order
from db.registry import BY_NAME
from db.sync import exclusion, intake, manifests, segments
from db.sync.asks import SNAPSHOT, Asks
from db.sync.exclusion import revoke, withdraw
from db.sync.far import FAR, PROBLEM, ClockSpent, refuse_far
from db.sync.faults import HIGHEST
from db.sync.files import LARGEST, Files
from db.sync.folder import FolderRelay, create_folder
from db.sync.frames import SET, Op, group_ops
from db.sync.heads import DIRECTORY, Heads
from db.sync.image_checks import check_image
from db.sync.keys import EpochKey, StationKeys
from db.sync.manifests import SnapshotDamaged
from db.sync.membership import ShopMembership
from db.sync.mergers import merge_image
from db.sync.records import (
    MOST_SMALL_BYTES,
    Announce,
    Fact,
    Keys,
    RecordFault,
    incarnation,
    make_record,
    read_record,
    record_name,
)
from db.sync.relay import MemoryRelay, NameTaken, NotThere
from db.sync.rights import NO_RIGHT, REVOKED
from db.sync.segments import SegmentDamaged, Writer, open_segment
from db.sync.store import Store
from db.sync.surroundings import Surroundings
from db.sync.taking import pack_groups, replay_later
from db.sync.witness import teller_of_field
from tests.db.sync.homes import Clock, Home, Register, settle
from tests.db.sync.parties import Circle, Party, image_of
from tests.db.sync.shops import Shop
from tests.db.sync.test_revert import NAME, ROW, SHOP_KEY, Desk, put_setting, same, setting_of

STAFF_NAME = next(n for n, name in BY_NAME["staff"].numbered() if name == "name")


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Home, Home]]:
    relay, register, clock = MemoryRelay(), Register(), Clock()
    made = tuple(Home(tmp_path / name, name, relay, register, clock) for name in "ab")
    yield made[0], made[1]
    for home in made:
        home.close()


def add(home: Home, nick: str) -> None:
    with home.db.write() as session:
        session.add(Customer(id=natural_id("c", nick), nick=nick, created_at=1))


def dev_of(home: Home) -> int:
    with home.db.read() as session:
        return Store(session.connection()).me().dev


def test_who_lost_the_right_can_not_date_a_snapshot_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    circle, relay = Circle(), MemoryRelay()
    a, b = (Party(tmp_path / f"{dev}.db", dev, circle, relay) for dev in (11, 22))
    with a.db.write() as session:
        session.add(Customer(id=new_id(), nick="x", created_at=1))
    a.snapshots.make(a.seal)
    assert len(b.snapshots.usable()) == 1
    # Withdrawn: what it did up to its fifth segment stands, and it says that it is at its first.
    monkeypatch.setattr(b.members, "may_manage", lambda dev, seq, *_: dev != 11 or seq <= 5)
    assert b.snapshots.usable() == []
    assert len(b.snapshots.words) == 1
    assert b.snapshots.merge_needed(gap=True) is None
    for party in (a, b):
        party.db.close()


def test_an_image_runs_nothing_that_its_maker_wrote(tmp_path: Path) -> None:
    party = Party(tmp_path / "a.db", 11, Circle(), MemoryRelay())
    with image_of(party.db) as (scratch, opened):
        raw = scratch.open()
        check_image(raw, opened.manifest)
        for what, statement in (
            ("VIEW x", "CREATE VIEW x AS SELECT randomblob(1000000000)"),
            ("TRIGGER x", "CREATE TRIGGER x AFTER INSERT ON t1 BEGIN SELECT 1; END"),
            ("TABLE x", "CREATE TABLE x(a, b AS (zeroblob(a)))"),
        ):
            raw.execute(statement)
            with pytest.raises(SnapshotDamaged):
                check_image(raw, opened.manifest)
            raw.execute(f"DROP {what}")
        check_image(raw, opened.manifest)
        raw.close()
    party.db.close()


def test_a_record_put_again_under_other_numbers_is_kept_once(shop: Shop) -> None:
    founder = shop.found()
    second = shop.admit("second")
    before = len(founder.records)
    for name in shop.relay.list("mem/"):
        data, end = shop.relay.get(name), name[14:]
        for number in (500, 501):
            shop.relay.put_new(f"mem/{number:010d}{end}", data)
    shop.settle()
    assert len(founder.records) == len(second.records) == before


def test_a_stranger_s_file_under_my_number_costs_one_number_at_most(
    pair: tuple[Home, Home],
) -> None:
    a, b = pair
    add(a, "x")
    settle(a, b)
    devs = set()
    for number in range(5):
        a.relay.put_new(f"ops/{dev_of(a):016x}/{99 + number:010d}.{'0' * 16}.kds", b"rubbish")
        a.sync()
        devs.add(dev_of(a))
    assert len(devs) == 1
    add(a, "y")
    settle(a, b)
    assert b.ask("SELECT count(*) FROM customers") == [(2,)]


def test_my_own_file_under_another_number_is_a_stranger_s_too(pair: tuple[Home, Home]) -> None:
    a, b = pair
    add(a, "x")
    settle(a, b)
    (name,) = a.relay.list(f"ops/{dev_of(a):016x}/")
    data, devs = a.relay.get(name), set()
    for number in range(5):
        a.relay.put_new(f"ops/{dev_of(a):016x}/{99 + number:010d}{name[-21:]}", data)
        a.sync()
        devs.add(dev_of(a))
    assert len(devs) == 1


def test_a_stranger_s_head_does_not_hide_a_station_s_own(pair: tuple[Home, Home]) -> None:
    a, b = pair
    add(a, "x")
    settle(a, b)
    a.relay.put_new(f"{DIRECTORY}{dev_of(a):016x}.{'f' * 16}.kdh", b"rubbish")
    heads = Heads(a.relay, b.membership(), Surroundings())
    found = [heads.read() for _ in range(21)]
    assert dev_of(a) in found[-1]
    add(a, "y")
    a.sync()
    ours = [n for n in a.relay.list(DIRECTORY) if n.startswith(f"{DIRECTORY}{dev_of(a):016x}")]
    assert [len(name) for name in ours] == [len(DIRECTORY) + 16 + 1 + 16 + 4]
    assert dev_of(a) in heads.read()


@pytest.mark.parametrize(("accepted", "reason"), [(True, NO_RIGHT), (False, REVOKED)])
def test_what_was_kept_for_a_newer_program_is_judged_when_it_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, accepted: bool, reason: str
) -> None:
    party = Party(tmp_path / "a.db", 11, Circle(), MemoryRelay())
    staff = BY_NAME["staff"].number
    op = Op(SET, staff, natural_id("staff", "me"), 5, 22, (STAFF_NAME,), ("boss",))
    with party.db.write("system") as session:
        Store(session.connection()).keep_later(22, 1, pack_groups(group_ops([op])))
    monkeypatch.setattr(party.members, "accepts", lambda dev, seq: accepted)
    monkeypatch.setattr(party.members, "may_manage", lambda dev, seq, *_: False)
    assert replay_later(party.db, party.members, 1) == 1
    with party.db.read() as session:
        assert session.scalars(text("SELECT name FROM staff")).all() == []
        assert session.scalars(text("SELECT reason FROM sync_aside")).all() == [reason]
    party.db.close()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_a_device_and_a_giant_are_no_files_of_ours(tmp_path: Path) -> None:
    marker = b"marker"
    create_folder(tmp_path / "share", marker)
    relay = FolderRelay(tmp_path / "share", marker, sleep=lambda _: None)
    os.mkfifo(tmp_path / "share" / "pipe.kdh")
    (tmp_path / "share" / "zero.kdh").symlink_to("/dev/zero")
    (tmp_path / "share" / "directory.kdh").mkdir()
    with (tmp_path / "share" / "giant.kdh").open("wb") as file:
        file.truncate(LARGEST + 1)
    for name in ("pipe.kdh", "zero.kdh", "directory.kdh", "giant.kdh"):
        with pytest.raises(NotThere):
            relay.get(name)
    assert Files().read(tmp_path / "share" / "shop.kdj") == marker


def put(shop: Shop, member: ShopMembership, fact: Fact, number: int = 900) -> str:
    """Sign a fact as a member that follows no rules, and put it."""
    record = make_record(member.shop, member.keys, shop.clock(), fact)
    name = record_name(number, record)
    shop.relay.put_new(name, record.data)
    return name


def announced(member: ShopMembership, number: int, length: int = 16) -> Announce:
    nonce = number.to_bytes(length, "big")
    return Announce(incarnation(member.keys.public.signing, nonce), nonce)


def test_an_incarnation_is_drawn_from_sixteen_bytes_and_no_others(shop: Shop) -> None:
    founder, member = shop.found(), shop.admit("member")
    for length in (8, 60_000):
        fact = announced(member, 7, length)
        put(shop, member, fact)
        shop.settle()
        assert founder.station_of(fact.dev) is None


def test_a_record_of_a_small_kind_is_small(shop: Shop) -> None:
    founder = shop.found()
    with pytest.raises(RecordFault):
        make_record(founder.shop, founder.keys, 1, announced(founder, 7, MOST_SMALL_BYTES))
    station = founder.station
    wraps = tuple((number, station, bytes(80)) for number in range(1_000))
    large = make_record(founder.shop, founder.keys, 1, Keys(wraps))
    assert read_record(large.data, founder.shop) == large


def test_a_station_that_was_shut_out_fills_no_disk(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "MOST_OF_REVOKED", 5)
    monkeypatch.setattr(intake, "MOST_BYTES_OF_REVOKED", 20_000)
    founder, thief = shop.found(), shop.admit("thief", manage=True)
    other = shop.admit("other")
    revoke(founder, shop.relay, thief.station, shop.surroundings)
    shop.settle()
    before = len(other.records)
    wraps = tuple((number, other.station, bytes(80)) for number in range(500))
    large = put(shop, thief, Keys(wraps))
    for number in range(30):
        put(shop, thief, announced(thief, number))
    for _ in range(3):
        shop.settle()
    assert before < len(other.records) <= before + 5
    assert large not in other.records


def test_a_flood_of_records_does_not_hinder_a_revocation(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exclusion, "NAMED", 3)
    founder, thief = shop.found(), shop.admit("thief")
    dev = shop.incarnate("thief")
    shop.has_read("founder", dev, 9)
    for number in range(20):
        put(shop, thief, announced(thief, number))
    shop.settle()
    record = revoke(founder, shop.relay, thief.station, shop.surroundings)
    shop.settle()
    assert len(record.data) < 2_000
    assert founder.accepts(dev, 9)
    assert not founder.accepts(dev, 10)


def test_strangers_records_are_held_in_bounds_and_hide_no_honest_one(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(intake, "MOST_WAITING", 4)
    founder = shop.found()
    stranger = Shop(tmp_path / "strange")
    stranger.directory.mkdir()
    strange = stranger.found("stranger")
    for number in range(40):
        fact = announced(strange, number)
        record = make_record(founder.shop, strange.keys, 1, fact)
        shop.relay.put_new(record_name(1, record), record.data)
    member = shop.admit("member")
    shop.incarnate("member")
    for _ in range(30):
        shop.clock.now += intake.TURN_MS
        founder.refresh(shop.relay)
        member.refresh(shop.relay)
    dev = shop.incarnate("member")
    for _ in range(30):
        shop.clock.now += intake.TURN_MS
        founder.refresh(shop.relay)
        assert len(founder._intake.waiting) <= 4
    assert founder.station_of(dev) == member.station
    assert not any(record.signer == strange.station for record in founder.records.values())
    stranger.close()


def test_a_manager_that_was_can_not_write_for_an_earlier_place(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.start("manager", "other", manage=("manager",))
    for value in ("one", "two", "three"):
        put_setting(desk, "manager", value)
        desk.sync()
    manager, dev = desk.members["manager"], desk.dev("manager")
    withdraw(desk.members["founder"], desk.relay, manager.station)
    # A number of its time as a manager, its own signature: but another hash.
    writer = Writer(manager.shop, dev, manager.keys, manager.epochs[1])
    table, fields = BY_NAME["settings"].number, dict(BY_NAME["settings"].numbered())
    numbers = tuple(
        next(n for n, field in fields.items() if field == wanted)
        for wanted in ("value", "scope", "key")
    )
    forged = Op(SET, table, SHOP_KEY, 1 << 61, dev, numbers, ('"forged"', "shop", "k"))
    (sealed,) = writer.seal([forged], 2)
    desk.relay.put_new(sealed.name, sealed.data)
    desk.hire("late")
    desk.sync("founder", "other", "late")
    assert {setting_of(desk, one) for one in ("founder", "other", "late")} == {"three"}
    assert (NO_RIGHT, False) in desk.aside("other")
    desk.close()


@pytest.mark.parametrize("end", [withdraw, revoke])
@pytest.mark.parametrize("new", [False, True])
def test_what_a_manager_that_was_forged_into_a_snapshot_is_taken_back(
    tmp_path: Path, end: Callable[..., object], *, new: bool
) -> None:
    desk = Desk(tmp_path)
    desk.start("manager", "other", manage=("manager",))
    put_setting(desk, "founder", "right")
    desk.born("founder", name="A")
    desk.sync()
    manager, reader = desk.members["manager"], "other"
    if new:
        reader = "late"
        desk.hire(reader)
    arguments = (desk.surroundings,) if end is revoke else ()
    end(desk.members["founder"], desk.relay, manager.station, *arguments)
    # It has the right for all that the manager and the others know: the news is on its way.
    with desk.homes["manager"].write("sync") as session:
        session.execute(text("UPDATE settings SET value = '\"forged\"', _fc = NULL, _st = 1 << 60"))
        session.execute(text("DELETE FROM change WHERE txn = (SELECT txn FROM txn_context)"))
    maker = desk.engines["manager"].upkeep.snapshots
    made = maker.make(desk.engines["manager"].seal)
    snapshots = desk.engines[reader].upkeep.snapshots
    snapshots.merge(next(o for o in snapshots.usable() if o.name == made.name))
    assert setting_of(desk, reader) == "forged"
    founder = desk.engines["founder"]
    founder.upkeep.snapshots.make(founder.seal)
    for _ in range(3):
        desk.clock.now += 3_600_000
        desk.sync("founder", "other", reader)
    assert {setting_of(desk, one) for one in ("founder", "other", reader)} == {"right"}
    assert desk.names_of("name", "founder", reader) == {"A"}
    assert same(desk.homes["founder"], desk.homes[reader])
    desk.close()


def test_a_document_that_nobody_can_read_is_put_aside(pair: tuple[Home, Home]) -> None:
    a, b = pair
    settle(a, b)
    with a.db.write() as session:
        session.execute(
            text(
                "INSERT INTO settings(id, scope, key, value) VALUES (:id, 'shop', 'k', 'rubbish')"
            ),
            {"id": natural_id("setting", "shop", "k")},
        )
    settle(a, b)
    assert b.ask("SELECT count(*) FROM settings") == [(0,)]
    assert b.ask("SELECT reason FROM sync_aside") == [("faulty",)]


def attack(desk: Desk, stamp: int, station: int = 0) -> None:
    """Let the thief write the customer's name with a clock of its own choice, or another's."""
    thief, dev = desk.members["thief"], desk.dev("thief")
    with desk.homes["thief"].read() as session:
        me = Store(session.connection()).me()
    writer = Writer(thief.shop, dev, thief.keys, thief.epochs[1])
    op = Op(SET, BY_NAME["customers"].number, ROW, stamp, station or dev, (NAME,), ("harm",))
    (sealed,) = writer.seal([op], me.seq + 1, me.digest)
    desk.relay.put_new(sealed.name, sealed.data)


def guard(*homes: Database) -> None:
    for home in homes:
        home.check = lambda connection, txn, _tables: refuse_far(connection, txn)


@pytest.mark.parametrize("behind", [1, 2, 1 << 40])
def test_a_clock_at_the_end_of_time_stops_edits_until_its_writer_is_shut_out(
    tmp_path: Path, behind: int
) -> None:
    desk = Desk(tmp_path)
    desk.start("thief", "agent")
    guard(*desk.homes.values())
    desk.born("founder", name="A", phone="1")
    desk.sync()
    desk.edit("thief", phone="2")
    desk.sync()
    attack(desk, HIGHEST - behind)
    desk.sync("founder", "agent")
    assert desk.names_of("name", "founder", "agent") == {"harm"}
    with pytest.raises(ClockSpent):
        desk.edit("agent", name="B")
    with pytest.raises(ClockSpent), desk.homes["agent"].write() as session:
        session.execute(update(Customer).values(deleted=True))
    desk.edit("agent", email="x@y.z")  # what was not damaged goes on
    desk.sync("founder", "agent")
    revoke(desk.members["founder"], desk.relay, desk.members["thief"].station, desk.surroundings)
    desk.sync("founder", "agent")
    assert desk.names_of("name", "founder", "agent") == {"A"}
    assert desk.names_of("phone", "founder", "agent") == {"2"}  # of before the harm
    desk.edit("agent", name="B")
    desk.sync("founder", "agent")
    assert desk.names_of("name", "founder", "agent") == {"B"}
    assert desk.aside("founder") == desk.aside("agent") == [("revoked", False)]
    assert same(desk.homes["founder"], desk.homes["agent"])
    desk.close()


def test_an_edit_over_a_clock_just_below_the_line_is_taken_everywhere(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.start("thief", "agent")
    guard(*desk.homes.values())
    desk.born("founder", name="A")
    desk.sync()
    with desk.homes["agent"].read() as session:
        stamp = int(session.scalar(text("SELECT stamp FROM txn_context")) or 0)
    attack(desk, stamp + FAR)
    desk.sync("founder", "agent")
    for number in range(3):
        desk.edit("agent", name=f"B{number}")
        desk.sync("founder", "agent")
        assert desk.names_of("name", "founder", "agent") == {f"B{number}"}
    assert desk.aside("founder") == []
    desk.close()


def test_facts_taken_back_beyond_counting_stop_the_next_undo_here(tmp_path: Path) -> None:
    party = Party(tmp_path / "a.db", 11, Circle(), MemoryRelay())
    guard(party.db)
    with party.db.write() as session:
        order = natural_id("order", "taobao", "1")
        session.add(Order(id=order, platform="taobao", number="1", created_at=1))
    with party.db.write("sync") as session:
        session.execute(text("UPDATE txn_context SET noting = 0"))
        session.execute(text("""UPDATE orders SET _fc = '{"g": [9223372036854775805, 0]}'"""))
        Store(session.connection()).open_problem(PROBLEM, f"{22:016x}/1", "{}", 1)
    with pytest.raises(ClockSpent) as spent, party.db.write() as session:
        session.execute(update(Order).values(status="closed"))
    assert spent.value.devs == [22]
    with party.db.write() as session:
        session.execute(update(Order).values(fixed_phone="1"))
    party.db.close()


class Refusing(Files):
    """A share that refuses some files, as the server's rights have it."""

    def __init__(self) -> None:
        self.refused = set[str]()

    def read(self, path: Path) -> bytes:
        if path.name in self.refused:
            raise PermissionError(errno.EACCES, "refused", str(path))
        return super().read(path)


def test_a_file_that_may_not_be_read_keeps_nothing_else_from_being_read(tmp_path: Path) -> None:
    marker, register, clock, files = b"marker", Register(), Clock(), Refusing()
    create_folder(tmp_path / "share", marker)
    relays = [
        FolderRelay(tmp_path / "share", marker, files, sleep=lambda _: None),
        FolderRelay(tmp_path / "share", marker, sleep=lambda _: None),
    ]
    a, b = (
        Home(tmp_path / name, name, relay, register, clock)
        for name, relay in zip("ab", relays, strict=True)
    )
    add(b, "one")
    settle(a, b)
    for directory in ("head", "mem", "ask", "snap", "ops/0000000000000007", "here", "blob"):
        (tmp_path / "share" / directory).mkdir(parents=True, exist_ok=True)
    loop = tmp_path / "share" / "head" / f"{7:016x}.{1:016x}.kdh"
    loop.symlink_to(loop)
    refused = f"{1:010d}.{'0' * 16}.kds"
    (tmp_path / "share" / "ops" / f"{7:016x}" / refused).write_bytes(b"x")
    (tmp_path / "share" / "mem" / f"{7:010d}.{'0' * 16}.kdm").write_bytes(b"x")
    files.refused |= {refused, f"{7:010d}.{'0' * 16}.kdm"}
    register.devs[7] = b.station
    add(b, "two")
    for _ in range(3):
        for home in (a, b):
            assert not home.sync().offline
    assert a.ask("SELECT count(*) FROM customers") == [(2,)]
    told = {
        str(about) for (about,) in a.ask("SELECT about FROM sync_problem WHERE code = 'unreadable'")
    }
    assert f"ops/{7:016x}/{refused}" in told
    assert f"head/{7:016x}.{1:016x}.kdh" in told
    loop.unlink()
    files.refused.clear()
    a.sync()
    assert a.ask(
        "SELECT count(*) FROM sync_problem WHERE code = 'unreadable' AND closed_at IS NULL"
    ) == [(0,)]
    for home in (a, b):
        home.close()


def test_a_directory_that_may_not_be_looked_into_hides_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_folder(tmp_path, b"marker")
    relay = FolderRelay(tmp_path, b"marker", sleep=lambda _: None)
    relay.put_new("ops/a/1.kds", b"1")
    relay.put_new("ops/b/1.kds", b"1")
    scandir = os.scandir

    def refuse(path: str) -> object:
        if Path(path).name == "a":
            raise PermissionError(errno.EACCES, "refused", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert relay.list("ops/") == ["ops/b/1.kds"]
    assert relay.unreadable == {"ops/a/"}
    monkeypatch.undo()
    assert relay.list("ops/") == ["ops/a/1.kds", "ops/b/1.kds"]
    assert relay.unreadable == set()


def test_what_i_may_not_read_under_my_own_name_is_put_anew(tmp_path: Path) -> None:
    files = Refusing()
    create_folder(tmp_path, b"marker")
    relay = FolderRelay(tmp_path, b"marker", files, sleep=lambda _: None)
    relay.put_new("ops/a/1.kds", b"1")
    files.refused = {"1.kds"}
    with pytest.raises(NameTaken):
        relay.put_new("ops/a/1.kds", b"1")


def test_a_segment_unpacks_to_no_more_than_any_writer_packs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keys, epoch, shop = StationKeys.generate(), EpochKey(1, bytes(32)), b"shop-id!"
    writer = Writer(shop, 5, keys, epoch)
    ops = [
        Op(SET, BY_NAME["customers"].number, natural_id("c", str(n)), 9, 5, (NAME,), ("x" * 1000,))
        for n in range(9_000)
    ]
    (whole,) = writer.seal(ops, 1)
    monkeypatch.setattr(segments, "SEGMENT_PLAIN_BYTES", 5 << 20)
    assert len([*writer.seal(ops, 1)]) == 2
    open_segment(whole.data, shop, 5, keys.public, {1: epoch})
    monkeypatch.setattr(segments, "MOST_UNPACKED", 8 << 20)
    with pytest.raises(SegmentDamaged):
        open_segment(whole.data, shop, 5, keys.public, {1: epoch})


def test_a_manifest_names_no_more_chunks_than_an_image_can_have(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    circle, relay = Circle(), MemoryRelay()
    a, b = (Party(tmp_path / f"{dev}.db", dev, circle, relay) for dev in (11, 22))
    a.snapshots.make(a.seal)
    monkeypatch.setattr(manifests, "MOST_CHUNKS", 0)
    assert b.snapshots.usable() == []
    assert [type(fault) for fault in b.snapshots.faults.values()] == [SnapshotDamaged]
    for party in (a, b):
        party.db.close()


@pytest.mark.parametrize(
    "harm",
    [
        "id = substr(id, 2)",
        "_st = 'now'",
        "_st = 1 << 62",
        "_st = -1",
        "_dv = x'00'",
        "_fc = '{'",
        "_fc = '[]'",
        """_fc = '{"1": 5}'""",
        """_fc = '{"1": [4611686018427387904, 1]}'""",
        """_fc = '{"1": [1, -1]}'""",
        """_fc = '{"s": [1, 1]}'""",
        """_fc = '{"sx": [1, 1]}'""",
        """_fc = '{"g": ["1", 1]}'""",
        "{name} = x'00'",
        "{name} = NULL",
        "{created} = 'now'",
        "{created} = 1.5",
        "{avatar} = 'text'",
    ],
)
def test_an_image_with_a_row_that_no_table_can_hold_is_refused(tmp_path: Path, harm: str) -> None:
    parties = [Party(tmp_path / f"{n}.db", n, Circle(), MemoryRelay()) for n in (11, 22)]
    source, target = (party.db for party in parties)
    for number in range(3):
        with source.write() as session:
            session.add(Customer(id=new_id(), nick=f"n{number}", created_at=1, name="x"))
    numbers = {name: f"f{number}" for number, name in BY_NAME["customers"].numbered()}
    table = BY_NAME["customers"].number
    shapes = (
        harm.format_map(
            {
                "name": numbers["nick"],
                "created": numbers["created_at"],
                "avatar": numbers["merged_into"],
            }
        )
        if harm[0] == "{"
        else harm
    )
    with image_of(source) as (scratch, opened):
        raw = scratch.open()
        check_image(raw, opened.manifest)
        raw.execute(f"UPDATE t{table} SET {shapes} WHERE rowid = 2")
        raw.close()
        with pytest.raises(SnapshotDamaged):
            merge_image(target, scratch, opened, 0)
    with target.read() as session:
        assert session.scalar(text("SELECT count(*) FROM customers")) == 0
    for party in parties:
        party.db.close()


def test_a_clock_that_nobody_can_read_is_put_aside_with_its_op(pair: tuple[Home, Home]) -> None:
    a, b = pair
    settle(a, b)
    with a.db.write() as session:
        session.add(Customer(id=natural_id("c", "x"), nick="x", created_at=1))
        session.flush()
        session.execute(text("""UPDATE customers SET _fc = '{"sx": [1, 1]}'"""))
    settle(a, b)
    assert b.ask("SELECT count(*) FROM customers") == [(0,)]
    assert b.ask("SELECT reason FROM sync_aside") == [("faulty",)]


def test_who_writes_in_another_s_name_is_known_by_the_segment(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.start("thief", "agent")
    desk.born("founder", name="A")
    desk.sync()
    agent, founder = desk.homes["agent"], desk.dev("founder")
    with agent.read() as session:
        assert teller_of_field(session.connection(), "customers", ROW, NAME) == founder
        stamp = int(session.scalar(text("SELECT stamp FROM txn_context")) or 0)
    attack(desk, stamp + 5, founder)
    desk.sync("agent")
    with agent.read() as session:
        assert teller_of_field(session.connection(), "customers", ROW, NAME) == desk.dev("thief")
    desk.edit("agent", name="B")
    with agent.read() as session:
        assert teller_of_field(session.connection(), "customers", ROW, NAME) is None
    desk.close()


def due_asks(shop: Shop, name: str) -> list[tuple[int, int]]:
    """What a station would answer by now."""
    asks = Asks(shop.relay, shop.members[name], shop.surroundings)
    asks.list()
    for ask in asks.list():
        asks.is_due(ask, mine=False)
    shop.clock.now += 3_600_000
    return [(ask.target, ask.seq) for ask in asks.list() if asks.is_due(ask, mine=False)]


def test_who_was_shut_out_makes_nobody_work_by_asking(shop: Shop) -> None:
    founder = shop.found()
    shop.admit("second")
    dev = shop.incarnate("second")
    second = Asks(shop.relay, shop.members["second"], shop.surroundings)
    second.put(dev, *SNAPSHOT)
    assert due_asks(shop, "founder") == [SNAPSHOT]
    revoke(founder, shop.relay, shop.members["second"].station, shop.surroundings)
    second.put(dev, 7, 7)
    assert due_asks(shop, "founder") == []


def test_an_ask_put_under_another_name_is_none(shop: Shop) -> None:
    shop.found()
    shop.admit("second")
    dev = shop.incarnate("second")
    Asks(shop.relay, shop.members["second"], shop.surroundings).put(dev, 7, 7)
    (name,) = shop.relay.list("ask/")
    for number in (8, 9):
        copied = name.replace(f"{7:010d}", f"{number:010d}")
        shop.relay.put_new(copied, shop.relay.get(name))
    assert due_asks(shop, "founder") == [(7, 7)]
