"""How the sharing of this home fares, for the status line, the sync page and `kefu sync --status`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from app.core.i18n import N_


class SyncState(StrEnum):
    """One word for it all."""

    ALONE = "alone"
    """The home belongs to no shared shop."""
    WAITING = "waiting"
    """It asked to join and was not let in yet."""
    OUT = "out"
    """It was shut out: it keeps what it has and gets nothing new."""
    CURRENT = "current"
    BEHIND = "behind"
    """Something written here is not in the folder yet, or something there not here."""
    OFFLINE = "offline"
    ATTENTION = "attention"
    """A person has to look: a problem, a station that asks to join, or an important conflict."""


LATE_MS: Final = 15_000
"""Being behind for a moment is no news."""

TOLD: Final = ("put_back", "fork")
"""Problems by code that only tell what happened: over once a person has read of it."""
STRANGERS: Final = {
    "other_shop": N_("The shared folder is another shop's; nothing is exchanged with it."),
    "other_live": N_("The shared folder is a real shop's; practice exchanges nothing with it."),
    "other_practice": N_("The shared folder is a practice shop's; nothing is exchanged with it."),
}
"""Problems by code: whose folder stands where the shop's should be."""


@dataclass(frozen=True, slots=True)
class StationView:
    """A station as this one knows it. Times are UTC ms, 0 for never.

    `behind`: segments of others it has not read; `unread`: its own that this station has not.
    """

    station: bytes
    name: str
    mine: bool = False
    manages: bool = False
    revoked: bool = False
    last_seen: int = 0
    version: str = ""
    behind: int = 0
    unread: int = 0


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a person should know of; `detail` holds no personal data."""

    code: str
    about: str
    detail: dict[str, Any]
    since: int


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """Times are UTC ms; `outbox` counts changes and segments that the folder has not yet."""

    state: SyncState = SyncState.ALONE
    shop: str = ""
    station: str = ""
    folder: str = ""
    outbox: int = 0
    unread: int = 0
    offline_since: int = 0
    last_pass: int = 0
    stations: tuple[StationView, ...] = ()
    problems: tuple[Problem, ...] = ()
    conflicts: int = 0
    requests: int = 0
    sealed_bytes: int = 0
    failures: tuple[str, ...] = ()


def short_id(station: bytes) -> str:
    """Return the head of a station's id, to be compared by eye at two computers."""
    text = station.hex()[:12]
    return " ".join(text[start : start + 4] for start in (0, 4, 8))
