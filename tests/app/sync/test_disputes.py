"""Values that lost are shown with both values, for a month, and one click settles them."""

import pytest
from sqlalchemy import text

from app.core.errors import UserError
from app.services import Services
from app.sync.disputes import Disputes
from app.sync.figures import SHOWN_MS, count_conflicts
from db.clock import now_ms
from db.models import Customer, Role
from db.registry import BY_NAME

CUSTOMERS = BY_NAME["customers"]
PHONE = next(n for n, name in CUSTOMERS.numbered() if name == "phone")


def _lost(services: Services, *, at: int) -> bytes:
    with services.db.write() as session:
        customer = Customer(
            platform="own", shop="s", name="王芳", phone="13800000001", created_at=1
        )
        session.add(customer)
        session.flush()
        session.execute(
            text(
                "INSERT INTO conflict(table_no, row, field, lost_value, lost_stamp, lost_dev,"
                " won_stamp, won_dev, at) VALUES (:t, :r, :f, '13800000002', 65536, 9, 65537, 1, :a)"
            ),
            {"t": CUSTOMERS.number, "r": customer.id, "f": PHONE, "a": at},
        )
        return customer.id


def _disputes(services: Services) -> Disputes:
    return Disputes(services.db, lambda dev: f"station {dev}", services.staff)


def test_both_values_are_shown_with_whose_they_are(services: Services) -> None:
    _lost(services, at=now_ms())
    (one,) = _disputes(services).open()
    assert (one.about, one.stands, one.lost) == ("王芳", "13800000001", "13800000002")
    assert one.lost_at == "station 9"
    assert one.important
    assert count_conflicts(services.db) == 1


def test_taking_the_one_that_lost_is_an_edit_like_any_other(services: Services) -> None:
    row_id = _lost(services, at=now_ms())
    disputes = _disputes(services)
    disputes.choose(disputes.open()[0], take_lost=True)
    assert disputes.open() == []
    with services.db.read() as session:
        phone = session.scalar(text("SELECT phone FROM customers WHERE id = :i"), {"i": row_id})
    assert phone == "13800000002"


def test_after_a_month_what_stands_has_stood(services: Services) -> None:
    _lost(services, at=now_ms() - SHOWN_MS - 1)
    assert _disputes(services).open() == []
    assert count_conflicts(services.db) == 0


def test_only_who_may_write_the_field_settles_it(services: Services) -> None:
    _lost(services, at=now_ms())
    disputes = _disputes(services)
    (one,) = disputes.open()
    trainee = services.staff.add("xin", "新人", Role.TRAINEE, "passw0rd!", "小新")
    services.staff.sign_in_as(trainee.id)
    assert disputes.open() == []
    with pytest.raises(UserError):
        disputes.choose(one, take_lost=True)
