"""Who may write into the folder, or was in the shop once, and means harm."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from db.ids import natural_id, new_id
from db.models import Customer
from db.registry import BY_NAME
from db.sync.files import LARGEST, Files
from db.sync.folder import FolderRelay, create_folder
from db.sync.frames import SET, Op, group_ops
from db.sync.heads import DIRECTORY, Heads
from db.sync.manifests import SnapshotDamaged, SnapshotForeign
from db.sync.mergers import check_image
from db.sync.relay import MemoryRelay, NotThere
from db.sync.rights import NO_RIGHT, REVOKED
from db.sync.store import Store
from db.sync.surroundings import Surroundings
from db.sync.taking import pack_groups, replay_later
from tests.db.sync.homes import Clock, Home, Register, settle
from tests.db.sync.parties import Circle, Party, image_of
from tests.db.sync.shops import Shop

STAFF_NAME = next(n for n, name in BY_NAME["staff"].numbered() if name == "name")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    made = Shop(tmp_path)
    yield made
    made.close()


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
    monkeypatch.setattr(b.members, "may_manage", lambda dev, seq: dev != 11 or seq <= 5)
    assert b.snapshots.usable() == []
    assert [type(fault) for fault in b.snapshots.faults.values()] == [SnapshotForeign]
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
    monkeypatch.setattr(party.members, "may_manage", lambda dev, seq: False)
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
