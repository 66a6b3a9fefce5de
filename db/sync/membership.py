"""Who belongs to the shop and may do what: a pure function of the set of membership records.

In whatever order records and ops arrive, every station comes to the same judgement (SYNC §4.7).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol

from db.sync.keys import EpochKey, StationKeys, StationPublic
from db.sync.relay import Relay


class Pin(NamedTuple):
    """Up to where a revoked station's log counts: last number, and the hash each branch has there.

    A branch that does not lead to one of the hashes was made afterwards.
    """

    seq: int
    digests8: frozenset[bytes]


class Membership(Protocol):
    """What the engine asks about stations. `dev` is an incarnation, `station` a station's id."""

    @property
    def shop(self) -> bytes:
        """The shop's id, 8 bytes."""
        ...

    @property
    def station(self) -> bytes:
        """This station's id, 16 bytes."""
        ...

    @property
    def keys(self) -> StationKeys:
        """This station's keys, to sign segments and heads."""
        ...

    @property
    def epochs(self) -> Mapping[int, EpochKey]:
        """All epoch keys this station can open, to read with."""
        ...

    @property
    def current(self) -> EpochKey:
        """The epoch key to seal with now."""
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

    def may_manage(self, dev: int, seq: int) -> bool:
        """Tell whether a segment counts and its writer had the right `manage` at that number."""
        ...
