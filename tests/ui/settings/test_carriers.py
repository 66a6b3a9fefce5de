"""The carrier account in the settings."""

import pytest
from PySide6.QtWidgets import QSpinBox
from pytestqt.qtbot import QtBot

from app.services import Services
from app.shipments.settings import CARRIER_STALLED_HOURS, NO_PICKUP_HOURS
from ui.settings.carriers import CarriersPage
from ui.shell.plugs import UiContext


@pytest.fixture
def page(qtbot: QtBot, context: UiContext, english: None) -> CarriersPage:
    built = CarriersPage(context)
    qtbot.addWidget(built)
    built.show()
    return built


def test_the_account_is_kept_and_its_key_not_shown(page: CarriersPage, services: Services) -> None:
    assert not page._save.isEnabled()
    page._customer.setText("CUSTOMER")
    page._key.setText("secret")
    page._save.click()
    assert services.shipments.account_customer() == "CUSTOMER"
    assert page._key.text() == ""
    assert page._told.text() == "An account is set."
    page._forget.click()
    assert services.shipments.account_customer() == ""
    assert page._customer.text() == ""


def test_a_failing_test_says_why(page: CarriersPage) -> None:
    page._customer.setText("CUSTOMER")
    page._key.setText("secret")
    page._save.click()
    page._number.setText("你好")
    page._try.click()
    assert page._told.text() == "This is no tracking number."


def test_limits_are_kept(page: CarriersPage, services: Services) -> None:
    first = page.findChildren(QSpinBox)[0]
    assert first.value() == 24
    first.setValue(36)
    assert services.settings.get(NO_PICKUP_HOURS) == 36


def test_a_slow_carrier_has_its_own_limit(page: CarriersPage, services: Services) -> None:
    page._slow.setCurrentIndex(page._slow.findData("youzhengguonei"))
    page._slow_hours.setValue(72)
    assert services.settings.get(CARRIER_STALLED_HOURS) == {"youzhengguonei": 72}
    page._slow.setCurrentIndex(0)
    assert page._slow_hours.value() == 0
    page._slow.setCurrentIndex(page._slow.findData("youzhengguonei"))
    page._slow_hours.setValue(0)
    assert services.settings.get(CARRIER_STALLED_HOURS) == {}
