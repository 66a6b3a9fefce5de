"""What the order beside the list shows where two stations corrected it; both homes are real."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.orders import Receiver
from app.services import Services
from tests.app.sources.made_files import MadeOrder
from tests.ui.conftest import InlineJobs
from tests.ui.orders.test_view import fresh
from tests.ui.two_stations import both_pass, second_station
from ui.orders.view import OrdersView
from ui.shell.commands import Commands
from ui.shell.notices import Notices
from ui.shell.plugs import UiContext
from ui.store_watcher import StoreWatcher
from ui.widgets.clash_row import ClashRow
from ui.widgets.field_history import HistoryPopup

ORDER: MadeOrder = fresh(1)
ONE, TWO = "13811111111", "13822222222"


@pytest.fixture
def other(services: Services, tmp_path: Path) -> Iterator[Services]:
    with second_station(services, tmp_path) as made:
        yield made


@pytest.fixture
def order(services: Services, other: Services, tmp_path: Path) -> bytes:
    """An order whose receiver both stations corrected, none knowing of the other."""
    from tests.app.orders.test_import import write

    services.order_import.run([write(tmp_path / "a.csv", ORDER)])
    both_pass(services, other)
    found = services.orders.by_number(ORDER.number)
    assert found is not None
    for station, phone in ((services, ONE), (other, TWO)):
        was = station.verification.receiver(found.id)
        assert station.verification.fix(found.id, replace(was, phone=phone))
    both_pass(services, other)
    return found.id


@pytest.fixture
def view(
    qtbot: QtBot,
    services: Services,
    order: bytes,
    jobs: InlineJobs,
    store: StoreWatcher,
    english: None,
) -> OrdersView:
    context = UiContext(services, jobs, store, Notices(), Commands(), lambda *_: None)
    view = OrdersView(context)
    qtbot.addWidget(view)
    view.resize(1300, 760)
    view.show()
    view.open_item(order)
    return view


def phone_at(services: Services, order: bytes) -> str:
    receiver: Receiver = services.verification.receiver(order)
    return receiver.phone


def clashes(view: OrdersView) -> list[ClashRow]:
    """Those shown now; Qt takes the others away a little later."""
    rows = view.detail.page.clash_rows
    shown = (item.widget() for n in range(rows.count()) if (item := rows.itemAt(n)) is not None)
    return [row for row in shown if isinstance(row, ClashRow)]


def keep_picture(view: OrdersView, name: str) -> None:
    if folder := os.environ.get("KEFU_PICTURES"):
        view.grab().save(str(Path(folder, name)))


def test_both_values_are_shown_and_one_click_settles_it_everywhere(
    qtbot: QtBot, view: OrdersView, services: Services, other: Services, order: bytes
) -> None:
    stands = phone_at(services, order)
    assert phone_at(other, order) == stands
    lost = ({ONE, TWO} - {stands}).pop()
    page = view.detail.page
    (clash,) = clashes(view)
    assert lost in clash.words.text()
    assert "Phone" in clash.words.text()
    assert stands in page.receiver.who.text()
    keep_picture(view, "order-clash.png")
    clash.take.click()
    qtbot.waitUntil(lambda: not clashes(view))
    assert phone_at(services, order) == lost
    both_pass(services, other)
    assert phone_at(other, order) == lost
    for station in (services, other):
        assert "fixed_phone" not in [d.field for d in station.disputes.of("orders", order)]


def test_the_history_of_a_field_tells_both_stations_and_which_value_lost(
    qtbot: QtBot, view: OrdersView, services: Services, order: bytes
) -> None:
    insight = view.detail.doing.insight
    phone = next(ref for ref in insight._receiver_refs() if ref.field == "fixed_phone")
    insight.why.open(view.detail.page.receiver.who, phone)
    popup = view.window().findChild(HistoryPopup)
    assert popup is not None
    words = [label.text() for label in popup.findChildren(QLabel)]
    assert {ONE, TWO} <= set(words)
    assert "lost" in words
    told = " ".join(words)
    assert "前台一" in told
    assert "前台二" in told
    keep_picture(view, "order-history-behind.png")
    if folder := os.environ.get("KEFU_PICTURES"):
        popup.grab().save(str(Path(folder, "order-history.png")))
    popup.close()


def test_who_may_not_see_personal_data_is_shown_neither_value(
    qtbot: QtBot, view: OrdersView, services: Services, order: bytes
) -> None:
    assert clashes(view)
    services.staff.sign_out()
    view.detail.doing.insight.refresh()
    assert clashes(view) == []
    assert view.detail.doing.insight._receiver_refs() == []
