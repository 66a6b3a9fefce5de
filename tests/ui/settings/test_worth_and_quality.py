"""Customers' worth and the quality sample go by the shop's own numbers."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from app.quality.settings import BAD_RATING_WEIGHT, LONG_WAIT_S, PER_AGENT
from app.services import Services
from app.stats.worth.settings import LOST_DAYS, MONEY_LIMITS, PRE_LOST_DAYS, RECENCY_LIMITS
from ui.settings.limits import LimitRow
from ui.settings.quality import QualitySettingsPage
from ui.settings.worth import WorthSettingsPage
from ui.shell.plugs import UiContext

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def worth(qtbot: QtBot, context: UiContext) -> WorthSettingsPage:
    page = WorthSettingsPage(context)
    qtbot.addWidget(page)
    page.show()
    return page


def box(page: QWidget, name: str) -> QSpinBox:
    return next(b for b in page.findChildren(QSpinBox) if b.accessibleName() == name)


def test_the_method_is_kept_and_shows_its_limits(
    worth: WorthSettingsPage, services: Services
) -> None:
    assert not worth.limits.isVisible()
    worth.method.setCurrentIndex(1)
    worth.method.activated.emit(1)
    assert services.worth.rules.method == "limits"
    assert worth.limits.isVisible()
    box(worth, "Amount, yuan: score 5 from").setValue(2_000)
    assert services.settings.get(MONEY_LIMITS) == [10_000, 40_000, 70_000, 200_000]


def test_limits_that_do_not_rise_are_not_kept(worth: WorthSettingsPage, services: Services) -> None:
    field = box(worth, "Recency, days: score 5 up to")
    field.setValue(70)
    row = field.parent()
    assert isinstance(row, LimitRow)
    assert "above the one before" in row.trouble.text()
    assert services.settings.get(RECENCY_LIMITS) == [30, 60, 90, 180]
    box(worth, "Recency, days: score 4 up to").setValue(80)
    assert row.trouble.text() == ""
    assert services.settings.get(RECENCY_LIMITS) == [70, 80, 90, 180]


def test_planned_shares_are_kept_when_they_are_the_whole(
    worth: WorthSettingsPage, services: Services
) -> None:
    box(worth, "Planned share, %: Ordinary member").setValue(70)
    assert services.worth.rules.planned == (80, 15, 3, 2)
    box(worth, "Planned share, %: Senior member").setValue(25)
    assert services.worth.rules.planned == (70, 25, 3, 2)
    box(worth, "Reached at, yuan: Noble VIP").setValue(5_000)
    assert services.worth.rules.tiers == (40_000, 70_000, 500_000)


def test_lost_comes_after_about_to_be_lost(worth: WorthSettingsPage, services: Services) -> None:
    box(worth, "Days without an order: Lost").setValue(60)
    assert services.settings.get(LOST_DAYS) == 180
    box(worth, "Days without an order: About to be lost").setValue(30)
    get = services.settings.get
    assert (get(PRE_LOST_DAYS), get(LOST_DAYS)) == (30, 60)


def test_the_plan_of_the_sample_is_kept(
    qtbot: QtBot, context: UiContext, services: Services
) -> None:
    page = QualitySettingsPage(context)
    qtbot.addWidget(page)
    box(page, "Conversations a week").setValue(8)
    box(page, "After a bad rating").setValue(10)
    box(page, "A long wait begins at").setValue(60)
    get = services.settings.get
    assert (get(PER_AGENT), get(BAD_RATING_WEIGHT), get(LONG_WAIT_S)) == (8, 10, 60)
    assert page.findChildren(QPushButton)[0].text() == "Open the score sheet"
