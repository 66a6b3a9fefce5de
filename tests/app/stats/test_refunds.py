"""What was given back is told by up to three, and counted once."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, update

from app.after_sales import AfterSaleState, Draft
from app.services import Services
from app.stats import By
from app.stats.fact_refunds import Given, Line, settle
from db.models import AfterSale, Order, OrderItem

CUP, HAT = b"cup", b"hat"
DAY = date(2026, 11, 20)
NOON = int(datetime(2026, 11, 20, 12, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp()) * 1000
ORDER, FIRST, SECOND = (bytes([n]) * 16 for n in (5, 6, 7))


def line(rid: int, row_id: bytes, title: str, refund: int = 0) -> Line:
    return Line(rid, row_id, title, 1, 10_000, refund, "", "")


LINES = [line(1, CUP, "杯子"), line(2, HAT, "帽子")]


def noted(amount: int, item: bytes | None = None, title: str = "") -> Given:
    return Given(item, title, imported=False, amount=amount)


def imported(amount: int, item: bytes | None = None, title: str = "") -> Given:
    return Given(item, title, imported=True, amount=amount)


@pytest.mark.parametrize(
    ("told", "given", "order", "by_line"),
    [
        (500, [], 500, {1: 0, 2: 0}),
        (0, [noted(300)], 300, {1: 0, 2: 0}),
        (0, [noted(300, CUP)], 300, {1: 300, 2: 0}),
        (0, [noted(100, CUP), noted(200, CUP)], 300, {1: 300, 2: 0}),
        # Of one item both tell: the larger.
        (0, [noted(300, CUP), imported(200, CUP)], 300, {1: 300, 2: 0}),
        # Of two items each tells of another: both.
        (0, [noted(300, CUP), imported(200, HAT)], 500, {1: 300, 2: 200}),
        # One names no item: the larger of all that is imported and all that is noted.
        (0, [noted(300), imported(200, HAT)], 300, {1: 0, 2: 200}),
        (0, [noted(300, CUP), imported(200), imported(250, HAT)], 450, {1: 300, 2: 250}),
        # An item that came before its order is known by its title.
        (0, [imported(200, None, "帽子"), noted(200, HAT)], 200, {1: 0, 2: 200}),
        # The order's own export tells of the same money.
        (900, [noted(300, CUP), imported(200, HAT)], 900, {1: 300, 2: 200}),
    ],
)
def test_nothing_is_counted_twice(
    told: int, given: list[Given], order: int, by_line: dict[int, int]
) -> None:
    found = settle(told, LINES, given)
    assert (found.order, found.lines) == (order, by_line)


def test_a_record_without_an_item_is_about_the_only_one() -> None:
    assert settle(0, LINES[:1], [noted(300), imported(200, CUP)]).lines == {1: 300}


@pytest.fixture
def shop(services: Services) -> Services:
    """One order of two things, paid at noon."""
    with services.db.write() as session:
        order = {"id": ORDER, "platform": "taobao", "number": "N1", "status": "shipped"}
        moments = {"created_at": NOON - 1000, "paid_at": NOON}
        sums = {"paid_fen": 10_000, "total_fen": 10_000, "quantity": 2}
        session.execute(insert(Order).values(**order, **moments, **sums))
        for key, title in ((FIRST, "杯子"), (SECOND, "帽子")):
            session.execute(
                insert(OrderItem).values(
                    id=key, order_id=ORDER, title=title, quantity=1, price_fen=5_000
                )
            )
    return services


def numbers(shop: Services, *names: str) -> dict[str, Any]:
    measures = shop.stats.report(DAY, DAY).measures
    return {name: measures[name].value for name in names}


def test_a_refund_noted_by_hand_comes_off_the_net_sales_once_it_is_done(shop: Services) -> None:
    assert numbers(shop, "net_sales", "refunds") == {"net_sales": 10_000, "refunds": 0}
    draft = Draft("refund", ORDER, FIRST, 1, reason="quality", amount_fen=3_000)
    record = shop.after_sales.add(draft).record
    assert numbers(shop, "net_sales") == {"net_sales": 10_000}  # only asked for

    step = shop.after_sales.move(record.id, AfterSaleState.DONE)
    asked = numbers(shop, "net_sales", "refunds", "refund_rate")
    assert asked == {"net_sales": 7_000, "refunds": 3_000, "refund_rate": 1}
    products = {row.name: row.measures for row in shop.stats.report(DAY, DAY, by=By.PRODUCT).rows}
    assert products["杯子"]["net_sales"].value == 2_000
    assert products["帽子"]["net_sales"].value == 5_000

    shop.after_sales.take_back(step.undo)
    assert numbers(shop, "net_sales", "refunds") == {"net_sales": 10_000, "refunds": 0}


def test_the_platforms_record_of_the_same_item_is_the_same_refund(shop: Services) -> None:
    record = shop.after_sales.add(
        Draft("refund", ORDER, FIRST, 1, reason="quality", amount_fen=3_000)
    ).record
    shop.after_sales.move(record.id, AfterSaleState.DONE)
    platform = {
        "id": bytes([9]) * 16, "kind": "refund", "number": "R1", "order_id": ORDER,
        "item_id": FIRST, "state": "done", "amount_fen": 3_000, "requested_at": NOON,
        "done_at": NOON,
    }  # fmt: skip
    with shop.db.write("import") as session:
        session.execute(insert(AfterSale).values(**platform))
    assert numbers(shop, "net_sales", "refunds") == {"net_sales": 7_000, "refunds": 3_000}
    with shop.db.write("import") as session:
        session.execute(update(AfterSale).where(AfterSale.number == "R1").values(amount_fen=4_500))
    assert numbers(shop, "net_sales") == {"net_sales": 5_500}
    # Once both turn out to be about another order, this one is as before.
    with shop.db.write("import") as session:
        session.execute(update(AfterSale).values(order_id=bytes([8]) * 16))
    assert numbers(shop, "net_sales", "refunds") == {"net_sales": 10_000, "refunds": 0}
