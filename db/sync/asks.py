"""Asks: "this segment is missing or damaged, who has it?", and the answers.

`ask/<dev16>.<target16>.<seq10>.kda`, a sealed note of the asker that says the same once more, so
that nobody makes another ask of it; the asker takes it away in the end. An ask with the target 0
wants a snapshot, or the membership records once more. Who was shut out gets no answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from db.sync.keys import KeyFault
from db.sync.membership import Membership
from db.sync.notes import NoteFault, open_note, seal_note
from db.sync.relay import NotThere, Relay, RelayError
from db.sync.surroundings import Surroundings

PURPOSE: Final = b"ask v1"
DIRECTORY: Final = "ask/"
SNAPSHOT: Final = (0, 0)
"""Target and number of an ask for a snapshot."""
RECORDS: Final = (0, 1)
"""Target and number of an ask for the membership records, where one lacks a key of them."""

OTHERS_WAIT_MS: Final = 20_000
"""Others answer for a writer that did not, each at its own moment after this."""
RENEW_AFTER_MS: Final = 180_000
"""An ask that still stands then is of somebody who does not see what is there: put it anew.

Where a sync client copies the folder one copy may lack a file for ever that all others have.
"""
RENEW_AGAIN_MS: Final = 3_600_000
_AGAIN_MS: Final = 10_000
_PROVE_MS: Final = 30_000
"""So often it is proved that an ask of mine can still be read: nobody answers a damaged one."""
_NAME: Final = re.compile(r"ask/([0-9a-f]{16})\.([0-9a-f]{16})\.([0-9]{10})\.kda")


class Ask(NamedTuple):
    """Who asks for which segment, and since when by its own clock (Unix ms)."""

    name: str
    dev: int
    target: int
    seq: int


class Asks:
    """Writes my asks, and finds those of others."""

    def __init__(self, relay: Relay, membership: Membership, surroundings: Surroundings) -> None:
        self._relay, self._membership, self._surroundings = relay, membership, surroundings
        self._looked: dict[str, int] = {}
        self._first: dict[str, int] = {}
        self._renewed: dict[str, int] = {}
        self._proved: dict[str, int] = {}

    def list(self) -> list[Ask]:
        """Return all asks in the folder; who wrote them is not proved yet."""
        found = [(name, _NAME.fullmatch(name)) for name in self._relay.list(DIRECTORY)]
        asks = [Ask(n, int(m[1], 16), int(m[2], 16), int(m[3])) for n, m in found if m]
        names = {ask.name for ask in asks}
        self._first = {name: at for name, at in self._first.items() if name in names}
        self._looked = {name: at for name, at in self._looked.items() if name in names}
        self._renewed = {name: at for name, at in self._renewed.items() if name in names}
        self._proved = {name: at for name, at in self._proved.items() if name in names}
        return asks

    def put(self, dev: int, target: int, seq: int) -> None:
        """Ask for a segment; once is enough, as long as it can be read."""
        name = f"{DIRECTORY}{dev:016x}.{target:016x}.{seq:010d}.kda"
        if self._relay.list(name):
            if not self._is_spoiled(Ask(name, dev, target, seq)):
                return
            self._relay.delete(name)
        member, random = self._membership, self._surroundings.random
        self._relay.put_new(
            name,
            seal_note(
                PURPOSE, [target, seq], member.shop, dev, member.keys, member.current, random
            ),
        )

    def take_back(self, ask: Ask) -> None:
        """Remove an ask of mine that was answered."""
        self._relay.delete(ask.name)

    def is_due(self, ask: Ask, *, mine: bool) -> bool:
        """Tell whether to answer now: at once for the writer, later for who only has a copy."""
        now = self._surroundings.now_ms()
        first = self._first.setdefault(ask.name, now)
        turn = 0 if mine else OTHERS_WAIT_MS + self._membership.station[0] * 100
        # A clock that was set back must not silence a station until it has caught up.
        looked = self._looked.get(ask.name)
        if abs(now - first) < turn or (looked is not None and abs(now - looked) < _AGAIN_MS):
            return False
        self._looked[ask.name] = now
        return self._is_genuine(ask)

    def renews(self, ask: Ask) -> bool:
        """Tell whether what is asked for is to be put anew, though it is there; seldom at most."""
        now = self._surroundings.now_ms()
        last = self._renewed.get(ask.name)
        if abs(now - self._first.get(ask.name, now)) < RENEW_AFTER_MS:
            return False
        if last is not None and abs(now - last) < RENEW_AGAIN_MS:
            return False
        self._renewed[ask.name] = now
        return True

    def _is_genuine(self, ask: Ask) -> bool:
        # Who was shut out may still write into the folder, but must not keep others at work.
        try:
            return self._says_so(ask) and self._membership.pin(ask.dev) is None
        except RelayError:
            return False

    def _is_spoiled(self, ask: Ask) -> bool:
        """Tell whether an ask of mine says nothing to anybody; looked at now and then."""
        now = self._surroundings.now_ms()
        last = self._proved.get(ask.name)
        if last is not None and abs(now - last) < _PROVE_MS:
            return False
        self._proved[ask.name] = now
        try:
            return not self._says_so(ask)
        except RelayError:
            return False

    def _says_so(self, ask: Ask) -> bool:
        """Tell whether the file bears out what its name says; raises `RelayError`."""
        member = self._membership
        try:
            data = self._relay.get(ask.name)
            note = open_note(PURPOSE, data, member.shop, member.signer, member.epochs)
        except (NoteFault, KeyFault):
            return False
        return (note.dev, note.content) == (ask.dev, [ask.target, ask.seq])


def restore_file(relay: Relay, name: str, data: bytes, unless: Callable[[bytes], bool]) -> bool:
    """See that the folder has exactly these bytes under the name; True where it had not.

    `unless` tells from the bytes that are there that nothing is to be done.
    """
    try:
        if unless(relay.get(name)):
            return False
    except NotThere:
        pass
    else:
        # The name tells the hash of the right bytes, so what is there is of no use to anybody.
        relay.delete(name)
    relay.put_new(name, data)
    return True
