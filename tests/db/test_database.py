"""What the database promises: commits announce themselves, errors leave nothing behind."""

import os
from pathlib import Path

import pytest
from sqlalchemy import event, insert, select, text, update

from db.changes import Changes
from db.clock import now_ms
from db.database import Database
from db.errors import DatabaseNewer, WrongKey
from db.ids import new_id
from db.models import AuditEntry, Change, Customer, Message
from db.search import search_ids


def add_customer(db: Database, **fields: object) -> bytes:
    with db.write() as session:
        customer = Customer(created_at=now_ms(), **fields)
        session.add(customer)
        session.flush()
        return customer.id


def test_a_commit_names_the_rows_it_changed(db: Database) -> None:
    heard: list[Changes] = []
    db.subscribe(heard.append)
    customer = add_customer(db, nick="小明")
    assert heard[-1].touches("customers")
    assert heard[-1].ids("customers") == frozenset({customer})


def test_a_write_that_changes_nothing_is_silent(db: Database) -> None:
    customer = add_customer(db, nick="小明")
    heard: list[Changes] = []
    db.subscribe(heard.append)
    with db.write() as session:
        session.execute(update(Customer).where(Customer.id == customer).values(nick="小明"))
    assert heard == []


def test_an_error_rolls_everything_back(db: Database) -> None:
    with pytest.raises(ZeroDivisionError), db.write() as session:
        session.add(Customer(nick="x", created_at=1))
        session.flush()
        raise ZeroDivisionError
    with db.read() as session:
        assert session.scalars(select(Customer)).all() == []
        assert session.scalars(select(Change)).all() == []


def test_raw_sql_is_noted_too_with_the_old_value_and_a_field_clock(db: Database) -> None:
    add_customer(db, nick="小明")
    with db.write() as session:
        session.execute(text("UPDATE customers SET phone = '13800001234'"))
    with db.read() as session:
        note = session.scalars(
            select(Change).where(Change.table_no == 2).order_by(Change.seq.desc())
        ).first()
        assert note is not None
        assert note.fields
        assert [old for old, _stamp in note.fields.values()] == [""]
        row = session.scalars(select(Customer)).one()
        assert row.field_clocks is not None
        assert row.stamp > 0


def test_a_later_edit_always_has_the_higher_stamp_even_if_the_pc_clock_went_back(
    db: Database,
) -> None:
    add_customer(db, nick="小明")
    far_ahead = 2**62
    with db.write() as session:
        session.execute(text(f"UPDATE customers SET _st = {far_ahead}"))
    with db.write() as session:
        session.execute(text("UPDATE customers SET phone = '1'"))
    with db.read() as session:
        clock = session.scalar(text("SELECT json_extract(_fc, '$.\"6\"[0]') FROM customers"))
    assert clock > far_ahead


def test_a_write_inside_a_write_is_one_transaction(db: Database) -> None:
    with pytest.raises(ZeroDivisionError), db.write():
        add_customer(db, nick="inner")
        raise ZeroDivisionError
    with db.read() as session:
        assert session.scalars(select(Customer)).all() == []


def test_the_audit_tells_who_changed_what_from_what(db: Database) -> None:
    db.actor = "someone"
    add_customer(db, nick="小明")
    with db.write() as session:
        session.execute(update(Customer).values(phone="13800001234"))
    with db.read() as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.rid.desc())).first()
    assert entry is not None
    assert (entry.actor, entry.area, entry.action) == ("someone", "customers", "set")
    assert entry.changes == {"phone": ["", "13800001234"]}


@pytest.mark.parametrize("query", ["货", "发货", "什么时候发", "订单", "ABC", "ab", "８８８"])
def test_chinese_words_of_any_length_are_found(db: Database, query: str) -> None:
    message = {"conversation_id": new_id(), "author": "customer", "at": 1}
    with db.write() as session:
        session.execute(insert(Message), [{**message, "text": "订单abc 888 什么时候发货"}])
        session.execute(insert(Message), [{**message, "text": "你好"}])
    with db.read() as session:
        assert search_ids(session, "messages", query) == [1]


