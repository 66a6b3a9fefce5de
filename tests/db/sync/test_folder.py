"""A folder that tears, fills up, vanishes or is full of strangers never misleads a station."""

import contextlib
import errno
from pathlib import Path

import pytest

from db.sync.files import Files
from db.sync.folder import MARKER, FolderRelay, create_folder
from db.sync.relay import (
    NameTaken,
    RelayError,
    RelayFull,
    RelayOffline,
    RelayReadOnly,
    RelayUnsound,
)

SHOP = b'{"format":1,"shop":"00"}'
DATA = bytes(range(256)) * 40
NAME = "ops/aa/0000000001.ff.kds"


class FaultyFiles(Files):
    """Fails the calls whose numbers are given; counts them all."""

    def __init__(self, number: int = errno.EIO, calls: frozenset[int] = frozenset()) -> None:
        self.number, self.calls, self.count = number, calls, 0

    def _step(self) -> None:
        self.count += 1
        if self.count in self.calls:
            raise OSError(self.number, "made to fail")

    def write_new(self, path: Path, data: bytes) -> None:
        try:
            self._step()
        except OSError:
            path.write_bytes(data[: len(data) // 2])  # what a full disk leaves
            raise
        super().write_new(path, data)

    def read(self, path: Path) -> bytes:
        self._step()
        return super().read(path)

    def rename(self, source: Path, target: Path) -> None:
        self._step()
        super().rename(source, target)

    def make_directory(self, path: Path) -> None:
        self._step()
        super().make_directory(path)

    def sync_directory(self, path: Path) -> None:
        self._step()
        super().sync_directory(path)


@pytest.fixture
def share(tmp_path: Path) -> Path:
    create_folder(tmp_path / "share", SHOP)
    return tmp_path / "share"


def relay_on(share: Path, files: Files | None = None) -> FolderRelay:
    return FolderRelay(share, SHOP, files, sleep=lambda seconds: None)


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC, errno.EROFS, errno.ENOENT])
def test_a_failed_call_leaves_all_or_nothing_and_the_next_try_succeeds(
    share: Path, number: int
) -> None:
    faultless = FaultyFiles()
    relay_on(share, faultless).put_new("count.kds", DATA)
    for call in range(1, faultless.count + 1):
        name = f"ops/aa/{call:010}.ff.kds"
        with contextlib.suppress(RelayError):
            relay_on(share, FaultyFiles(number, frozenset({call}))).put_new(name, DATA)
        assert relay_on(share).list(name) in ([], [name])
        relay_on(share).put_new(name, DATA)
        assert relay_on(share).get(name) == DATA
    assert not list(share.rglob("~*"))


@pytest.mark.parametrize("number", [errno.EACCES, errno.EBUSY])
def test_a_file_held_for_a_moment_is_waited_for(share: Path, number: int) -> None:
    waits: list[float] = []
    files = FaultyFiles(number, frozenset({1, 2, 4}))
    FolderRelay(share, SHOP, files, sleep=waits.append).put_new(NAME, DATA)
    assert waits == [0.02, 0.04, 0.02]
    assert relay_on(share).get(NAME) == DATA


def test_a_file_held_for_ever_is_given_up(share: Path) -> None:
    with pytest.raises(RelayOffline):
        relay_on(share, FaultyFiles(errno.EACCES, frozenset(range(1, 99)))).put_new(NAME, DATA)


@pytest.mark.parametrize("call", ["make_directory", "write_new", "rename"])
@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.EPERM])
def test_a_folder_that_may_only_be_read_says_so(
    share: Path, call: str, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object) -> None:
        raise OSError(number, "refused")

    files = Files()
    monkeypatch.setattr(files, call, refuse)
    relay = FolderRelay(share, SHOP, files, sleep=lambda _seconds: None)
    with pytest.raises(RelayReadOnly):
        relay.put_new(NAME, DATA)
    assert relay.list("") == []


def test_a_full_folder_says_so(share: Path) -> None:
    class FullFiles(Files):
        def write_new(self, path: Path, data: bytes) -> None:
            raise OSError(errno.ENOSPC, "full")

    with pytest.raises(RelayFull):
        relay_on(share, FullFiles()).put_new(NAME, DATA)


def test_a_rename_that_was_done_and_reported_as_failed_counts_as_done(share: Path) -> None:
    class ForgetfulFiles(Files):
        def rename(self, source: Path, target: Path) -> None:
            super().rename(source, target)
            raise OSError(errno.ENOENT, "asked twice")

    relay_on(share, ForgetfulFiles()).put_new(NAME, DATA)
    assert relay_on(share).get(NAME) == DATA


def test_zeroes_in_the_middle_are_never_published(share: Path) -> None:
    class HoleyFiles(Files):
        def write_new(self, path: Path, data: bytes) -> None:
            super().write_new(path, data[:100] + bytes(100) + data[200:])

    with pytest.raises(RelayUnsound):
        relay_on(share, HoleyFiles()).put_new(NAME, DATA)
    assert [path.name for path in share.rglob("*") if path.is_file()] == [MARKER]


def test_a_half_file_of_ours_is_written_anew(share: Path) -> None:
    (share / "ops/aa").mkdir(parents=True)
    (share / NAME).write_bytes(DATA[:77])
    relay_on(share).put_new(NAME, DATA)
    assert relay_on(share).get(NAME) == DATA


@pytest.mark.parametrize("marker", [None, b'{"format":1,"shop":"99"}'])
def test_without_its_marker_the_folder_is_offline_and_left_alone(
    share: Path, marker: bytes | None
) -> None:
    (share / MARKER).unlink()
    if marker:
        (share / MARKER).write_bytes(marker)
    before = sorted(share.rglob("*"))
    relay = relay_on(share)
    for call in (
        lambda: relay.list(""),
        lambda: relay.get(NAME),
        lambda: relay.put_new(NAME, DATA),
        lambda: relay.delete(NAME),
    ):
        with pytest.raises(RelayOffline):
            call()
    assert sorted(share.rglob("*")) == before


def test_a_vanished_folder_is_not_made_again(tmp_path: Path) -> None:
    with pytest.raises(RelayOffline):
        relay_on(tmp_path / "gone").put_new(NAME, DATA)
    assert not (tmp_path / "gone").exists()


def test_conflict_copies_and_strangers_are_not_seen(share: Path) -> None:
    relay_on(share).put_new(NAME, DATA)
    parent = (share / NAME).parent
    for stranger in (
        "0000000001.ff (conflicted copy).kds",
        "0000000001.ff.sync-conflict-20260101.KDS",
        "~half.tmp",
        "Thumbs.db",
    ):
        (parent / stranger).write_bytes(b"x")
    assert relay_on(share).list("") == [NAME]


def test_one_shop_never_takes_over_the_folder_of_another(share: Path) -> None:
    create_folder(share, SHOP)
    with pytest.raises(NameTaken):
        create_folder(share, b"other")


def test_the_marker_is_out_of_reach(share: Path) -> None:
    with pytest.raises(ValueError, match="marker"):
        relay_on(share).delete(MARKER)
