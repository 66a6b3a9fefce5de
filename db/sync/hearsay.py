"""What the others' heads say of all logs: how far each goes, and which branches of it there are."""

from __future__ import annotations

from collections.abc import Iterator

from db.sync.heads import Head, unpack_head
from db.sync.manifests import Place
from db.sync.members import Membership
from db.sync.rights import counts
from db.sync.store import Store


def claims(store: Store, membership: Membership) -> dict[int, int]:
    """Return the highest number of each log that any head tells of, or the end of a revoked one's.

    Who shut a station out had read its log to that end, whatever is left of it by now.
    """
    pins = {dev: membership.pin(dev) for dev in store.cursors()}
    found = {dev: pin.seq for dev, pin in pins.items() if pin is not None}
    for head in _heads(store, membership):
        for place in head.vector:
            found[place.dev] = max(found.get(place.dev, 0), place.seq)
    return found


def branches(store: Store, membership: Membership, of: int | None = None) -> set[Place]:
    """Return the segments told of that were never taken here, while another of their number was.

    `of`: those of one log only.

    A machine that was put back unnoticed has written a number twice. Its own number is no gap to
    anybody who has the one branch: without the heads nobody would look for the other.
    """
    told = {place for head in _heads(store, membership) for place in (*head.vector, *head.forks)}
    return {
        place
        for place in told.difference(store.cursors().values())
        if of in {None, place.dev} and _is_unknown(store, place) and counts(membership, place)
    }


def _is_unknown(store: Store, place: Place) -> bool:
    # A cursor that was set back may have no hash.
    if place.seq < 1 or not any(place.digest8):
        return False
    known = store.digests_at(place.dev, place.seq)
    return bool(known) and place.digest8 not in known


def _heads(store: Store, membership: Membership) -> Iterator[Head]:
    for dev, (_, head) in store.heads().items():
        # One of a revoked station could tell of segments that never come.
        if membership.pin(dev) is None:
            yield unpack_head(head)
