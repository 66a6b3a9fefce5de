"""Managers who take the right from each other, or shut each other out, before either has heard."""

import pytest

from db.sync import exclusion, intake
from db.sync.admission import grant
from db.sync.exclusion import revoke, withdraw
from db.sync.keys import StationKeys
from db.sync.membership import ShopMembership
from db.sync.records import (
    NONCE_BYTES,
    Announce,
    Approve,
    Fact,
    Record,
    Withdraw,
    incarnation,
    make_record,
    record_name,
    station_id,
)
from db.sync.relay import MemoryRelay
from tests.db.sync.shops import START, Shop


def approval_of(station: bytes, by: ShopMembership) -> bytes:
    """The hash of the record that let a station in."""
    facts = ((r.digest, r.fact) for r in by.records.values())
    return next(
        digest
        for digest, fact in facts
        if isinstance(fact, Approve) and station_id(fact.signing) == station
    )


def withdraw_without(by: ShopMembership, station: bytes, unknown: bytes) -> Record:
    """Take the right from a station without having heard of one of its records."""
    known = (r.digest for r in by.records.values() if r.signer == station)
    fact = Withdraw(station, (), tuple(sorted(d for d in known if d != unknown)))
    return by.publish(fact, None)


def announced(keys: StationKeys, number: int) -> Announce:
    nonce = number.to_bytes(NONCE_BYTES, "big")
    return Announce(incarnation(keys.public.signing, nonce), nonce)


def put(shop: Shop, keys: StationKeys, fact: Fact) -> Record:
    record = make_record(shop.marker.shop, keys, START, fact)
    shop.relay.put_new(record_name(1, record), record.data)
    return record


def outcome(member: ShopMembership) -> tuple[list[bytes], list[bytes], set[bytes], set[bytes]]:
    judged = member.judgement
    cuts = [*judged.withdrawn.values(), *judged.revoked.values()]
    standing, digests = sorted(judged.standing()), {cut.digest for some in cuts for cut in some}
    return standing, judged.managers(), digests, {r.digest for r in member.records.values()}


@pytest.mark.parametrize("shut_out", [False, True])
def test_a_right_that_is_given_back_unknowing_leaves_both_managing(
    shop: Shop, shut_out: bool
) -> None:
    founder = shop.found()
    manager = shop.admit("manager", manage=True)
    withdraw(founder, None, manager.station)
    if shut_out:
        revoke(manager, None, founder.station, shop.surroundings)
    else:
        withdraw(manager, None, founder.station)
    grant(founder, None, manager.station, root=False)
    shop.settle()
    assert founder.judgement.managers() == [founder.station, manager.station]
    assert outcome(founder) == outcome(manager)
    assert founder.judgement.revoked == {}


def test_a_right_that_was_given_back_takes_it_from_who_gave_it(shop: Shop) -> None:
    founder = shop.found()
    manager = shop.admit("manager", manage=True)
    withdraw(founder, shop.relay, manager.station)
    shop.settle()
    grant(founder, shop.relay, manager.station, root=False)
    shop.settle()
    withdraw(manager, shop.relay, founder.station)
    shop.settle()
    assert founder.judgement.managers() == [manager.station]


def test_a_manager_may_give_its_own_right_up(shop: Shop) -> None:
    founder = shop.found()
    manager = shop.admit("manager", manage=True)
    withdraw(founder, shop.relay, founder.station)
    shop.settle()
    assert founder.judgement.managers() == manager.judgement.managers() == [manager.station]


@pytest.mark.parametrize("ignorant", [0, 1])
def test_somebody_manages_though_two_take_the_right_from_who_let_them_in(
    shop: Shop, ignorant: int
) -> None:
    """Neither had heard of the other: so neither would be in by the other's word."""
    founder = shop.found()
    pair = [shop.admit(name, manage=True) for name in ("one", "two")]
    pair.sort(key=lambda member: member.station, reverse=bool(ignorant))
    first, second = pair
    withdraw_without(first, founder.station, approval_of(second.station, founder))
    grant(first, None, founder.station, root=False)
    withdraw_without(second, founder.station, approval_of(first.station, founder))
    shop.settle()
    assert founder.judgement.managers()
    assert outcome(founder) == outcome(first) == outcome(second)


