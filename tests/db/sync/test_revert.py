"""Ops beyond a revocation, and those without the right, in every order of arrival."""

from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from db.database import Database
from db.ids import natural_id
from db.models import Customer, Setting, Staff
from db.models.sync import SyncSealed
from db.registry import BY_NAME
from db.sync.admission import grant
from db.sync.engine import Engine
from db.sync.exclusion import revoke, withdraw
from db.sync.frames import SET, Op
from db.sync.identity import TokenFile
from db.sync.manifests import Place
from db.sync.records import Approve
from db.sync.relay import MemoryRelay, RelayFull
from db.sync.segments import Writer, open_segment
from db.sync.store import Store
from db.sync.taking import pack_groups
from tests.db.sync.shops import Shop
from tests.db.sync.stations import dump
from tests.db.sync.test_disputes import approval_of, withdraw_without

ROW = natural_id("customer", "taobao", "s", "n")
NAME = next(n for n, name in BY_NAME["customers"].numbered() if name == "name")
SHOP_KEY = natural_id("setting", "shop", "k")


class Desk(Shop):
    """A shop whose stations sync through real engines."""

    engines: dict[str, Engine]

    def start(self, *names: str, manage: tuple[str, ...] = ()) -> None:
        self.engines = {}
        self.found()
        for name in names:
            self.admit(name, manage=name in manage)
        for name, member in self.members.items():
            database = self.homes[name]
            token = TokenFile(self.directory / f"{name}.token")
            self.engines[name] = Engine(
                database, self.relay, member, self.surroundings, token=token
            )
        self.sync()

    def hire(self, name: str, by: str = "founder") -> None:
        member = self.admit(name, by=by)
        token = TokenFile(self.directory / f"{name}.token")
        self.engines[name] = Engine(
            self.homes[name], self.relay, member, self.surroundings, token=token
        )

    def sync(self, *names: str, rounds: int = 4) -> None:
        for _ in range(rounds):
            for name in names or self.engines:
                result = self.engines[name].pass_once(full=True)
                assert set(result.failures) <= {"no_key"}, (name, result)

    def dev(self, name: str) -> int:
        with self.homes[name].read() as session:
            return int(session.scalar(text("SELECT dev FROM sync_self")) or 0)

    def born(self, at: str, /, **fields: str) -> None:
        with self.homes[at].write() as session:
            customer = Customer(
                id=ROW, platform="taobao", shop="s", nick="n", created_at=1, **fields
            )
            session.add(customer)

    def edit(self, at: str, /, **fields: str) -> None:
        with self.homes[at].write() as session:
            session.execute(update(Customer).where(Customer.id == ROW).values(**fields))

    def customer(self, name: str) -> Customer | None:
        with self.homes[name].read() as session:
            return session.scalar(select(Customer).where(Customer.id == ROW))

    def names_of(self, field: str, *names: str) -> set[str | None]:
        return {getattr(self.customer(name), field, None) for name in names}

    def aside(self, name: str) -> list[tuple[str, bool]]:
        with self.homes[name].read() as session:
            rows = session.execute(text("SELECT reason, closed_at FROM sync_aside ORDER BY rid"))
            return [(reason, closed is not None) for reason, closed in rows]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.close()


def same(*databases: Database) -> bool:
    dumps = [dump(database) for database in databases]
    return all(found == dumps[0] for found in dumps)


def test_what_came_before_the_pin_stays_and_what_came_after_is_taken_back(desk: Desk) -> None:
    desk.start("thief", "agent")
    desk.born("founder", name="A", phone="1")
    desk.sync()
    desk.edit("thief", name="B")
    desk.sync()
    desk.edit("thief", name="C", phone="666")
    desk.sync("thief", "agent")
    assert desk.names_of("name", "agent") == {"C"}
    # The founder has not read the last of it.
    revoke(desk.members["founder"], desk.relay, desk.members["thief"].station, desk.surroundings)
    desk.edit("agent", email="x@y.z")
    desk.sync("founder", "agent")
    assert desk.names_of("name", "founder", "agent") == {"B"}
    assert desk.names_of("phone", "founder", "agent") == {"1"}
    assert desk.names_of("email", "founder", "agent") == {"x@y.z"}
    assert same(desk.homes["founder"], desk.homes["agent"])
    assert ("revoked", False) in desk.aside("agent")


