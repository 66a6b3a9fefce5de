"""Each format of chat records, from the made samples and from the real sessions of JD."""

import json
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.conversations import InboxView, record_id
from app.conversations.model import ConversationOfThePast
from app.records import RecordReport
from app.services import Services
from db.clock import is_timed
from db.models import Author, Conversation, Customer, Message, MessageState, Staff

DATA = Path(__file__).parents[2] / "data" / "records"
ROOT = Path(__file__).parents[3]
RESEARCH = Path(os.environ.get("KEFU_RESEARCH_DATA", ROOT.parent / "shared" / "data"))
JD = RESEARCH / "dialogue" / "jddc_sessions.tsv"
UTC_0226 = 1_772_330_400_000  # 2026-03-01 10:00:00 in China

Import = Callable[..., RecordReport]


@pytest.fixture
def bring(services: Services, tmp_path: Path) -> Import:
    """Import a file, or lines written to one."""

    def run(*sources: Path | str | bytes, **options: Any) -> RecordReport:
        paths = []
        for number, source in enumerate(sources):
            path = source if isinstance(source, Path) else tmp_path / f"chat{number}.txt"
            if isinstance(source, str):
                path.write_text(source, encoding="utf-8", newline="")
            elif isinstance(source, bytes):
                path.write_bytes(source)
            paths.append(path)
        return services.record_import.run(paths, **options)

    return run


def line(**fields: Any) -> str:
    known = {"conversation": "c1", "channel": "taobao", "customer": "买家甲", "author": "customer"}
    return json.dumps(known | {"text": "在吗"} | fields, ensure_ascii=False) + "\n"


def messages(services: Services) -> list[Message]:
    with services.db.read() as session:
        return list(
            session.scalars(
                select(Message).order_by(Message.conversation_id, Message.at, Message.id)
            )
        )


def staff_names(services: Services) -> dict[bytes, str]:
    return {member.id: member.name for member in services.staff.members(with_inactive=True)}


def test_json_lines(services: Services, bring: Import) -> None:
    report = bring(
        line(at="2026-03-01T10:00:00+08:00")
        + line(author="robot", text="您好", at="2026-03-01T02:00:01Z")
        + line(author="agent", agent="小丽", text="在的", at="2026-03-01 10:00:20")
    )
    assert (report.exit_code, report.files[0].new, report.files[0].format) == (0, 3, "jsonl")
    asked, robot, answered = messages(services)
    assert [m.at - UTC_0226 for m in (asked, robot, answered)] == [0, 1000, 20_000]
    assert [m.author for m in (asked, robot, answered)] == ["customer", "robot", "agent"]
    assert (robot.automatic, answered.automatic) == (True, False)
    me = services.staff.current
    assert me is not None
    assert answered.staff_id == me.id
    with services.db.read() as session:
        row = session.scalars(select(Conversation)).one()
        customer = session.scalars(select(Customer)).one()
    assert (row.id, row.customer_id) == (record_id("taobao", "", "c1"), customer.id)
    assert (customer.platform, customer.nick) == ("taobao", "买家甲")


def test_the_past_makes_nobody_wait(services: Services, bring: Import) -> None:
    bring(line(at="2026-03-01T10:00:00+08:00"))
    counts = services.conversations.counts()
    assert (counts.waiting, counts.all, counts.closed) == (0, 0, 1)
    (row,) = services.conversations.inbox(InboxView.CLOSED, limit=9)
    assert (row.unread, row.waiting_since, row.last_text) == (0, None, "在吗")
    bring(line(text="还在吗", at="2026-03-02T10:00:00+08:00"))
    (row,) = services.conversations.inbox(InboxView.CLOSED, limit=9)
    assert (row.unread, row.waiting_since, row.last_text) == (0, None, "还在吗")


def test_nothing_can_be_sent_into_the_past(services: Services, bring: Import) -> None:
    bring(line(at="2026-03-01T10:00:00+08:00"))
    (row,) = services.conversations.inbox(InboxView.CLOSED, limit=9)
    with pytest.raises(ConversationOfThePast):
        services.conversations.send(row.id, "在")
    with pytest.raises(ConversationOfThePast):
        services.conversations.reopen(row.id)
    services.conversations.add_note(row.id, "老客户")
    assert services.conversations.context(row.id).record


def test_messages_of_one_second_keep_their_order(services: Services, bring: Import) -> None:
    words = [f"第{n}句" for n in range(12)]
    bring("".join(line(text=word, at="2026-03-01T10:00:00+08:00") for word in words))
    assert [m.text for m in messages(services)] == words


