"""The logistics view: the list, its filters and one parcel in full."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.carriers.protocol import ParcelNews, TraceLine
from app.services import Services
from app.shipments import ShipmentState
from db.clock import now_ms
from tests.app.shipments.parcels import put_order, put_parcel
from tests.ui.windows import Window
from ui.shipments.timeline import TraceLine as TraceWidget
from ui.shipments.view import LogisticsView


@pytest.fixture
def parcels(services: Services) -> list[bytes]:
    order = put_order(services.db)
    return [
        put_parcel(services.db, "YT9900000000001", orders=[order], last_text="【杭州】在途"),
        put_parcel(services.db, "JT3000000000001", "jtexpress", news_h=60),
        put_parcel(services.db, "SF1234567890123", "shunfeng", "signed", news_h=2),
    ]


@pytest.fixture
def view(qtbot: QtBot, desk: Window, parcels: list[bytes]) -> LogisticsView:
    built = LogisticsView(desk.context)
    qtbot.addWidget(built)
    built.resize(1300, 700)
    built.show()
    return built


def _numbers(view: LogisticsView) -> list[str]:
    rows = (view.table.model.row_at(n) for n in range(view.table.row_count()))
    return [row.number for row in rows if row is not None]


def test_all_parcels_are_listed(view: LogisticsView) -> None:
    assert _numbers(view) == ["YT9900000000001", "SF1234567890123", "JT3000000000001"]


def test_the_watch_list_counts_and_filters(view: LogisticsView) -> None:
    button = view._groups.findChildren(QPushButton)[1]
    assert button.text().endswith(" 1")
    button.click()
    assert _numbers(view) == ["JT3000000000001"]


def test_commands_open_the_watch_list_and_the_card(view: LogisticsView) -> None:
    view.open_item("watch")
    assert _numbers(view) == ["JT3000000000001"]
    view.open_item("add")
    assert view._add.isVisible()
    view.open_item("SF1234567890123")
    assert _numbers(view) == ["SF1234567890123"]


def test_parcels_are_searched(view: LogisticsView, qtbot: QtBot) -> None:
    view._search.setText("张伟")
    QTest.keyClick(view._search, Qt.Key.Key_Return)
    assert _numbers(view) == ["YT9900000000001"]
    view._search.setText("没有")
    view._search.search_now()
    assert _numbers(view) == []


def test_a_click_on_a_head_sorts(view: LogisticsView) -> None:
    view._on_sorted("number", False)
    assert _numbers(view) == ["JT3000000000001", "SF1234567890123", "YT9900000000001"]
    view._on_sorted("number", True)
    assert _numbers(view)[0] == "YT9900000000001"


def test_a_parcel_opens_with_orders_and_history(
    view: LogisticsView, desk: Window, services: Services, parcels: list[bytes], qtbot: QtBot
) -> None:
    at = ShipmentState.IN_TRANSIT
    lines = tuple(TraceLine(now_ms() - n * 60_000, f"第{n}站", "", at) for n in range(3))
    services.shipments.take_news(parcels[0], ParcelNews("yuantong", "YT9900000000001", at, lines))
    view.open_item(parcels[0])
    pane = view.pane
    assert pane._number.text() == "YT9900000000001"
    assert len(pane._timeline.findChildren(TraceWidget)) == 3
    link = next(b for b in pane.findChildren(QPushButton) if b.text() == "2801")
    link.click()
    assert desk.gone[0][0] == "orders"


def test_a_parcel_asked_for_stays_though_the_list_does_not_show_it(
    view: LogisticsView, services: Services, parcels: list[bytes]
) -> None:
    view._groups.set_value("signed")
    view._refilter()
    assert _numbers(view) == ["SF1234567890123"]
    view.open_item(parcels[0])
    view.table.reload()
    assert view.pane._number.text() == "YT9900000000001"
    assert view.table.selected_rows() == []


def test_the_message_for_the_customer_is_copied(
    view: LogisticsView, parcels: list[bytes], desk: Window
) -> None:
    view.open_item(parcels[0])
    view.pane._words.click()
    assert "YT9900000000001" in QGuiApplication.clipboard().text()
    assert desk.told


def test_the_carrier_is_set_by_hand(
    view: LogisticsView, services: Services, parcels: list[bytes]
) -> None:
    view.open_item(parcels[0])
    box = view.pane._carrier
    box.setCurrentIndex(box.findData("zhongtong"))
    box.activated.emit(box.currentIndex())
    assert services.shipments.detail(parcels[0]).row.carrier == "zhongtong"


def test_a_parcel_is_added_by_hand(view: LogisticsView, qtbot: QtBot, desk: Window) -> None:
    view._add_button.click()
    QTest.keyClicks(view._add._number, "EA123456785CN")
    assert view._add._carrier.code() == "ems"
    view._add._button.click()
    qtbot.waitUntil(lambda: "EA123456785CN" in _numbers(view))
    assert view.pane._number.text() == "EA123456785CN"


def test_a_mistyped_number_is_warned_of(view: LogisticsView, qtbot: QtBot, english: None) -> None:
    view._add_button.click()
    QTest.keyClicks(view._add._number, "EA123456784CN")
    assert view._add._remark.text() == "The check digit is wrong: a digit may be mistyped."
    QTest.keyClick(view._add._number, Qt.Key.Key_Escape)
    assert not view._add.isVisible()


def test_a_hidden_view_reads_again_only_when_it_shows(
    view: LogisticsView, services: Services
) -> None:
    view.hide()
    services.shipments.add("YT9900000000777", "yuantong")
    assert "YT9900000000777" not in _numbers(view)
    view.show()
    assert "YT9900000000777" in _numbers(view)


def test_the_chat_of_a_customer_who_never_wrote_is_said_so(
    view: LogisticsView, services: Services, desk: Window
) -> None:
    view.pane._open_chat(b"x" * 16)
    assert desk.told
    assert desk.gone == []
