"""However a record is cut, shuffled or repeated, the same chats come of it, once."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from app.core.settings import Settings
from app.records import RecordImport, RecordReport
from app.staff import StaffService
from db.database import Database
from db.models import Conversation, Customer, Message

WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=6)
NAMES = st.sampled_from(["小丽", "老王", "A"])


@st.composite
def records(draw: st.DrawFn) -> list[dict[str, Any]]:
    rows = []
    for number in range(draw(st.integers(1, 4))):
        timed = draw(st.booleans())
        for _ in range(draw(st.integers(1, 6))):
            author = draw(st.sampled_from(["customer", "agent", "robot"]))
            row = {
                "conversation": f"c{number}",
                "channel": draw(st.sampled_from(["taobao", "jd"])),
                "customer": f"买家{number}",
                "author": author,
                "agent": draw(NAMES),
                "text": draw(WORDS),
            }
            if timed:
                row["at"] = f"2026-03-0{draw(st.integers(1, 3))}T10:00:0{draw(st.integers(0, 2))}Z"
            rows.append(row)
    for number in draw(st.sets(st.integers(0, len(rows) - 1))):
        rows[number]["id"] = f"id{number}"
    return rows


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def stored(db: Database) -> set[tuple[Any, ...]]:
    """All that is told by what came, but for the milliseconds that keep ties in order."""
    query = select(
        Message.id, Message.author, Message.staff_id, Message.text, Message.at // 1000,
        Conversation.external_id, Conversation.channel, Customer.nick, Conversation.status,
        Conversation.unread, Conversation.waiting_since,
    ).join(Conversation, Conversation.id == Message.conversation_id).join(
        Customer, Customer.id == Conversation.customer_id
    )  # fmt: skip
    with db.read() as session:
        return {tuple(row) for row in session.execute(query)}


def brought(db: Database, *paths: Path) -> RecordReport:
    settings_ = Settings(db)
    staff = StaffService(db, settings_)
    staff.act_as_operator()
    try:
        return RecordImport(db, staff, settings_).run(paths)
    finally:
        staff.sign_out()


def emptied(db: Database) -> Database:
    with db.write() as session:
        for model in (Message, Conversation, Customer):
            session.execute(delete(model))
    return db


@given(records(), st.randoms(use_true_random=False))
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_order_and_repetition_change_nothing(
    db: Database, rows: list[dict[str, Any]], chance: random.Random
) -> None:
    with TemporaryDirectory() as folder:
        first, second = Path(folder, "a.jsonl"), Path(folder, "b.jsonl")
        report = brought(emptied(db), write(first, rows))
        assert (report.taken, report.rejected, report.exit_code) == (len(rows), 0, 0)
        whole = stored(db)
        assert len(whole) == len(rows)
        again = brought(db, first)
        assert (again.files[0].new, again.files[0].same) == (0, len(rows))
        shuffled = list(rows)
        chance.shuffle(shuffled)
        assert brought(db, write(second, shuffled)).files[0].new == 0
        assert stored(db) == whole
        brought(emptied(db), second)
        assert stored(db) == whole


@given(records(), st.integers(0, 24))
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_longer_export_adds_only_what_is_new(
    db: Database, rows: list[dict[str, Any]], cut: int
) -> None:
    with TemporaryDirectory() as folder:
        part, all_ = Path(folder, "a.jsonl"), Path(folder, "b.jsonl")
        brought(emptied(db), write(all_, rows))
        whole = stored(db)
        brought(emptied(db), write(part, rows[: min(cut, len(rows))] or rows[:1]))
        brought(db, all_)
        assert stored(db) == whole


@given(st.binary(max_size=300) | WORDS.map(str.encode))
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_file_breaks_the_import(db: Database, data: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "x")
        for start in _starts():
            path.write_bytes(start + data)
            report = brought(emptied(db), path)
            assert report.exit_code in {0, 1, 2}
            assert report.taken or report.files[0].problem


def _starts() -> Iterator[bytes]:
    yield b""
    yield b'{"conversation":"c","author":"customer","text":"'
    yield "店:小李 2026-01-02 09:05:10\n".encode("gbk")
    yield b'[{"message_type":0,"content":'
    yield b"s\tu\t1\t0\t0\tnan\t"
