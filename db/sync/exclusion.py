"""Taking the right to manage, and shutting stations out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from db.sync.admission import pass_root
from db.sync.judgement import Judgement
from db.sync.keys import RootKey, StationPublic
from db.sync.membership import ShopMembership
from db.sync.records import (
    Approve,
    Found,
    Grant,
    Record,
    Recover,
    Revoke,
    Withdraw,
    station_id,
)
from db.sync.relay import Relay
from db.sync.surroundings import Surroundings

PINNED: Final = 20_000
"""Segments named by their hashes in a revocation; what came before, snapshots hold long since."""

NAMED: Final = 10_000
"""Records of the station that a revocation or withdrawal names."""


class LastManager(ValueError):
    """Nobody would be left to let stations in or shut them out."""


def withdraw(
    membership: ShopMembership,
    relay: Relay | None,
    station: bytes,
    surroundings: Surroundings | None = None,
) -> Record:
    """Take the right `manage` from a station; what it did with it so far stands.

    If it knows the root key and this station does too, the shop gets a new one: with the old it
    could come back as a manager.
    """
    _keep_a_manager(membership.judgement, station)
    pins = _pins(membership, station, membership.known_run)
    fact = Withdraw(station, pins, _known_records(membership, station))
    record = membership.publish(fact, relay)
    if station in membership.judgement.roots_held and membership.root is not None:
        renew_root(membership, relay, surroundings or Surroundings())
    return record


def revoke(
    membership: ShopMembership, relay: Relay | None, station: bytes, surroundings: Surroundings
) -> Record:
    """Shut a station out: its log ends where this station has read it, and new keys are drawn.

    What it wrote with clocks of no honest time, and all after it, is taken back.

    Read the folder to its end first. If it knew the root key and this station does too, the shop
    gets a new one: older recovery sheets are void then.
    """
    _keep_a_manager(membership.judgement, station)
    pins = _pins(membership, station, membership.known_run_before_harm)
    old = membership.root if station in membership.judgement.roots_held else None
    record = _exclude(membership, relay, station, pins, old, surroundings)
    membership.rotate(relay)
    membership.mend(relay)
    return record


def renew_root(
    membership: ShopMembership, relay: Relay | None, surroundings: Surroundings
) -> Record:
    """Give the shop a new root key: older recovery sheets are void from now on.

    Raises `LookupError` where this station does not hold the root key.
    """
    old = membership.root
    if old is None:
        raise LookupError("this station does not hold the root key")
    record = _exclude(membership, relay, b"", (), old, surroundings)
    membership.mend(relay)
    return record


def _exclude(
    membership: ShopMembership,
    relay: Relay | None,
    station: bytes,
    pins: tuple[tuple[int, int, bytes], ...],
    old: RootKey | None,
    surroundings: Surroundings,
) -> Record:
    known = _known_records(membership, station)
    if old is None:
        return membership.publish(Revoke(station, pins, known, b"", b"", ()), relay)
    new = RootKey(surroundings.random(32))
    # Kept first: once the record is out, nobody else could make another.
    membership.keep_root(new)
    wrapping = new.recipient.public.wrapping
    fact = Revoke(station, pins, known, new.public, wrapping, _saved(membership))
    record = membership.publish(fact, relay, old)
    _pass_on(membership, relay)
    return record


def _keep_a_manager(judgement: Judgement, station: bytes) -> None:
    if not set(judgement.managers()) - {station}:
        raise LastManager


def _pins(
    membership: ShopMembership,
    station: bytes,
    run: Callable[[int, int], list[tuple[int, bytes]]],
) -> tuple[tuple[int, int, bytes], ...]:
    """The ends of a station's logs as they are known here, with hashes as far back as there is room."""
    devs = sorted(dev for dev, owner in membership.judgement.devs.items() if owner == station)
    # It may have announced any number of incarnations that never wrote.
    written = [dev for dev in devs if membership.known_end(dev)[0]]
    most = PINNED // max(1, len(written))
    return tuple((dev, *known) for dev in written for known in run(dev, most))


def _known_records(membership: ShopMembership, station: bytes) -> tuple[bytes, ...]:
    """The records that a station made, those that came first: a flood must not hinder its end.

    Before all others what this station has its own right by: without that its word is void.
    """
    made = [record for record in membership.records.values() if record.signer == station]
    made.sort(key=lambda record: not _is_about(record, membership.station))
    return tuple(sorted(record.digest for record in made[:NAMED]))


def _is_about(record: Record, station: bytes) -> bool:
    fact = record.fact
    if isinstance(fact, Approve):
        return station_id(fact.signing) == station
    return isinstance(fact, Grant) and fact.station == station


def _saved(membership: ShopMembership) -> tuple[bytes, ...]:
    """What the old root signed so far: later it could sign anything."""
    rooted = [r for r in membership.records.values() if isinstance(r.fact, Found | Recover)]
    return tuple(sorted(record.digest for record in rooted))


def _pass_on(membership: ShopMembership, relay: Relay | None) -> None:
    """Give the new root key to the others that held the old one."""
    held = membership.judgement.roots_held - {membership.station}
    for station in sorted(held & set(membership.judgement.managers())):
        public: StationPublic = membership.public_of(station)
        wrapped = pass_root(membership, public)
        membership.publish(Grant(station_id(public.signing), (), (), wrapped), relay)
