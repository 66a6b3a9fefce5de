"""What happens to folders: each is told in a word, loses nothing, and is over by itself."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from app.core.storage import storage_trouble
from tests.conftest import Template
from tests.proofs.pair import Pair, add_customer, nicks, shop_of_two
from tests.proofs.tiny_disk import TinyDisk, tiny_disk

MANY = 40


@pytest.fixture
def pair(tmp_path: Path, template: Template) -> Iterator[Pair]:
    with shop_of_two(tmp_path / "shop", template) as made:
        yield made


def told(pair: Pair) -> list[str]:
    """The word that each station has for how it fares."""
    return [str(pair.status(services)["state"]) for services in pair.both]


def assert_together(pair: Pair, *names: str) -> None:
    pair.meet()
    for services in pair.homes.values():
        assert set(names) <= set(nicks(services))
    assert len(pair.hashes()) == 1
    assert set(told(pair)) == {"current"}
    for services in pair.both:
        status = pair.status(services)
        assert (status["outbox"], status["problems"], status["failures"]) == (0, [], [])


def assert_refused(pair: Pair, code: str) -> None:
    for services in pair.both:
        status = pair.status(services)
        assert (status["state"], status["failures"]) == ("attention", [code])
        assert [problem["code"] for problem in status["problems"]] == [code]
        assert status["outbox"] > 0


def write_at_both(pair: Pair, word: str) -> None:
    for place, services in enumerate(pair.both):
        add_customer(services, f"{word}{place}")


def test_a_folder_moved_away(pair: Pair) -> None:
    away = pair.folder.with_name("away")
    pair.folder.rename(away)
    write_at_both(pair, "meanwhile")
    pair.meet()
    assert told(pair) == ["offline", "offline"]
    assert pair.status(pair.first)["outbox"] > 0
    assert not pair.folder.exists()
    away.rename(pair.folder)
    assert_together(pair, "meanwhile0", "meanwhile1")


def test_a_folder_replaced_by_an_empty_one(pair: Pair) -> None:
    """A mount that is gone leaves an empty directory: nothing is put there, nothing deleted."""
    away = pair.folder.with_name("away")
    pair.folder.rename(away)
    pair.folder.mkdir()
    write_at_both(pair, "meanwhile")
    pair.meet()
    assert told(pair) == ["offline", "offline"]
    assert list(pair.folder.iterdir()) == []
    pair.folder.rmdir()
    away.rename(pair.folder)
    assert_together(pair, "meanwhile0", "meanwhile1")


def test_a_folder_put_back_from_last_weeks_copy(pair: Pair) -> None:
    write_at_both(pair, "old")
    pair.meet()
    copy = pair.folder.with_name("copy")
    shutil.copytree(pair.folder, copy)
    for round_ in range(3):
        write_at_both(pair, f"later{round_}-")
        pair.meet()
    shutil.rmtree(pair.folder)
    copy.rename(pair.folder)
    write_at_both(pair, "after")
    assert_together(pair, "old0", "old1", "later2-0", "later2-1", "after0", "after1")
    pair.admitted("third", pair.first)
    assert_together(pair, "old0", "later0-1", "later2-0", "after1")


def test_a_folder_that_lost_everything_but_its_marker(pair: Pair) -> None:
    write_at_both(pair, "old")
    pair.meet()
    for path in pair.folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
    write_at_both(pair, "after")
    assert_together(pair, "old0", "old1", "after0", "after1")
    pair.admitted("third", pair.first)
    assert_together(pair, "old0", "old1", "after0", "after1")


def test_copies_that_a_sync_client_left(pair: Pair) -> None:
    write_at_both(pair, "old")
    pair.meet()
    before = pair.hashes()
    for path in [p for p in pair.folder.rglob("*") if p.is_file()]:
        data = path.read_bytes()
        stem, end = path.stem, path.suffix
        for name in (
            f"{stem}.sync-conflict-20261122-101500-ABCDEF7{end}",
            f"{stem} (冲突的副本 2026-11-22){end}",
            f"{stem} (1){end}",
            f"{stem}{end}.part",
            f"~syncthing~{path.name}.tmp",
            f".{path.name}.swp",
        ):
            path.with_name(name).write_bytes(data[: len(data) // 2])
    pair.meet()
    assert pair.hashes() == before
    assert_together(pair, "old0", "old1")
    write_at_both(pair, "after")
    assert_together(pair, "after0", "after1")


def test_a_folder_that_may_only_be_read(pair: Pair, tmp_path: Path) -> None:
    """What others wrote before still comes; what is written here waits."""
    add_customer(pair.first, "before")
    pair.first.sync.pass_now(full=True)
    with read_only(pair.folder):
        write_at_both(pair, "meanwhile")
        pair.meet()
        assert "before" in nicks(pair.second)
        assert_refused(pair, "read_only")
    assert_together(pair, "before", "meanwhile0", "meanwhile1")


class read_only:  # noqa: N801 - used like a function
    """A folder in which nothing can be written, also by root where mounting is allowed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._mounted = False

    def __enter__(self) -> None:
        if sys.platform == "win32":
            pytest.skip("rights are others here")
        if os.geteuid():
            self._chmod(0o555, 0o444)
            return
        folder = str(self._folder)
        if not _runs("mount", "--bind", folder, folder):
            pytest.skip("root may write everywhere, and nothing can be mounted here")
        self._mounted = True
        assert _runs("mount", "-o", "remount,ro,bind", folder)

    def __exit__(self, *_error: object) -> None:
        if self._mounted:
            assert _runs("umount", str(self._folder))
        else:
            self._chmod(0o755, 0o644)

    def _chmod(self, directory: int, file: int) -> None:
        for path in [self._folder, *self._folder.rglob("*")]:
            with suppress(OSError):
                path.chmod(directory if path.is_dir() else file)


def _runs(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_a_folder_on_a_full_disk(tmp_path: Path, template: Template) -> None:
    disks = list[TinyDisk]()

    @contextmanager
    def mounted(folder: Path) -> Iterator[None]:
        with tiny_disk(folder, 1) as disk:
            disks.append(disk)
            yield

    with shop_of_two(tmp_path / "shop", template, mounted) as pair:
        (disk,) = disks
        pair.meet()
        disk.fill()
        for number in range(MANY):
            write_at_both(pair, f"meanwhile{number}-")
        pair.meet()
        assert_refused(pair, "full")
        disk.make_room()
        assert_together(pair, "meanwhile0-0", f"meanwhile{MANY - 1}-1")


def test_a_home_on_a_full_disk(tmp_path: Path, template: Template) -> None:
    """What is acknowledged stands, what is refused is told, and nothing is torn."""
    root = tmp_path / "shop"
    (root / "second").mkdir(parents=True)
    with tiny_disk(root / "second", 8) as disk, shop_of_two(root, template) as pair:
        pair.meet()
        disk.fill()
        kept = list[str]()
        for number in range(MANY):
            with StorageTrouble():
                add_customer(pair.second, f"meanwhile{number}")
                kept.append(f"meanwhile{number}")
        assert len(kept) < MANY
        add_customer(pair.first, "from the other")
        pair.first.sync.pass_now(full=True)
        with StorageTrouble():
            pair.second.sync.pass_now(full=True)
        assert pair.status(pair.second)["state"]
        disk.make_room()
        pair.reopen("second")
        add_customer(pair.second, "after")
        assert_together(pair, *kept, "from the other", "after")


class StorageTrouble:
    """Lets a full disk pass, as the sync's thread and the window do; anything else is a fault."""

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        return isinstance(error, Exception) and storage_trouble(error) is not None
