"""Undo of the last import: the values from before come back, what people did since stays."""

from pathlib import Path

import pytest

from app.cli import main
from app.core.errors import PermissionDenied, UserError
from app.orders import OrderFilter
from app.services import Services
from db.models import Customer, Order, OrderItem, OrderShipment, Product, Role, Shipment, Sku
from tests.app.orders.test_import import LIST, PAID, SAMPLES, SHIPPED, counts, stored, write
from tests.app.sources.made_files import MadeOrder

TABLES = (Order, OrderItem, OrderShipment, Shipment, Customer, Product, Sku)
NUMBER = "9900000000000000011"


def living(services: Services) -> list[int]:
    return [sum(not row.deleted for row in stored(services, table)) for table in TABLES]


def facts(services: Services) -> list[object]:
    return [
        (order.number, order.status, order.receiver, order.items, order.parcels, order.customer_id)
        for order in services.orders.find(OrderFilter())
    ]


def test_all_that_was_new_goes_and_comes_again_with_the_same_files(services: Services) -> None:
    first = services.order_import.run(SAMPLES)
    before, told = living(services), facts(services)
    report = services.order_import.undo(first.batch)
    assert (report.removed, report.restored, report.kept) == (5, 0, [])
    assert living(services) == [0] * len(TABLES)
    assert counts(services.order_import.preview(SAMPLES)) == (5, 0, 0)
    again = services.order_import.run(SAMPLES)
    assert counts(again) == (5, 0, 0)
    assert (living(services), facts(services)) == (before, told)
    assert services.order_import.undo(again.batch).removed == 5
    assert living(services) == [0] * len(TABLES)


def test_changed_values_are_as_before(services: Services, tmp_path: Path) -> None:
    old = MadeOrder(number=NUMBER, status=PAID)
    new = MadeOrder(number=NUMBER, status=SHIPPED, shipped_at="2026-11-02 10:00:00")
    services.order_import.run([write(tmp_path / "a.csv", old, at=1_700_000_000)])
    before = facts(services)
    second = services.order_import.run([write(tmp_path / "b.csv", new, at=1_800_000_000)])
    assert facts(services) != before
    report = services.order_import.undo(second.batch)
    assert (report.removed, report.restored) == (0, 1)
    assert facts(services) == before


def test_what_people_did_since_stays_and_is_named(services: Services) -> None:
    batch = services.order_import.run(SAMPLES).batch
    order = services.orders.by_number(NUMBER)
    assert order is not None
    services.orders.add_remark(order.id, "送赠品", "red")
    report = services.order_import.undo(batch)
    assert (report.removed, report.kept) == (4, [NUMBER])
    kept = services.orders.by_number(NUMBER)
    assert kept is not None
    assert (kept.items, kept.remarks[0].text, kept.customer_id) == (
        order.items, "送赠品", order.customer_id,
    )  # fmt: skip
    assert services.orders.by_number("9900000000000000012") is None


def test_a_customer_somebody_tagged_since_stays(services: Services) -> None:
    services.order_import.run(SAMPLES)
    services.tags.load_defaults()
    order = services.orders.by_number(NUMBER)
    assert order is not None
    assert order.customer_id is not None
    services.tags.add(order.customer_id, services.tags.groups()[0].tags[0].id)
    report = services.order_import.undo()
    assert (report.removed, report.cards_kept) == (5, 1)


def test_one_import_after_the_other(services: Services, tmp_path: Path) -> None:
    first = services.order_import.run([write(tmp_path / "a.csv", MadeOrder(number="1" * 19))])
    second = services.order_import.run([write(tmp_path / "b.csv", MadeOrder(number="2" * 19))])
    same = services.order_import.run([tmp_path / "b.csv"])
    assert same.batch is None
    with pytest.raises(UserError, match="撤销"):
        services.order_import.undo(first.batch)
    services.order_import.undo(second.batch)
    assert services.order_import.undo().removed == 1
    with pytest.raises(UserError) as nothing:
        services.order_import.undo()
    assert nothing.value.code == "nothing_to_undo"


def test_an_undo_that_was_stopped_is_completed_by_the_next(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.sources.undoing.CHUNK", 2)
    services.order_import.run(SAMPLES)
    rounds = iter(range(9))
    services.order_import.undo(stop=lambda: next(rounds) > 0)
    assert 0 < living(services)[0] < 5
    report = services.order_import.undo()
    assert report.kept == []
    assert living(services) == [0] * len(TABLES)


def test_what_a_person_deleted_does_not_come_back(services: Services, tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", MadeOrder(number=NUMBER), header=LIST)
    services.order_import.run([path])
    with services.db.write() as session:
        session.query(Order).one().deleted = True
    services.order_import.undo()
    assert counts(services.order_import.run([path]))[0] == 0


def test_a_trainee_may_not_undo(services: Services) -> None:
    services.order_import.run(SAMPLES)
    services.staff.add("new", "新人", Role.TRAINEE, "passw0rd!")
    services.staff.sign_in("new", "passw0rd!")
    with pytest.raises(PermissionDenied):
        services.order_import.undo()


def test_the_verb(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = ["--home", str(tmp_path / "home"), "--json"]
    assert main([*home, "orders", "import", *map(str, SAMPLES)]) == 0
    capsys.readouterr()
    assert main([*home, "orders", "undo-import"]) == 0
    assert '"removed": 5' in capsys.readouterr().out
    assert main([*home, "orders", "undo-import"]) == 2
    assert "nothing_to_undo" in capsys.readouterr().out
