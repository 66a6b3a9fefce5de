"""A shared folder in memory that does all that shares and synced folders were seen to do.

What clients see now and what a power cut of the server would leave are two things. Every fault
comes out of the history's one source of randomness, so a seed brings it again.
"""

from __future__ import annotations

import errno
import random
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path, PurePath
from typing import Final

from db.sync.files import Files

ROOT: Final = Path("/share/KD")
"""Where every station finds the folder; no real path."""

_LISTINGS: Final = 6
"""Old listings that a directory cache may still answer with."""


class Crash(BaseException):
    """The process ends here: nothing of it runs on, no `except Exception` sees it."""


@dataclass(frozen=True, slots=True)
class Weather:
    """How likely each fault is, 0 to 1 a call, and the habits of this kind of storage."""

    error: float = 0.004
    crash: float = 0.003
    held: float = 0.004
    torn_read: float = 0.01
    zero_hole: float = 0.0
    stale: float = 0.1
    missing: float = 0.08
    late_error: float = 0.003
    flicker: float = 0.001
    delay_ms: int = 0
    """Up to how long a new file stays unseen by others."""
    syncs_directories: bool = True
    renames_over: bool = True
    folds_case: bool = False
    copied: bool = False
    """Every station has a copy of its own, which some sync client keeps up to date."""

    def calm(self) -> Weather:
        """Return the same storage without its faults."""
        quiet = Weather(0, 0, 0, 0, 0, 0, 0, 0, 0)
        habits = ("syncs_directories", "renames_over", "folds_case", "copied")
        return replace(quiet, **{name: getattr(self, name) for name in habits})


def draw_weather(rng: random.Random) -> Weather:
    """Draw the kind of folder that a history plays in."""
    return Weather(
        zero_hole=rng.choice((0, 0.02)),
        stale=rng.choice((0, 0.1, 0.2)),
        missing=rng.choice((0, 0.05, 0.1)),
        delay_ms=rng.choice((0, 0, 2_000, 15_000)),
        syncs_directories=rng.random() < 0.6,
        renames_over=rng.random() < 0.7,
        folds_case=rng.random() < 0.3,
        copied=rng.random() < 0.3,
    )


@dataclass(slots=True)
class Volume:
    """One place where bytes lie: `seen` is what is there, `kept` what a power cut would leave."""

    seen: dict[str, bytes] = field(default_factory=dict)
    kept: dict[str, bytes] = field(default_factory=dict)
    flushed: set[str] = field(default_factory=set)
    directories: set[str] = field(default_factory=lambda: {""})
    born: dict[str, tuple[int, int]] = field(default_factory=dict)
    """{name: (when, by which station)}"""

    def copy(self) -> Volume:
        """Return the volume as it is now, as a backup would have it."""
        whole = dict(self.seen)
        return Volume(whole, dict(whole), set(whole), set(self.directories))

    def power_cut(self) -> None:
        """Leave what was safe."""
        self.seen, self.flushed = dict(self.kept), set(self.kept)

    def directories_above(self, name: str) -> None:
        """Make the directories that a file needs."""
        parts = name.split("/")[:-1]
        self.directories |= {"/".join(parts[:n]) for n in range(len(parts) + 1)}


@dataclass(slots=True)
class _Transfer:
    number: int
    due: int
    target: int
    name: str
    data: bytes | None


