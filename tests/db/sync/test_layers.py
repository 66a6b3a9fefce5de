"""Rules that hide each other in a whole shop, each looked at alone: none may go unseen."""

import contextlib
import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from db.sync.folder import MARKER, FolderRelay, create_folder
from db.sync.frames import INSERT, Op
from db.sync.keys import EpochKey, StationKeys
from db.sync.relay import RelayError, RelayUnsound
from db.sync.segments import Writer
from tests.db.sync.simulation.folder import ROOT, Crash, StationFiles, VirtualFolder, Weather

SHOP = b"a shop"
NAME = "ops/aa/0000000001.ff.kds"
DATA = bytes(range(256)) * 8
CALM = Weather().calm()


def folder_with(weather: Weather = CALM, seed: int = 1) -> VirtualFolder:
    folder = VirtualFolder(random.Random(seed), CALM, lambda: 0)
    create_folder(ROOT, SHOP, StationFiles(folder, 0))
    folder.weather = weather
    return folder


def relay_on(folder: VirtualFolder, files: StationFiles | None = None) -> FolderRelay:
    return FolderRelay(ROOT, SHOP, files or StationFiles(folder, 0), sleep=lambda _: None)


def test_bytes_are_forced_to_the_disk_before_they_get_their_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_folder(tmp_path / "share", SHOP)
    calls: list[str] = []
    fsync, rename = os.fsync, Path.rename

    def noted_fsync(number: int) -> None:
        calls.append("fsync")
        fsync(number)

    def noted_rename(path: Path, target: Path) -> Path:
        calls.append("rename")
        return rename(path, target)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(Path, "rename", noted_rename)
    FolderRelay(tmp_path / "share", SHOP).put_new(NAME, DATA)
    assert calls == ["fsync", "rename", "fsync"]


@pytest.mark.parametrize("seed", range(6))
def test_what_was_put_survives_a_power_cut_of_the_server(seed: int) -> None:
    folder = folder_with(seed=seed)
    relay_on(folder).put_new(NAME, DATA)
    folder.power_cut()
    folder.settle(MARKER, SHOP)
    assert relay_on(folder).get(NAME) == DATA


def test_without_forcing_it_to_the_disk_it_would_not() -> None:
    left = set()
    for seed in range(12):
        folder = folder_with(seed=seed)
        files = StationFiles(folder, 0)
        files.syncs = False
        relay_on(folder, files).put_new(NAME, DATA)
        folder.power_cut()
        left.add(folder.volume(0).seen.get(NAME) == DATA)
    assert False in left


def test_a_crash_at_any_call_leaves_the_name_whole_or_not_there() -> None:
    calls = StationFiles(folder_with(), 0)
    relay_on(calls.folder, calls).put_new(NAME, DATA)
    for number in range(1, calls.calls + 1):
        folder = folder_with(seed=number)
        files = StationFiles(folder, 0)
        files.crash_at = number
        with pytest.raises(Crash):
            relay_on(folder, files).put_new(NAME, DATA)
        assert folder.volume(0).seen.get(NAME, DATA) == DATA


@pytest.mark.parametrize("seed", range(5))
def test_a_crash_in_the_middle_of_a_write_leaves_the_name_whole_or_not_there(seed: int) -> None:
    folder = folder_with(Weather(crash=0.3), seed=seed)
    for _ in range(20):
        with contextlib.suppress(Crash, RelayError):
            relay_on(folder, StationFiles(folder, 0)).put_new(NAME, DATA)
        assert folder.volume(0).seen.get(NAME, DATA) == DATA


def test_zeroes_that_a_share_wrote_without_an_error_are_read_back_and_refused() -> None:
    folder = folder_with(Weather(0, 0, 0, 0, zero_hole=1.0, stale=0, missing=0, late_error=0))
    with pytest.raises(RelayUnsound):
        relay_on(folder).put_new(NAME, DATA)
    assert relay_on(folder).list("ops/") == []


def test_a_rename_that_succeeded_and_reports_a_failure_counts_as_done() -> None:
    folder = folder_with(Weather(0, 0, 0, 0, stale=0, missing=0, late_error=1.0))
    relay_on(folder).put_new(NAME, DATA)
    assert folder.volume(0).seen[NAME] == DATA


def test_two_branches_of_a_number_lie_side_by_side() -> None:
    writer = Writer(b"shop-id!", 7, StationKeys(bytes(64)), EpochKey(1, bytes(32)))
    ops = [Op(INSERT, 3, bytes(16), 5, 7, (0, 3), (0, text)) for text in ("one", "two")]
    (one,), (two,) = (list(writer.seal([op], 1)) for op in ops)
    relay = relay_on(folder_with())
    relay.put_new(one.name, one.data)
    relay.put_new(two.name, two.data)
    assert len(relay.list("ops/")) == 2


def test_conflict_copies_and_strangers_are_listed_to_nobody() -> None:
    folder = folder_with()
    relay_on(folder).put_new(NAME, DATA)
    for _ in range(30):
        folder.conflict_copy()
    assert len(folder.volume(0).seen) > 5
    listed = relay_on(folder).list("")
    assert all(" " not in name and "冲突" not in name for name in listed)
    assert NAME in listed


@pytest.mark.parametrize("empty", [True, False])
def test_a_vanished_mount_is_offline_and_never_an_empty_shop(*, empty: bool) -> None:
    folder = folder_with()
    relay_on(folder).put_new(NAME, DATA)
    folder.gone, folder.gone_empty = {0}, empty
    calls: list[Callable[[FolderRelay], object]] = [
        lambda relay: relay.list("ops/"),
        lambda relay: relay.get(NAME),
        lambda relay: relay.put_new(NAME, DATA),
    ]
    for call in calls:
        with pytest.raises(RelayError):
            call(relay_on(folder))
    folder.gone = set()
    assert relay_on(folder).get(NAME) == DATA
