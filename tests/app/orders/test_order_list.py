"""Finding orders for the list: filters, pages, promises, remarks."""

from dataclasses import replace
from pathlib import Path

import pytest

from app.core.errors import NotFound, UserError
from app.orders import OrderFilter
from app.services import Services
from db.clock import now_ms
from db.ids import new_id
from db.models import Order, OrderStatus, Review, Role
from tests.app.sources.made_files import HEADERS, MadeOrder, csv_text, write_csv

HOUR = 3_600_000


def add(services: Services, number: str, **fields: object) -> bytes:
    order_id = new_id()
    with services.db.write() as session:
        values = {"platform": "taobao", "created_at": 1_000, **fields}
        session.add(Order(id=order_id, number=number, **values))
    return order_id


def numbers(services: Services, wanted: OrderFilter) -> list[str]:
    rows = services.orders.rows(services.orders.listing(wanted))
    assert services.orders.count(wanted) == len(rows)
    return [row.number for row in rows]


def test_filters(services: Services) -> None:
    add(services, "A1", created_at=1_000, status=OrderStatus.PAID, paid_at=now_ms() - 49 * HOUR)
    add(services, "A2", created_at=2_000, status=OrderStatus.SHIPPED, review=Review.HELD)
    add(services, "A3", created_at=3_000, status=OrderStatus.PAID, paid_at=now_ms(), fixed_at=1)
    add(services, "A4", created_at=4_000, platform="jd", deleted=True)
    assert numbers(services, OrderFilter()) == ["A3", "A2", "A1"]
    assert numbers(services, OrderFilter(statuses=frozenset({"paid"}))) == ["A3", "A1"]
    assert numbers(services, OrderFilter(held=True)) == ["A2"]
    assert numbers(services, OrderFilter(late=True)) == ["A1"]
    assert numbers(services, OrderFilter(corrected=True)) == ["A3"]
    assert numbers(services, OrderFilter(since=2_000, until=3_000)) == ["A2"]
    assert numbers(services, OrderFilter(platforms=frozenset({"jd"}))) == []
    assert services.orders.platforms() == ["taobao"]


def test_lists_are_sorted_both_ways(services: Services) -> None:
    for i in range(5):
        add(services, f"A{i}", paid_fen=i)
    listing = services.orders.listing(OrderFilter(), "paid_fen", descending=False)
    assert [row.number for row in services.orders.rows(listing[1:3])] == ["A1", "A2"]
    some = frozenset(row.id for row in services.orders.rows(listing[:2]))
    assert list(services.orders.listing(OrderFilter(ids=some))) == [listing[1], listing[0]]


def test_a_promise_runs_from_payment(services: Services) -> None:
    paid = add(services, "A1", status=OrderStatus.PAID, paid_at=1_000)
    named = add(services, "A2", status=OrderStatus.PAID, paid_at=1_000, promised_at=5_000)
    done = add(services, "A3", status=OrderStatus.COMPLETED, paid_at=1_000)
    presale = add(services, "A4", status=OrderStatus.PAID, paid_at=1_000, presale=True)
    orders = services.orders
    assert orders.promised_at(orders.facts(paid)) == 1_000 + 48 * HOUR
    assert orders.promised_at(orders.facts(named)) == 5_000
    assert orders.promised_at(orders.facts(done)) is None
    assert orders.promised_at(orders.facts(presale)) is None
    promised = {row.number: row.promised_at for row in orders.rows(orders.listing(OrderFilter()))}
    assert promised == {"A1": 1_000 + 48 * HOUR, "A2": 5_000, "A3": None, "A4": None}


def test_remarks_carry_their_author_and_flag(services: Services) -> None:
    order = add(services, "A1")
    remark = services.orders.add_remark(order, " 已约周六送 ", "yellow")
    found = services.orders.facts(order).remarks
    assert [(r.text, r.flag, r.staff_name) for r in found] == [("已约周六送", "yellow", "小丽")]
    services.orders.remove_remark(remark.id)
    assert services.orders.facts(order).remarks == ()


def test_an_empty_remark_or_a_lost_order_is_refused(services: Services) -> None:
    order = add(services, "A1")
    for text, flag in (("  ", ""), ("好", "pink"), ("长" * 1_001, "")):
        with pytest.raises(UserError):
            services.orders.add_remark(order, text, flag)
    with pytest.raises(NotFound):
        services.orders.facts(new_id())
    assert services.orders.by_number("nowhere") is None


def test_titles_stand_in_for_items_until_these_are_known(services: Services) -> None:
    two = {"宝贝标题": "甲，乙", "宝贝种类": "2"}
    one = {"宝贝标题": "甲，大号", "宝贝种类": "1"}
    first, second = add(services, "A1", extra=two, quantity=3), add(services, "A2", extra=one)
    assert [i.title for i in services.orders.facts(first).items] == ["甲", "乙"]
    assert [i.title for i in services.orders.facts(second).items] == ["甲，大号"]


def test_whoever_may_not_see_personal_data_gets_it_from_no_service(
    services: Services, tmp_path: Path
) -> None:
    order = MadeOrder(number="9900000000000000077", nick="tb_小雨")
    header = HEADERS["taobao_order_list_2022"]
    services.order_import.run([write_csv(tmp_path / "a.csv", csv_text(header, [order]))])
    known = services.orders.by_number(order.number)
    assert known is not None
    receiver = replace(known.receiver, phone="13911112222")
    services.verification.fix(known.id, receiver)
    services.staff.add("new", "新人", Role.TRAINEE, "passw0rd!")
    services.staff.sign_in("new", "passw0rd!")
    (listed,) = services.orders.find(OrderFilter())
    told = (
        listed,
        services.orders.facts(known.id),
        services.orders.rows(services.orders.listing(OrderFilter())),
        services.verification.receiver(known.id),
        services.verification.corrections(known.id),
    )
    for secret in (known.imported.name, known.imported.phone, receiver.phone):
        assert secret
        assert secret not in str(told)
    assert listed.receiver.phone == "139****2222"
    assert listed.corrected
    services.staff.act_as_operator()
    assert services.orders.facts(known.id).receiver.phone == "13911112222"
