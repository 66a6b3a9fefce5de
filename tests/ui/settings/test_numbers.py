"""The limits the shop's numbers are counted by are the shop's own."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QCheckBox, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from app.services import Services
from app.stats.settings import BREAKS, FILTERED_NICKS, JUDGED_HOURS, fact_rules, shop_rules
from ui.settings.list_field import ListField
from ui.settings.numbers import NumbersPage
from ui.shell.plugs import UiContext


@pytest.fixture
def page(qtbot: QtBot, context: UiContext, english: None) -> NumbersPage:
    page = NumbersPage(context)
    qtbot.addWidget(page)
    page.show()
    return page


def number(page: QWidget, name: str) -> QSpinBox:
    return next(box for box in page.findChildren(QSpinBox) if box.accessibleName() == name)


def say(field: ListField, text: str) -> None:
    field.setText(text)
    field.setModified(True)
    field.editingFinished.emit()


def test_messages_of_a_reception_in_earnest_are_kept(page: NumbersPage, services: Services) -> None:
    box = number(page, "Received in earnest from")
    assert box.value() == 2
    box.setValue(3)
    assert shop_rules(services.settings).effective == 3


def test_facts_go_by_the_silence_that_ends_a_session(page: NumbersPage, services: Services) -> None:
    before = fact_rules(services.settings).mark
    number(page, "A session ends after").setValue(15)
    assert fact_rules(services.settings).gap_ms == 15 * 60_000
    assert fact_rules(services.settings).mark != before


def test_hours_are_kept_once_they_are_ranges(page: NumbersPage, services: Services) -> None:
    say(page.hours, "8-23")
    assert "no range of hours" in page.told.text()
    assert services.settings.get(JUDGED_HOURS) == ["00:00-24:00"]
    say(page.hours, "08:00-12:00， 13:00-23:00")
    assert page.told.text() == ""
    assert page.hours.text() == "08:00-12:00, 13:00-23:00"
    assert shop_rules(services.settings).judged == ("08:00-12:00", "13:00-23:00")


def test_no_hours_at_all_are_the_whole_day(page: NumbersPage, services: Services) -> None:
    say(page.hours, "")
    assert services.settings.get(JUDGED_HOURS) == ["00:00-24:00"]
    say(page.breaks, "12:00-13:00")
    say(page.breaks, "")
    assert services.settings.get(BREAKS) == []


def test_customers_left_out_are_a_list(page: NumbersPage, services: Services) -> None:
    field = next(
        one for one in page.findChildren(ListField) if one.accessibleName() == "Customers left out"
    )
    say(field, "own account、ads，")
    assert services.settings.get(FILTERED_NICKS) == ["own account", "ads"]
    tick = next(
        one
        for one in page.findChildren(QCheckBox)
        if one.accessibleName() == "Leave blocked customers out"
    )
    tick.setChecked(False)
    assert not shop_rules(services.settings).filter_blocked