def test_a_row_that_only_refused_ops_made_is_gone(desk: Desk) -> None:
    desk.start("thief", "agent")
    desk.born("thief", name="B")
    desk.sync("thief", "agent")
    assert desk.customer("agent") is not None
    revoke(desk.members["founder"], desk.relay, desk.members["thief"].station, desk.surroundings)
    desk.sync("founder", "agent")
    assert desk.customer("agent") is None
    assert same(desk.homes["founder"], desk.homes["agent"])


def test_what_was_put_aside_too_early_is_taken_and_goes_again_after_the_revocation(
    desk: Desk,
) -> None:
    """A snapshot may tell of refused ops before the record of the revocation has come."""
    desk.start("thief", "agent")
    desk.born("thief", name="B")
    desk.sync("thief")
    with desk.homes["thief"].read() as session:
        sealed = select(SyncSealed).order_by(SyncSealed.seq.desc()).limit(1)
        last = session.scalars(sealed).one()
    member = desk.members["agent"]
    signer = member.signer(last.dev)
    assert signer is not None
    assert last.data is not None
    opened = open_segment(last.data, member.shop, last.dev, signer, member.epochs)
    with desk.homes["agent"].write("system") as session:
        store = Store(session.connection())
        place = Place(last.dev, last.seq, last.digest[:8])
        store.put_aside(last.dev, last.seq, pack_groups(opened.groups), "revoked", 0)
        store.note_seen(place, 0)
        store.move_cursor(place)
    assert desk.engines["agent"].reader.judge_again()
    assert desk.names_of("name", "agent") == {"B"}
    revoke(desk.members["founder"], desk.relay, desk.members["thief"].station, desk.surroundings)
    desk.sync("founder", "agent")
    assert desk.customer("agent") is None
    assert same(desk.homes["founder"], desk.homes["agent"])


def test_what_an_honest_station_wrote_over_it_stays(desk: Desk) -> None:
    desk.start("thief", "agent")
    desk.born("founder", name="A", phone="1")
    desk.sync()
    desk.edit("thief", name="C", phone="666")
    desk.sync("thief", "agent")
    desk.edit("agent", name="D")
    desk.sync("agent")
    revoke(desk.members["founder"], desk.relay, desk.members["thief"].station, desk.surroundings)
    desk.sync("founder", "agent")
    assert desk.names_of("name", "founder", "agent") == {"D"}
    assert desk.names_of("phone", "founder", "agent") == {"1"}
    assert same(desk.homes["founder"], desk.homes["agent"])


def test_what_was_written_here_stays_though_nobody_knows_the_new_number_yet(desk: Desk) -> None:
    desk.start("thief", "agent")
    desk.born("founder", name="A")
    desk.sync()
    desk.edit("thief", name="B")
    desk.sync("thief", "agent")
    revoke(desk.members["founder"], desk.relay, desk.members["thief"].station, desk.surroundings)
    desk.engines["agent"].incarnate("restored")
    desk.edit("agent", phone="1")
    desk.sync("agent", "founder")
    assert desk.names_of("name", "founder", "agent") == {"A"}
    assert desk.names_of("phone", "founder", "agent") == {"1"}
    assert same(desk.homes["founder"], desk.homes["agent"])


def test_what_lost_against_a_refused_value_comes_back(desk: Desk) -> None:
    desk.start("thief", "agent", "other")
    desk.born("founder", name="A")
    desk.sync()
    desk.edit("other", name="O")
    desk.edit("thief", name="C")
    with desk.homes["thief"].write() as session:
        # The thief's clock runs ahead.
        session.execute(text("UPDATE txn_context SET stamp = stamp + (3600000 << 16)"))
    desk.edit("thief", name="D")
    desk.sync("thief", "agent")
    desk.sync("other", "agent")
    assert desk.names_of("name", "agent") == {"D"}
    revoke(desk.members["founder"], desk.relay, desk.members["thief"].station, desk.surroundings)
    desk.sync("founder", "agent", "other")
    assert desk.names_of("name", "founder", "agent", "other") == {"O"}
    assert same(desk.homes["founder"], desk.homes["agent"], desk.homes["other"])


@pytest.mark.parametrize("order", [*permutations(("write", "revoke", "edit"))])
def test_the_outcome_does_not_depend_on_the_order(tmp_path: Path, order: tuple[str, ...]) -> None:
    desk = Desk(tmp_path)
    desk.start("thief", "agent")
    desk.born("founder", name="A", phone="1")
    desk.sync()

    def act(what: str) -> None:
        if what == "write":
            desk.edit("thief", phone="666")
            desk.engines["thief"].seal()
            desk.engines["thief"].publish()
        elif what == "revoke":
            thief = desk.members["thief"].station
            revoke(desk.members["founder"], desk.relay, thief, desk.surroundings)
        else:
            desk.edit("agent", name="D")
        desk.sync("agent", rounds=1)

    for what in order:
        act(what)
    desk.sync("founder", "agent")
    assert desk.names_of("phone", "founder", "agent") == {"1"}
    assert desk.names_of("name", "founder", "agent") == {"D"}
    assert same(desk.homes["founder"], desk.homes["agent"])
    desk.close()


