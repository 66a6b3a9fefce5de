"""A table of any length: paged, sorted by its owner, faithful to the chosen row."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from app.core.errors import UserError
from ui.jobs import Jobs
from ui.widgets import Column, DataTable, stack_vertically


@dataclass(frozen=True, slots=True)
class Order:
    id: int
    buyer: str


COLUMNS = [
    Column("id", "Number", 120, sortable=True, role="mono", text=lambda o: f"E{o.id}"),
    Column("buyer", "Buyer", 200, text=lambda o: o.buyer),
    Column("state", "State", 90, role="badge", text=lambda o: "paid", color=lambda o: "success"),
]


class Orders:
    """A long list that notes what is read of it."""

    def __init__(self, count: int) -> None:
        self.rows = [Order(n, f"buyer {n}") for n in range(count)]
        self.reads: list[tuple[int, int]] = []

    def fetch(self, offset: int, limit: int) -> list[Order]:
        self.reads.append((offset, limit))
        return self.rows[offset : offset + limit]

    def count(self) -> int:
        return len(self.rows)


def shown(qtbot: QtBot, orders: Orders, jobs: Jobs) -> DataTable:
    table = DataTable(COLUMNS, orders.fetch, orders.count, jobs, name="Orders")
    qtbot.addWidget(table)
    table.resize(600, 400)
    table.show()
    return table


def test_a_hundred_thousand_rows_open_by_reading_one_page(qtbot: QtBot, jobs: Jobs) -> None:
    orders = Orders(100_000)
    table = shown(qtbot, orders, jobs)
    assert table.row_count() == 100_000
    assert orders.reads == [(0, 100)]


def test_jumping_to_the_end_reads_only_the_last_page(qtbot: QtBot, jobs: Jobs) -> None:
    reads: list[int] = []

    def fetch(offset: int, limit: int) -> list[Order]:
        reads.append(offset)
        return [Order(n, "buyer") for n in range(offset, offset + limit)]

    table = DataTable(COLUMNS, fetch, lambda: 1_000_000, jobs)
    qtbot.addWidget(table)
    table.show()
    QTest.keyClick(table.view, Qt.Key.Key_End)
    table.view.viewport().repaint()
    qtbot.waitUntil(lambda: table.current_row() is not None)
    assert table.current_row() == Order(999_999, "buyer")
    assert len(reads) <= 3


def test_dragging_the_scroll_bar_skips_the_pages_in_between(qtbot: QtBot, jobs: Jobs) -> None:
    orders = Orders(200_000)
    table = shown(qtbot, orders, jobs)
    bar = table.view.verticalScrollBar()
    for step in range(60):
        bar.setValue(bar.maximum() * step // 60)
        table.view.viewport().repaint()
    qtbot.waitUntil(lambda: table.model.row_at(table.view.visible_rows()[0]) is not None)
    assert len(orders.reads) < 10


def test_a_refresh_keeps_the_chosen_row_even_when_it_moved(qtbot: QtBot, jobs: Jobs) -> None:
    orders = Orders(50)
    table = shown(qtbot, orders, jobs)
    table.view.choose(3)
    orders.rows.insert(0, Order(999, "newest"))
    table.reload()
    assert table.current_row() == Order(3, "buyer 3")
    assert table.view.currentIndex().row() == 4


def test_a_row_that_is_gone_is_no_longer_chosen(qtbot: QtBot, jobs: Jobs) -> None:
    orders = Orders(5)
    table = shown(qtbot, orders, jobs)
    table.view.choose(2)
    del orders.rows[2]
    with qtbot.waitSignal(table.selection_changed) as blocker:
        table.reload()
    assert blocker.args == [None]
    assert table.row_count() == 4


def test_the_head_asks_its_owner_to_sort_and_turns_round(qtbot: QtBot, jobs: Jobs) -> None:
    table = shown(qtbot, Orders(5), jobs)
    asked: list[tuple[str, bool]] = []
    table.sort_changed.connect(lambda key, down: asked.append((key, down)))
    head = table.view.horizontalHeader()
    for section in (0, 0, 1):
        head.sectionClicked.emit(section)
    assert asked == [("id", False), ("id", True)]


def test_enter_opens_the_row(qtbot: QtBot, jobs: Jobs) -> None:
    table = shown(qtbot, Orders(5), jobs)
    table.view.choose(1)
    with qtbot.waitSignal(table.row_activated) as blocker:
        QTest.keyClick(table.view, Qt.Key.Key_Return)
    assert blocker.args == [Order(1, "buyer 1")]


def test_an_empty_table_says_why(qtbot: QtBot, jobs: Jobs) -> None:
    table = shown(qtbot, Orders(0), jobs)
    reason = table.set_empty("orders", "No orders yet")
    assert reason.isVisible()
    assert not table.view.isVisible()


def test_a_failed_read_can_be_tried_again(qtbot: QtBot, jobs: Jobs) -> None:
    orders = Orders(5)
    table = shown(qtbot, orders, jobs)
    failing = [True]

    def count() -> int:
        if failing[0]:
            raise UserError("The shop is closed.")
        return 5

    table.set_source(orders.fetch, count)
    assert table._trouble.text() == "The shop is closed."
    failing[0] = False
    table._trouble.action.emit()
    assert not table._trouble.isVisible()


def test_chosen_rows_can_be_copied_as_text(qtbot: QtBot, jobs: Jobs) -> None:
    table = shown(qtbot, Orders(5), jobs)
    table.view.choose(1)
    QTest.keyClick(table.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "E1\tbuyer 1\tpaid"


def test_a_cut_text_is_told_whole(qtbot: QtBot, jobs: Jobs) -> None:
    orders = Orders(2)
    orders.rows[1] = Order(1, "a name that is much too long for its column of 200 pixels")
    table = shown(qtbot, orders, jobs)
    for number, told in ((0, ""), (1, orders.rows[1].buyer)):
        at = table.view.visualRect(table.model.index(number, 1)).center()
        event = QHelpEvent(QEvent.Type.ToolTip, at, table.view.viewport().mapToGlobal(at))
        QApplication.sendEvent(table.view.viewport(), event)
        assert QToolTip.text() == told
    QToolTip.hideText()


def test_widths_are_told_and_taken_back(qtbot: QtBot, jobs: Jobs) -> None:
    table = shown(qtbot, Orders(5), jobs)
    with qtbot.waitSignal(table.widths_changed) as blocker:
        table.view.setColumnWidth(1, 333)
    assert blocker.args is not None
    assert blocker.args[0]["buyer"] == 333
    table.set_widths({"buyer": 111})
    assert table.view.columnWidth(1) == 111


@pytest.mark.usefixtures("english")
def test_heads_are_translated_when_shown(qtbot: QtBot, jobs: Jobs) -> None:
    table = shown(qtbot, Orders(1), jobs)
    assert table.model.headerData(1, Qt.Orientation.Horizontal) == "Buyer"


def test_tab_goes_past_a_table_without_rows_and_into_one_with_rows(
    qtbot: QtBot, jobs: Jobs
) -> None:
    orders = Orders(0)
    window, first, last = QWidget(), QLineEdit(), QLineEdit()
    table = DataTable(COLUMNS, orders.fetch, orders.count, jobs, name="Orders")
    table.set_empty("orders", "No orders")
    stack_vertically(window, first, table, last)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    first.setFocus()
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is last
    orders.rows = Orders(3).rows
    table.reload()
    first.setFocus()
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is table.view
