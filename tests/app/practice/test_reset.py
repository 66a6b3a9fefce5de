"""A reset makes the practice data as new, as of today, and touches nothing else."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from app.cli import main
from app.conversations import InboxView
from app.core.errors import PermissionDenied, UserError
from app.core.settings import SHOP_NAME
from app.homes import open_home
from app.phrases import PhraseFilter
from app.practice import DEMO_AGENT, open_practice_home, practice_home_of
from app.practice.refill import PRACTISED
from app.services import Services, build_services
from app.training import Casting
from db.models import (
    Base,
    Customer,
    Message,
    Order,
    Role,
    Shipment,
    TrainingAttempt,
    TrainingComment,
)

LATER = datetime.now(UTC) + timedelta(days=40)


@pytest.fixture
def practice(practice_path: Path) -> Iterator[Services]:
    services = build_services(open_practice_home(practice_path))
    services.staff.sign_in_as(DEMO_AGENT)
    yield services
    services.close()


def content(services: Services, model: type[Base]) -> dict[bytes, dict[str, Any]]:
    """Living rows by id, without when they were written and their local columns."""
    hidden = {"rid", "_st", "_dv", "_fc", "id"}
    table = model.__table__
    with services.db.read() as session:
        rows = session.execute(select(table).where(table.c["_del"].is_(False))).mappings()
        return {row["id"]: {k: v for k, v in row.items() if k not in hidden} for row in rows}


def size(services: Services, model: type[Base]) -> int:
    """How many rows there are, tombstones too."""
    with services.db.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def train(services: Services) -> bytes:
    """Keep a result, with a comment."""
    me = services.staff.current
    assert me is not None
    with services.db.write() as session:
        attempt = TrainingAttempt(staff_id=me.id, scenario="size", started_at=1, total=870)
        session.add(attempt)
        session.flush()
        session.add(TrainingComment(attempt_id=attempt.id, staff_id=me.id, text="好", at=2))
        return attempt.id


def spoil(services: Services) -> None:
    """What a trainee does in an hour."""
    waiting = services.conversations.inbox(InboxView.WAITING)
    services.conversations.send(waiting[0].id, "您好，在的")
    services.customers.add("新来的")
    with services.db.write() as session:
        order = session.scalars(select(Order)).first()
        assert order is not None
        order.fixed_detail, order.seller_remark = "别处88号", "改过"
        customer = session.scalars(select(Customer)).first()
        assert customer is not None
        customer.deleted = True


def test_the_data_is_as_new(practice: Services) -> None:
    before = {model: content(practice, model) for model in PRACTISED}
    now = datetime.now(UTC)
    practice.practice.reset(now)
    sizes = [size(practice, model) for model in PRACTISED]
    practice.practice.reset(now)
    assert sizes == [size(practice, model) for model in PRACTISED]  # nothing is written twice
    spoil(practice)
    practice.practice.reset(now)
    for model, rows in before.items():
        after = content(practice, model)
        assert after.keys() == rows.keys(), model.__tablename__
    order = next(iter(before[Order]))
    assert content(practice, Order)[order]["fixed_detail"] == before[Order][order]["fixed_detail"]
    assert len(practice.conversations.inbox(InboxView.WAITING)) == 9


def test_no_thread_tells_of_what_was_written_before(practice: Services) -> None:
    waiting = practice.conversations.inbox(InboxView.WAITING)
    here = waiting[0].id
    before = [message.text for message in practice.conversations.thread(here)]
    spoil(practice)
    assert len(practice.conversations.thread(here)) > len(before)
    practice.practice.reset()
    after = practice.conversations.thread(here)
    assert [message.text for message in after] == before
    assert not any(message.deleted for message in after)


def test_dates_are_of_the_day_it_is_reset(practice: Services) -> None:
    practice.practice.reset(LATER)
    now = int(LATER.timestamp() * 1000)
    with practice.db.read() as session:
        newest = session.scalar(select(func.max(Message.at)).where(Message.deleted.is_(False)))
        for column in (Order.created_at, Order.ended_at, Shipment.last_at):
            assert (session.scalar(select(func.max(column))) or 0) <= now
    assert newest is not None
    assert 0 <= now - newest < 60_000


def test_results_staff_settings_and_phrases_stay(practice: Services) -> None:
    attempt = train(practice)
    practice.settings.set(SHOP_NAME, "练习店")
    newcomer = practice.staff.add("newcomer", "新人", Role.TRAINEE, "passw0rd!")
    phrases = practice.phrases.count(PhraseFilter())
    practice.practice.reset(LATER)
    with practice.db.read() as session:
        kept = session.scalar(select(TrainingAttempt).where(TrainingAttempt.id == attempt))
        assert kept is not None
        assert (kept.total, kept.deleted) == (870, False)
        assert session.scalar(select(func.count()).select_from(TrainingComment)) == 1
    assert practice.settings.get(SHOP_NAME) == "练习店"
    assert newcomer.id in {member.id for member in practice.staff.members()}
    assert practice.phrases.count(PhraseFilter()) == phrases > 0


def test_practice_under_way_ends_and_is_kept(practice: Services) -> None:
    practice.training.stage.enter()  # as its channel does while it runs
    (attempt,) = practice.training.start([Casting("invoice", 1)])
    practice.practice.reset()
    practice.training.stage.leave()
    assert practice.training.running() == []
    with practice.db.read() as session:
        row = session.scalar(select(TrainingAttempt).where(TrainingAttempt.id == attempt))
        assert row is not None
        assert row.ended_at is not None
        assert not row.deleted


def test_a_real_shop_is_not_reset(services: Services) -> None:
    with pytest.raises(UserError) as refused:
        services.practice.reset()
    assert refused.value.code == "not_practice"


def test_the_verb_finds_the_practice_home_beside_the_shop(
    tmp_path: Path, practice_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop = tmp_path / "shop"
    path = practice_home_of(shop)
    assert path == practice_path
    services = build_services(open_practice_home(path))
    services.staff.sign_in_as(DEMO_AGENT)
    attempt = train(services)
    services.close()
    assert main(["practice", "reset", "--home", str(shop), "--json"]) == 0
    assert str(path) in capsys.readouterr().out
    again = build_services(open_practice_home(path))
    with again.db.read() as session:
        assert session.scalar(select(TrainingAttempt.total).where(TrainingAttempt.id == attempt))
    again.close()
    assert not shop.exists()
    assert main(["practice", "discard", "--home", str(shop)]) == 2
    assert (path / "kefu.db").exists()
    assert main(["practice", "discard", "--yes", "--home", str(shop)]) == 0
    assert not (path / "kefu.db").exists()


# --- a practice shop of several stations ----------------------------------------------------------


@pytest.fixture
def two(
    practice: Services, _filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Services, Services]]:
    """Two stations of one shared practice shop; the test makes the passes."""
    monkeypatch.setattr("app.sync.service.SyncService.start", lambda _self: None)
    folder = tmp_path / "shared"
    folder.mkdir()
    practice.shop.create(folder, "first")
    other = build_services(open_home(Path(shutil.copytree(_filled, tmp_path / "other"))))
    other.staff.sign_in_as(DEMO_AGENT)
    other.shop.join(folder, practice.shop.invite().code, "second", bring_data=True)
    (request,) = practice.shop.requests()
    practice.shop.approve(request.station)
    meet(practice, other)
    other.staff.sign_in_as(DEMO_AGENT)
    yield practice, other
    other.close()


def meet(*stations: Services) -> None:
    for _ in range(3):
        for services in stations:
            services.sync.pass_now(full=True)


def test_results_and_a_trainers_reset_reach_the_other_station(
    two: tuple[Services, Services],
) -> None:
    first, second = two
    assert content(first, Message).keys() == content(second, Message).keys()
    attempt = train(second)
    spoil(second)
    meet(first, second)
    assert content(first, Customer).keys() == content(second, Customer).keys()
    first.practice.reset(LATER)
    meet(first, second)
    models: tuple[type[Base], ...] = (*PRACTISED, TrainingAttempt, TrainingComment)
    for model in models:
        assert content(first, model) == content(second, model), model.__tablename__
    assert attempt in content(first, TrainingAttempt)
    for services in two:
        assert services.shop.joined
        assert len(services.conversations.inbox(InboxView.WAITING)) == 9
    newcomer = first.staff.add("newcomer", "新人", Role.TRAINEE, "passw0rd!")
    first.staff.sign_in_as(newcomer.id)
    assert not first.practice.may_reset
    with pytest.raises(PermissionDenied):
        first.practice.reset()


def test_a_trainee_who_signs_in_does_not_reset_what_others_practise_in(practice: Services) -> None:
    assert practice.staff.current is not None
    practice.staff.set_password(practice.staff.current.id, "passw0rd!")
    newcomer = practice.staff.add("newcomer", "新人", Role.TRAINEE, "passw0rd!")
    practice.staff.sign_in_as(newcomer.id)
    assert not practice.practice.may_reset
    with pytest.raises(PermissionDenied):
        practice.practice.reset()
