"""Founding a shop, inviting stations, asking to join and letting in."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from db.database import Database
from db.sync.invitations import (
    Greeting,
    Invitation,
    Request,
    format_code,
    is_request_name,
    make_request,
    new_secret,
    open_greeting,
    open_invitation,
    read_request,
    requests_prefix,
    seal_greeting,
    secret_info,
)
from db.sync.keys import KeyFault, RootKey, StationKeys, StationPublic, new_epoch
from db.sync.marker import Marker
from db.sync.membership import ROOT_PASSED, ShopMembership
from db.sync.records import (
    Approve,
    Decline,
    Epoch,
    Found,
    Grant,
    Invite,
    Record,
    RecordFault,
    make_record,
    parse_record_name,
    read_record,
    record_name,
    seal_name,
    station_id,
)
from db.sync.relay import NotThere, Relay, RelayError
from db.sync.surroundings import Surroundings
from db.sync.vault import Self, Vault

INVITE_HOURS: Final = 72


class InviteUnknown(LookupError):
    """The folder has no invitation for this code (yet)."""


class InviteUsed(LookupError):
    """Another station was let in by this code."""


class InviteExpired(LookupError):
    """The code's time is over."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A station that waits to be let in; `request.name` is what its person called it."""

    invite: bytes
    request: Request
    manage: bool


def found_shop(
    database: Database,
    name: str,
    folder: str,
    surroundings: Surroundings,
    *,
    practice: bool,
    before: Callable[[Marker], object] | None = None,
) -> ShopMembership:
    """Make this home the first station, called `name`, of a new shop; nothing is put yet.

    `before` is called with the marker when nothing is kept here yet, and may fail.
    """
    root, keys = RootKey(surroundings.random(32)), StationKeys(surroundings.random(64))
    shop, now = Marker(root.public, practice).shop, surroundings.now_ms()
    epoch = new_epoch(1, surroundings.random)
    recipient = root.recipient.public
    facts = (
        Found(
            root.public,
            recipient.wrapping,
            practice,
            keys.public.signing,
            keys.public.wrapping,
            seal_name(name, epoch, shop),
        ),
        Epoch(1, tuple(
            (1, station_id(public.signing), epoch.wrap(shop, public))
            for public in (keys.public, recipient)
        )),
    )  # fmt: skip
    records = [
        make_record(shop, keys, now, fact, root if isinstance(fact, Found) else None)
        for fact in facts
    ]
    named = {record_name(n, record): record.data for n, record in enumerate(records, 1)}
    if before is not None:
        before(Marker(root.public, practice))
    me = Self(shop, root.public, station_id(keys.public.signing), name, folder, now)
    Vault(database).become(me, {"station": keys.secret, "root": root.secret}, named)
    return ShopMembership(database, surroundings)


def invite(
    membership: ShopMembership,
    relay: Relay,
    shop_name: str,
    surroundings: Surroundings,
    *,
    manage: bool = False,
    hours: int = INVITE_HOURS,
) -> str:
    """Publish an invitation for one station; returns its code."""
    secret = new_secret(surroundings.random)
    opened = open_invitation(secret, membership.shop)
    greeting = Greeting(membership.founding_root, membership.practice, shop_name)
    fact = Invite(
        opened.invite,
        surroundings.now_ms() + hours * 3_600_000,
        seal_greeting(greeting, opened, membership.shop, surroundings.random),
        tuple(
            (station, membership.public_of(station).seal(
                secret, secret_info(membership.shop, opened.invite)
            ))
            for station in membership.judgement.managers()
        ),
        manage,
    )  # fmt: skip
    membership.publish(fact, relay)
    return format_code(secret)


def find_invitation(
    relay: Relay, marker: Marker, secret: bytes, now: int
) -> tuple[Invitation, Greeting]:
    """Find what a code stands for in a folder; raises `LookupError`s of this module.

    What is found is proved by the code alone, for the newcomer can judge no signature yet.
    """
    opened = open_invitation(secret, marker.shop)
    found = [record for record in _records(relay, marker.shop) if _is_of(record, opened)]
    for record in found:
        fact = record.fact
        if not isinstance(fact, Invite):
            continue
        try:
            greeting = open_greeting(fact.greeting, opened, marker.shop)
        except KeyFault:
            continue
        if (greeting.root, greeting.practice) != (marker.root, marker.practice):
            continue
        if any(isinstance(other.fact, Approve) for other in found):
            raise InviteUsed
        if fact.expires_at < now:
            raise InviteExpired
        return opened, greeting
    raise InviteUnknown


def ask_to_join(
    database: Database,
    relay: Relay,
    marker: Marker,
    opened: Invitation,
    me: tuple[str, str],
    surroundings: Surroundings,
) -> ShopMembership:
    """Put the request, and remember it here; `me` is (the station's name, the folder)."""
    keys, now = StationKeys(surroundings.random(64)), surroundings.now_ms()
    name, folder = me
    file, data = make_request(keys, name, now, opened, marker.shop, surroundings.random)
    relay.put_new(file, data)
    station = station_id(keys.public.signing)
    Vault(database).become(
        Self(marker.shop, marker.root, station, name, folder, 0),
        {"station": keys.secret, "asked": opened.invite, "request": file.encode() + b"\n" + data},
        {},
    )
    return ShopMembership(database, surroundings)


