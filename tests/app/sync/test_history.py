"""Why is this value here: the values of a field with person, moment and station."""

from sqlalchemy import text

from app.services import Services
from app.sync.history import FieldHistory, name_both
from db.models import Customer
from db.registry import BY_NAME
from db.sync.tables import shape_of

CUSTOMERS = BY_NAME["customers"]
NAME = next(n for n, name in CUSTOMERS.numbered() if name == "name")


def _history(services: Services) -> FieldHistory:
    return FieldHistory(services.db, lambda dev: f"station {dev}")


def _customer(services: Services) -> bytes:
    with services.db.write("import") as session:
        customer = Customer(platform="taobao", shop="s", nick="小鱼", name="王", created_at=1)
        session.add(customer)
        session.flush()
        return customer.id


def _rename(services: Services, row_id: bytes, name: str) -> None:
    with services.db.write() as session:
        session.execute(
            text("UPDATE customers SET name = :n WHERE id = :i"), {"n": name, "i": row_id}
        )


def test_each_edit_tells_who_when_where_and_what_was_before(services: Services) -> None:
    row_id = _customer(services)
    _rename(services, row_id, "王小鱼")
    newest, *_ = _history(services).of("customers", row_id, "name")
    assert (newest.value, newest.before) == ("王小鱼", "王")
    assert newest.who == "李小丽"
    assert newest.station.startswith("station ")
    assert newest.at > 0


def test_a_value_nobody_edited_shows_where_it_came_from(services: Services) -> None:
    (only,) = _history(services).of("customers", _customer(services), "name")
    assert (only.value, only.who, only.lost) == ("王", "", False)


def test_a_value_that_lost_is_shown_as_such(services: Services) -> None:
    row_id = _customer(services)
    with services.db.write("system") as session:
        session.execute(
            text(
                "INSERT INTO conflict(table_no, row, field, lost_value, lost_stamp, lost_dev,"
                " won_stamp, won_dev, at) VALUES (:t, :r, :f, '黄', 65536000, 9, 65536001, 1, 1)"
            ),
            {"t": CUSTOMERS.number, "r": row_id, "f": NAME},
        )
    lost = [step for step in _history(services).of("customers", row_id, "name") if step.lost]
    assert [(step.value, step.station) for step in lost] == [("黄", "station 9")]


def test_a_row_that_is_not_there_has_no_history(services: Services) -> None:
    assert shape_of(CUSTOMERS.number).names[NAME] == "name"
    assert _history(services).of("customers", bytes(16), "name") == []


def test_who_told_it_is_named_where_it_is_another_station() -> None:
    names = {1: "front", 2: "front", 3: "back"}
    assert name_both(names.__getitem__, 1, None) == "front"
    assert name_both(names.__getitem__, 1, 2) == "front"
    both = name_both(names.__getitem__, 1, 3)
    assert "front" in both
    assert "back" in both


def test_a_value_another_station_brought_is_shown_with_both(services: Services) -> None:
    row_id = _customer(services)
    with services.db.write("sync") as session:
        session.execute(text("UPDATE customers SET name = 'x' WHERE id = :i"), {"i": row_id})
        session.execute(
            text("INSERT INTO sync_seen SELECT 7, 1, x'0000000000000000', txn FROM txn_context")
        )
    newest, *_ = _history(services).of("customers", row_id, "name")
    assert "station 7" in newest.station
