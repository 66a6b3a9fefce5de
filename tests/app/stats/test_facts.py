"""The facts follow the changes, or are made anew where that is quicker."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from app.core.settings import SHOP_NAME
from app.services import Services
from app.stats.facts import Facts
from db.models import Conversation, Customer, Message

HOUR = 3_600_000
START = 1_760_000_000_000
FEW = 6


@pytest.fixture
def shop(services: Services) -> Services:
    """Ten talks of three messages each, whose facts are up to date."""
    with services.db.write() as session:
        for n in range(10):
            add_talk(session, n)
    services.stats.facts.catch_up()
    return services


def add_talk(session: Session, n: int) -> None:
    run = session.execute
    customer, talk = bytes([1, n]) * 8, bytes([2, n]) * 8
    run(insert(Customer).values(id=customer, created_at=0, nick=f"n{n}"))
    run(insert(Conversation).values(id=talk, channel="taobao", customer_id=customer, opened_at=0))
    for m in range(3):
        author = "agent" if m == 1 else "customer"
        key = bytes([3, n, m, 0]) * 4
        at = START + n * HOUR + m * 1000
        run(insert(Message).values(id=key, conversation_id=talk, author=author, text="在", at=at))


def spoil(services: Services) -> None:
    """A wrong fact of a talk nobody touches: only a rebuild heals it."""
    with services.db.write("system") as session:
        session.execute(
            text("UPDATE stats_messages SET chars = 99 WHERE at < :to"), {"to": START + 1}
        )


def spoilt(services: Services) -> bool:
    with services.db.read() as session:
        return bool(session.scalar(text("SELECT count(*) FROM stats_messages WHERE chars = 99")))


def test_few_changes_are_followed_one_by_one(shop: Services) -> None:
    spoil(shop)
    with shop.db.write() as session:
        add_talk(session, 10)
    Facts(shop.db, shop.stats.facts.rules, many=FEW).catch_up()
    assert spoilt(shop)  # 5 notes are fewer than 6


def test_many_changes_make_the_facts_anew(shop: Services) -> None:
    spoil(shop)
    with shop.db.write() as session:
        for n in range(10, 20):
            add_talk(session, n)
    Facts(shop.db, shop.stats.facts.rules, many=FEW).catch_up()
    assert not spoilt(shop)
    assert counted(shop) == 60


def test_many_changes_are_followed_where_the_shop_is_much_larger(shop: Services) -> None:
    spoil(shop)
    with shop.db.write() as session:
        for n in range(10, 12):
            add_talk(session, n)
    Facts(shop.db, shop.stats.facts.rules, many=FEW).catch_up()
    assert spoilt(shop)  # 10 notes, and 48 rows to go over
    assert counted(shop) == 36


def test_changes_the_facts_do_not_hang_on_are_no_reason_to_begin_anew(shop: Services) -> None:
    spoil(shop)
    for n in range(40):
        shop.settings.set(SHOP_NAME, f"店 {n}")
    Facts(shop.db, shop.stats.facts.rules, many=FEW).catch_up()
    assert spoilt(shop)


def counted(services: Services) -> int:
    with services.db.read() as session:
        return int(session.scalar(text("SELECT count(*) FROM stats_messages")) or 0)
