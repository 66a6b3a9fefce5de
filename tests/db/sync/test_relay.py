"""What every relay promises, checked on each kind."""

from collections.abc import Callable
from pathlib import Path

import pytest

from db.sync.folder import FolderRelay, create_folder
from db.sync.relay import MAX_NAME, MemoryRelay, NameTaken, NotThere, Relay, is_name

MARKER = b'{"format":1,"shop":"00"}'


@pytest.fixture(params=["memory", "folder"])
def relay(request: pytest.FixtureRequest, tmp_path: Path) -> Relay:
    if request.param == "memory":
        return MemoryRelay()
    create_folder(tmp_path / "share", MARKER)
    return FolderRelay(tmp_path / "share", MARKER)


def test_what_was_put_is_got(relay: Relay) -> None:
    relay.put_new("ops/aa/0000000001.ff.kds", b"\x00\xff" * 999)
    assert relay.get("ops/aa/0000000001.ff.kds") == b"\x00\xff" * 999


def test_an_empty_relay_lists_nothing(relay: Relay) -> None:
    assert relay.list("ops/") == []


def test_names_come_in_order_and_behind_a_name(relay: Relay) -> None:
    for name in ("ops/b/2.kds", "ops/a/1.kds", "ops/a/3.kds", "ops/ab/1.kds", "head/a.kdh"):
        relay.put_new(name, b"x")
    assert relay.list("ops/a/") == ["ops/a/1.kds", "ops/a/3.kds"]
    assert relay.list("ops/a") == ["ops/a/1.kds", "ops/a/3.kds", "ops/ab/1.kds"]
    assert relay.list("ops/", after="ops/a/3.kds") == ["ops/ab/1.kds", "ops/b/2.kds"]
    assert len(relay.list("")) == 5


def test_the_same_bytes_may_be_put_again(relay: Relay) -> None:
    relay.put_new("a.kds", b"x")
    relay.put_new("a.kds", b"x")
    assert relay.list("") == ["a.kds"]


def test_a_name_never_changes_its_bytes(relay: Relay) -> None:
    relay.put_new("a.kds", b"first")
    with pytest.raises(NameTaken):
        relay.put_new("a.kds", b"other")
    assert relay.get("a.kds") == b"first"


def test_what_is_missing_is_said_to_be(relay: Relay) -> None:
    with pytest.raises(NotThere):
        relay.get("ops/aa/1.kds")


def test_delete_is_done_once_or_twice(relay: Relay) -> None:
    relay.put_new("a.kds", b"x")
    relay.delete("a.kds")
    relay.delete("a.kds")
    assert relay.list("") == []


@pytest.mark.parametrize(
    "name",
    [
        "",
        "/a",
        "a/",
        "a//b",
        "../a",
        "a/..",
        ".",
        "A",
        "a b",
        "a\\b",
        "a:b",
        "~a.tmp",
        "单",
        "a (conflicted copy).kds",
        "a\n",
        "x" * (MAX_NAME + 1),
    ],
)
@pytest.mark.parametrize("verb", ["get", "put", "delete"])
def test_other_names_are_refused(relay: Relay, name: str, verb: str) -> None:
    calls: dict[str, Callable[[], object]] = {
        "get": lambda: relay.get(name),
        "put": lambda: relay.put_new(name, b""),
        "delete": lambda: relay.delete(name),
    }
    assert not is_name(name)
    with pytest.raises(ValueError, match="name"):
        calls[verb]()
