"""The numbers and lists of order verification are the shop's own."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QSpinBox
from pytestqt.qtbot import QtBot

from app.orders.settings import DISPATCH_HOURS, HOLD_ON_MESSAGE, LARGE_AMOUNT_FEN
from app.services import Services
from ui.settings.order_rules import OrderRulesPage
from ui.shell.plugs import UiContext


@pytest.fixture
def page(qtbot: QtBot, context: UiContext) -> OrderRulesPage:
    made = OrderRulesPage(context)
    qtbot.addWidget(made)
    made.show()
    return made


def named(page: OrderRulesPage, name: str) -> QSpinBox:
    return next(box for box in page.findChildren(QSpinBox) if box.accessibleName() == name)


def test_numbers_and_ticks_are_kept_at_once(page: OrderRulesPage, services: Services) -> None:
    named(page, "付款后发货时限").setValue(24)
    named(page, "金额达到").setValue(2_000)
    page.findChildren(QCheckBox)[0].click()
    get = services.settings.get
    assert (get(DISPATCH_HOURS), get(LARGE_AMOUNT_FEN), get(HOLD_ON_MESSAGE)) == (
        24,
        200_000,
        False,
    )


def test_a_list_of_areas_is_kept_by_enter(page: OrderRulesPage, services: Services) -> None:
    assert page.surcharge.text().startswith("新疆、西藏")
    page.surcharge.clear()
    QTest.keyClicks(page.surcharge, "a")
    page.surcharge.setText("新疆 喀什，西藏")
    page.surcharge.setModified(True)
    QTest.keyClick(page.surcharge, Qt.Key.Key_Return)
    assert services.verification.surcharge_areas() == ("新疆 喀什", "西藏")
    assert page.surcharge.text() == "新疆 喀什、西藏"


def test_an_unknown_area_is_refused_in_place(page: OrderRulesPage, services: Services) -> None:
    page.unserved.setText("火星")
    page.unserved.setModified(True)
    QTest.keyClick(page.unserved, Qt.Key.Key_Return)
    assert page.unserved.property("state") == "error"
    assert "香港" in services.verification.unserved_areas()
