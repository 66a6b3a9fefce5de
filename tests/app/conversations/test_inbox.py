"""The lists of the inbox and the thread's pages."""

import random

import pytest
from sqlalchemy import insert
from sqlalchemy.dialects import sqlite

from app.conversations import Conversations, InboxRow, InboxView
from app.conversations.inbox import page_queries
from app.conversations.read import PAGE_AFTER, PAGE_BEFORE
from app.services import Services
from db.clock import now_ms
from db.ids import natural_id, new_id
from db.models import Conversation, CustomerTag, Message, Order, Tag, TagGroup
from tests.app.conversations.conftest import Say


def names(rows: list[InboxRow]) -> list[str]:
    return [row.customer_name for row in rows]


def test_the_longest_wait_stands_first_and_newest_elsewhere(
    conversations: Conversations, say: Say
) -> None:
    for visitor in "abc":
        say(visitor=visitor, name=visitor)
    say(visitor="a")
    assert names(conversations.inbox(InboxView.WAITING)) == ["a", "b", "c"]
    assert names(conversations.inbox(InboxView.ALL)) == ["a", "c", "b"]


def test_pages_join_without_gap_or_double_in_every_list(
    services: Services, conversations: Conversations, say: Say
) -> None:
    me = services.staff.current
    assert me is not None
    for n in range(23):
        here = say(visitor=f"v{n}").conversation_id
        if n % 3 == 0:
            conversations.assign(here, me.id)
        if n % 4 == 0:
            conversations.follow_up(here, now_ms() + 1_000_000 - n)
        if n % 7 == 6:
            conversations.close(here)
    for view in InboxView:
        whole = conversations.inbox(view, limit=100)
        pages: list[InboxRow] = []
        while page := conversations.inbox(view, limit=3, before=pages[-1].place if pages else None):
            pages += page
        assert pages == whole, view
        assert conversations.counts().of(view) == len(whole)


def test_rows_are_found_by_name_nick_phone_order_number_and_last_line(
    services: Services, conversations: Conversations, say: Say
) -> None:
    asked = say("想要红色的", visitor="a", nick="爱吃鱼的猫", name="王小明", phone="13812345678")
    say("你好", visitor="b", name="李四")
    owner = conversations.context(asked.conversation_id).customer_id
    with services.db.write() as session:
        session.add(Order(platform="taobao", number="3301234567890123456", customer_id=owner))
    for words in ("小明", "爱吃鱼", "5678", "123456", "红色"):
        found = conversations.inbox(InboxView.ALL, text=words)
        assert names(found) == ["王小明"], words
    assert conversations.inbox(InboxView.ALL, text="赵六") == []


def test_rows_are_filtered_by_all_of_the_tags(
    services: Services, conversations: Conversations, say: Say
) -> None:
    one = conversations.context(say(visitor="a", name="a").conversation_id).customer_id
    two = conversations.context(say(visitor="b", name="b").conversation_id).customer_id
    group, bargain, loyal = new_id(), new_id(), new_id()
    with services.db.write() as session:
        session.add(TagGroup(id=group, name="风格", colour="blue"))
        session.add(Tag(id=bargain, group_id=group, name="议价", position=1))
        session.add(Tag(id=loyal, group_id=group, name="忠诚", colour="green", position=2))
        for customer, tag in ((one, bargain), (two, bargain), (two, loyal)):
            identity = natural_id("customer_tag", customer.hex(), tag.hex())
            session.add(CustomerTag(id=identity, customer_id=customer, tag_id=tag, at=now_ms()))
    assert names(conversations.inbox(InboxView.ALL, tags=[bargain])) == ["b", "a"]
    (row,) = conversations.inbox(InboxView.ALL, tags=[bargain, loyal])
    assert [(tag.name, tag.colour) for tag in row.tags] == [("议价", "blue"), ("忠诚", "green")]