def put_setting(desk: Desk, name: str, value: str) -> None:
    with desk.homes[name].write() as session:
        row = session.scalar(select(Setting).where(Setting.id == SHOP_KEY))
        if row is None:
            session.add(Setting(id=SHOP_KEY, scope="shop", key="k", value=value))
        else:
            row.value = value


def setting_of(desk: Desk, name: str) -> str | None:
    with desk.homes[name].read() as session:
        row = session.scalar(select(Setting).where(Setting.id == SHOP_KEY))
        return None if row is None else str(row.value)


def test_a_setting_of_the_shop_from_who_may_not_is_put_aside(desk: Desk) -> None:
    desk.start("agent", "other")
    put_setting(desk, "founder", "right")
    desk.sync()
    put_setting(desk, "agent", "wrong")
    desk.sync()
    assert {setting_of(desk, "founder"), setting_of(desk, "other")} == {"right"}
    assert desk.aside("founder") == desk.aside("other") == [("right", False)]


def test_it_is_taken_once_the_right_is_given_with_effect_from_then(desk: Desk) -> None:
    desk.start("agent", "other")
    put_setting(desk, "founder", "right")
    desk.sync()
    put_setting(desk, "agent", "wrong")
    desk.sync("agent", "other")
    # The founder has not read it: it comes after the grant in the agent's log.
    grant(desk.members["founder"], desk.relay, desk.members["agent"].station, root=False)
    desk.sync()
    assert {setting_of(desk, "founder"), setting_of(desk, "other")} == {"wrong"}
    assert desk.aside("other") == [("right", True)]


def test_a_right_withdrawn_with_effect_from_before_takes_it_back(desk: Desk) -> None:
    desk.start("manager", "other", manage=("manager",))
    put_setting(desk, "founder", "right")
    desk.sync()
    put_setting(desk, "manager", "late")
    with desk.homes["manager"].write() as session:
        session.add(Staff(login="x", name="X", created_at=1))
    desk.born("manager", name="kept")
    desk.sync("manager", "other")
    assert setting_of(desk, "other") == "late"
    withdraw(desk.members["founder"], desk.relay, desk.members["manager"].station)
    desk.sync()
    assert {setting_of(desk, "founder"), setting_of(desk, "other")} == {"right"}
    assert desk.names_of("name", "founder", "other") == {"kept"}
    with desk.homes["other"].read() as session:
        assert session.scalar(select(Staff)) is None
    assert same(desk.homes["founder"], desk.homes["other"])
    # Given back, and all of it counts again.
    desk.has_read("founder", desk.dev("manager"), 0)
    grant(desk.members["founder"], desk.relay, desk.members["manager"].station, root=False)


def test_a_right_withdrawn_with_effect_from_before_takes_it_out_of_snapshots_too(
    desk: Desk,
) -> None:
    """Another manager, who did not know yet, had vouched for it by a snapshot."""
    desk.start("manager", "second", manage=("manager", "second"))
    put_setting(desk, "founder", "right")
    desk.born("founder", name="kept")
    desk.sync()
    put_setting(desk, "manager", "late")
    desk.sync("manager", "second")
    maker = desk.engines["second"]
    maker.upkeep.snapshots.make(maker.seal)
    desk.hire("late", by="second")
    desk.sync("late", rounds=1)
    assert setting_of(desk, "late") == "late"
    withdraw(desk.members["founder"], desk.relay, desk.members["manager"].station)
    stations = ("founder", "second", "late")
    desk.sync(*stations)
    assert {setting_of(desk, name) for name in stations} == {"right"}
    assert desk.names_of("name", *stations) == {"kept"}
    # Who comes now does not begin with it either.
    desk.hire("last", by="second")
    desk.sync(*stations, "last")
    assert setting_of(desk, "last") == "right"
    assert same(*(desk.homes[name] for name in (*stations, "last")))
    made = maker.upkeep.snapshots.make(maker.seal)
    assert made.name in {o.name for o in desk.engines["last"].upkeep.snapshots.usable()}


