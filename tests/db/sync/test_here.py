"""Who is at which desk: written seldom, read from a listing, gone when silent."""

import os
from types import SimpleNamespace
from typing import Any

import pytest

from db.sync.here import ALIVE_MS, GONE_MS, LEAST_MS, HereBoard
from db.sync.keys import StationKeys, new_epoch
from db.sync.relay import MemoryRelay
from db.sync.surroundings import Surroundings
from db.sync.whereabouts import Here

KEYS = {1: StationKeys.generate(), 2: StationKeys.generate()}
EPOCH = new_epoch(1)
LI = Here(b"staff-li", "小丽", b"conversation-17", types=True)


class Clock:
    now = 1_700_000_000_000

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def _board(relay: MemoryRelay, dev: int, clock: Clock) -> HereBoard:
    membership: Any = SimpleNamespace(
        shop=b"shop0001",
        keys=KEYS[dev],
        current=EPOCH,
        epochs={1: EPOCH},
        signer=lambda other: KEYS[other].public if other in KEYS else None,
    )
    around = Surroundings(now_ms=clock, random=os.urandom)
    return HereBoard(relay, membership, lambda: dev, around)


def test_a_colleague_is_seen_where_they_are(relay: MemoryRelay, clock: Clock) -> None:
    one, two = _board(relay, 1, clock), _board(relay, 2, clock)
    assert one.say(LI)
    (seen,) = two.look()
    assert (seen.name, seen.views, seen.types) == ("小丽", b"conversation-17", True)
    assert one.look() == []


def test_a_station_writes_seldom_and_keeps_one_file(relay: MemoryRelay, clock: Clock) -> None:
    one = _board(relay, 1, clock)
    one.say(LI)
    clock.now += LEAST_MS - 1
    assert not one.say(Here(b"staff-li", "小丽", b"another"))
    clock.now += 1
    assert not one.say(LI)
    assert one.say(Here(b"staff-li", "小丽", b"another"))
    clock.now += ALIVE_MS
    assert one.say(Here(b"staff-li", "小丽", b"another"))
    assert len(relay.list("here/")) == 1


def test_who_is_silent_is_gone_whatever_the_clocks_say(relay: MemoryRelay, clock: Clock) -> None:
    ahead = Clock()
    ahead.now += 3_600_000
    one, two = _board(relay, 1, ahead), _board(relay, 2, clock)
    one.say(LI)
    two.look()
    ahead.now += ALIVE_MS
    one.say(LI)
    assert len(two.look()) == 1
    clock.now += GONE_MS + 1
    assert two.look() == []


def test_what_a_crashed_station_left_is_nobody(relay: MemoryRelay, clock: Clock) -> None:
    _board(relay, 1, clock).say(LI)
    clock.now += 3_600_000
    assert _board(relay, 2, clock).look() == []


def test_leaving_shows_at_once(relay: MemoryRelay, clock: Clock) -> None:
    one, two = _board(relay, 1, clock), _board(relay, 2, clock)
    one.say(LI)
    assert two.look()
    one.leave()
    assert two.look() == []


def test_strangers_and_damaged_files_are_nobody(relay: MemoryRelay, clock: Clock) -> None:
    relay.put_new("here/00000000000000ff.0000000001.kdp", b"x" * 300)
    relay.put_new("here/readme.txt", b"x")
    assert _board(relay, 1, clock).look() == []


def test_names_and_ids_are_not_readable(relay: MemoryRelay, clock: Clock) -> None:
    _board(relay, 1, clock).say(LI)
    data = relay.get(relay.list("here/")[0])
    assert b"staff-li" not in data
    assert "小丽".encode() not in data