class VirtualFolder:
    """The folder all stations of a history meet in."""

    def __init__(self, rng: random.Random, weather: Weather, clock: Callable[[], int]) -> None:
        """`clock` gives the true time in milliseconds."""
        self.rng, self.weather, self.clock = rng, weather, clock
        self.gone: set[int] = set()
        self.gone_empty = False
        """What a vanished mount looks like: an empty directory, or errors."""
        self.full = False
        self.halves: list[str] = []
        """Names that stood for half a file: a reader may have met one."""
        self._share = Volume()
        self._copies: dict[int, Volume] = {}
        self._shadows: dict[int, Volume] = {}
        self._on_the_way: list[_Transfer] = []
        self._sent = 0
        self._backups: list[Volume] = []

    # --- what a station reaches

    def volume(self, station: int) -> Volume:
        """Return what a station has under the folder's path just now."""
        if station in self.gone:
            return self._shadows.setdefault(station, Volume())
        if not self.weather.copied:
            return self._share
        if station not in self._copies:
            self._copies[station] = self._share.copy()
        return self._copies[station]

    def volumes(self) -> list[Volume]:
        """Return every undestroyed copy of the folder."""
        return [self._share, *self._copies.values()]

    def spread(self, station: int, name: str, data: bytes | None) -> None:
        """Send a change of a station's own copy on its way to the others."""
        if not self.weather.copied or station in self.gone:
            return
        # Over the sync client's own server, where newcomers start from.
        self._set(self._share, name, data)
        for other in self._copies:
            if other != station:
                self._send(other, name, data)

    def _send(self, target: int, name: str, data: bytes | None) -> None:
        delay = self.rng.choice((0, 500, 3_000, 20_000))
        due = self.clock() + delay
        self._sent += 1
        if data and self.rng.random() < 0.1:
            cut = data[: self.rng.randrange(len(data))]
            self._on_the_way.append(_Transfer(self._sent, due, target, name, cut))
            due += self.rng.randrange(1, 5_000)
        self._on_the_way.append(_Transfer(self._sent, due, target, name, data))

    def deliver(self, *, everything: bool = False) -> None:
        """Let the sync clients bring what has been on its way long enough.

        They count the versions of a file: different files come in any order, but the deletion of
        one does not undo its later putting because it took longer.
        """
        now, waiting, come = self.clock(), list[_Transfer](), dict[tuple[int, str], int]()
        for transfer in sorted(self._on_the_way, key=lambda t: t.due):
            if transfer.due > now and not everything:
                waiting.append(transfer)
                continue
            file = transfer.target, transfer.name
            if transfer.target in self._copies and transfer.number >= come.get(file, 0):
                self._set(self._copies[transfer.target], transfer.name, transfer.data)
                come[file] = transfer.number
        self._on_the_way = [t for t in waiting if t.number >= come.get((t.target, t.name), 0)]

    @staticmethod
    def _set(volume: Volume, name: str, data: bytes | None) -> None:
        if data is None:
            volume.seen.pop(name, None)
            volume.kept.pop(name, None)
            return
        volume.directories_above(name)
        volume.seen[name] = volume.kept[name] = data
        volume.flushed.add(name)

    # --- what befalls the whole folder

    def power_cut(self) -> None:
        """Cut the power of the server, or of one of the machines that hold a copy."""
        self.rng.choice(self.volumes()).power_cut()

    def take_backup(self) -> None:
        """Keep the folder as it is, for a restore."""
        self._backups = [*self._backups[-3:], self.rng.choice(self.volumes()).copy()]

    def restore(self) -> bool:
        """Put an older state of the whole folder back; False where there is no backup."""
        if not self._backups:
            return False
        older = self.rng.choice(self._backups)
        self._share = older.copy()
        self._copies = {station: older.copy() for station in self._copies}
        self._on_the_way.clear()
        return True

    def lose_some(self) -> list[str]:
        """Let files vanish, as a cleaner or a person's hand does."""
        names = sorted({name for volume in self.volumes() for name in volume.seen})
        lost = self.rng.sample(names, min(len(names), self.rng.randrange(1, 4)))
        for volume in self.volumes():
            for name in lost:
                self._set(volume, name, None)
        return lost

    def damage_some(self) -> str | None:
        """Flip a byte of some file, or cut it: the storage rots."""
        volume = self.rng.choice(self.volumes())
        names = sorted(name for name, data in volume.seen.items() if data)
        if not names:
            return None
        name = self.rng.choice(names)
        data = volume.seen[name]
        at = self.rng.randrange(len(data))
        changed = data[:at] + bytes([data[at] ^ 1 << self.rng.randrange(8)]) + data[at + 1 :]
        volume.seen[name] = volume.kept[name] = self.rng.choice((changed, data[:at]))
        return name

    def conflict_copy(self) -> str | None:
        """Add a copy under the kind of name that sync clients give, or a stranger's file."""
        volume = self.rng.choice(self.volumes())
        names = sorted(volume.seen)
        if not names:
            return None
        name = self.rng.choice(names)
        stem, _, ending = name.rpartition(".")
        made = self.rng.choice(
            (
                f"{stem} (conflicted copy).{ending}",
                f"{stem}.sync-conflict-20260101-101010-ABCDEF.{ending}",
                f"{stem}_冲突文件.{ending}",
                f"{name}.bak",
                f"{stem}~1.{ending}",
                "Thumbs.db",
                f"{stem[:-1]}.{ending}",
            )
        )
        volume.seen[made] = volume.kept[made] = volume.seen[name]
        return made

    def repair(self, marker_name: str, marker: bytes) -> bool:
        """Bring the folder back, with room in it and its marker; False where all was well."""
        lost = [v for v in self.volumes() if v.seen.get(marker_name) != marker]
        if not (lost or self.gone or self.full):
            return False
        self.gone.clear()
        self.full = False
        for volume in lost:
            self._set(volume, marker_name, marker)
        return True

    def settle(self, marker_name: str, marker: bytes) -> None:
        """End all faults, as after a person's repair: the folder is there and has its marker."""
        self.weather = self.weather.calm()
        self.deliver(everything=True)
        self.repair(marker_name, marker)


