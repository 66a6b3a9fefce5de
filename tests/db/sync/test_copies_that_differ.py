"""Where a sync client copies the folder, one copy may lack for ever what all others have."""

from collections.abc import Set as AbstractSet
from pathlib import Path

import pytest
from sqlalchemy import select

from db.ids import new_id
from db.models import Customer
from db.sync.engine import Engine
from db.sync.relay import MemoryRelay, NotThere, Relay
from tests.db.sync.homes import Clock, Home, Register
from tests.db.sync.shops import Shop


class CountingRelay(MemoryRelay):
    """What all copies are made of: a file put anew is copied anew."""

    def __init__(self) -> None:
        super().__init__()
        self.puts: dict[str, int] = {}

    def put_new(self, name: str, data: bytes) -> None:
        if name not in self._files:
            self.puts[name] = self.puts.get(name, 0) + 1
        super().put_new(name, data)


class Copy:
    """One station's copy; what it `lost` comes back only when it is put anew."""

    unreadable: AbstractSet[str] = frozenset()

    def __init__(self, share: CountingRelay) -> None:
        self.share = share
        self._lost: dict[str, int] = {}

    def lose(self, name: str) -> None:
        self._lost[name] = self.share.puts[name]

    def list(self, prefix: str, after: str = "") -> list[str]:
        return [name for name in self.share.list(prefix, after) if self._has(name)]

    def get(self, name: str) -> bytes:
        if not self._has(name):
            raise NotThere(name)
        return self.share.get(name)

    def put_new(self, name: str, data: bytes) -> None:
        self.share.put_new(name, data)

    def delete(self, name: str) -> None:
        self.share.delete(name)

    def _has(self, name: str) -> bool:
        return self._lost.get(name, 0) < self.share.puts.get(name, 1)


def nicks(home: Home) -> set[str]:
    with home.db.read() as session:
        return set(session.scalars(select(Customer.nick)))


def test_a_segment_that_one_copy_lacks_is_put_anew_after_a_while(tmp_path: Path) -> None:
    share, register, clock = CountingRelay(), Register(), Clock()
    copy = Copy(share)
    a = Home(tmp_path / "a", "a", share, register, clock)
    b = Home(tmp_path / "b", "b", copy, register, clock)
    register.workers |= {a.station, b.station}  # nobody makes a snapshot that would do as well
    with a.db.write() as session:
        session.add(Customer(id=new_id(), nick="小明", created_at=1))
    a.sync()
    (name,) = share.list("ops/")
    copy.lose(name)
    for _ in range(40):
        b.sync()
        a.sync()
        clock.sleep(10)
    assert nicks(b) == {"小明"}
    assert share.puts[name] == 2
    a.close()
    b.close()


@pytest.fixture
def relay() -> Relay:
    return CountingRelay()


def engine(shop: Shop, name: str, relay: Relay) -> Engine:
    return Engine(shop.homes[name], relay, shop.members[name], shop.surroundings, app="1.0")


def test_a_key_whose_record_one_copy_lacks_is_asked_for(shop: Shop) -> None:
    assert isinstance(shop.relay, CountingRelay)
    founder = shop.found()
    shop.admit("second")
    copy = Copy(shop.relay)
    first, second = engine(shop, "founder", shop.relay), engine(shop, "second", copy)
    for one in (first, second, first):
        one.pass_once(full=True)
    known = set(shop.relay.list("mem/"))
    founder.rotate(shop.relay)
    for name in set(shop.relay.list("mem/")) - known:
        copy.lose(name)
    with shop.homes["founder"].write() as session:
        session.add(Customer(id=new_id(), nick="小明", created_at=1))
    failures = list[str]()
    for _ in range(60):
        first.pass_once(full=True)
        failures += second.pass_once(full=True).failures
        shop.clock.now += 10_000
    assert "no_key" in failures
    with shop.homes["second"].read() as session:
        assert session.scalars(select(Customer.nick)).all() == ["小明"]
    assert shop.relay.list("ask/") == []
    assert all(puts <= 2 for name, puts in shop.relay.puts.items() if name.startswith("mem/"))