def test_messages_without_times_keep_their_order(services: Services, bring: Import) -> None:
    words = [f"第{n % 3}句" for n in range(12)]
    text = "".join(line(text=word) for word in words)
    bring(text)
    found = messages(services)
    assert [m.text for m in found] == words
    assert not any(is_timed(m.at) for m in found)
    assert bring(text).files[0].same == 12


def test_bad_rows_are_named_and_the_others_taken(services: Services, bring: Import) -> None:
    report = bring(
        line(text="好")
        + "{broken\n"
        + line(author="boss")
        + line(at="gestern")
        + json.dumps({"conversation": "c1", "author": "agent"})
        + "\n"
        + line(conversation="")
        + '{"conversation":"c1","author":"customer","text":"\\ud800"}\n'
        + line(customer="别人")
        + line(text="完")[:-5]
    )
    named = [(row.row, row.column) for row in report.files[0].rejected]
    assert named == [
        (2, ""), (3, "author"), (4, "at"), (5, "text"), (6, "conversation"), (7, ""),
        (8, "customer"), (9, ""),
    ]  # fmt: skip
    assert (report.exit_code, report.files[0].rows, report.files[0].new) == (1, 9, 1)
    assert [m.text for m in messages(services)] == ["好"]


def test_an_id_of_the_record_is_kept_to(services: Services, bring: Import) -> None:
    first = line(id="7", text="甲", at="2026-03-01T10:00:00Z")
    assert bring(first + first).files[0].same == 1
    report = bring(line(id="7", text="乙", at="2026-03-01T10:00:00Z"))
    assert (report.exit_code, report.files[0].rejected[0].column) == (2, "id")
    assert [m.text for m in messages(services)] == ["甲"]
    assert bring(line(id="7", conversation="c2", text="乙")).files[0].new == 1


def test_unknown_agents_become_former_staff(services: Services, bring: Import) -> None:
    report = bring(
        line(author="agent", agent="老王", text="您好") + line(author="agent", agent="老王 ")
    )
    assert report.former_staff == ["老王"]
    with services.db.read() as session:
        former = session.scalars(select(Staff).where(Staff.name == "老王")).one()
    assert (former.active, former.password_hash) == (False, "")
    assert len(services.staff.members()) == 1
    assert {m.staff_id for m in messages(services)} == {former.id}
    assert bring(line(author="agent", agent="老王", text="再见")).former_staff == []


def test_a_customer_named_late_is_the_conversations_own(services: Services, bring: Import) -> None:
    bring(line(customer="", author="agent", text="您好"))
    bring(line(text="在"))
    with services.db.read() as session:
        row = session.scalars(select(Conversation)).one()
        left = session.scalars(select(Customer).where(Customer.deleted.is_(False))).all()
    assert [(customer.nick, customer.id) for customer in left] == [("买家甲", row.customer_id)]


