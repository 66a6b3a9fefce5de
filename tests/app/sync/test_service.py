"""Two homes on one folder: what is done at one is soon at the other, as a person sees it."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from app.homes import create_home
from app.services import Services, build_services
from app.sync import SyncState
from app.sync.place import PACES, Place
from db.models import Customer
from db.sync.admission import approve, ask_to_join, find_invitation, found_shop, invite, pending
from db.sync.engine import PassResult
from db.sync.folder import FolderRelay, create_folder
from db.sync.invitations import parse_code
from db.sync.marker import Marker
from db.sync.membership import ShopMembership
from db.sync.surroundings import Surroundings
from db.sync.whereabouts import Here

HERE = Surroundings()
PATIENCE_S = 20.0


def until(what: Callable[[], bool]) -> float:
    """Wait for it; returns the seconds it took."""
    start = time.monotonic()
    while not what():
        if time.monotonic() - start > PATIENCE_S:
            pytest.fail("it did not come")
        time.sleep(0.02)
    return time.monotonic() - start


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "share" / "KD"


@pytest.fixture
def other_services(tmp_path: Path) -> Iterator[Services]:
    built = build_services(create_home(tmp_path / "other"))
    yield built
    built.close()


@pytest.fixture
def first(services: Services, folder: Path) -> Iterator[Services]:
    membership = found_shop(services.db, "前台一", str(folder), HERE, practice=False)
    create_folder(folder, _marker(membership).pack())
    yield services
    services.sync.stop()


@pytest.fixture
def second(first: Services, other_services: Services, folder: Path) -> Iterator[Services]:
    """A station that was let in; its own data comes with it."""
    membership = first.sync.membership()
    marker = _marker(membership)
    relay = FolderRelay(folder, marker.pack())
    code = parse_code(invite(membership, relay, "小店", HERE))
    opened, _greeting = find_invitation(relay, marker, code, HERE.now_ms())
    me = ("前台二", str(folder))
    ask_to_join(other_services.db, relay, marker, opened, me, HERE)
    (waiting,) = pending(membership, relay, HERE.now_ms())
    approve(membership, relay, waiting, manage=False)
    yield other_services
    other_services.sync.stop()


def _marker(membership: ShopMembership) -> Marker:
    return Marker(membership.founding_root, membership.practice)


def _add_customer(services: Services, nick: str) -> bytes:
    with services.db.write() as session:
        customer = Customer(platform="taobao", shop="s", nick=nick, created_at=1)
        session.add(customer)
        session.flush()
        return customer.id


def _value(services: Services, row_id: bytes, field: str) -> object:
    with services.db.read() as session:
        return session.scalar(text(f"SELECT {field} FROM customers WHERE id = :i"), {"i": row_id})


def _set(services: Services, row_id: bytes, field: str, value: str) -> None:
    with services.db.write() as session:
        session.execute(
            text(f"UPDATE customers SET {field} = :v WHERE id = :i"), {"v": value, "i": row_id}
        )


def test_a_home_of_its_own_is_alone_and_runs_no_thread(services: Services) -> None:
    services.share()
    assert services.sync.status().state is SyncState.ALONE


def test_a_change_on_one_desk_is_soon_on_the_other(first: Services, second: Services) -> None:
    for services in (first, second):
        services.share()
    until(lambda: second.sync.status().state is SyncState.CURRENT)
    row_id = _add_customer(first, "小鱼")
    assert until(lambda: _value(second, row_id, "nick") == "小鱼") < 5
    _set(second, row_id, "name", "于小姐")
    assert until(lambda: _value(first, row_id, "name") == "于小姐") < 5
    until(lambda: first.sync.status().outbox == 0)
    names = {s.name: s for s in first.sync.status().stations}
    assert set(names) == {"前台一", "前台二"}
    assert names["前台一"].mine
    assert names["前台一"].manages
    assert not names["前台二"].manages


def test_edits_made_apart_merge_field_by_field(first: Services, second: Services) -> None:
    row_id = _add_customer(first, "小鱼")
    for services in (first, second, first):
        services.sync.pass_now()
    _set(first, row_id, "name", "于小姐")
    _set(second, row_id, "salutation", "于姐")
    for services in (first, second, first, second):
        services.sync.pass_now()
    for services in (first, second):
        assert _value(services, row_id, "name") == "于小姐"
        assert _value(services, row_id, "salutation") == "于姐"


def test_a_folder_that_is_away_is_offline_and_nothing_is_lost(
    first: Services, second: Services, folder: Path
) -> None:
    for services in (first, second):
        services.sync.pass_now()
    away = folder.with_name("away")
    folder.rename(away)
    row_id = _add_customer(first, "小鱼")
    result = first.sync.pass_now()
    assert result is not None
    assert result.offline
    assert first.sync.status().state is SyncState.OFFLINE
    assert not folder.exists()
    away.rename(folder)
    for services in (first, second):
        services.sync.pass_now()
    assert _value(second, row_id, "nick") == "小鱼"
    assert first.sync.status().state is SyncState.CURRENT


def test_colleagues_see_who_is_where(first: Services, second: Services) -> None:
    first.sync.show_here(Here(b"li", "小丽", b"conversation-9"))
    first.channels.presence.set_agent_typing(b"conversation-9", on=True)
    first.channels.presence.came(b"conversation-7")
    for services in (first, second):
        services.sync.pass_now()
    (li,) = second.sync.colleagues()
    assert (li.name, li.views, li.types) == ("小丽", b"conversation-9", True)
    there = second.channels.presence
    assert there.agent_typing(b"conversation-9")
    assert there.online(b"conversation-7")
    assert not there.online(b"conversation-9")
    assert second.staffed()


def test_only_one_engine_syncs_a_home(first: Services) -> None:
    first.share()
    until(lambda: first.sync.status().last_pass > 0)
    twin = type(first.sync)(first.db, first.settings)
    assert twin.pass_now() is None


def test_passes_asked_for_by_several_threads_are_made_one_after_the_other(
    first: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = first.sync.engine()
    at_once, most = [0], [0]
    pass_once = engine.pass_once

    def counted(**options: bool) -> PassResult:
        at_once[0] += 1
        most[0] = max(most[0], at_once[0])
        time.sleep(0.02)
        try:
            return pass_once(**options)
        finally:
            at_once[0] -= 1

    monkeypatch.setattr(engine, "pass_once", counted)
    first.share()
    for number in range(5):
        _add_customer(first, str(number))
        first.sync.pass_now()
    first.sync.stop()
    assert most == [1]


def test_what_another_process_of_the_home_took_in_is_known_here(
    first: Services, second: Services
) -> None:
    membership = second.sync.membership()
    assert not second.shop.joined
    first.sync.pass_now()
    ShopMembership(second.db).refresh(second.sync.relay())
    known = bool(membership.member), second.shop.joined
    assert known == (False, True)
    assert second.sync.membership() is membership
    assert second.sync.status().state is not SyncState.WAITING


def test_a_share_mounted_where_the_folder_was_away_is_found_out(first: Services) -> None:
    parts = first.sync._work.parts()
    assert parts.pace(Place.AUTO) == PACES[Place.LOCAL]
    parts.guessed = Place.SHARE
    assert parts.pace(Place.AUTO) == PACES[Place.SHARE]
    folder = Path(parts.membership.folder)
    folder.rename(folder.with_name("away"))
    first.sync.pass_now()
    assert parts.pace(Place.AUTO) == PACES[Place.LOCAL]