def pending(membership: ShopMembership, relay: Relay, now: int) -> list[Pending]:
    """Return who waits to be let in, as far as this station may see them."""
    found: dict[bytes, Pending] = {}
    for code, record in membership.judgement.invites.items():
        fact = record.fact
        if not isinstance(fact, Invite) or code in membership.judgement.used:
            continue
        if fact.expires_at < now:
            continue
        for request in _requests(membership, relay, fact):
            known = membership.judgement.members
            declined = (code, request.station) in membership.judgement.declined
            if request.station not in known and not declined:
                found[request.station] = Pending(code, request, fact.manage)
    return sorted(found.values(), key=lambda waiting: waiting.request.at)


def approve(
    membership: ShopMembership,
    relay: Relay | None,
    waiting: Pending,
    *,
    manage: bool,
    root: bool = False,
) -> Record:
    """Let a station in, with all keys to read what there is; raises `LookupError` without a root.

    With `root` it holds the shop's root key from now on and can do everything.
    """
    request = waiting.request
    fact = Approve(
        request.signing,
        request.wrapping,
        seal_name(request.name, membership.current, membership.shop),
        waiting.invite,
        manage or root,
        membership.wraps_for(request.public),
        pass_root(membership, request.public) if root else b"",
    )
    record = membership.publish(fact, relay)
    if relay is not None:
        _sweep_requests(relay, waiting.invite)
    return record


def decline(membership: ShopMembership, relay: Relay | None, waiting: Pending) -> Record:
    """Turn a request down; its station is told, and may ask anew under another key."""
    record = membership.publish(Decline(waiting.invite, waiting.request.station), relay)
    invitation = membership.judgement.invites.get(waiting.invite)
    if relay is not None and invitation is not None and isinstance(invitation.fact, Invite):
        for name, request in _named_requests(membership, relay, invitation.fact):
            if request.station == waiting.request.station:
                with suppress(RelayError):
                    relay.delete(name)
    return record


def take_back(database: Database, relay: Relay) -> None:
    """Forget a shop that this home only asked to join, and the request in the folder."""
    vault = Vault(database)
    asked = vault.find("request")
    vault.withdraw()
    if asked is not None and vault.find_myself() is None:
        with suppress(RelayError):
            relay.delete(asked.partition(b"\n")[0].decode())


def _sweep_requests(relay: Relay, invited: bytes) -> None:
    try:
        for name in relay.list(requests_prefix(invited)):
            relay.delete(name)
    except RelayError:
        return  # an answered request is looked at by nobody


def pass_root(membership: ShopMembership, to: StationPublic) -> bytes:
    """Seal the root's secret for a station; raises `LookupError` where it is not held here."""
    held = membership.root
    if held is None:
        raise LookupError("this station does not hold the root key")
    return to.seal(held.secret, ROOT_PASSED + membership.shop)


def grant(membership: ShopMembership, relay: Relay | None, station: bytes, *, root: bool) -> Record:
    """Give a station the right `manage` from what is known of its log on."""
    devs = [dev for dev, owner in membership.judgement.devs.items() if owner == station]
    since = tuple((dev, membership.known_end(dev)[0] + 1) for dev in sorted(devs))
    over = tuple(sorted(r.digest for r in membership.judgement.withdrawn.get(station, ())))
    wrapped = pass_root(membership, membership.public_of(station)) if root else b""
    return membership.publish(Grant(station, since, over, wrapped), relay)


def _requests(membership: ShopMembership, relay: Relay, fact: Invite) -> list[Request]:
    return [request for _, request in _named_requests(membership, relay, fact)]


def _named_requests(
    membership: ShopMembership, relay: Relay, fact: Invite
) -> list[tuple[str, Request]]:
    sealed = dict(fact.secrets).get(membership.station)
    files = [n for n in relay.list(requests_prefix(fact.invite)) if is_request_name(n)]
    if sealed is None or not files:
        return []
    try:
        secret = membership.keys.open(sealed, secret_info(membership.shop, fact.invite))
    except KeyFault:
        return []
    opened = open_invitation(secret, membership.shop)
    return [(n, r) for n in files if (r := _request(relay, n, opened, membership.shop))]


def _request(relay: Relay, name: str, opened: Invitation, shop: bytes) -> Request | None:
    try:
        return read_request(relay.get(name), opened, shop)
    except (KeyFault, NotThere):
        return None  # a stranger's, or only half there yet


def _records(relay: Relay, shop: bytes) -> list[Record]:
    found = []
    for name in relay.list("mem/"):
        if parse_record_name(name):
            try:
                found.append(read_record(relay.get(name), shop))
            except (RecordFault, NotThere):
                continue
    return found


def _is_of(record: Record, opened: Invitation) -> bool:
    return isinstance(record.fact, Invite | Approve) and record.fact.invite == opened.invite