def test_qianniu(services: Services, bring: Import) -> None:
    report = bring(DATA / "chat_qianniu_copied_made.txt")
    file = report.files[0]
    assert (file.format, file.rows, file.new, file.rejected) == ("qianniu", 6, 6, [])
    found = messages(services)
    names = staff_names(services)
    assert [(m.at - UTC_0226) // 1000 for m in found] == [5, 20, 41, 62, 90, 300]
    assert [names.get(m.staff_id or b"", "") for m in found] == [
        "",
        "客服小李",
        "",
        "",
        "客服小李",
        "客服小王",
    ]
    assert found[0].text == "你好 在吗"
    assert found[2].text == "https://item.taobao.com/item.htm?id=990000000001"
    assert found[3].text == "这款什么时候发货？能发顺丰吗\n多行内容\n第二行"
    assert (found[1].state, found[4].state) == (MessageState.READ, MessageState.DELIVERED)
    with services.db.read() as session:
        assert session.scalars(select(Customer.nick)).all() == ["tb样例一"]


def test_qianniu_in_gbk_with_several_customers(services: Services, bring: Import) -> None:
    text = (
        "买家甲2026-1-2 9:05:03\r\n在吗\r\n店:小李 2026-01-02 09:05:10\r\n在\r\n"
        "买家乙 2026-01-02 09:06:00\r\n发货时间 2026-01-03 10:00:00\r\n"
        "店 --> 买家乙 2026-01-02 09:07:00\r\n好的\r\n"
    )
    report = bring(text.encode("gbk"))
    assert (report.files[0].encoding, report.files[0].new) == ("gb18030", 4)
    with services.db.read() as session:
        keys = session.execute(
            select(Conversation.external_id, Message.author, Message.text)
            .join(Message, Message.conversation_id == Conversation.id)
            .order_by(Message.at)
        ).all()
    assert [tuple(key) for key in keys] == [
        ("买家甲", "customer", "在吗"),
        ("买家甲", "agent", "在"),
        ("买家乙", "customer", "发货时间 2026-01-03 10:00:00"),
        ("买家乙", "agent", "好的"),
    ]


def test_qianniu_without_a_sign_of_the_agent_asks(services: Services, bring: Import) -> None:
    text = "甲 2026-01-02 09:05:03\n在吗\n乙 2026-01-02 09:05:10\n在\n"
    assert bring(text).files[0].code == "no_agent"
    assert bring(text, agents=["乙"]).files[0].new == 2
    assert [m.author for m in messages(services)] == ["customer", "agent"]


def test_chatwoot(services: Services, bring: Import) -> None:
    path = DATA / "chat_chatwoot_message_created_made.json"
    assert bring(path).files[0].format == "chatwoot"
    event = json.loads(path.read_text(encoding="utf-8"))
    reply = event | {
        "id": 2, "content": "今天发", "message_type": "outgoing", "created_at": 1772330435,
        "sender": {"id": 3, "name": "小丽", "type": "user"},
    }  # fmt: skip
    note = reply | {"id": 3, "private": True, "content": "老客户"}
    opened = {"event": "conversation_created", "account": {"id": 1}}
    report = bring("\n".join(json.dumps(one) for one in (event, reply, note, opened)))
    assert (report.files[0].new, report.files[0].same, report.exit_code) == (2, 1, 0)
    assert report.files[0].note
    asked, answered, noted = messages(services)
    assert (asked.at, answered.at) == (UTC_0226 + 5000, UTC_0226 + 35_000)
    assert (asked.author, answered.author, noted.kind) == ("customer", "agent", "note")
    with services.db.read() as session:
        assert session.scalars(select(Customer.name)).all() == ["测试买家"]


def test_rocketchat(services: Services, bring: Import) -> None:
    path = DATA / "chat_rocketchat_livechatsession_made.json"
    assert (bring(path).files[0].new, bring(path).files[0].same) == (2, 2)
    asked, answered = messages(services)
    assert (asked.author, answered.author) == ("customer", "agent")
    assert staff_names(services)[answered.staff_id or b""] == "小李"
    with services.db.read() as session:
        customer = session.scalars(select(Customer)).one()
    assert (customer.nick, customer.name, customer.phone_tail) == ("guest-1", "测试买家", "0001")
    session_doc = json.loads(path.read_text(encoding="utf-8"))
    report = bring(json.dumps([session_doc, session_doc | {"_id": "room2"}], indent=1))
    assert (report.files[0].new, report.files[0].same) == (2, 2)


def test_what_is_no_record_is_refused(bring: Import, tmp_path: Path) -> None:
    report = bring("你好\n再见\n", b"PK\x03\x04xxxx", tmp_path / "none", "  \n")
    assert [file.code for file in report.files] == [
        "unknown_format", "not_a_text", "no_file", "empty_file",
    ]  # fmt: skip
    assert report.exit_code == 2


@pytest.mark.skipif(not JD.is_file(), reason="the JD sessions are not in $KEFU_RESEARCH_DATA")
def test_real_sessions_of_jd_equal_an_independent_count(services: Services, bring: Import) -> None:
    rows = [text.split("\t") for text in JD.read_text(encoding="utf-8").split("\n") if text]
    wanted = Counter((row[0], "agent" if row[2] == "1" else "customer") for row in rows)
    report = bring(JD)
    assert (report.files[0].format, report.files[0].rows, report.rejected) == ("tsv", len(rows), 0)
    with services.db.read() as session:
        rows_of = session.execute(select(Conversation.id, Conversation.external_id)).all()
        keys = {row.id: row.external_id for row in rows_of}
        customers = session.scalars(select(Customer.nick)).all()
    found = messages(services)
    assert Counter((keys[m.conversation_id], m.author) for m in found) == wanted
    assert sorted(customers) == sorted({row[1] for row in rows})
    words: dict[str, list[str]] = {}
    for row in rows:
        words.setdefault(row[0], []).append(row[6])
    told: dict[str, list[str]] = {}
    for message in found:
        told.setdefault(keys[message.conversation_id], []).append(message.text)
    assert told == words
    assert {m.author for m in found} == {Author.CUSTOMER, Author.AGENT}
    assert bring(JD).files[0].same == len(rows)
