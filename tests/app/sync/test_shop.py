"""Shops of several homes on one real folder, as people set them up."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from app.core.errors import NotFound, PermissionDenied, UserError
from app.core.settings import SHOP_NAME, Setting
from app.homes import create_home
from app.services import Services, build_services
from app.sync.refused import Refusal
from app.sync.shop import JOIN_PREFIX
from db.clock import now_ms
from db.ids import customer_id
from db.models import Customer, Role
from db.sync.admission import approve, invite, pending
from db.sync.folder import MARKER
from db.sync.surroundings import Surroundings
from tests.conftest import Template

OWN: Setting[int] = Setting("test.own", int, 0, scope="mine")


class World:
    """Homes by name, and the folder they share."""

    def __init__(self, root: Path, template: Template) -> None:
        self.template = template
        self.root, self.folder = root, root / "shared"
        self.folder.mkdir()
        self.homes: dict[str, Services] = {}

    def home(self, name: str, kind: str = "live") -> Services:
        with pytest.MonkeyPatch.context() as patch:
            # A migration for every home would be most of the time of these tests.
            patch.setattr("app.homes.new_key", lambda: self.template.key)
            patch.setattr("app.services._fill_practice", lambda _services: None)
            home = create_home(self.root / name, "practice" if kind == "practice" else "live")
            shutil.copy(self.template.empty, home.database)
            self.homes[name] = build_services(home)
        return self.homes[name]

    def founded(self, name: str = "first") -> Services:
        services = self.home(name)
        services.staff.add("boss", "Boss", Role.ADMIN, "passw0rd!")
        services.shop.create(self.folder, name, "花店")
        return services

    def admitted(self, name: str, by: Services, **rights: bool) -> Services:
        services = self.home(name)
        code = by.shop.invite().code
        services.shop.join(self.folder, code, name)
        (request,) = by.shop.requests()
        by.shop.approve(request.station, **rights)
        self.meet()
        return services

    def meet(self) -> None:
        for _ in range(3):
            for services in self.homes.values():
                if services.sync.shared:
                    services.sync.pass_now(full=True)

    def station(self, services: Services, name: str) -> bytes:
        return next(m.station for m in services.shop.members() if m.name == name)

    def close(self) -> None:
        for services in self.homes.values():
            services.close()


@pytest.fixture
def world(tmp_path: Path, _template: Template, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    # Passes are made by the test, one after the other.
    monkeypatch.setattr("app.sync.service.SyncService.start", lambda _self: None)
    made = World(tmp_path, _template)
    yield made
    made.close()


def refused(code: str, work: Callable[[], object]) -> None:
    with pytest.raises(UserError) as caught:
        work()
    assert caught.value.code == code
    assert caught.value.message
    assert caught.value.hint


def add_customer(services: Services, nick: str) -> None:
    with services.db.write() as session:
        session.add(
            Customer(
                id=customer_id("taobao", "s", nick), platform="taobao", shop="s", nick=nick,
                created_at=now_ms(),
            )
        )  # fmt: skip


def nicks(services: Services) -> list[str]:
    with services.db.read() as session:
        return sorted(row.nick for row in session.query(Customer))


def test_two_homes_meet_in_a_folder(world: World) -> None:
    first = world.founded()
    assert first.shop.joined
    assert first.shop.manages
    assert first.shop.administers
    add_customer(first, "old")
    second = world.home("second")
    invitation = first.shop.invite()
    assert second.shop.preview(world.folder, invitation.payload).shop == "花店"
    second.shop.join(world.folder, invitation.code.lower().replace("-", " "), "柜台二")
    assert (second.shop.waiting, second.shop.joined) == (True, False)
    (request,) = first.shop.requests()
    assert request.name == "柜台二"
    first.shop.approve(request.station)
    world.meet()
    assert second.shop.members()[-1].mine
    assert not second.shop.members()[-1].manages
    assert nicks(second) == ["old"]
    assert [m.name for m in second.shop.members()] == ["first", "柜台二"]
    assert [m.login for m in second.staff.members()] == ["boss"]
    assert second.settings.get(SHOP_NAME) == "花店"


def test_nothing_in_the_folder_can_be_read(world: World) -> None:
    first = world.founded()
    add_customer(first, "张三丰")
    world.admitted("李四的柜台", first)
    world.meet()
    files = [path for path in world.folder.rglob("*") if path.is_file()]
    assert len(files) > 5
    for path in files:
        data = path.read_bytes()
        for word in ("张三丰", "李四的柜台", "花店", "boss", "first"):
            assert word.encode() not in data, (path.name, word)
            assert word not in str(path.relative_to(world.folder))


def test_the_folder_must_be_there_empty_and_nobody_elses(world: World) -> None:
    home = world.home("a")
    refused("folder_missing", lambda: home.shop.create(world.root / "none", "a"))
    refused("folder_offline", lambda: home.shop.create(world.root / ("x" * 300), "a"))
    refused("empty_name", lambda: home.shop.create(world.folder, "  "))
    (world.folder / "photo.jpg").write_bytes(b"x")
    refused("folder_not_empty", lambda: home.shop.create(world.folder, "a"))
    assert not home.sync.shared
    (world.folder / "photo.jpg").unlink()
    (world.folder / ".DS_Store").write_bytes(b"x")
    home.shop.create(world.folder, "a")
    refused("already_shared", lambda: home.shop.create(world.folder, "a"))
    refused("folder_taken", lambda: world.home("b").shop.create(world.folder, "b"))


def test_codes_that_lead_nowhere(world: World) -> None:
    first, second = world.founded(), world.home("second")
    code = first.shop.invite().code

    def join(folder: Path, text: str) -> Callable[[], object]:
        return lambda: second.shop.join(folder, text, "second")

    empty = world.root / "empty"
    empty.mkdir()
    other = world.root / "other"
    other.mkdir()
    world.home("third").shop.create(other, "third")
    refused("folder_missing", join(world.root / "none", code))
    # As a share that answers with an error, to whatever it is asked.
    refused("folder_offline", join(world.root / ("x" * 300), code))
    refused("no_shop", join(empty, code))
    refused("code_unknown", join(other, code))
    refused("bad_code", join(world.folder, code[:-1]))
    refused("bad_code", join(world.folder, code[:-1] + ("A" if code[-1] != "A" else "B")))
    (world.folder / MARKER).write_bytes(b"{")
    refused("marker_damaged", join(world.folder, code))
    assert not second.sync.shared


def test_a_code_lets_one_station_in(world: World) -> None:
    first, second, third = world.founded(), world.home("second"), world.home("third")
    code = first.shop.invite().code
    second.shop.join(world.folder, code, "second")
    (request,) = first.shop.requests()
    first.shop.approve(request.station)
    refused("code_used", lambda: third.shop.join(world.folder, code, "third"))
    with pytest.raises(NotFound):
        first.shop.approve(request.station)


def test_a_code_expires(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = world.founded(), world.home("second")
    code = first.shop.invite(hours=1).code
    later = now_ms() + 2 * 3_600_000
    monkeypatch.setattr("app.sync.shop_entry.now_ms", lambda: later)
    refused("code_expired", lambda: second.shop.join(world.folder, code, "second"))


def test_practice_and_real_shops_never_meet(world: World) -> None:
    first = world.founded()
    practice = world.home("practice", "practice")
    code = first.shop.invite().code
    refused("practice_home", lambda: practice.shop.join(world.folder, code, "p"))
    training = world.root / "training"
    training.mkdir()
    practice.staff.act_as_operator()
    practice.shop.create(training, "p")
    second, other = world.home("second"), practice.shop.invite().code
    refused("practice_shop", lambda: second.shop.join(training, other, "s"))


def test_a_home_with_data_joins_only_if_told_to_and_keeps_it(world: World) -> None:
    first, second = world.founded(), world.home("second")
    add_customer(first, "both")
    add_customer(second, "both")
    add_customer(second, "mine")
    second.staff.add("temp", "Temp", Role.ADMIN, "passw0rd!")
    second.settings.set(SHOP_NAME, "另一家")
    code = first.shop.invite().code
    assert second.shop.preview(world.folder, code).has_data
    refused("home_has_data", lambda: second.shop.join(world.folder, code, "second"))
    second.shop.join(world.folder, code, "second", bring_data=True)
    (request,) = first.shop.requests()
    first.shop.approve(request.station)
    world.meet()
    assert nicks(first) == nicks(second) == ["both", "mine"]
    for services in (first, second):
        assert [m.login for m in services.staff.members()] == ["boss"]
        assert services.settings.get(SHOP_NAME) == "花店"


def test_a_request_can_be_taken_back(world: World) -> None:
    first, second = world.founded(), world.home("second")
    second.shop.join(world.folder, first.shop.invite().code, "second")
    second.shop.cancel()
    assert not second.sync.shared
    refused("not_waiting", second.shop.cancel)
    second.shop.join(world.folder, first.shop.invite().code, "second again")
    assert second.shop.waiting


def test_staff_and_the_shops_settings_are_changed_at_managing_stations_only(world: World) -> None:
    first = world.founded()
    second = world.admitted("second", first)
    (boss,) = second.staff.members()
    second.staff.sign_in_as(boss.id)
    refused("station_may_not", lambda: second.settings.set(SHOP_NAME, "x"))
    refused("station_may_not", lambda: second.staff.add("n", "N", Role.AGENT, "passw0rd!"))
    refused("station_may_not", lambda: second.staff.change(boss.id, name="X"))
    second.settings.set(OWN, 7)
    add_customer(second, "fine")
    assert second.settings.get(SHOP_NAME) == "花店"
    first.shop.grant(world.station(first, "second"))
    world.meet()
    second.settings.set(SHOP_NAME, "新名")
    world.meet()
    assert first.settings.get(SHOP_NAME) == "新名"
    first.shop.withdraw(world.station(first, "second"))
    world.meet()
    refused("station_may_not", lambda: second.settings.set(SHOP_NAME, "x"))
    assert first.settings.get(SHOP_NAME) == "新名"


def test_a_revoked_station_reads_nothing_new_and_nobody_reads_it(world: World) -> None:
    first = world.founded()
    lost, third = world.admitted("lost", first), world.admitted("third", first)
    add_customer(lost, "before")
    world.meet()
    assert not first.shop.revoke(world.station(first, "lost"))
    add_customer(first, "after")
    add_customer(lost, "intruder")
    world.meet()
    assert nicks(first) == nicks(third) == ["after", "before"]
    assert "after" not in nicks(lost)
    assert not lost.shop.joined
    assert [m.revoked for m in third.shop.members()] == [False, False, True]
    late = world.admitted("late", first)
    world.meet()
    assert nicks(late) == ["after", "before"]


def test_who_may_rule(world: World) -> None:
    first = world.founded()
    second = world.admitted("second", first)
    for work in (second.shop.invite, second.shop.rotate, second.shop.print_sheet):
        refused("station_may_not", work)
    me = world.station(first, "first")
    refused("own_station", lambda: first.shop.revoke(me))
    refused("last_manager", lambda: first.shop.withdraw(me))
    with pytest.raises(NotFound):
        first.shop.revoke(bytes(16))
    first.staff.act_as_operator()
    agent = first.staff.add("a", "A", Role.AGENT, "passw0rd!")
    first.staff.sign_in_as(agent.id)
    with pytest.raises(PermissionDenied):
        first.shop.invite()


def test_the_folder_may_be_away(world: World) -> None:
    first = world.founded()
    world.folder.rename(world.root / "elsewhere")
    refused("folder_offline", first.shop.invite)
    assert first.shop.requests() == []
    assert [m.name for m in first.shop.members()] == ["first"]


def test_a_new_key_reaches_the_others(world: World) -> None:
    first = world.founded()
    second = world.admitted("second", first)
    first.shop.rotate()
    add_customer(first, "new")
    world.meet()
    assert nicks(second) == ["new"]


def test_the_shop_is_taken_back_with_the_words_of_the_sheet(world: World) -> None:
    first = world.founded()
    add_customer(first, "old")
    sheet = first.shop.print_sheet()
    assert len(sheet.words) == 12
    assert sheet.words[0] in sheet.html
    assert "data:image/png;base64," in sheet.html
    first.shop.rotate()
    add_customer(first, "newer")
    world.meet()
    first.close()
    del world.homes["first"]
    saved = world.home("saved")
    words = "".join(sheet.words)
    refused("bad_words", lambda: saved.shop.recover(world.folder, words[:-1], "saved"))
    wrong = "的" * 11 + "一"
    with suppress(UserError):
        saved.shop.recover(world.folder, wrong, "saved")
    assert not saved.sync.shared
    saved.shop.recover(world.folder, words, "saved")
    world.meet()
    assert saved.shop.manages
    assert saved.shop.administers
    assert nicks(saved) == ["newer", "old"]
    saved.shop.revoke(world.station(saved, "first"))
    refused("last_manager", lambda: saved.shop.withdraw(world.station(saved, "saved")))


def test_a_sheet_that_was_seen_can_be_made_void(world: World) -> None:
    first = world.founded()
    old = first.shop.print_sheet()
    new = first.shop.print_sheet(void_older=True)
    saved = world.home("saved")
    refused("sheet_void", lambda: saved.shop.recover(world.folder, old.payload, "saved"))
    saved.shop.recover(world.folder, new.payload, "saved")
    assert saved.shop.manages


def test_an_administrators_station_does_all_that_the_founder_can(world: World) -> None:
    first = world.founded()
    second = world.admitted("second", first, manage=True, administrator=True)
    assert second.shop.administers
    assert second.shop.print_sheet().words
    assert second.shop.revoke(world.station(second, "first"))
    assert second.shop.administers
    assert not first.shop.joined or first.sync.pass_now(full=True)
    world.meet()
    assert not first.shop.joined


def test_an_invitation_says_what_it_is_when_scanned(world: World) -> None:
    invitation = world.founded().shop.invite(manage=True)
    assert invitation.payload == JOIN_PREFIX + invitation.code
    assert invitation.expires_at > now_ms()


def refusal_of(services: Services) -> Refusal | None:
    return services.shop.refusal


def test_a_request_is_turned_down_and_the_station_asks_anew(world: World) -> None:
    first, second, third = world.founded(), world.home("second"), world.home("third")
    code = first.shop.invite().code
    second.shop.join(world.folder, code, "second")
    third.shop.join(world.folder, code, "third")
    requests = first.shop.requests()
    assert [(r.name, r.shared_code) for r in requests] == [("second", True), ("third", True)]
    first.shop.decline(requests[0].station)
    assert [(r.name, r.shared_code) for r in first.shop.requests()] == [("third", False)]
    world.meet()
    assert refusal_of(second) is Refusal.DECLINED
    assert refusal_of(third) is None
    # It does not put the request back by itself; another one, as another station, may be granted.
    assert len(first.shop.requests()) == 1
    second.shop.cancel()
    second.shop.join(world.folder, code, "second again")
    assert refusal_of(second) is None
    (mine,) = (r for r in first.shop.requests() if r.name == "second again")
    first.shop.approve(mine.station)
    world.meet()
    assert second.shop.joined
    assert refusal_of(third) is Refusal.USED


def test_a_request_that_is_taken_back_is_gone_from_the_folder(world: World) -> None:
    first, second = world.founded(), world.home("second")
    second.shop.join(world.folder, first.shop.invite().code, "second")
    assert len(first.shop.requests()) == 1
    second.shop.cancel()
    assert first.shop.requests() == []


def test_an_approval_that_came_too_late_to_count_is_told(world: World) -> None:
    first = world.founded()
    manager = world.admitted("manager", first, manage=True)
    newcomer = world.home("newcomer")
    newcomer.shop.join(world.folder, manager.shop.invite().code, "newcomer")
    (asking,) = manager.shop.requests()
    # It lets the station in before it hears that it was shut out itself.
    knows, relay = manager.sync.membership(), manager.sync.relay()
    (waiting,) = pending(knows, relay, now_ms())
    assert waiting.request.station == asking.station
    first.shop.revoke(world.station(first, "manager"))
    approve(knows, relay, waiting, manage=False)
    world.meet()
    assert newcomer.shop.waiting
    assert newcomer.sync.membership().asks_again
    assert refusal_of(newcomer) is None
    # The invitation was known before: by it the station asks again, without anybody's doing.
    (request,) = first.shop.requests()
    first.shop.approve(request.station)
    world.meet()
    assert newcomer.shop.joined


def test_an_invitation_that_came_too_late_to_count_is_told(world: World) -> None:
    first = world.founded()
    manager = world.admitted("manager", first, manage=True)
    newcomer = world.home("newcomer")
    knows, relay = manager.sync.membership(), manager.sync.relay()
    first.shop.revoke(world.station(first, "manager"))
    code = invite(knows, relay, "花店", Surroundings())
    newcomer.shop.join(world.folder, code, "newcomer")
    world.meet()
    assert newcomer.shop.waiting
    assert refusal_of(newcomer) is Refusal.VOID


def test_an_administrator_that_was_can_not_come_back_by_its_root_key(world: World) -> None:
    first = world.founded()
    sheet = first.shop.print_sheet()
    second = world.admitted("second", first, manage=True, administrator=True)
    plain = world.admitted("plain", first, manage=True)
    world.meet()
    refused("no_root", lambda: plain.shop.withdraw(world.station(plain, "second")))
    assert first.shop.withdraw(world.station(first, "second"))
    world.meet()
    assert first.shop.administers
    assert not second.shop.administers
    saved = world.home("saved")
    refused("sheet_void", lambda: saved.shop.recover(world.folder, sheet.payload, "saved"))