class StationFiles(Files):
    """The file calls of one station on the virtual folder."""

    syncs = True
    """Off only in the mutant that skips fsync."""

    def __init__(self, folder: VirtualFolder, station: int, root: PurePath = ROOT) -> None:
        self.folder, self.station, self.root = folder, station, root
        self._above = f"{root}/"
        self.dead = False
        """A crashed process makes no more calls, not even from its `finally` blocks."""
        self.calls = 0
        self.crash_at: int | None = None
        """Number of the call that ends the process, for directed tests."""
        self._held: dict[str, int] = {}
        self._listings: deque[list[str]] = deque(maxlen=_LISTINGS)

    # --- the calls

    def write_new(self, path: Path, data: bytes) -> None:
        name, volume = self._enter(path, writes=True)
        if _parent(name) not in volume.directories:
            raise FileNotFoundError(errno.ENOENT, "no such directory")
        if name in volume.seen:
            raise FileExistsError(errno.EEXIST, "exists")
        rng, weather = self.folder.rng, self.folder.weather
        cut = data[: rng.randrange(len(data) + 1)]
        if self.folder.full and rng.random() < 0.7:
            self._leave_half(volume, name, cut)
            raise OSError(errno.ENOSPC, "full")
        if self._happens(weather.crash):
            self._leave_half(volume, name, cut)
            self._crash()
        if len(data) > 8 and self._happens(weather.zero_hole):
            at = rng.randrange(len(data) - 4)
            data = data[:at] + bytes(4) + data[at + 4 :]
        volume.seen[name] = bytes(data)
        volume.born[name] = (self.folder.clock(), self.station)
        if self.syncs:
            volume.flushed.add(name)
        if not _is_temporary(name):
            self.folder.spread(self.station, name, volume.seen[name])
        self._leave()

    def _leave_half(self, volume: Volume, name: str, data: bytes) -> None:
        volume.seen[name] = data
        if not _is_temporary(name):
            self.folder.halves.append(name)

    def read(self, path: Path) -> bytes:
        name, volume = self._enter(path)
        if name not in volume.seen or not self._is_visible(volume, name):
            raise FileNotFoundError(errno.ENOENT, "not found")
        data = volume.seen[name]
        if self._happens(self.folder.weather.torn_read):
            return data[: self.folder.rng.randrange(len(data) + 1)]
        return data

    def rename(self, source: Path, target: Path) -> None:
        old, volume = self._enter(source, writes=True)
        new = self._name(target)
        if old not in volume.seen or _parent(new) not in volume.directories:
            raise FileNotFoundError(errno.ENOENT, "not found")
        if new in volume.seen and not self.folder.weather.renames_over:
            raise FileExistsError(errno.EEXIST, "exists")
        if self._happens(self.folder.weather.crash):
            self._crash()
        self._move(volume, old, new)
        if self._happens(self.folder.weather.late_error):
            # As NFS does when it repeats a rename that had been done.
            raise FileNotFoundError(errno.ENOENT, "retransmitted")
        self._leave()

    def _move(self, volume: Volume, old: str, new: str) -> None:
        rng = self.folder.rng
        data = volume.seen[new] = volume.seen.pop(old)
        volume.born[new] = (self.folder.clock(), self.station)
        safe = old in volume.flushed
        volume.flushed.discard(old)
        volume.flushed.discard(new)
        if safe:
            volume.flushed.add(new)
        if rng.random() < 0.5:
            # The name may be safe before the bytes are.
            torn = rng.choice((data[: rng.randrange(len(data) + 1)], bytes(len(data))))
            volume.kept[new] = data if safe else torn
        self.folder.spread(self.station, new, data)

    def remove(self, path: Path) -> None:
        name, volume = self._enter(path)
        if volume.seen.pop(name, None) is not None and not _is_temporary(name):
            self.folder.spread(self.station, name, None)
        if self.folder.rng.random() < 0.7:
            volume.kept.pop(name, None)
        self._leave()

    def make_directory(self, path: Path) -> None:
        name, volume = self._enter(path, writes=True)
        volume.directories_above(f"{name}/x" if name else "x")

    def sync_directory(self, path: Path) -> None:
        name, volume = self._enter(path)
        if not self.folder.weather.syncs_directories:
            return
        for other, data in volume.seen.items():
            if _parent(other) == name and other in volume.flushed:
                volume.kept[other] = data

    def walk(self, path: Path) -> list[str]:
        name, volume = self._enter(path)
        rng, weather = self.folder.rng, self.folder.weather
        now = [n for n in sorted(volume.seen) if self._is_visible(volume, n)]
        self._listings.append(now)
        listed = rng.choice(list(self._listings)) if self._happens(weather.stale) else now
        prefix = f"{name}/" if name else ""
        below = [n for n in listed if n.startswith(prefix)]
        if self._happens(weather.missing):
            below = [n for n in below if rng.random() < 0.7]
        if weather.stale or weather.missing:
            rng.shuffle(below)
        return [f"{self.root}/{n}" for n in below]

    # --- what happens on the way

    def _enter(self, path: Path, *, writes: bool = False) -> tuple[str, Volume]:
        if self.dead:
            raise Crash
        self.calls += 1
        if self.calls == self.crash_at:
            self._crash()
        folder, name = self.folder, self._name(path)
        weather, rng = folder.weather, folder.rng
        if self._happens(weather.crash):
            self._crash()
        if self._happens(weather.flicker):
            folder.gone ^= {self.station}
        if self.station in folder.gone and not folder.gone_empty:
            raise OSError(errno.ENOTCONN, "the share is gone")
        if self._happens(weather.error):
            raise OSError(rng.choice((errno.EIO, errno.EROFS if writes else errno.EIO)), "fault")
        self._hold(name)
        return name, folder.volume(self.station)

    def _hold(self, name: str) -> None:
        """Let a virus scanner hold a file for some tries, seldom for more than are made."""
        if self._happens(self.folder.weather.held):
            self._held[name] = self.folder.rng.choice((1, 2, 4, 9))
        left = self._held.get(name, 0)
        if left:
            self._held[name] = left - 1
            raise OSError(errno.EACCES, "held")

    def _leave(self) -> None:
        if self._happens(self.folder.weather.crash):
            self._crash()

    def _crash(self) -> None:
        self.dead = True
        raise Crash

    def _happens(self, chance: float) -> bool:
        return chance > 0 and self.folder.rng.random() < chance

    def _name(self, path: Path) -> str:
        # As text: taking paths apart would be a tenth of a history.
        name = str(path)[len(self._above) :]
        return name.lower() if self.folder.weather.folds_case else name

    def _is_visible(self, volume: Volume, name: str) -> bool:
        born = volume.born.get(name)
        if born is None or born[1] == self.station or not self.folder.weather.delay_ms:
            return True
        # The same file comes to different stations at different times, but always the same.
        late = (hash_of(name) + self.station * 7_919) % self.folder.weather.delay_ms
        return self.folder.clock() >= born[0] + late


@cache
def hash_of(text: str) -> int:
    """Return a small number of a text that is the same in every process."""
    return sum(place * ord(sign) for place, sign in enumerate(text, 1))


def _parent(name: str) -> str:
    return name.rpartition("/")[0]


def _is_temporary(name: str) -> bool:
    return name.rpartition("/")[2].startswith("~")


def files_of(volume: Volume) -> Iterator[tuple[str, bytes]]:
    """Return the finished files of a volume."""
    for name in sorted(volume.seen):
        if not _is_temporary(name):
            yield name, volume.seen[name]
