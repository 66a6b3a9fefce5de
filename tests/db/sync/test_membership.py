"""Who is in a shop and may manage it: the same on every station, whatever came first."""

import random
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.sync.admission import approve, grant, invite, pending
from db.sync.exclusion import LastManager, renew_root, revoke, withdraw
from db.sync.judgement import Judgement
from db.sync.judging import judge
from db.sync.keys import RootKey, StationKeys
from db.sync.manifests import Place
from db.sync.membership import EpochWanted, ShopMembership
from db.sync.records import (
    Announce,
    Approve,
    Epoch,
    Found,
    Record,
    RecordFault,
    Recover,
    Revoke,
    make_record,
    read_record,
    station_id,
)
from db.sync.rights import admits, counts
from tests.db.sync.shops import START, Shop


def judged(member: ShopMembership, *more: Record) -> Judgement:
    return judge([*member.records.values(), *more], member.founding_root)


def test_a_founder_is_in_manages_and_holds_the_root(shop: Shop) -> None:
    founder = shop.found()
    assert founder.member
    assert founder.manager
    assert founder.root is not None
    assert founder.current.number == 1
    assert founder.names() == {founder.station: "founder"}


def test_who_was_let_in_reads_all_and_may_not_manage(shop: Shop) -> None:
    founder = shop.found()
    founder.rotate(shop.relay)
    agent = shop.admit("agent")
    assert agent.member
    assert not agent.manager
    assert agent.root is None
    assert dict(agent.epochs) == dict(founder.epochs)
    assert len(agent.epochs) == 2
    assert agent.current == founder.current
    assert agent.blob_key == founder.blob_key
    assert agent.names() == founder.names()
    assert set(founder.names().values()) == {"founder", "agent"}


def test_a_station_that_only_asked_reads_nothing(shop: Shop) -> None:
    founder = shop.found()
    asked = shop.ask("agent", invite(founder, shop.relay, "My shop", shop.surroundings))
    shop.settle()
    assert not asked.member
    assert not asked.epochs
    assert set(asked.names().values()) == {""}
    with pytest.raises(EpochWanted):
        _ = asked.current


def test_an_incarnation_belongs_to_the_station_whose_key_made_its_number(shop: Shop) -> None:
    founder = shop.found()
    agent = shop.admit("agent")
    dev = shop.incarnate("agent")
    assert founder.station_of(dev) == agent.station
    signer = founder.signer(dev)
    assert signer == agent.keys.public
    assert founder.accepts(dev, 5)
    assert not founder.may_manage(dev, 5)
    # The founder claims the number of the agent: its own key does not make it.
    nonce = shop.members["agent"]._vault.secret(f"dev-{dev:016x}")
    founder.publish(Announce(dev, nonce), shop.relay)
    shop.settle()
    assert agent.station_of(dev) == founder.station_of(dev) == agent.station


def test_nobody_vouches_for_an_unknown_incarnation(shop: Shop) -> None:
    founder = shop.found()
    assert founder.signer(77) is None
    assert not founder.accepts(77, 1)
    assert not founder.may_manage(77, 1)


def test_an_incarnation_of_who_is_not_in_yet_counts_once_it_is(shop: Shop) -> None:
    founder = shop.found()
    asked = shop.ask("agent", invite(founder, shop.relay, "My shop", shop.surroundings))
    dev = shop.incarnate("agent")
    assert founder.signer(dev) is None
    (waiting,) = pending(founder, shop.relay, shop.clock())
    approve(founder, shop.relay, waiting, manage=False)
    shop.settle()
    assert founder.signer(dev) == asked.keys.public


