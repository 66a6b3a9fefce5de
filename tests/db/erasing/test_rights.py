"""Only who may manage erases: an erasure that does not count is refused, or taken back."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from db.erasing.roots import erase
from db.sync.exclusion import revoke, withdraw
from tests.db.erasing.people import add_person, found, ident
from tests.db.sync.test_revert import Desk, same

WHO = "zhangsan"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.close()


def fill(desk: Desk) -> None:
    with desk.homes["founder"].write() as session:
        add_person(session, WHO)
    desk.sync()


def erase_at(desk: Desk, name: str) -> None:
    with desk.homes[name].write() as session:
        erase(session, ident("customers", WHO), None, "", "request")


def test_an_erasure_without_the_right_is_put_aside(desk: Desk) -> None:
    desk.start("agent", "other")
    fill(desk)
    erase_at(desk, "agent")
    desk.sync()
    for name in ("founder", "other"):
        assert "customers.name" in found(desk.homes[name], WHO)
        assert "messages.text" in found(desk.homes[name], WHO)
        assert ("right", False) in desk.aside(name)
    assert same(desk.homes["founder"], desk.homes["other"])


def test_an_erasure_beyond_a_revocation_is_taken_back(desk: Desk) -> None:
    """As far as somebody has the data still: the others bring them by the next snapshot."""
    desk.start("thief", "agent", manage=("thief",))
    fill(desk)
    erase_at(desk, "thief")
    desk.sync("thief", "agent")
    assert found(desk.homes["agent"], f"{WHO}-name") == []
    # The founder has not read it.
    revoke(desk.members["founder"], desk.relay, desk.members["thief"].station, desk.surroundings)
    desk.sync("founder", "agent")
    desk.engines["founder"].snapshot_wanted = True
    desk.sync("founder", "agent")
    for name in ("founder", "agent"):
        assert "customers.name" in found(desk.homes[name], WHO), name
        assert "messages.text" in found(desk.homes[name], WHO), name
    assert same(desk.homes["founder"], desk.homes["agent"])


def test_what_it_blanked_is_read_again_from_the_logs(desk: Desk) -> None:
    """It had come before the erasure did: to read on from there is not enough."""
    desk.start("eraser", "agent", manage=("eraser",))
    fill(desk)
    desk.born("agent", name="own words")
    erase_at(desk, "eraser")
    desk.sync("eraser", "agent")
    assert found(desk.homes["agent"], f"{WHO}-name") == []
    # The founder has not read it.
    withdraw(desk.members["founder"], desk.relay, desk.members["eraser"].station, desk.surroundings)
    desk.sync("founder", "agent")
    for name in ("founder", "agent"):
        assert "customers.name" in found(desk.homes[name], WHO), name
        assert "messages.text" in found(desk.homes[name], WHO), name
    assert same(desk.homes["founder"], desk.homes["agent"])


def test_an_erasure_of_before_a_revocation_stands(desk: Desk) -> None:
    desk.start("thief", "agent", manage=("thief",))
    fill(desk)
    erase_at(desk, "thief")
    desk.sync()
    revoke(desk.members["founder"], desk.relay, desk.members["thief"].station, desk.surroundings)
    desk.sync("founder", "agent")
    for name in ("founder", "agent"):
        while desk.homes[name].index_pending():
            pass
        assert found(desk.homes[name], WHO) == []
    assert same(desk.homes["founder"], desk.homes["agent"])
