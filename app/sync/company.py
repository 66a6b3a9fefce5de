"""Who is at the other desks of the shop, and telling them who is at this one."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from app.channels import Marks, Presence
from app.sync.parts import Parts
from db.sync.membership import EpochWanted
from db.sync.relay import RelayError
from db.sync.whereabouts import Here

MEET_EVERY_S: Final = 1.5
"""Who is where is looked up so often."""
MOST_ONLINE: Final = 500
"""Customers on the line that a station tells the others of."""


class Company:
    """Best effort: whatever goes wrong here is no reason for anything else to fail."""

    def __init__(self, presence: Presence, tell: Callable[[], None]) -> None:
        """`tell` is called when the colleagues changed, on the thread that meets them."""
        self._presence, self._tell = presence, tell
        self._here = Here()
        self._met = float("-inf")
        self.colleagues: tuple[Here, ...] = ()
        """Who is at the other desks, and which conversation they have before them."""

    @property
    def due(self) -> bool:
        """Whether it is time to look again."""
        return time.monotonic() - self._met >= MEET_EVERY_S

    def show(self, here: Here) -> None:
        """Say where the person at this desk is; told to the others at the next meeting."""
        self._here = here

    def meet(self, parts: Parts) -> None:
        """Say where one is and see where the others are."""
        self._met = time.monotonic()
        if not parts.membership.member:
            return
        try:
            parts.board.say(self._mine())
            seen = tuple(sorted(parts.board.look(), key=lambda here: here.name))
        except (RelayError, EpochWanted, LookupError):
            seen = ()
        self._presence.set_elsewhere(_marks(seen))
        told, self.colleagues = self.colleagues, seen
        if [_shown(here) for here in seen] != [_shown(here) for here in told]:
            self._tell()

    def _mine(self) -> Here:
        marks = self._presence.marks()
        return msgspec.structs.replace(
            self._here,
            types=self._here.views in marks.agents,
            online=tuple(sorted(marks.online))[:MOST_ONLINE],
            typing=tuple(sorted(marks.customers))[:MOST_ONLINE],
        )


def _shown(here: Here) -> tuple[bytes, bytes, bool]:
    return here.staff, here.views, here.types


def _marks(seen: Sequence[Here]) -> Marks:
    """What the other stations know of customers and typing agents, taken together."""
    return Marks(
        frozenset(c for here in seen for c in here.online),
        frozenset(c for here in seen for c in here.typing),
        frozenset(here.views for here in seen if here.types),
    )