def test_forged_records_count_for_nothing(shop: Shop) -> None:
    founder = shop.found()
    agent = shop.admit("agent")
    stranger = StationKeys.generate()
    public = stranger.public
    welcome = Approve(public.signing, public.wrapping, b"", bytes(8), True, (), b"")
    recover = Recover(founder.judgement.root, public.signing, public.wrapping, b"")
    own_root = RootKey.generate()
    found = Found(
        own_root.public, bytes(32), False, public.signing, public.wrapping, b""
    )  # fmt: skip
    forged = [
        make_record(shop.marker.shop, stranger, START, welcome),
        make_record(shop.marker.shop, agent.keys, START, welcome),  # who may not manage
        make_record(shop.marker.shop, stranger, START, recover),
        make_record(shop.marker.shop, stranger, START, recover, own_root),
        make_record(shop.marker.shop, stranger, START, found, own_root),
        make_record(
            shop.marker.shop, agent.keys, START, Revoke(founder.station, (), (), b"", b"", ())
        ),
        make_record(shop.marker.shop, agent.keys, START, Epoch(9 << 16, ())),
    ]
    before, after = judged(founder), judged(founder, *forged)
    assert after.members == before.members
    assert after.managers() == before.managers()
    assert after.revoked == {}
    assert after.epochs == before.epochs


def test_a_stolen_signature_does_not_fit_another_record(shop: Shop) -> None:
    founder = shop.found()
    shop.admit("agent")
    revocation = Revoke(shop.members["agent"].station, (), (), b"", b"", ())
    made = make_record(shop.marker.shop, StationKeys.generate(), START, revocation)
    theirs = next(r for r in founder.records.values() if isinstance(r.fact, Approve))
    forged = made.data.replace(made.signer, founder.station)
    forged = forged[:-66] + theirs.data[-66:]
    try:
        record = read_record(forged, shop.marker.shop)
    except RecordFault:
        return
    assert judged(founder, record).revoked == {}


def test_a_replayed_approval_brings_nobody_back(shop: Shop) -> None:
    founder = shop.found()
    agent = shop.admit("agent")
    approval = next(r for r in founder.records.values() if isinstance(r.fact, Approve))
    revoke(founder, shop.relay, agent.station, shop.surroundings)
    again = make_record(shop.marker.shop, founder.keys, shop.clock(), approval.fact)
    shop.settle()
    for judgement in (judged(founder, approval), judged(founder, approval, again)):
        assert agent.station not in judgement.standing()


def test_a_revoked_station_gets_no_new_key_and_the_others_do(shop: Shop) -> None:
    founder = shop.found()
    agent, other = shop.admit("agent"), shop.admit("other")
    revoke(founder, shop.relay, agent.station, shop.surroundings)
    shop.settle()
    assert founder.current == other.current
    assert founder.current.number not in agent.epochs
    assert not agent.member
    with pytest.raises(EpochWanted):
        _ = agent.current


def test_a_revoked_log_ends_at_the_pin(shop: Shop) -> None:
    founder = shop.found()
    agent = shop.admit("agent")
    first, second = shop.incarnate("agent"), shop.incarnate("agent")
    for seq in (2, 5, 6, 7):
        shop.has_read("founder", first, seq)
    revoke(founder, shop.relay, agent.station, shop.surroundings)
    late = agent.new_dev(shop.surroundings.random)
    agent.announce(shop.relay, late)
    shop.settle()
    assert founder.accepts(first, 7)
    assert not founder.accepts(first, 8)
    assert not founder.accepts(second, 1)
    assert not founder.accepts(late, 1)
    pin = founder.pin(first)
    assert pin is not None
    assert pin.seq == 7
    assert pin.digests8 == {(7).to_bytes(8, "big")}
    assert pin.known == {(seq, seq.to_bytes(8, "big")) for seq in (5, 6, 7)}
    known, forged = (Place(first, 6, digest) for digest in ((6).to_bytes(8, "big"), b"forged88"))
    assert counts(founder, known)
    assert not counts(founder, forged)
    # What lies before is not named: who has it keeps it, nobody takes it from the folder.
    early = Place(first, 4, b"whatever")
    assert counts(founder, early)
    assert not admits(founder, early)
    assert admits(founder, known)
    assert founder.pin(shop.incarnate("founder")) is None


def test_records_that_a_revoked_manager_makes_afterwards_count_for_nothing(shop: Shop) -> None:
    founder = shop.found()
    manager = shop.admit("manager", manage=True)
    revoke(founder, shop.relay, manager.station, shop.surroundings)
    friend = StationKeys.generate().public
    welcome = Approve(friend.signing, friend.wrapping, b"", bytes(8), True, (), b"")
    late = make_record(shop.marker.shop, manager.keys, START - 9**9, welcome)
    assert len(judged(founder, late).members) == 2


