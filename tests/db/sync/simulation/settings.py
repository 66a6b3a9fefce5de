"""Kinds of worlds: the whole one, and bare ones in which a layer that would hide another is off.

In a bare world nothing happens that only the missing layer could put right, so that the program as
it is loses nothing there either, and all invariants are the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from unittest import mock

from db.sync.collect import Collector
from db.sync.engine import Engine
from db.sync.snapshots import Snapshots
from db.sync.store import Store
from db.sync.writing import LogWriter

HOUR: Final = 3_600_000
_DAY: Final = 24 * HOUR
LEAPS: Final = ((60_000, 0.06), (HOUR, 0.02), (_DAY, 0.008), (8 * _DAY, 0.002))
"""How far time leaps, and how likely it does so in a step."""


def _nothing(*_: object, **__: object) -> None:
    """Stand for a step that is left out."""


def _zero(*_: object, **__: object) -> int:
    return 0


def _none(*_: object, **__: object) -> list[Any]:
    return []


def _false(*_: object, **__: object) -> bool:
    return False


_COPIES: Final = (Store, "keep_copy", _nothing)
_SNAPSHOTS: Final = ((Snapshots, "usable", _none), (Collector, "is_due", _false))
_PUT_BACK: Final = (LogWriter, "_put_back", _zero)
_ANSWERS: Final = (Engine, "_answer", _zero)


@dataclass(frozen=True)
class Setting:
    """What a world is like: which layers are off, what the folder does, what happens how often."""

    off: tuple[tuple[Any, str, Any], ...] = ()
    weather: Mapping[str, Any] = field(default_factory=dict)
    """Habits and faults of the folder that are not drawn."""
    acts: Mapping[str, float] = field(default_factory=dict)
    """Weights of what may happen in a step, by the name of the world's method."""
    edits: Mapping[str, int] = field(default_factory=dict)
    """Weights of what people write; where any is given, the others are 0."""
    word: str = "w{}"
    """What people write, with a number in it."""
    leaps: tuple[tuple[int, float], ...] = LEAPS
    unnoticed: float = 0.3
    """How many of the machines that are put back from a backup can't see it from what is beside."""
    restricted: float = 0.08
    """How many of the edits take the right to manage."""
    reads_first: bool = False
    """Whether who shuts a station out reads the folder to its end before, as the program does."""
    rounds: int = 16
    """Passes of every station that the quiet at the end may take."""

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Switch the layers off for the length of a history."""
        with ExitStack() as stack:
            for target, name, value in self.off:
                stack.enter_context(mock.patch.object(target, name, value))
            yield


_SAFE_FOLDER: Final = {
    "_lose_files": 0.0,
    "_damage": 0.0,
    "_folder_backup": 0.0,
    "_folder_restore": 0.0,
}
_SAFE_MACHINES: Final = {"_back_up": 0.0, "_restore": 0.0}
_NO_TENDING: Final = {"_snapshot": 0.0, "_collect": 0.0, "_mend": 0.0}
_SOUND: Final = {"syncs_directories": True, "copied": False}

SETTINGS: Final[dict[str, Setting]] = {
    "whole": Setting(),
    # What was once published is never put again: writing must be safe by itself.
    "written once": Setting(
        off=(_COPIES, *_SNAPSHOTS, _PUT_BACK, _ANSWERS),
        weather=_SOUND | {"zero_hole": 0.03},
        acts=_SAFE_FOLDER | _SAFE_MACHINES | _NO_TENDING | {"_server_power_cut": 4, "_revoke": 0},
    ),
    # Only who asks gets again what the folder lost or spoiled.
    "on demand": Setting(
        off=(_COPIES, *_SNAPSHOTS, _PUT_BACK),
        weather={"copied": False, "stale": 0.3, "missing": 0.2},
        acts=_SAFE_MACHINES
        | _NO_TENDING
        | {"_lose_files": 4, "_damage": 8, "_folder_restore": 0, "_revoke": 0},
        rounds=40,
    ),
    # Nobody has a second copy of what a machine wrote; machines are put back from backups.
    "only logs": Setting(
        off=(_COPIES, *_SNAPSHOTS),
        weather=_SOUND,
        acts=_SAFE_FOLDER
        | _NO_TENDING
        | {"_back_up": 6, "_restore": 5, "_lose_token": 2, "_part": 12, "_vanish": 3},
    ),
    # Machines are cloned, or put back unnoticed, and write on before they look into the folder.
    "clones": Setting(
        off=(_COPIES, *_SNAPSHOTS),
        weather=_SOUND,
        acts=_SAFE_FOLDER
        | _NO_TENDING
        | {"_back_up": 4, "_restore": 8, "_part": 70, "_pass": 10, "_edit": 50},
        unnoticed=1.0,
    ),
    # Snapshots and tidying up all the time, weeks on end.
    "tidy": Setting(
        off=(_COPIES,),
        weather={"delay_ms": 15_000},
        acts=_SAFE_MACHINES
        | {"_snapshot": 4, "_collect": 8, "_roll_up": 3, "_edit": 35, "_folder_restore": 0},
        leaps=((60_000, 0.06), (HOUR, 0.04), (_DAY, 0.03), (8 * _DAY, 0.06)),
    ),
    # Few elements, which several put in and take out at once.
    "tags": Setting(
        edits={"tag": 1},
        acts={"_edit": 60, "_pass": 20, "_snapshot": 3},
    ),
    # Customers are erased, at stations that may do so, while others write about them.
    "erasures": Setting(
        edits={
            "customer": 8,
            "talk": 4,
            "talk_message": 8,
            "note": 5,
            "tag": 4,
            "customer_order": 6,
            "order_remark": 4,
            "message_state": 2,
            "tombstone": 2,
        },
        acts={"_erase": 3},
        word="wort{}q",
    ),
    # The right to manage changes hands all the time, and much is written that takes it.
    # The pins of a revocation are what its maker has read, so it reads first: the program sees to it.
    "rights": Setting(
        acts={"_rights": 6, "_snapshot": 5, "_lose_files": 2, "_revoke": 0.5},
        restricted=0.4,
        reads_first=True,
    ),
}
