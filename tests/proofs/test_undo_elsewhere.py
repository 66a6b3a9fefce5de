"""A mistake taken back at one station is taken back at the other."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.errors import NotFound
from app.orders import OrderFilter
from app.phrases import PhraseText
from app.services import Services
from db.ids import customer_id
from db.models import Order, OrderItem, Shipment
from tests.app.orders.test_import import PAID, SHIPPED, write
from tests.app.sources.made_files import MadeOrder
from tests.conftest import Template
from tests.proofs.pair import Pair, add_customer, nicks, shop_of_two

NUMBER = "9900000000000000011"


@pytest.fixture
def pair(tmp_path: Path, template: Template) -> Iterator[Pair]:
    with shop_of_two(tmp_path / "shop", template) as made:
        yield made


def customer(services: Services) -> bytes:
    add_customer(services, "小鱼")
    return customer_id("taobao", "s", "小鱼")


def tags_of(services: Services, who: bytes) -> list[str]:
    return [tag.name for tag in services.tags.of(who)]


def orders(services: Services) -> list[tuple[str, str, str]]:
    return [(o.number, o.status, o.seller_remark) for o in services.orders.find(OrderFilter())]


def living(services: Services) -> list[int]:
    tables = (Order, OrderItem, Shipment)
    with services.db.read() as session:
        return [session.query(table).filter_by(deleted=False).count() for table in tables]


def test_a_tag_taken_off_by_mistake_is_on_again(pair: Pair) -> None:
    who = customer(pair.first)
    group = pair.first.tags.add_group("风格")
    tag = pair.first.tags.add_tag(group, "爽快")
    pair.first.tags.add(who, tag)
    pair.meet()
    assert tags_of(pair.second, who) == ["爽快"]
    pair.second.tags.remove(who, tag)
    pair.meet()
    assert tags_of(pair.first, who) == tags_of(pair.second, who) == []
    pair.second.tags.add(who, tag)
    pair.meet()
    assert tags_of(pair.first, who) == tags_of(pair.second, who) == ["爽快"]
    assert len(pair.hashes()) == 1


def test_a_tag_put_on_again_while_the_other_station_took_it_off(pair: Pair) -> None:
    """Adding wins over a removal that did not see it."""
    who = customer(pair.first)
    tag = pair.first.tags.add_tag(pair.first.tags.add_group("风格"), "爽快")
    pair.first.tags.add(who, tag)
    pair.meet()
    pair.first.tags.remove(who, tag)
    pair.first.tags.add(who, tag)
    pair.second.tags.remove(who, tag)
    pair.meet()
    assert tags_of(pair.first, who) == tags_of(pair.second, who) == ["爽快"]
    assert len(pair.hashes()) == 1


def test_a_phrase_deleted_by_mistake_is_back(pair: Pair) -> None:
    pair.first.phrases.load_starters()
    group = pair.first.phrases.groups.all()[0]
    made = pair.first.phrases.add(PhraseText(group.id, "您好,在的", "hello"))
    pair.meet()
    pair.first.phrases.delete([made.id])
    pair.meet()
    with pytest.raises(NotFound):
        pair.second.phrases.get(made.id)
    pair.first.phrases.restore([made.id])
    pair.meet()
    assert pair.second.phrases.get(made.id).text == "您好,在的"
    assert len(pair.hashes()) == 1


def test_an_import_undone_is_undone_at_the_other(pair: Pair, tmp_path: Path) -> None:
    old = MadeOrder(number=NUMBER, status=PAID, remark="先")
    pair.first.order_import.run([write(tmp_path / "a.csv", old, at=1_700_000_000)])
    pair.meet()
    before = orders(pair.second)
    alive = living(pair.second)
    assert len(before) == 1
    new = MadeOrder(number=NUMBER, status=SHIPPED, shipped_at="2026-11-02 10:00:00", remark="后")
    more = MadeOrder(number="9900000000000000099", parcel="YT9900000000001", carrier="圆通速递")
    batch = pair.first.order_import.run([write(tmp_path / "b.csv", new, more, at=1_800_000_000)])
    pair.meet()
    assert orders(pair.second) == orders(pair.first) != before
    pair.first.order_import.undo(batch.batch)
    pair.meet()
    assert orders(pair.second) == orders(pair.first) == before
    assert living(pair.second) == living(pair.first) == alive
    assert len(pair.hashes()) == 1
    pair.first.order_import.run([tmp_path / "b.csv"])
    pair.meet()
    assert len(orders(pair.second)) == 2
    assert len(pair.hashes()) == 1


def test_an_undo_spares_what_the_other_station_did_since(pair: Pair, tmp_path: Path) -> None:
    old = MadeOrder(number=NUMBER, status=PAID)
    batch = pair.first.order_import.run([write(tmp_path / "a.csv", old, at=1_700_000_000)])
    pair.meet()
    order = pair.second.orders.by_number(NUMBER)
    assert order is not None
    pair.second.orders.add_remark(order.id, "送赠品", "red")
    pair.meet()
    report = pair.first.order_import.undo(batch.batch)
    assert report.kept == [NUMBER]
    pair.meet()
    assert [number for number, *_ in orders(pair.second)] == [NUMBER]
    assert len(pair.hashes()) == 1


def test_a_customer_deleted_and_brought_back_by_an_edit(pair: Pair) -> None:
    who = customer(pair.first)
    pair.meet()
    with pair.first.db.write() as session:
        session.connection().exec_driver_sql("UPDATE customers SET _del = 1 WHERE id = ?", (who,))
    pair.meet()
    with pair.first.db.write() as session:
        session.connection().exec_driver_sql("UPDATE customers SET _del = 0 WHERE id = ?", (who,))
    pair.meet()
    assert nicks(pair.second) == ["小鱼"]
    assert pair.second.customers.card(who).nick == "小鱼"
    assert len(pair.hashes()) == 1
