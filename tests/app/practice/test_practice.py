"""The practice shop opens with no question asked, looks like today, and never touches live data."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.conversations import InboxView
from app.core.errors import UserError
from app.homes import create_home
from app.practice import DEMO_AGENT, discard_practice_home, open_practice_home
from app.services import build_services
from db.clock import now_ms
from db.models import Conversation, Customer, Message, Order, Product, Shipment
from resources.practice.generate import FILE, generate


def test_the_practice_shop_is_whole(tmp_path: Path) -> None:
    services = build_services(open_practice_home(tmp_path / "practice"))
    with services.db.read() as session:
        counts = {
            model.__tablename__: session.scalar(select(func.count()).select_from(model))
            for model in (Product, Customer, Order, Conversation)
        }
        newest = session.scalar(select(func.max(Message.at))) or 0
        states = set(session.scalars(select(Order.status).distinct()))
        parcels = set(session.scalars(select(Shipment.state).distinct()))
    services.close()
    past = counts.pop("orders") or 0
    assert counts == {"products": 40, "customers": 300, "conversations": 400}
    assert past > 608 + 100  # of those in the file, and what came of talks of the past
    assert 0 < now_ms() - newest < 60_000
    assert {"unpaid", "paid", "shipped", "completed", "closed"} <= states
    assert {"waiting", "problem", "returning", "refused", "signed", "awaiting_pickup"} <= parcels


def test_somebody_is_waiting_and_can_be_answered(practice_path: Path) -> None:
    services = build_services(open_practice_home(practice_path))
    services.staff.sign_in_as(DEMO_AGENT)
    waiting = services.conversations.inbox(InboxView.WAITING)
    assert len(waiting) == 9
    services.conversations.send(waiting[0].id, "您好，在的")
    assert len(services.conversations.inbox(InboxView.WAITING)) == 8
    services.close()


def test_opening_it_again_keeps_what_was_done(practice_path: Path) -> None:
    home = open_practice_home(practice_path)
    services = build_services(home)
    services.staff.sign_in_as(DEMO_AGENT)
    added = services.customers.add("新来的")
    services.close()
    again = build_services(open_practice_home(home.path))
    again.staff.sign_in_as(DEMO_AGENT)
    assert again.customers.card(added).name == "新来的"
    again.close()


def test_a_live_home_is_never_reset(tmp_path: Path) -> None:
    home = create_home(tmp_path / "live")
    with pytest.raises(UserError):
        discard_practice_home(home.path)
    assert (home.path / "home.json").exists()


def test_the_data_file_is_what_the_script_makes() -> None:
    assert json.loads(FILE.read_text(encoding="utf-8")) == generate()


def test_nothing_in_it_has_yet_to_happen(practice_path: Path) -> None:
    services = build_services(open_practice_home(practice_path))
    now = int(datetime.now(UTC).timestamp() * 1000)
    with services.db.read() as session:
        for column in (Order.created_at, Order.ended_at, Shipment.last_at, Message.at):
            assert (session.scalar(select(func.max(column))) or 0) <= now
    services.close()
