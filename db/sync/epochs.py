"""The epoch keys of one station: which it can open, which it may seal with, who lacks one."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from db.sync.judgement import Judgement
from db.sync.keys import EpochKey, KeyFault, StationKeys, StationPublic
from db.sync.records import Wrap, station_id

log = logging.getLogger(__name__)


class EpochKeys:
    """What the records of the members hold for this station, opened once each."""

    def __init__(self, keys: StationKeys, shop: bytes) -> None:
        self._keys, self._shop = keys, shop
        self._station = station_id(keys.public.signing)
        self._unwrapped: dict[bytes, EpochKey | None] = {}
        self._judgement = Judgement([b""])
        self._sound: dict[int, EpochKey] = {}
        self.all: Mapping[int, EpochKey] = {}
        """Every key that opens, by number: to read with."""

    def follow(self, judgement: Judgement) -> None:
        """Open what the records hold now."""
        self._judgement = judgement
        mine = {n: key for (n, to), key in judgement.wraps.items() if to == self._station}
        spare = {n: key for n, to, key in sorted(judgement.loose) if to == self._station}
        self._sound = {n: key for n, wrap in mine.items() if (key := self._opened(n, wrap))}
        others = {n: key for n, wrap in spare.items() if (key := self._opened(n, wrap))}
        # A key of records that do not count never stands in for one of those that do.
        self.all = {**others, **self._sound}

    def clean(self) -> list[int]:
        """Return the numbers that may be sealed with: no revoked station has their keys."""
        judgement = self._judgement
        shared = {number for number, to in judgement.wraps if to in judgement.revoked}
        shared |= {number for number, to, _ in judgement.loose if to in judgement.revoked}
        return [n for n in judgement.epochs if n in self._sound and n not in shared]

    def wraps_for(self, recipient: StationPublic) -> tuple[Wrap, ...]:
        """Wrap every key that this station holds for another."""
        to = station_id(recipient.signing)
        return tuple(
            (number, to, self.all[number].wrap(self._shop, recipient))
            for number in sorted(self.all)
        )

    def missing(
        self, recipients: Mapping[bytes, StationPublic], *, void_only: bool = False
    ) -> tuple[Wrap, ...]:
        """Wrap the keys for those who should have them and have not.

        Those that are in force, and those that no longer count: while they did, somebody has
        sealed with them, and who was shut out in vain by the same record was given none. With
        `void_only` the latter alone.
        """
        judgement = self._judgement
        given = judgement.wraps.keys() | {(number, to) for number, to, _ in judgement.loose}
        numbers = self.all.keys() - judgement.epochs
        if not void_only:
            numbers |= judgement.epochs & self._sound.keys()
        return tuple(
            (number, to, self.all[number].wrap(self._shop, public))
            for to, public in recipients.items()
            for number in sorted(numbers)
            if (number, to) not in given
        )

    def _opened(self, number: int, wrapped: bytes) -> EpochKey | None:
        if wrapped not in self._unwrapped:
            try:
                self._unwrapped[wrapped] = self._keys.unwrap(self._shop, number, wrapped)
            except KeyFault:
                log.warning("an epoch key of this station does not open")
                self._unwrapped[wrapped] = None
        return self._unwrapped[wrapped]
