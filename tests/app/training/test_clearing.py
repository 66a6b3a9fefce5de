"""A clearing goes from the practice shop to the live one by hand, signed, once, and no other way."""

from __future__ import annotations

import base64
import json
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from app.core.errors import PermissionDenied, UserError
from app.services import Services
from app.staff import Member
from app.training import Issued, NotReady, Offered, WrongCode
from app.training.clearing import CLEARING_KEY
from app.training.clearing_file import BadClearing, as_text, code_of, payload, read_clearing
from db.models import AuditEntry, Role, TrainingClearing
from db.sync.keys import StationKeys
from tests.app.training.test_path import DAY_S, walk
from tests.school import School

PASSWORD = "passw0rd!"


def cleared(school: School, services: Services, *, reason: str = "店里忙，已口头考核") -> Issued:
    """小梅 is cleared in spite of open tasks; both shops see the same clock."""
    services.clearings._now = school.clock
    school.sit(school.boss)
    return school.services.clearings.issue(school.mei.id, reason=reason)


def signed(**changes: object) -> tuple[str, StationKeys]:
    """A file of whoever has any key."""
    keys = StationKeys.generate()
    document = {
        "kefu_clearing": 1,
        "id": "ab" * 16,
        "shop": "练习店",
        "trainee": {"login": "mei", "name": "陈小梅"},
        "issuer": {"login": "zhou", "name": "周小满"},
        "issued_at": 1_790_000_000_000,
        "reason": "",
        "results": {"tasks": []},
        "key": base64.b64encode(keys.public.signing).decode(),
    } | changes
    return as_text(document, keys.sign(payload(document))), keys


def test_who_reached_the_bars_is_cleared_and_becomes_an_agent(
    school: School, services: Services
) -> None:
    school.sit(school.mei)
    school.services.path.begin()
    walk(school)
    trainee = services.staff.add("mei", "陈小梅", Role.TRAINEE, PASSWORD)
    issued = cleared(school, services, reason="")
    offered = services.clearings.look(issued.text)
    assert (offered.name, offered.issuer, offered.reason) == ("陈小梅", "周小满", "")
    assert offered.member == trainee
    assert offered.fits(issued.code)
    assert all(task["finished"] for task in offered.results["tasks"])
    assert offered.results["exams_passed"] == 6
    member = services.clearings.take(issued.text, issued.code.lower().replace("-", " "))
    assert (member.id, member.role) == (trainee.id, Role.AGENT)
    (row,) = services.clearings.record()
    assert (row.name, row.issuer, row.imported_by) == ("陈小梅", "周小满", "小丽")
    with services.db.read() as session:
        areas = set(session.scalars(select(AuditEntry.area)))
    assert {"staff", "training_clearings"} <= areas


def test_somebody_new_is_made_with_a_first_password(school: School, services: Services) -> None:
    issued = cleared(school, services)
    assert services.clearings.look(issued.text).member is None
    with pytest.raises(UserError, match="8"):
        services.clearings.take(issued.text, issued.code)
    services.clearings.take(issued.text, issued.code, password=PASSWORD)
    assert services.staff.sign_in("mei", PASSWORD).role == Role.AGENT


def test_below_the_bars_it_takes_a_reason_that_goes_along(
    school: School, services: Services
) -> None:
    school.sit(school.boss)
    with pytest.raises(NotReady):
        school.services.clearings.issue(school.mei.id, reason="  ")
    issued = cleared(school, services)
    assert services.clearings.look(issued.text).reason == "店里忙，已口头考核"
    assert school.services.clearings.record()[0].reason == "店里忙，已口头考核"


def test_nobody_clears_themselves_and_trainees_nobody(school: School) -> None:
    clearings = school.sit(school.boss).clearings
    with pytest.raises(UserError, match=r"自己|themselves"):
        clearings.issue(school.boss.id, reason="我可以")
    school.sit(school.lan)
    with pytest.raises(PermissionDenied):
        clearings.issue(school.mei.id, reason="她可以")


