"""What the customer card shows where two stations wrote one field; both homes are real."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.services import Services
from db.models import Customer
from tests.ui.two_stations import both_pass, second_station
from ui.customers.card import CustomerCardView
from ui.jobs import Jobs
from ui.shell.commands import Commands
from ui.shell.notices import Notices
from ui.shell.plugs import UiContext
from ui.store_watcher import StoreWatcher
from ui.widgets.clash_row import ClashRow
from ui.widgets.field_history import HistoryPopup


@pytest.fixture
def other(services: Services, tmp_path: Path) -> Iterator[Services]:
    """A second station of the shop that `services` founds."""
    with second_station(services, tmp_path) as made:
        yield made


@pytest.fixture
def customer(services: Services) -> bytes:
    with services.db.write() as session:
        row = Customer(platform="taobao", shop="s", nick="小鱼", phone="13800000000", created_at=1)
        session.add(row)
        session.flush()
        return row.id


def show_card(
    services: Services, jobs: Jobs, store: StoreWatcher, customer: bytes
) -> CustomerCardView:
    def go(_view: str, _item: object | None = None) -> None: ...

    context = UiContext(services, jobs, store, Notices(), Commands(), go)
    card = CustomerCardView(context)
    card.resize(360, 900)
    card.show()
    card.show_customer(customer)
    return card


def test_both_values_are_shown_and_one_click_settles_it_everywhere(
    qtbot: QtBot,
    services: Services,
    other: Services,
    jobs: Jobs,
    store: StoreWatcher,
    customer: bytes,
) -> None:
    both_pass(services, other)
    services.customers.change(customer, phone="13811111111")
    other.customers.change(customer, phone="13822222222")
    both_pass(services, other)
    card = show_card(services, jobs, store, customer)
    qtbot.addWidget(card)
    (clash,) = card.findChildren(ClashRow)
    phone = next(e for e in card.findChildren(QLineEdit) if e.property("field") == "phone")
    lost = {"13811111111", "13822222222"} - {phone.text()}
    assert lost.pop() in clash.words.text()

    phone.setFocus()
    card.why.open(phone, card._refs("phone", "Phone")[0])
    popup = card.window().findChild(HistoryPopup)
    assert popup is not None
    popup.close()

    clash.take.click()
    qtbot.waitUntil(lambda: not card.findChildren(ClashRow))
    both_pass(services, other)
    assert services.disputes.of("customers", customer) == []
    assert other.disputes.of("customers", customer) == []
    for one in (services, other):
        assert one.customers.card(customer).phone == phone.text()


def test_what_was_done_by_mistake_is_taken_back_at_the_other_station_as_well(
    qtbot: QtBot,
    services: Services,
    other: Services,
    jobs: Jobs,
    store: StoreWatcher,
    customer: bytes,
) -> None:
    tag = services.tags.add_tag(services.tags.add_group("风格"), "议价型")
    services.tags.add(customer, tag)
    card = show_card(services, jobs, store, customer)
    qtbot.addWidget(card)
    assert card.card is not None
    card.doing.tag(card.card, card.card.tags[0], on=False)
    card.doing.change(card.card, "phone", "13811111111")
    both_pass(services, other)
    assert (other.tags.of(customer), other.customers.card(customer).phone) == ((), "13811111111")
    other.customers.change(customer, salutation="小鱼姐")
    card._context.undoing.take_back()
    card._context.undoing.take_back()
    both_pass(services, other)
    for one in (services, other):
        shown = one.customers.card(customer)
        assert [found.name for found in shown.tags] == ["议价型"]
        assert (shown.phone, shown.salutation) == ("13800000000", "小鱼姐")