def test_a_thief_can_not_write_for_an_earlier_place(desk: Desk) -> None:
    desk.start("thief", "agent")
    desk.born("founder", name="A")
    desk.sync()
    for name in ("B", "C", "D"):
        desk.edit("thief", name=name)
        desk.sync()
    revoke(desk.members["founder"], desk.relay, desk.members["thief"].station, desk.surroundings)
    # An old key, an old number, the thief's own signature: but another hash.
    thief, dev = desk.members["thief"], desk.dev("thief")
    writer = Writer(thief.shop, dev, thief.keys, thief.epochs[1])
    table, row = BY_NAME["customers"].number, ROW
    forged = Op(SET, table, row, 1 << 62, dev, (NAME,), ("forged",))
    (sealed,) = writer.seal([forged], 2)
    desk.relay.put_new(sealed.name, sealed.data)
    desk.hire("late")
    desk.sync("founder", "agent", "late")
    assert desk.names_of("name", "founder", "agent", "late") == {"D"}
    assert ("revoked", False) in desk.aside("agent")
    assert same(*(desk.homes[name] for name in ("founder", "agent", "late")))


def test_a_second_look_changes_nothing(desk: Desk) -> None:
    desk.start("thief", "agent")
    desk.born("founder", name="A")
    desk.sync()
    desk.edit("thief", name="C")
    desk.sync("thief", "agent")
    revoke(desk.members["founder"], desk.relay, desk.members["thief"].station, desk.surroundings)
    desk.sync("founder", "agent")
    with desk.homes["agent"].read() as session:
        before = session.scalar(text("SELECT max(seq) FROM change"))
    assert desk.engines["agent"].reader.judge_again()
    with desk.homes["agent"].read() as session:
        assert session.scalar(text("SELECT max(seq) FROM change")) == before


def test_after_a_revocation_only_the_others_read_on(desk: Desk) -> None:
    desk.start("thief", "agent")
    desk.born("founder", name="A")
    desk.sync()
    revoke(desk.members["founder"], desk.relay, desk.members["thief"].station, desk.surroundings)
    desk.edit("founder", name="secret")
    desk.sync()
    assert desk.names_of("name", "founder", "agent") == {"secret"}
    assert desk.names_of("name", "thief") == {"A"}
    desk.hire("late")
    desk.sync()
    assert desk.names_of("name", "late") == {"secret"}


def test_what_came_in_a_snapshot_is_taken_back_too(desk: Desk) -> None:
    desk.start("thief", "second", manage=("second",))
    desk.born("founder", name="A", phone="1")
    desk.sync()
    desk.edit("thief", name="B")
    desk.sync()
    desk.edit("thief", phone="666")
    desk.sync("thief", "second")
    maker = desk.engines["second"]
    maker.upkeep.snapshots.make(maker.seal)
    desk.hire("late", by="second")
    desk.sync("late", rounds=1)
    assert desk.names_of("phone", "late") == {"666"}
    revoke(desk.members["founder"], desk.relay, desk.members["thief"].station, desk.surroundings)
    founder = desk.engines["founder"]
    founder.upkeep.snapshots.make(founder.seal)
    desk.sync("founder", "second", "late")
    desk.clock.now += 3_600_000
    desk.sync("founder", "second", "late", rounds=3)
    assert desk.names_of("phone", "founder", "second", "late") == {"1"}
    assert desk.names_of("name", "founder", "second", "late") == {"B"}
    assert same(desk.homes["founder"], desk.homes["second"], desk.homes["late"])


def test_what_only_an_undone_snapshot_brought_is_read_again_from_the_first(desk: Desk) -> None:
    """It leaves no mark of what the folder had lost by then: that is no gap to read over."""
    desk.start("thief", "second", "late", manage=("second",))
    desk.born("thief", name="A", phone="1")
    desk.sync()
    for fields in ({"name": "B"}, {"city": "C"}):
        desk.edit("thief", **fields)
        desk.sync("thief", "second", "founder")
    desk.edit("thief", phone="666")
    desk.sync("thief", "second")
    log = f"ops/{desk.dev('thief'):016x}/"
    (lost,) = (name for name in desk.relay.list(log) if f"{2:010d}." in name)
    desk.relay.delete(lost)
    maker = desk.engines["second"]
    maker.upkeep.snapshots.make(maker.seal)
    snapshots = desk.engines["late"].upkeep.snapshots
    snapshots.heal(gap=True)
    assert desk.names_of("phone", "late") == {"666"}
    revoke(desk.members["founder"], desk.relay, desk.members["thief"].station, desk.surroundings)
    for _ in range(8):
        desk.sync("founder", "second", "late", rounds=1)
        desk.clock.now += 45_000
    assert desk.names_of("name", "founder", "second", "late") == {"B"}
    assert desk.names_of("city", "founder", "second", "late") == {"C"}
    assert desk.names_of("phone", "founder", "second", "late") == {"1"}