def test_a_file_is_taken_once(school: School, services: Services) -> None:
    issued = cleared(school, services)
    services.clearings.take(issued.text, issued.code, password=PASSWORD)
    for again in (issued.text, json.dumps(json.loads(issued.text))):
        with pytest.raises(UserError) as told:
            services.clearings.take(again, issued.code)
        assert told.value.code == "already_taken"
    second = cleared(school, services)
    assert services.clearings.look(second.text).known


def test_the_code_of_another_file_is_refused(school: School, services: Services) -> None:
    """Also of another one by the same issuer: who can sign there can't use a code told before."""
    issued = cleared(school, services)
    other = cleared(school, services)
    for code in (other.code, other.words, "", issued.code[:-1]):
        with pytest.raises(WrongCode):
            services.clearings.take(issued.text, code, password=PASSWORD)
    assert [member.login for member in services.staff.members()] == ["xiaoli"]


def test_a_file_does_not_tell_the_code_it_is_compared_with(
    school: School, services: Services
) -> None:
    issued = cleared(school, services)
    assert issued.code not in issued.text
    offered = services.clearings.look(issued.text)
    assert issued.code not in repr(offered)
    assert issued.words not in repr(offered)
    assert offered.fits(issued.words)
    assert not offered.fits(" ".join(issued.words.split()[:-1]))


def test_a_key_is_made_once_for_a_practice_shop(school: School, services: Services) -> None:
    first, second = cleared(school, services), cleared(school, services)
    assert read_clearing(first.text).key == read_clearing(second.text).key
    assert first.text != second.text
    assert {first.code, second.code} == {row.code for row in school.services.clearings.record()}
    assert len(first.words.split()) == 6


def test_old_ones_and_ones_of_tomorrow_are_refused(school: School, services: Services) -> None:
    issued = cleared(school, services)
    school.clock.add(-2 * DAY_S)
    with pytest.raises(BadClearing):
        services.clearings.look(issued.text)
    school.clock.add(61 * DAY_S)
    assert services.clearings.look(issued.text).login == "mei"
    school.clock.add(2 * DAY_S)
    with pytest.raises(BadClearing, match="60"):
        services.clearings.look(issued.text)


def test_who_has_left_is_not_brought_back(school: School, services: Services) -> None:
    member = services.staff.add("mei", "陈小梅", Role.TRAINEE, PASSWORD)
    services.staff.change(member.id, active=False)
    issued = cleared(school, services)
    with pytest.raises(UserError, match="陈小梅"):
        services.clearings.take(issued.text, issued.code)


def test_an_agent_already_stays_what_they_are(school: School, services: Services) -> None:
    member = services.staff.add("mei", "陈小梅", Role.SUPERVISOR, PASSWORD)
    issued = cleared(school, services)
    assert services.clearings.take(issued.text, issued.code) == member


def test_only_who_manages_staff_takes_one_in(school: School, services: Services) -> None:
    boss = services.staff.add("boss", "店长", Role.SUPERVISOR, PASSWORD)
    issued = cleared(school, services)
    services.staff.sign_in_as(boss.id)
    for forbidden in (services.clearings.look, lambda text: services.clearings.take(text, "x")):
        with pytest.raises(PermissionDenied):
            forbidden(issued.text)


def test_practice_takes_none_in_and_live_makes_none(school: School, services: Services) -> None:
    issued = cleared(school, services)
    admin = school.services.staff.act_as_operator()
    assert admin.role == Role.ADMIN
    with pytest.raises(UserError) as told:
        school.services.clearings.look(issued.text)
    assert told.value.code == "not_live"
    trainee = services.staff.add("mei", "陈小梅", Role.TRAINEE, PASSWORD)
    with pytest.raises(UserError) as told:
        services.clearings.issue(trainee.id, reason="x")
    assert told.value.code == "not_practice"