def test_two_managers_who_shut_each_other_out(shop: Shop) -> None:
    founder = shop.found()
    manager = shop.admit("manager", manage=True)
    seen_by_founder = list(founder.records.values())
    revoke(manager, shop.relay, founder.station, shop.surroundings)
    mutual = make_record(
        shop.marker.shop,
        founder.keys,
        shop.clock(),
        Revoke(
            manager.station,
            (),
            tuple(r.digest for r in seen_by_founder if r.signer == manager.station),
            b"",
            b"",
            (),
        ),
    )
    together = judged(manager, mutual)
    assert together.managers() == [founder.station]


def test_a_right_that_is_withdrawn_and_given_back(shop: Shop) -> None:
    founder = shop.found()
    manager = shop.admit("manager", manage=True)
    dev = shop.incarnate("manager")
    assert founder.may_manage(dev, 1)
    shop.has_read("founder", dev, 4)
    withdraw(founder, shop.relay, manager.station)
    shop.settle()
    assert manager.station not in manager.judgement.managers()
    assert founder.may_manage(dev, 4)
    assert not founder.may_manage(dev, 5)
    assert founder.accepts(dev, 5)
    shop.has_read("founder", dev, 9)
    grant(founder, shop.relay, manager.station, root=False)
    shop.settle()
    assert manager.manager
    assert [founder.may_manage(dev, n) for n in (4, 5, 9, 10, 11)] == [
        True, False, False, True, True,
    ]  # fmt: skip


def test_a_new_incarnation_of_who_may_no_longer_manage_does_not_either(shop: Shop) -> None:
    founder = shop.found()
    manager = shop.admit("manager", manage=True)
    withdraw(founder, shop.relay, manager.station)
    dev = shop.incarnate("manager")
    assert founder.accepts(dev, 1)
    assert not founder.may_manage(dev, 1)


def test_the_last_manager_can_not_be_shut_out(shop: Shop) -> None:
    founder = shop.found()
    shop.admit("agent")
    with pytest.raises(LastManager):
        revoke(founder, shop.relay, founder.station, shop.surroundings)
    with pytest.raises(LastManager):
        withdraw(founder, shop.relay, founder.station)


def test_the_root_is_passed_on_and_renewed_when_a_holder_goes(shop: Shop) -> None:
    founder = shop.found()
    second, third = (shop.admit(name, manage=True, root=True) for name in ("second", "third"))
    old = second._passed_roots()[-1]
    revoke(founder, shop.relay, second.station, shop.surroundings)
    shop.settle()
    assert second.root is None
    assert third.root is not None
    assert founder.root is not None
    assert third.root.secret == founder.root.secret != old
    # The old root still signs, and nobody listens.
    friend = StationKeys.generate()
    back = Recover(RootKey(old).public, friend.public.signing, friend.public.wrapping, b"")
    late = make_record(shop.marker.shop, friend, START, back, RootKey(old))
    assert len(judged(founder, late).members) == 3


def test_a_renewed_root_can_open_all_keys(shop: Shop) -> None:
    founder = shop.found()
    founder.rotate(shop.relay)
    renew_root(founder, shop.relay, shop.surroundings)
    shop.settle()
    root = founder.root
    assert root is not None
    held = {n for n, to in founder.judgement.wraps if to == station_id(root.public)}
    assert held == set(founder.epochs)


def test_who_joined_while_another_rotated_gets_the_key_from_a_manager(shop: Shop) -> None:
    founder = shop.found()
    manager = shop.admit("manager", manage=True)
    agent = shop.ask("agent", invite(founder, shop.relay, "My shop", shop.surroundings))
    (waiting,) = pending(founder, shop.relay, shop.clock())
    # Both act without having heard of the other.
    approve(founder, None, waiting, manage=False)
    epoch = manager.rotate(None)
    shop.settle()
    assert agent.epochs.get(epoch.number) == epoch
    assert agent.current == epoch == founder.current


def test_the_folder_gets_back_the_records_it_lost(shop: Shop) -> None:
    founder = shop.found()
    shop.admit("agent")
    for name in shop.relay.list("mem/"):
        shop.relay.delete(name)
    shop.members["agent"].refresh(shop.relay)
    assert set(shop.relay.list("mem/")) == set(founder.records)