def test_a_bulk_import_is_indexed_from_the_queue(db: Database) -> None:
    rows = [
        {"conversation_id": b"c" * 16, "author": "customer", "text": f"第{i}条", "at": i}
        for i in range(1000)
    ]
    with db.write("import") as session:
        session.execute(insert(Message), rows)
    add_customer(db, nick="晚来的")
    while db.index_pending(300):
        pass
    with db.read() as session:
        assert len(search_ids(session, "messages", "条", limit=2000)) == 1000
        assert search_ids(session, "customers", "晚来") == [1]


def test_a_row_that_cannot_be_indexed_does_not_stop_the_others(
    db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    rows = [
        {"conversation_id": b"c" * 16, "author": "customer", "text": f"第{i}条", "at": i}
        for i in range(900)
    ]
    with db.write("import") as session:
        session.execute(insert(Message), rows)
        session.execute(text("UPDATE messages SET text = CAST(x'ff' AS TEXT) WHERE rid = 333"))
    while db.index_pending(300):
        pass
    with db.read() as session:
        assert len(search_ids(session, "messages", "条", limit=2000)) == 899
    assert "row 333 can't be indexed" in caplog.text
    with db.write() as session:
        session.execute(text("UPDATE messages SET text = '又好了' WHERE rid = 333"))
    with db.read() as session:
        assert search_ids(session, "messages", "又好") == [333]


def test_many_rows_are_filed_once_however_often_they_are_queued(db: Database) -> None:
    rows = [
        {"conversation_id": b"c" * 16, "author": "customer", "text": f"第{i}条", "at": i}
        for i in range(900)
    ]
    with db.write("import") as session:
        session.execute(insert(Message), rows)
    for words in ("旧话", "新话"):
        with db.write("import") as session:
            session.execute(
                text("UPDATE messages SET text = :words WHERE rid % 3 > 0"), {"words": words}
            )
            session.execute(text("UPDATE messages SET _del = 1 WHERE rid = 600"))
        while db.index_pending(700):
            pass
    with db.read() as session:
        assert search_ids(session, "messages", "旧话", limit=2000) == []
        assert len(search_ids(session, "messages", "新话", limit=2000)) == 600
        assert len(search_ids(session, "messages", "条", limit=2000)) == 299
        assert session.scalar(text("SELECT count(*) FROM search_docsize")) == 899


def test_an_edited_row_is_found_by_its_new_words_only(db: Database) -> None:
    add_customer(db, nick="旧名字")
    with db.write() as session:
        session.execute(update(Customer).values(nick="新称呼"))
    with db.read() as session:
        assert search_ids(session, "customers", "旧名") == []
        assert search_ids(session, "customers", "称呼") == [1]


def test_another_process_on_the_same_home_is_heard(tmp_path: Path) -> None:
    key = os.urandom(32)
    mine, other = (Database(tmp_path / "k.db", key) for _ in range(2))
    heard: list[Changes] = []
    mine.subscribe(heard.append)
    add_customer(mine, nick="own")
    heard.clear()
    customer = add_customer(other, nick="theirs")
    mine.poll()
    assert [c.ids("customers") for c in heard] == [frozenset({customer})]
    assert mine.poll() is None
    mine.close()
    other.close()


def test_the_file_is_unreadable_without_its_key(tmp_path: Path) -> None:
    database = Database(tmp_path / "k.db", os.urandom(32))
    add_customer(database, nick="secret-nick-in-clear")
    database.close()
    for file in tmp_path.iterdir():
        assert b"secret-nick" not in file.read_bytes()
        assert b"SQLite format" not in file.read_bytes()
    with pytest.raises(WrongKey):
        Database(tmp_path / "k.db", os.urandom(32))


def test_a_file_from_a_newer_program_is_refused(tmp_path: Path) -> None:
    key = os.urandom(32)
    database = Database(tmp_path / "k.db", key)
    with database.engine.begin() as connection:
        connection.execute(text("PRAGMA user_version = 999"))
    database.close()
    with pytest.raises(DatabaseNewer):
        Database(tmp_path / "k.db", key)


def test_a_commit_that_fails_hides_no_change_of_another_process(db: Database) -> None:
    def fail(_connection: object) -> None:
        raise OSError(28, "No space left on device")

    add_customer(db, nick="first")
    seen = db._seen
    event.listen(db.engine, "commit", fail)
    with pytest.raises(OSError, match="No space"):
        add_customer(db, nick="lost")
    assert db._seen == seen