def test_a_station_of_a_shared_practice_shop_signs_with_its_own_key(
    school: School, tmp_path_factory: pytest.TempPathFactory
) -> None:
    services = school.services
    services.staff.act_as_operator()
    alone = read_clearing(services.clearings.issue(school.mei.id, reason="x").text).key
    folder = tmp_path_factory.mktemp("shared")
    services.shop.create(folder, "练习台", "练习店")
    issued = services.clearings.issue(school.mei.id, reason="x")
    assert read_clearing(issued.text).key != alone
    with services.db.read() as session:
        assert session.scalar(select(TrainingClearing.issuer)) == "cli"
    assert code_of(read_clearing(issued.text).seal) == issued.code


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10**9))
def test_no_changed_byte_passes(seed: int) -> None:
    text, _keys = signed()
    chance = random.Random(seed)
    place = chance.randrange(len(text))
    changed = text[:place] + chance.choice('abcXYZ019 {}":,周') + text[place + 1 :]
    try:
        same = json.loads(changed) == json.loads(text)
    except ValueError:
        same = False
    if same:
        return
    with pytest.raises(BadClearing):
        read_clearing(changed)


@pytest.mark.parametrize(
    "changes",
    [
        {"trainee": {"login": "", "name": "x"}},
        {"trainee": "mei"},
        {"issued_at": "yesterday"},
        {"results": []},
        {"results": {"tasks": ["x"]}},
        {"results": {"tasks": [], "exams_passed": "many"}},
        {"results": {"tasks": [], "scenario_mean": float("nan")}},
        {"results": {"tasks": [], "typing": 10**400}},
        {"kefu_clearing": 2},
        {"reason": 5},
    ],
)
def test_a_soundly_signed_file_of_another_shape_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(BadClearing):
        read_clearing(signed(**changes)[0])


@given(st.text(max_size=200))
def test_any_text_is_refused_calmly(text: str) -> None:
    with pytest.raises(BadClearing):
        read_clearing(text)


def test_a_reset_of_the_practice_data_keeps_the_path_and_the_key(school: School) -> None:
    services = school.sit(school.mei)
    services.path.begin()
    walk(school)
    school.sit(school.boss).clearings.issue(school.lan.id, reason="x")
    key, before = services.settings.get(CLEARING_KEY), services.path.team()
    services.practice.reset()
    assert services.settings.get(CLEARING_KEY) == key
    assert services.path.team() == before
    assert len(services.exams.history(school.mei.id)) == 6


def test_a_signature_written_in_another_way_is_refused() -> None:
    """The last letter of base64 has bits that count for nothing."""
    text, _keys = signed()
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    signature = json.loads(text)["signature"]
    other = letters[letters.index(signature[-3]) ^ 1]
    assert base64.b64decode(signature[:-3] + other + "==") == base64.b64decode(signature)
    with pytest.raises(BadClearing):
        read_clearing(text.replace(signature, signature[:-3] + other + "=="))


@pytest.mark.parametrize("known", [True, False])
def test_a_crash_between_raising_and_noting_leaves_neither(
    school: School, services: Services, known: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is cleared is so by a clearing that is kept; what broke off can be done again."""
    if known:
        services.staff.add("mei", "陈小梅", Role.TRAINEE, PASSWORD)
    before = services.staff.members()
    issued = cleared(school, services)

    def pull_the_plug(_session: Session, _context: object, _instances: object) -> None:
        raise KeyboardInterrupt

    raised = services.clearings._raised

    def raise_and_die(offered: Offered, password: str) -> Member:
        member = raised(offered, password)
        assert member.role == Role.AGENT
        event.listen(Session, "before_flush", pull_the_plug)
        return member

    try:
        with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
            patched.setattr(services.clearings, "_raised", raise_and_die)
            services.clearings.take(issued.text, issued.code, password=PASSWORD)
    finally:
        event.remove(Session, "before_flush", pull_the_plug)
    assert services.staff.members() == before
    assert services.clearings.record() == []
    member = services.clearings.take(issued.text, issued.code, password=PASSWORD)
    assert (member.login, member.role) == ("mei", Role.AGENT)
    assert len(services.clearings.record()) == 1


def test_an_error_names_the_file(services: Services, tmp_path: Path) -> None:
    file = tmp_path / "小梅.json"
    file.write_text("{}", encoding="utf-8")
    with pytest.raises(BadClearing) as told:
        services.clearings.look_into(file)
    assert "小梅.json" in told.value.hint
    with pytest.raises(UserError) as told_missing:
        services.clearings.look_into(tmp_path / "none.json")
    assert "none.json" in told_missing.value.hint
