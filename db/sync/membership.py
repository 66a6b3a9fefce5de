"""Who belongs to the shop and may do what: a pure function of the set of membership records.

In whatever order records and ops arrive, every station comes to the same judgement (SYNC §4.7).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from db.database import Database
from db.sync.entry import enter
from db.sync.epochs import EpochKeys
from db.sync.intake import Intake
from db.sync.invitations import invite_of
from db.sync.judgement import Judgement, Pin
from db.sync.judging import judge
from db.sync.keys import (
    EpochKey,
    KeyFault,
    RootKey,
    StationKeys,
    StationPublic,
    new_epoch,
)
from db.sync.members import EpochWanted, Membership
from db.sync.record_files import put_record
from db.sync.records import (
    NONCE_BYTES,
    Announce,
    Approve,
    Epoch,
    Fact,
    Grant,
    Keys,
    Record,
    Wrap,
    incarnation,
    make_record,
    open_name,
    parse_record_name,
    read_record,
    record_name,
    station_id,
)
from db.sync.refusals import Refusal, was_let_in_for_nothing, why_refused
from db.sync.relay import Relay
from db.sync.surroundings import Surroundings
from db.sync.vault import Self, Vault

__all__ = ["EpochWanted", "Membership", "Pin", "ShopMembership"]

log = logging.getLogger(__name__)

_HEALED_AT_ONCE: Final = 50
_TURN_MS: Final = 60_000
_EPOCH_BITS: Final = 16
ROOT_PASSED: Final = b"kefu root passed v1\0"
"""What the root's secret is bound to when it is sealed for a station, before the shop's id."""


class ShopMembership:
    """The membership of the shop that a home has joined, or asked to join.

    Records lie in `sync_record` as soon as they verify, and are put back into a folder that lost
    them. Thread-safe as the database is: one thread refreshes, others read.
    """

    def __init__(self, database: Database, surroundings: Surroundings | None = None) -> None:
        """Read what the home knows; raises `LookupError` where it has no shop."""
        self._database, self._surroundings = database, surroundings or Surroundings()
        self._vault = Vault(database)
        self._self: Final[Self] = self._vault.myself()
        self._keys = StationKeys(self._vault.secret("station"))
        self._records: dict[str, Record] = {}
        self._looked_at = (0, 0)
        self._told = 0
        self._asked: set[bytes] = set()
        self._joined = self._self.joined_at > 0
        self._intake = Intake(self.shop, self._surroundings.now_ms)
        self._noticed: dict[str, int] = {}
        self._epochs = EpochKeys(self._keys, self.shop)
        self._delivered = False
        self._load()

    @property
    def shop(self) -> bytes:
        return self._self.shop

    @property
    def station(self) -> bytes:
        return self._self.station

    @property
    def keys(self) -> StationKeys:
        return self._keys

    @property
    def epochs(self) -> Mapping[int, EpochKey]:
        return self._epochs.all

    @property
    def current(self) -> EpochKey:
        clean = self._epochs.clean()
        if not clean:
            raise EpochWanted("no epoch key without a revoked station")
        return self.epochs[max(clean)]

    @property
    def member(self) -> bool:
        return self.station in self.judgement.standing()

    @property
    def manager(self) -> bool:
        return self.station in self.judgement.managers()

    @property
    def revoked(self) -> bool:
        """Whether this station was shut out."""
        return self.station in self.judgement.revoked

    @property
    def refusal(self) -> Refusal | None:
        """Why nobody will let this station in by the request that waits; None: somebody may."""
        asked = self._vault.find("asked")
        if asked is None or self._joined or self.member:
            return None
        now = self._surroundings.now_ms()
        return why_refused(self.judgement, self._records.values(), asked, self.station, now)

    @property
    def asks_again(self) -> bool:
        """Whether this station was let in by one who may not do so any more, and waits again."""
        asked = self._vault.find("asked")
        if asked is None or self._joined or self.member:
            return False
        return was_let_in_for_nothing(self.judgement, self._records.values(), asked, self.station)

    @property
    def asking(self) -> int:
        """How many invitations were answered by a request that waits, as far as one can count."""
        if not self.manager:
            return 0
        return len((self._asked & self.judgement.invites.keys()) - self.judgement.used.keys())

    @property
    def practice(self) -> bool:
        """Whether it is a practice shop."""
        return self.judgement.practice

    @property
    def records(self) -> Mapping[str, Record]:
        """All records that verified, by name."""
        return self._records

    @property
    def root(self) -> RootKey | None:
        """The shop's root key, where this station holds the one in force."""
        held = [RootKey(secret) for secret in self._passed_roots()]
        return next((root for root in held if root.public == self.judgement.root), None)

    @property
    def founding_root(self) -> bytes:
        """The public root key that the shop was founded with, as its folder's marker names it."""
        return self._self.root_public

    @property
    def folder(self) -> str:
        """The path of the shop's folder on this computer."""
        return self._self.folder

    @property
    def blob_key(self) -> bytes:
        """The key that attachments' ids are made with, the same for every member, for ever."""
        first = self.epochs.get(1)
        if first is None:
            raise EpochWanted("the first epoch key has not come")
        return HKDF(SHA256(), 32, self.shop, b"kefu blob ids v1").derive(first.secret)

    def refresh(self, relay: Relay) -> bool:
        self._load()  # what another process of this home has published or taken
        names = relay.list("mem/")
        self._asked = {invite for name in names if (invite := invite_of(name))}
        listed = {name for name in names if parse_record_name(name)}
        self._intake.read(relay, listed, self._records)
        self._take()
        self._enter()
        self._heal(relay, listed)
        self.mend(relay)
        told, self._told = self._told, len(self._records)
        return self._told > told

    def new_dev(self, random: Callable[[int], bytes]) -> int:
        nonce = random(NONCE_BYTES)
        dev = incarnation(self._keys.public.signing, nonce)
        self._vault.keep(f"dev-{dev:016x}", nonce)
        return dev

    @property
    def delivered(self) -> bool:
        return self._delivered

    def announce(self, relay: Relay, dev: int) -> None:
        if self.judgement.devs.get(dev) == self.station:
            return
        self.publish(Announce(dev, self._vault.secret(f"dev-{dev:016x}")), relay)

    def signer(self, dev: int) -> StationPublic | None:
        station = self.station_of(dev)
        return None if station is None else self.judgement.members[station].public

    def station_of(self, dev: int) -> bytes | None:
        return self.judgement.devs.get(dev)

    def names(self) -> Mapping[bytes, str]:
        return {
            station: open_name(member.name, self.epochs, self.shop)
            for station, member in self.judgement.members.items()
        }

    def pin(self, dev: int) -> Pin | None:
        return self.judgement.pin(dev)

    def accepts(self, dev: int, seq: int) -> bool:
        return self.judgement.accepts(dev, seq)

    def may_manage(self, dev: int, seq: int, digest8: bytes = b"") -> bool:
        return self.judgement.may_manage(dev, seq, digest8)

    @property
    def cuts(self) -> frozenset[bytes]:
        return self.judgement.cuts

    def cuts_below(self, dev: int, seq: int) -> frozenset[bytes]:
        return self.judgement.cuts_below(dev, seq)

    def distrusted_since(self, dev: int) -> int | None:
        return self.judgement.distrusted_since(dev)

    def publish(self, fact: Fact, relay: Relay | None, root: RootKey | None = None) -> Record:
        """Sign a fact, keep it, and put it; a folder that is away gets it at a later refresh."""
        now = self._surroundings.now_ms()
        record = make_record(self.shop, self._keys, now, fact, root)
        name = record_name(len(self._records) + 1, record)
        self._vault.keep_records({name: record.data})
        self._load()
        if relay is None or not put_record(relay, name, record.data):
            self._delivered = False
        return record

    def public_of(self, station: bytes) -> StationPublic:
        """Return a member's public keys, revoked or not; raises `KeyError`."""
        return self.judgement.members[station].public

    def known_end(self, dev: int) -> tuple[int, bytes]:
        """Return the last number of a log that was read here, and its hash (8 bytes)."""
        return self._vault.end(dev)

    def known_run(self, dev: int, most: int) -> list[tuple[int, bytes]]:
        """Return number and hash (8 bytes) of the last segments of a log, as far back as whole."""
        return self._vault.run(dev, most)

    def known_run_before_harm(self, dev: int, most: int) -> list[tuple[int, bytes]]:
        """Return the same, ending where its clocks began to be of no honest time."""
        far = self._vault.far_from(dev)
        return self.known_run(dev, most) if far is None else self._vault.run_before(dev, far, most)

    def branches(self, dev: int) -> list[tuple[int, bytes]]:
        """Return the branches of a log that a cloned or restored machine has made."""
        return self._vault.branches(dev)

    def keep_root(self, root: RootKey) -> None:
        """Hold a root key, beside one that is still in force."""
        self._vault.keep(f"root-{root.public[:8].hex()}", root.secret)

    def wraps_for(self, recipient: StationPublic) -> tuple[Wrap, ...]:
        """Wrap every epoch key that this station holds for another."""
        return self._epochs.wraps_for(recipient)

    def rotate(self, relay: Relay | None) -> EpochKey:
        """Draw a new epoch key for all stations that are in, and for the root."""
        generation = (max(self.judgement.epochs, default=0) >> _EPOCH_BITS) + 1
        # Two managers that rotate at once must not give two keys one number.
        low = int.from_bytes(self._surroundings.random(2), "big")
        epoch = new_epoch(generation << _EPOCH_BITS | low, self._surroundings.random)
        wraps = tuple(
            (epoch.number, to, epoch.wrap(self.shop, public))
            for to, public in self._recipients().items()
        )
        self.publish(Epoch(epoch.number, wraps), relay)
        return epoch

    def _passed_roots(self) -> list[bytes]:
        found = self._vault.roots()
        for record in self._records.values():
            fact = record.fact
            if isinstance(fact, Grant | Approve) and fact.root:
                try:
                    found.append(self._keys.open(fact.root, ROOT_PASSED + self.shop))
                except KeyFault:
                    continue
        return found

    def _recipients(self) -> dict[bytes, StationPublic]:
        found = {s: self.judgement.members[s].public for s in self.judgement.standing()}
        root = StationPublic(self.judgement.root, self.judgement.root_wrapping)
        return {**found, station_id(root.signing): root}

    def catch_up(self) -> None:
        """Take in what another object, or another process, has kept for this home."""
        self._load()

    def _load(self) -> None:
        stored = self._vault.records()
        fresh = stored.keys() - self._records.keys()
        if fresh or not self._records:
            # In the order they came: what was first of a station's is named first.
            read = {n: read_record(stored[n], self.shop) for n in stored if n in fresh}
            self._records = {**self._records, **read}
            self.judgement: Judgement = judge(self._records.values(), self._self.root_public)
            self._epochs.follow(self.judgement)

    def _take(self) -> None:
        found = self._intake.waiting
        looked_at = (self._intake.count, len(self._records))
        if not found or looked_at == self._looked_at:
            return
        together = judge([*self._records.values(), *found.values()], self._self.root_public)
        taken = self._intake.take(together, self._records)
        if taken:
            self._vault.keep_records({name: record.data for name, record in taken.items()})
            self._load()
        self._looked_at = (self._intake.count, len(self._records))

    def _enter(self) -> None:
        if not self._joined and self.member:
            enter(self._database, self._surroundings.now_ms(), manages=self.manager)
            self._joined = True

    def _heal(self, relay: Relay, listed: Iterable[str]) -> None:
        """Put back what the folder lost, or never got; a listing may be old, and that is fine."""
        if not self._joined and not self.revoked:
            self._ask_again(relay)
        missing = sorted(self._records.keys() - set(listed))
        put = [put_record(relay, n, self._records[n].data) for n in missing[:_HEALED_AT_ONCE]]
        self._delivered = all(put) and len(put) == len(missing)

    def _ask_again(self, relay: Relay) -> None:
        """Put the request back that the folder lost before anybody answered it."""
        asked = self._vault.find("request")
        if asked is not None and self.refusal is None:
            name, _, data = asked.partition(b"\n")
            if not relay.list(name.decode()):
                put_record(relay, name.decode(), data)

    def mend(self, relay: Relay | None) -> None:
        """See that every station has the keys it must have, and no revoked one.

        That is for managers. A key that came to nothing anybody may pass on who has it: it may be
        just the managers whom its maker shut out in vain.
        """
        if not self.member:
            return
        if self.manager and self._must("rotate", wanted=not self._epochs.clean()):
            self.rotate(relay)
        missing = self._epochs.missing(self._recipients(), void_only=not self.manager)
        if self._must("keys", wanted=bool(missing)):
            self.publish(Keys(missing), relay)

    def _must(self, what: str, *, wanted: bool) -> bool:
        """Let the manager nearest to the root do it at once, the others a minute later each.

        Who may not manage has their turn after those who may.
        """
        if not wanted:
            self._noticed.pop(what, None)
            return False
        now = self._surroundings.now_ms()
        since = self._noticed.setdefault(what, now)
        managers = self.judgement.managers()
        others = sorted(set(self.judgement.standing()) - set(managers))
        place = [*managers, *others].index(self.station)
        return abs(now - since) >= place * _TURN_MS
