"""The orders of an erased person go on, and no later export brings the person back."""

from pathlib import Path

from app.services import Services
from db.erasing.roots import discover
from db.models import Order, Shipment
from tests.app.orders.test_import import write
from tests.app.sources.made_files import MadeOrder
from tests.db.erasing.people import found

NUMBER = "9900000000000000031"
PAID, SHIPPED = "买家已付款，等待卖家发货", "卖家已发货，等待买家确认"
NICK, NAME, PHONE = "秘密买家", "王小明", "13987654321"


def order(status: str, shipped_at: str = "", parcel: str = "", carrier: str = "") -> MadeOrder:
    return MadeOrder(
        number=NUMBER, nick=NICK, recipient=NAME, phone=PHONE, status=status, remark=f"给{NAME}",
        shipped_at=shipped_at, parcel=parcel, carrier=carrier,
    )  # fmt: skip


def buyer(services: Services) -> bytes:
    with services.db.read() as session:
        owner = session.query(Order).one().customer_id
    assert owner is not None
    return owner


def test_a_later_export_moves_the_order_and_not_the_person(
    services: Services, tmp_path: Path
) -> None:
    services.order_import.run([write(tmp_path / "a.csv", order(PAID), at=1_700_000_000)])
    services.erasures.erase(buyer(services))
    parcel = {
        "shipped_at": "2026-11-02 10:00:00",
        "parcel": "YT9900000000001",
        "carrier": "圆通速递",
    }
    later = write(tmp_path / "b.csv", order(SHIPPED, **parcel), at=1_800_000_000)
    report = services.order_import.run([later])
    assert report.counted(report.orders[NUMBER]) == 1
    discover(services.db)
    while services.db.index_pending():
        pass
    for word in (NICK, NAME, PHONE):
        assert found(services.db, word) == []
    with services.db.read() as session:
        assert session.query(Order).one().status == "shipped"
        assert session.query(Shipment).one().phone_tail == ""
    again = services.order_import.run([later])
    assert str(again.orders[NUMBER]) == "same"


def test_taking_an_import_back_brings_nobody_back(services: Services, tmp_path: Path) -> None:
    services.order_import.run([write(tmp_path / "a.csv", order(PAID), at=1_700_000_000)])
    second = order(SHIPPED, "2026-11-02 10:00:00")
    batch = services.order_import.run([write(tmp_path / "b.csv", second, at=1_800_000_000)])
    services.erasures.erase(buyer(services))
    services.order_import.undo(batch.batch)
    while services.db.index_pending():
        pass
    for word in (NICK, NAME, PHONE):
        assert found(services.db, word) == []