def test_the_late_are_counted_and_the_longest_wait_is_named(
    services: Services, conversations: Conversations, say: Say
) -> None:
    assert conversations.late(100).count == 0
    first = say(visitor="a", name="小王").conversation_id
    say(visitor="b")
    with services.db.write() as session:
        session.query(Conversation).update({"waiting_since": now_ms() - 120_000})
        session.query(Conversation).filter_by(id=first).update(
            {"waiting_since": now_ms() - 130_000}
        )
    late = conversations.late(100)
    assert (late.count, late.conversation_id, late.customer_name) == (2, first, "小王")


def test_the_thread_is_read_in_pages_both_ways(conversations: Conversations, say: Say) -> None:
    here = say("0").conversation_id
    for n in range(1, 12):
        say(str(n))
    newest = conversations.thread(here, limit=5)
    assert [m.text for m in newest] == ["7", "8", "9", "10", "11"]
    older = conversations.thread(here, before=newest[0].cursor, limit=5)
    assert [m.text for m in older] == ["2", "3", "4", "5", "6"]
    assert conversations.after(here, older[-1].cursor) == newest
    assert [m.text for m in conversations.after(here, (0, b""), limit=2)] == ["0", "1"]


def test_derived_columns_can_be_derived_anew(
    services: Services, conversations: Conversations, say: Say
) -> None:
    chance = random.Random(7)
    ids = set()
    for n in range(60):
        here = say(str(n), visitor=f"v{chance.randrange(5)}").conversation_id
        ids.add(here)
        if chance.random() < 0.3:
            conversations.send(here, f"reply {n}")
        if chance.random() < 0.1:
            conversations.mark_read_by_agent(here)
        if chance.random() < 0.1:
            conversations.close(here)
    kept = {row.id: row for view in InboxView for row in conversations.inbox(view)}
    with services.db.write() as session:
        session.query(Conversation).update(
            {"last_at": 0, "last_text": "", "unread": 9, "waiting_since": 1, "last_author": ""}
        )
    assert conversations.recompute(sorted(ids)) == len(ids)
    again = {row.id: row for view in InboxView for row in conversations.inbox(view)}
    assert again == kept


PLANS = {
    InboxView.WAITING: "ix_conversations_waiting",
    InboxView.ALL: "ix_conversations_status_last",
    InboxView.CLOSED: "ix_conversations_status_last",
    InboxView.MINE: "ix_conversations_mine",
}


@pytest.mark.parametrize("view", PLANS)
def test_lists_run_down_their_index_without_sorting(services: Services, view: InboxView) -> None:
    for query in page_queries(view, b"me", before=(9, 9), limit=50):
        plan = explain(services, *compiled(query))
        assert PLANS[view] in plan
        assert "TEMP B-TREE" not in plan


def test_pages_of_a_thread_run_down_the_index(services: Services) -> None:
    for query in (PAGE_BEFORE, PAGE_AFTER):
        plan = explain(services, query, (b"c", 5, b"x", 50))
        assert "ix_messages_conversation_at" in plan
        assert "TEMP B-TREE" not in plan


def compiled(query: object) -> tuple[str, tuple[object, ...]]:
    done = query.compile(dialect=sqlite.dialect())  # type: ignore[attr-defined]  # any select
    return str(done), tuple(done.params[name] for name in done.positiontup)


def explain(services: Services, query: str, given: tuple[object, ...]) -> str:
    with services.db.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + query, given)
        return "\n".join(str(row[3]) for row in cursor.fetchall())


def test_many_messages_do_not_slow_a_page(services: Services, conversations: Conversations) -> None:
    here, other = new_id(), new_id()
    with services.db.write("import") as session:
        session.execute(
            insert(Message),
            [
                {
                    "conversation_id": here if n % 50 == 0 else other,
                    "author": "customer",
                    "at": n + 1,
                    "text": str(n),
                }
                for n in range(5_000)
            ],
        )
    page = conversations.thread(here, limit=20)
    assert [m.text for m in page] == [str(n) for n in range(4_000, 5_000, 50)]
