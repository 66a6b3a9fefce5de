"""What the rest of the sync asks about the stations of a shop."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from db.sync.judgement import Pin
from db.sync.keys import EpochKey, KeyFault, StationKeys, StationPublic
from db.sync.relay import Relay


class EpochWanted(KeyFault):
    """No key is there that only members hold: nothing may be sealed until one comes."""


class Membership(Protocol):
    """What the engine asks about stations. `dev` is an incarnation, `station` a station's id."""

    @property
    def shop(self) -> bytes:
        """The shop's id, 8 bytes."""
        ...

    @property
    def station(self) -> bytes:
        """Id of this installation, 16 bytes."""
        ...

    @property
    def keys(self) -> StationKeys:
        """Keys of this installation, to sign segments and heads."""
        ...

    @property
    def epochs(self) -> Mapping[int, EpochKey]:
        """All epoch keys this station can open, to read with."""
        ...

    @property
    def current(self) -> EpochKey:
        """The epoch key to seal with now; raises `EpochWanted` until there is one.

        It is so for a moment only, between a revocation and the key that excludes the revoked.
        """
        ...

    @property
    def member(self) -> bool:
        """Whether this station is in the shop now: not waiting for approval, not revoked."""
        ...

    @property
    def manager(self) -> bool:
        """Whether this station may manage now."""
        ...

    def refresh(self, relay: Relay) -> bool:
        """Take new records out of `mem/`; True if the judgement may have changed.

        The caller then lets `db.sync.rights.judge_again` look at what was applied and set aside.
        """
        ...

    def new_dev(self, random: Callable[[int], bytes]) -> int:
        """Draw a number (63 bits, positive) for a new incarnation that only this station can claim."""
        ...

    def announce(self, relay: Relay, dev: int) -> None:
        """Put the record that `dev` (from `new_dev`) is mine."""
        ...

    @property
    def delivered(self) -> bool:
        """Whether the folder has all records, by the last look at it.

        What a segment is opened with must be there before it, or nobody might ever open it.
        """
        ...

    def signer(self, dev: int) -> StationPublic | None:
        """Return whose signature an incarnation's files must bear; None: nobody vouches, wait."""
        ...

    def station_of(self, dev: int) -> bytes | None:
        """Return the station of an incarnation."""
        ...

    def names(self) -> Mapping[bytes, str]:
        """Return the name of every station, revoked ones included."""
        ...

    def pin(self, dev: int) -> Pin | None:
        """Return the end of a revoked station's log; None where it is not revoked."""
        ...

    def accepts(self, dev: int, seq: int) -> bool:
        """Tell whether a segment counts: it is a member's, and not beyond a revocation's pin."""
        ...

    def may_manage(self, dev: int, seq: int, digest8: bytes = b"") -> bool:
        """Tell whether a segment counts and its writer had the right `manage` at that number.

        With 8 bytes of its hash also whether it is the one that was known when the right ended.
        """
        ...

    @property
    def cuts(self) -> frozenset[bytes]:
        """Withdrawals of the right `manage` that are known, each by 8 bytes of its hash."""
        ...

    def cuts_below(self, dev: int, seq: int) -> frozenset[bytes]:
        """Return those by which a writer's right ended before this number of its log."""
        ...

    def distrusted_since(self, dev: int) -> int | None:
        """Return when (Unix ms) a station lost the right to make snapshots; None: it has it."""
        ...