def test_a_log_is_read_on_over_what_had_no_effect_when_it_was_set_back(desk: Desk) -> None:
    """It is not undone with the snapshot that was, and not taken again: no gap either."""
    desk.start("thief", "second", "agent", "late", manage=("second",))
    desk.born("agent", name="A", phone="1")
    desk.sync(rounds=2)
    for fields in ({"phone": "666"}, {"city": "X"}):
        desk.edit("thief", **fields)
        desk.sync("thief", "second", rounds=2)
    maker = desk.engines["second"]
    maker.upkeep.snapshots.make(maker.seal)
    desk.engines["late"].upkeep.snapshots.heal(gap=True)
    for name in ("B", "C"):
        desk.edit("agent", name=name)
        desk.sync("agent", "late", rounds=2)
    with desk.homes["late"].write("system") as session:
        # As it is of a segment of which nothing was taken.
        session.execute(
            text("UPDATE sync_seen SET txn = 0 WHERE dev = :dev AND seq = 3"),
            {"dev": desk.dev("agent")},
        )
    revoke(desk.members["founder"], desk.relay, desk.members["thief"].station, desk.surroundings)
    desk.sync("founder", "late", rounds=2)
    desk.edit("agent", name="D")
    desk.sync("agent", "late", rounds=2)
    assert desk.names_of("phone", "late") == {"1"}
    assert desk.names_of("name", "agent", "late") == {"D"}


class NoRecords(MemoryRelay):
    """Takes everything but records, as long as `closed`."""

    closed = False

    def put_new(self, name: str, data: bytes) -> None:
        if self.closed and name.startswith("mem/"):
            raise RelayFull(name)
        super().put_new(name, data)


def test_nothing_is_published_before_the_record_of_its_key_lies_in_the_folder(
    tmp_path: Path,
) -> None:
    """Its writer may be put back from a backup: then nobody could ever open it."""
    relay = NoRecords()
    desk = Desk(tmp_path, relay)
    desk.start("agent")
    relay.closed = True
    desk.members["founder"].rotate(relay)
    desk.born("founder", name="A")
    before = set(relay.list("ops/"))
    desk.sync("founder", rounds=2)
    assert set(relay.list("ops/")) == before
    relay.closed = False
    desk.sync()
    assert desk.names_of("name", "agent") == {"A"}
    desk.close()


@pytest.mark.parametrize("copied", [True, False])
def test_what_a_station_wrote_that_was_let_in_for_nothing_waits_until_it_is_let_in_anew(
    desk: Desk, copied: bool
) -> None:
    desk.start("manager", "agent", "late", manage=("manager",))
    desk.born("late", name="B")
    desk.sync("late", "agent")
    assert desk.customer("agent") is not None
    if not copied:
        with desk.homes["agent"].write("system") as session:
            session.execute(text("DELETE FROM sync_copy"))
    founder, manager, late = (desk.members[name] for name in ("founder", "manager", "late"))
    withdraw_without(manager, founder.station, approval_of(late.station, by=founder))
    desk.sync("manager", "agent")
    assert late.station not in desk.members["agent"].judgement.standing()
    assert desk.customer("agent") is None
    public = late.keys.public
    wraps = manager.wraps_for(public)
    anew = Approve(public.signing, public.wrapping, b"", b"anew----", False, wraps, b"")
    manager.publish(anew, desk.relay)
    desk.sync("manager", "agent")
    assert desk.names_of("name", "manager", "agent", "late") == {"B"}


def test_what_was_read_again_without_effect_is_taken_back_all_the_same(desk: Desk) -> None:
    """Its log was set back for what came with somebody else's words; its own rows had stayed."""
    desk.start("other", "thief", "agent")
    with desk.homes["other"].write() as session:
        session.add(Customer(platform="taobao", shop="s", nick="m", created_at=1))
    desk.sync("other", "agent")
    desk.born("thief", name="B")
    desk.sync("thief", "agent")
    with desk.homes["agent"].write("system") as session:
        session.execute(text("DELETE FROM sync_copy"))
    for name in ("other", "thief"):
        assert desk.customer("agent") is not None
        # The founder has read neither.
        station = desk.members[name].station
        revoke(desk.members["founder"], desk.relay, station, desk.surroundings)
        desk.sync("agent")
    assert desk.customer("agent") is None