@pytest.mark.parametrize("ignorant", [0, 1])
def test_who_hears_of_two_words_in_another_order_comes_to_hold_and_judge_the_same(
    shop: Shop, ignorant: int
) -> None:
    founder = shop.found()
    pair = [shop.admit(name, manage=True) for name in ("one", "two")]
    pair.sort(key=lambda member: member.station)
    late, early = pair[1 - ignorant], pair[ignorant]
    before, after = shop.admit("before"), shop.admit("after")
    # The one that has not heard how the other came in puts it out of the shop with its word.
    withdraw(late, None, founder.station)
    careless = withdraw_without(early, founder.station, approval_of(late.station, founder))
    elsewhere = MemoryRelay()
    for name in shop.relay.list("mem/"):
        elsewhere.put_new(name, shop.relay.get(name))
    elsewhere.put_new(record_name(99, careless), careless.data)
    after.refresh(elsewhere)
    late.refresh(shop.relay)
    before.refresh(shop.relay)
    shop.settle()
    assert outcome(before) == outcome(after) == outcome(founder)
    assert before.judgement.managers() == [early.station]


def test_what_is_kept_of_stations_that_are_in_no_more_has_a_bound(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "MOST_OF_REVOKED", 5)
    founder, thief = shop.found(), shop.admit("thief", manage=True)
    other = shop.admit("other")
    revoke(founder, shop.relay, thief.station, shop.surroundings)
    shop.settle()
    before, friend = len(other.records), StationKeys.generate()
    public = friend.public
    put(
        shop, thief.keys, Approve(public.signing, public.wrapping, b"", bytes(8), True, (), b"")
    )  # fmt: skip
    for number in range(30):
        put(shop, friend, announced(friend, number))
    for _ in range(3):
        shop.settle()
    kept = [r for r in other.records.values() if r.signer == station_id(public.signing)]
    assert len(kept) == 5
    assert len(other.records) == before + 6
    assert station_id(public.signing) not in other.judgement.members


def test_a_flood_of_records_shields_nobody_from_whom_he_gave_the_right(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exclusion, "NAMED", 3)
    founder, thief = shop.found(), shop.admit("thief", manage=True)
    agent = shop.admit("agent")
    for number in range(20):
        put(shop, thief.keys, announced(thief.keys, number))
    shop.settle()
    grant(thief, shop.relay, agent.station, root=False)
    shop.settle()
    revoke(agent, shop.relay, thief.station, shop.surroundings)
    shop.settle()
    assert thief.station in founder.judgement.revoked
    assert agent.station in founder.judgement.managers()


def test_a_key_that_came_to_nothing_reaches_who_was_shut_out_by_the_same_word(shop: Shop) -> None:
    founder = shop.found()
    manager, agent = shop.admit("manager", manage=True), shop.admit("agent")
    # For a while the manager's word counts, at home: the new key seals what is written there.
    revoke(manager, None, agent.station, shop.surroundings)
    key = manager.current
    assert agent.station not in {
        to for number, to in manager.judgement.wraps if number == key.number
    }
    revoke(founder, None, manager.station, shop.surroundings)
    shop.settle()
    assert agent.member
    assert key.number not in founder.judgement.epochs
    assert agent.epochs.get(key.number) == key
    assert agent.current == founder.current != key


def test_and_who_alone_manages_by_then_gets_it_from_anybody(shop: Shop) -> None:
    """No other manager has the key: those who seal with it pass it on, each in their turn."""
    founder = shop.found()
    manager, other = shop.admit("manager", manage=True), shop.admit("other", manage=True)
    shop.admit("agent")
    revoke(manager, None, other.station, shop.surroundings)
    key = manager.current
    withdraw(founder, None, manager.station)
    withdraw(other, None, founder.station)
    for _ in range(4):
        shop.clock.now += 60_000
        shop.settle()
    assert other.judgement.managers() == [other.station]
    assert key.number not in other.judgement.epochs
    assert other.epochs.get(key.number) == key
    assert other.current == founder.current != key