def test_a_record_that_was_damaged_in_the_folder_is_put_back_by_who_holds_it(shop: Shop) -> None:
    founder, agent = shop.found(), shop.admit("agent")
    before = set(shop.relay.list("mem/"))
    made = founder.rotate(shop.relay)
    (name,) = set(shop.relay.list("mem/")) - before
    whole = shop.relay.get(name)
    shop.relay.delete(name)
    shop.relay.put_new(name, whole[:40] + b"?" + whole[41:])
    for _ in range(8):
        shop.clock.now += 70_000
        founder.refresh(shop.relay)
        agent.refresh(shop.relay)
    assert shop.relay.get(name) == whole
    assert made.number in agent.epochs


def test_records_made_while_the_folder_is_away_reach_it_later(shop: Shop) -> None:
    founder = shop.found()
    made = founder.publish(Announce(1, b""), None)
    assert made.data not in {shop.relay.get(n) for n in shop.relay.list("mem/")}
    founder.refresh(shop.relay)
    assert made.data in {shop.relay.get(n) for n in shop.relay.list("mem/")}


def test_a_manager_sees_that_somebody_asks(shop: Shop) -> None:
    founder = shop.found()
    shop.admit("agent")
    assert founder.asking == 0
    shop.ask("other", invite(founder, shop.relay, "My shop", shop.surroundings))
    shop.settle()
    assert founder.asking == 1
    assert shop.members["agent"].asking == 0
    (waiting,) = pending(founder, shop.relay, shop.clock())
    approve(founder, shop.relay, waiting, manage=False)
    shop.settle()
    assert founder.asking == 0
    assert not [name for name in shop.relay.list("mem/") if name.endswith(".kdq")]


def test_a_request_that_the_folder_lost_is_put_back(shop: Shop) -> None:
    founder = shop.found()
    asked = shop.ask("agent", invite(founder, shop.relay, "My shop", shop.surroundings))
    (name,) = [name for name in shop.relay.list("mem/") if name.endswith(".kdq")]
    shop.relay.delete(name)
    asked.refresh(shop.relay)
    assert name in shop.relay.list("mem/")


def test_strangers_files_are_passed_over(shop: Shop) -> None:
    founder = shop.found()
    shop.relay.put_new(f"mem/{9:010d}.{'a' * 16}.kdm", b"garbage")
    shop.relay.put_new("mem/readme.txt", b"hello")
    assert founder.refresh(shop.relay) is False


def _history(shop: Shop) -> ShopMembership:
    founder = shop.found()
    second = shop.admit("second", manage=True, root=True)
    shop.admit("agent", by="second")
    dev = shop.incarnate("agent")
    shop.has_read("founder", dev, 3)
    manager = shop.admit("manager", by="second", manage=True)
    withdraw(founder, shop.relay, manager.station)
    revoke(manager, None, second.station, shop.surroundings)
    revoke(founder, shop.relay, second.station, shop.surroundings)
    grant(founder, shop.relay, manager.station, root=False)
    revoke(founder, shop.relay, shop.members["agent"].station, shop.surroundings)
    shop.settle()
    return founder


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShopMembership]:
    shop = Shop(tmp_path_factory.mktemp("history"))
    yield _history(shop)
    shop.close()


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), shuffler=st.randoms(use_true_random=False))
def test_the_judgement_depends_on_the_set_alone(
    history: ShopMembership, data: st.DataObject, shuffler: random.Random
) -> None:
    records = list(history.records.values())
    some = data.draw(st.lists(st.sampled_from(records), unique=True))
    shuffled = [*some, *some[:2]]
    shuffler.shuffle(shuffled)
    first, second = judge(some, history.founding_root), judge(shuffled, history.founding_root)
    assert first == second


def test_stations_that_read_in_any_order_agree(shop: Shop) -> None:
    founder = _history(shop)
    for member in shop.members.values():
        assert member.judgement.members == founder.judgement.members
        assert member.judgement.revoked == founder.judgement.revoked
        assert member.judgement.managers() == founder.judgement.managers()
