"""Heat maps are read by mouse and by keyboard, and as a table."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.stats.worth import Cohort
from ui.shell.plugs import UiContext
from ui.stats.cohort_card import CohortCard

COHORTS = (
    Cohort("2026-08", 20, (20, 5, 10, 1), (200_000, 50_000, 100_000, 9_900)),
    Cohort("2026-09", 8, (8, 2, 0), (80_000, 20_000, 0)),
    Cohort("2026-10", 4, (4, 1), (40_000, 10_000)),
    Cohort("2026-11", 3, (3,), (30_000,)),
)


@pytest.fixture
def card(qtbot: QtBot, context: UiContext, english: None) -> CohortCard:
    made = CohortCard(context)
    qtbot.addWidget(made)
    made.resize(1200, 300)
    made.show()
    made.show_cohorts(COHORTS)
    return made


def test_the_cursor_begins_where_most_came_back_and_stays_on_known_months(
    card: CohortCard,
) -> None:
    card.map.setFocus(Qt.FocusReason.TabFocusReason)
    card.map.focusInEvent(_tab())
    assert card.remark.text() == "2026-08, 2 months later: 10 of 20 (50.0%), ¥1,000.00"
    QTest.keyClick(card.map, Qt.Key.Key_Right)
    assert card.remark.text().startswith("2026-08, 3 months later: 1 of 20")
    QTest.keyClick(card.map, Qt.Key.Key_Right)
    QTest.keyClick(card.map, Qt.Key.Key_Up)
    assert card.map.cursor_place() == (3, 2)
    QTest.keyClick(card.map, Qt.Key.Key_Home)
    QTest.keyClick(card.map, Qt.Key.Key_Up)
    assert card.remark.text().startswith("2026-09, 1 month later: 2 of 8 (25.0%)")
    assert card.map.accessibleName().endswith(card.remark.text())


def test_the_mouse_reads_a_cell(card: CohortCard) -> None:
    at = card.map._cell(3, 0).center().toPoint()
    QTest.mouseMove(card.map, at)
    assert card.remark.text().startswith("2026-08, 1 month later: 5 of 20")


def test_the_same_numbers_stand_in_a_table(card: CohortCard) -> None:
    card.toggle.setChecked(True)
    assert card.table.isVisible()
    first = card.table.model.row_at(3)
    texts = [column.text(first) for column in card.table.model.columns]
    assert texts[:5] == ["2026-08", "20", "25%", "50%", "5%"]


def test_nothing_sold_says_so(card: CohortCard) -> None:
    card.show_cohorts(())
    assert not card.map.isVisible()
    assert not card.toggle.isVisible()


def test_a_first_month_alone_has_nothing_to_compare(card: CohortCard) -> None:
    card.show_cohorts([Cohort("2026-08", 20, (20,), (9,))])
    assert not card.map.isVisible()
    assert not card.toggle.isVisible()
    assert card.remark.text() == "20 customers"


def _tab() -> QFocusEvent:

    return QFocusEvent(QEvent.Type.FocusIn, Qt.FocusReason.TabFocusReason)
