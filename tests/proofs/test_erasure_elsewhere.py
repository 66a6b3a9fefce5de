"""A person erased at one station is gone at every other, whatever was written or restored meanwhile."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.conversations import CustomerHint, IncomingMessage
from app.core.errors import UserError
from app.maintenance import back_up, restore
from app.services import Services, build_services
from db.clock import now_ms
from db.sync.rollups import RollUps
from db.sync.surroundings import Surroundings
from tests.app.orders.test_import import write
from tests.app.sources.made_files import MadeOrder
from tests.conftest import Template
from tests.db.erasing.people import found
from tests.db.sync.stations import dump
from tests.proofs.pair import Pair, shop_of_two
from tests.proofs.station import hash_of

Words = tuple[str, ...]

GONE = ("秘密买家", "张三丰", "13912345678", "余杁区秘密路", "我的订单什么时候发货")
STAYS = ("另一买家", "李四光", "13800138000", "长安街一号", "谢谢老板")
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
NUMBERS: dict[Words, str] = {GONE: "9900000000000000041", STAYS: "9900000000000000042"}


@pytest.fixture
def pair(tmp_path: Path, template: Template) -> Iterator[Pair]:
    with shop_of_two(tmp_path / "shop", template) as made:
        yield made


def arrive(services: Services, who: Words, number: str, text: str = "", picture: str = "") -> bytes:
    """Let a customer write; returns who it is."""
    file = (
        services.attachments.add(f"{who[1]}.png", PICTURE + picture.encode()) if picture else None
    )
    incoming = IncomingMessage(
        "taobao", "shop", number, who[0], text or who[4],
        attachment_id=file.id if file else None,
        customer=CustomerHint("taobao", "样例店", who[0], name=who[1], phone=who[2]),
    )  # fmt: skip
    talk = services.conversations.receive(incoming).conversation_id
    return services.conversations.context(talk).customer_id


def order(services: Services, path: Path, who: Words, at: int, remark: str = "") -> None:
    made = MadeOrder(
        number=NUMBERS[who], nick=who[0], recipient=who[1], phone=who[2],
        remark=remark or f"{who[1]}要发票",
    )  # fmt: skip
    services.order_import.run([write(path, made, at=at)])


def fill(pair: Pair, tmp_path: Path) -> bytes:
    """Two persons with all that a shop may know of one, at both stations."""
    for who in (STAYS, GONE):
        customer = arrive(pair.first, who, f"m-{who[0]}", picture=who[1])
        pair.first.customers.change(customer, detail=who[3])
        pair.first.customers.add_note(customer, f"{who[1]}喜欢蓝色")
        order(pair.first, tmp_path / f"{NUMBERS[who]}.csv", who, 1_700_000_000)
    pair.meet()
    return customer


def settle(pair: Pair) -> None:
    pair.meet()
    pair.meet()
    for services in pair.homes.values():
        while services.db.index_pending(20_000):
            pass


def assert_gone(services: Services) -> None:
    for word in GONE:
        assert found(services.db, word) == [], word
    for word in (STAYS[0], STAYS[1], STAYS[2], STAYS[3], STAYS[4]):
        assert found(services.db, word) != [], word


def files(services: Services) -> int:
    return len(list((services.home.path / "attachments").glob("??/*")))


def test_offline_work_of_before_is_blank_as_it_arrives(pair: Pair, tmp_path: Path) -> None:
    who = fill(pair, tmp_path)
    blobs = len(list(pair.folder.rglob("*.kdb")))
    assert (files(pair.first), blobs) == (2, 2)
    # The other station is away, and goes on working with the customer.
    arrive(pair.second, GONE, "m-2", f"我是{GONE[1]}，电话{GONE[2]}")
    pair.second.customers.change(who, family=f"{GONE[1]}的家人", phone=f"{GONE[2]}-1")
    pair.second.customers.add_note(who, f"{GONE[1]}已回访")
    order(pair.second, tmp_path / "late.csv", GONE, 1_700_000_500, f"{GONE[1]}改地址")
    alias = pair.second.customers.add(GONE[1], GONE[2])
    pair.second.customers.merge(who, alias)
    report = pair.first.erasures.erase(who)
    assert report.gone_by is not None
    assert report.shared
    settle(pair)
    for services in pair.both:
        assert_gone(services)
    assert len(pair.hashes()) == 1
    assert (files(pair.first), len(list(pair.folder.rglob("*.kdb")))) == (1, 1)
    assert pair.second.customers.card(who).erased_at == report.at


def test_a_new_station_and_a_restored_one_never_see_them(pair: Pair, tmp_path: Path) -> None:
    who = fill(pair, tmp_path)
    snapshot(pair.first)
    RollUps(pair.first.db, pair.first.sync.relay(), pair.first.sync.membership(), _hours(5)).step(
        at_once=True
    )
    old = back_up(pair.second.home, pair.second.db).file
    pair.first.erasures.erase(who)
    settle(pair)
    snapshot(pair.first)
    third = pair.admitted("third", pair.first)
    settle(pair)
    assert_gone(third)
    # The second station's disk dies, and all it has is a backup of before.
    pair.homes.pop("second").close()
    (old.parent / f"erased-{pair.second.home.id}.json").unlink(missing_ok=True)
    again = build_services(restore(old, tmp_path / "again"))
    pair.homes["second"] = again
    assert found(again.db, GONE[1]) != []
    settle(pair)
    for services in pair.homes.values():
        assert_gone(services)
    assert len({hash_of(dump(services.db)) for services in pair.homes.values()}) == 1


def test_only_a_managing_station_erases(pair: Pair, tmp_path: Path) -> None:
    who = fill(pair, tmp_path)
    assert not pair.second.erasures.preview(who).manages
    with pytest.raises(UserError, match="工作站"):
        pair.second.erasures.erase(who)
    settle(pair)
    assert found(pair.first.db, GONE[1]) != []


def test_who_comes_back_is_a_new_life_at_both(pair: Pair, tmp_path: Path) -> None:
    who = fill(pair, tmp_path)
    pair.first.erasures.erase(who)
    settle(pair)
    assert arrive(pair.second, GONE, "m-9", "又来买了") == who
    settle(pair)
    for services in pair.both:
        card = services.customers.card(who)
        assert (card.nick, card.name, card.notes) == (GONE[0], GONE[1], ())
        assert found(services.db, GONE[4]) == []
        assert found(services.db, "又来买了") != []
    assert len(pair.hashes()) == 1


def snapshot(services: Services) -> None:
    services.sync.engine().snapshot_wanted = True
    services.sync.pass_now(full=True)


def _hours(n: int) -> Surroundings:
    return Surroundings(now_ms=lambda: now_ms() + n * 3_600_000)
