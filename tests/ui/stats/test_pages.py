"""A period, its pictures, tables, the look into a number and the rows behind it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from python_calamine import CalamineWorkbook

from app.services import Services
from app.staff import Member
from app.stats import BY_KEY, By, Good, Measure
from tests.ui.stats.conftest import Gone, natural
from ui.shell.plugs import UiContext
from ui.stats.axis_labels import round_step, shown_labels
from ui.stats.metric_page import MetricPage
from ui.stats.overview_page import OverviewPage
from ui.stats.period import PeriodPicker, of_days
from ui.stats.tables_page import TablesPage
from ui.stats.view import StatsView
from ui.stats.words import change, value_text
from ui.theme import apply_theme
from ui.widgets.format import today

Open = Callable[[], StatsView]


def overview(view: StatsView) -> OverviewPage:
    view.show_page("overview")
    page = view.page()
    assert isinstance(page, OverviewPage)
    return page


def tables(view: StatsView) -> TablesPage:
    view.show_page("tables")
    page = view.page()
    assert isinstance(page, TablesPage)
    return page


def metric(view: StatsView) -> MetricPage:
    page = view.page()
    assert isinstance(page, MetricPage)
    return page


def press(widget: object, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(widget, key)  # type: ignore[call-overload]


# --- periods -----------------------------------------------------------------------------------


def test_periods_are_set_against_as_many_days_before(qtbot: QtBot, english: None) -> None:
    picker = PeriodPicker("week")
    qtbot.addWidget(picker)
    week = picker.value()
    assert (week.days, week.last_before) == (7, week.first - timedelta(1))
    picker.earlier()
    assert picker.value().last == week.last_before
    assert picker.preset() == "custom"
    picker.later()
    assert (picker.value().first, picker.value().last) == (week.first, week.last)
    picker.choose("last_month")
    assert picker.value().first.day == 1
    assert picker.value().last_before == picker.value().first - timedelta(1)


@pytest.mark.parametrize(
    ("key", "now", "before", "tone"),
    [
        ("answered_30s", 0.9, 0.8, "success"),
        ("answered_30s", 0.7, 0.8, "danger"),
        ("response", 30, 40, "success"),
        ("response", 50, 40, "danger"),
        ("customer_messages", 50, 40, "text_muted"),
    ],
)
def test_a_change_is_coloured_by_which_way_is_better(
    key: str, now: float, before: float, tone: str
) -> None:
    found = change(BY_KEY[key], Measure(now, 9), Measure(before, 9))
    assert found.tone == tone
    assert BY_KEY[key].good is not Good.NEITHER or tone == "text_muted"


def test_a_day_that_is_not_over_blames_nobody_for_small_counts(english: None) -> None:
    found = change(BY_KEY["sales"], Measure(100, 1), Measure(90_000, 9), partly=True)
    assert (found.text, found.tone) == ("before ¥900.00", "text_muted")


# --- the period at a glance ------------------------------------------------------------------


def test_a_shop_without_numbers_says_so(open_stats: Open) -> None:
    page = overview(open_stats())
    assert page.empty.isVisible()


def test_tiles_have_value_change_and_course(shop: Services, open_stats: Open) -> None:
    page = overview(open_stats())
    assert page.tiles["customers_served"].value() == "9"
    assert page.tiles["sales"].value() == "¥1,800.00"
    assert page.tiles["answered_30s"].value() == "33.3%"
    assert "66.7%" in page.tiles["answered_3min"].accessibleName()
    assert [step.count for step in page.pictures.funnel.steps] == [9, 9, 9, 9]
    assert page.pictures.week.map.words(0, 0).startswith("Mon 00:00")
    assert page.pictures.week.isVisibleTo(page)
    assert not page.pictures.carrier_card.isVisibleTo(page)


def test_other_days_have_other_numbers(shop: Services, open_stats: Open) -> None:
    view = open_stats()
    page = overview(view)
    view.picker.choose("yesterday")
    assert page.tiles["customers_served"].value() == "3"
    view.picker.choose("today")
    assert page.empty.isVisible()


def test_all_numbers_are_one_press_away(shop: Services, open_stats: Open) -> None:
    page = overview(open_stats())
    before = len(page.tiles)
    page._show_more(0, wanted=True)
    page._show_more(1, wanted=True)
    page._show_more(2, wanted=True)
    assert before < len(page.tiles) == len(BY_KEY)
    assert page.tiles["receptions"].value() == "9"


# --- one number in full ------------------------------------------------------------------------


def test_a_tile_opens_its_definition_course_and_rows(shop: Services, open_stats: Open) -> None:
    view = open_stats()
    overview(view).tiles["answered_3min"].click()
    page = metric(view)
    assert "÷ turns" in page.formula.text()
    assert page.value.text() == "66.7%"
    series = page.chart.series()
    assert [v for v in series.values if v is not None] == pytest.approx([2 / 3] * 3)
    assert page.behind.found().total == 9
    assert page.behind.found().counted == 6
    press(page, Qt.Key.Key_Escape)
    assert isinstance(view.page(), OverviewPage)


def test_a_chart_is_read_by_keyboard_and_as_a_table(shop: Services, open_stats: Open) -> None:
    view = open_stats()
    view.open_metric("customers_served")
    page = metric(view)
    plot = page.chart.plot
    assert plot is not None
    plot.put_cursor(0)
    press(plot, Qt.Key.Key_End, Qt.Key.Key_Left)
    yesterday = today() - timedelta(1)
    assert page.chart.remark.text().startswith(f"{yesterday:%Y-%m-%d}")
    assert plot.accessibleName().endswith("3   before 0")
    page.chart.toggle.setChecked(True)
    table = page.chart._table
    assert table is not None
    rows = [table.model.row_at(n) for n in range(table.row_count())]
    assert [row[2] for row in rows if row is not None] == ["0", "0", "0", "3", "3", "3", "0"]


def test_enter_on_a_day_narrows_the_rows_to_it(shop: Services, open_stats: Open) -> None:
    view = open_stats()
    view.open_metric("answered_3min")
    page = metric(view)
    plot = page.chart.plot
    assert plot is not None
    plot.put_cursor(5)
    press(plot, Qt.Key.Key_Return)
    assert page.behind.found().total == 3
    assert page.behind.narrow.isVisible()
    page.behind.narrow.click()
    assert page.behind.found().total == 9


def test_rows_open_the_conversation_or_the_order(
    shop: Services, open_stats: Open, gone: Gone
) -> None:
    view = open_stats()
    view.open_metric("answered_3min")
    table = metric(view).behind.table
    assert table is not None
    table.view.choose(0)
    press(table.view, Qt.Key.Key_Return)
    assert gone.places[-1] == ("desk", natural(1, 2))
    view.open_metric("sales")
    table = metric(view).behind.table
    assert table is not None
    table.view.choose(0)
    press(table.view, Qt.Key.Key_Return)
    assert [key for key, _item in gone.places] == ["desk", "orders"]


def test_who_has_a_number_is_one_choice_away(shop: Services, open_stats: Open) -> None:
    view = open_stats()
    view.open_metric("sales")
    page = metric(view)
    page.views.set_value("agent")
    page._on_view("agent")
    series = page.chart.series()
    assert dict(zip(series.names, series.values, strict=True)) == {"小娜": 90_000, "小王": 90_000}


def test_charts_follow_the_theme(
    shop: Services, open_stats: Open, qapp: QApplication, qtbot: QtBot
) -> None:
    view = open_stats()
    view.open_metric("sales")
    plot = metric(view).chart.plot
    assert plot is not None
    at = plot.mapTo(view, plot.rect().topRight()) + QPoint(-12, 8)
    before = view.grab().toImage().pixelColor(at)
    apply_theme(qapp, "dark")
    after = view.grab().toImage().pixelColor(at)
    assert after.lightness() < 128 < before.lightness()


# --- tables ------------------------------------------------------------------------------------


def test_a_table_sorts_and_every_cell_can_be_looked_into(shop: Services, open_stats: Open) -> None:
    view = open_stats()
    page = tables(view)
    table = page.table
    assert table is not None
    names = [table.model.row_at(n).name for n in range(table.row_count())]  # type: ignore[union-attr]
    assert names == ["小娜", "小王"]
    page._on_sort("response", descending=False)
    assert page._sort == ("response", True)
    column = 1 + page.columns().index("answered_3min")
    table.view.setCurrentIndex(table.view.model().index(0, column))
    assert "Answered within 3 min" in page.card.remark.text()
    press(table.view, Qt.Key.Key_Return)
    assert metric(view).number == "answered_3min"
    assert metric(view).behind.found().counted == 0
    assert metric(view).behind.found().total == 3


def test_columns_are_chosen_and_remembered(
    shop: Services, open_stats: Open, context: UiContext
) -> None:
    page = tables(open_stats())
    assert "receptions" not in page.columns()
    page._fill_menu()
    (action,) = (a for a in page._menu.actions() if a.data() == "receptions")
    page._on_column(action)
    assert "receptions" in page.columns()
    again = TablesPage(context, of_days(today(), today()))
    assert "receptions" in again.columns()
    again.deleteLater()


@pytest.mark.parametrize("by", list(By))
def test_rows_may_be_anything_the_engine_knows(shop: Services, open_stats: Open, by: By) -> None:
    page = tables(open_stats())
    page.bys.set_value(by)
    page._on_by(by)
    assert page.table is not None
    assert page.table.row_count() == {By.AGENT: 2, By.HOUR: 2, By.DAY: 3}.get(
        by, 1 if by is By.CHANNEL else 0
    )


def test_an_agent_sees_own_rows_only(
    shop: Services, agents: tuple[Member, Member], open_stats: Open
) -> None:
    shop.staff.sign_in_as(agents[1].id)
    view = open_stats()
    page = tables(view)
    assert page.table is not None
    assert page.table.row_count() == 1
    tile = overview(view).tiles["answered_3min"]
    assert (tile.value(), tile.note()) == ("0.0%", "team 50.0%")


def test_the_numbers_can_be_taken_along(
    shop: Services, open_stats: Open, tmp_path: Path, context: UiContext
) -> None:
    view = open_stats()
    tables(view)
    assert view.export.isVisible()
    for ending in ("xlsx", "csv", "pdf", "png"):
        view.export.write(str(tmp_path / f"numbers.{ending}"))
        assert (tmp_path / f"numbers.{ending}").stat().st_size > 100
    assert "小娜" in (tmp_path / "numbers.csv").read_text(encoding="utf-8-sig")
    book = CalamineWorkbook.from_path(str(tmp_path / "numbers.xlsx"))
    cells = [
        cell
        for name in book.sheet_names
        for row in book.get_sheet_by_name(name).to_python()
        for cell in row
    ]
    assert "小王" in cells
    assert 900 in cells


def test_an_agent_takes_nothing_along(
    shop: Services, agents: tuple[Member, Member], open_stats: Open
) -> None:
    shop.staff.sign_in_as(agents[1].id)
    assert not open_stats().export.isVisible()


def test_values_read_in_their_unit(english: None) -> None:
    cases = {
        "sales": (123_456, "¥1,234.56"),
        "response": (8.25, "8.2 s"),
        "answer_ratio": (1.5, "1.50"),
    }
    for key, (value, text) in cases.items():
        assert value_text(BY_KEY[key].unit, value) == text
    assert value_text(BY_KEY["response"].unit, 150) == "02:30"
    assert value_text(BY_KEY["sales"].unit, None) == "–"


# --- how it looks ------------------------------------------------------------------------------


def test_names_below_a_chart_get_two_lines_before_one_is_left_out() -> None:
    names = ["Potential", "About to be lost", "Lost"]
    shown = shown_labels(names, 200, lambda text: 6 * len(text))
    assert shown == [(0, "Potential"), (1, "About to\nbe lost"), (2, "Lost")]
    hours = [f"{hour:02d}" for hour in range(24)]
    assert [place for place, _name in shown_labels(hours, 24 * 13, lambda text: 12)] == [
        *range(0, 24, 2)
    ]


def test_values_beside_a_chart_are_round_and_people_are_whole() -> None:
    assert [round_step(n, whole=True) for n in (0.2, 2.2, 4.5, 21)] == [1, 4, 5, 25]
    assert [round_step(n, whole=False) for n in (0.2, 2.2, 4.5, 21)] == [0.2, 2.5, 5, 25]


def test_a_name_that_would_leave_the_chart_at_the_right_is_left_out() -> None:
    names = ["very long name of somebody"] * 20
    shown = shown_labels(names, 20 * 20, lambda text: 6 * len(text))
    assert [place for place, _name in shown] == [0, 9]


def test_what_a_period_is_compared_with_is_said_where_something_is(
    shop: Services, open_stats: Open
) -> None:
    view = open_stats()
    for page in view.keys:
        view.show_page(page)
        assert view.picker.against.isVisible() is (page == "overview")
    view.open_metric("sales")
    assert view.picker.against.isVisible()
    view.leave_metric()
    assert not view.picker.against.isVisible()


def test_a_chart_says_which_line_is_which(shop: Services, open_stats: Open) -> None:
    view = open_stats()
    view.picker.choose("yesterday")
    view.open_metric("customers_served")
    legend = metric(view).chart.legend
    assert legend.isVisible()
    assert "before: " in legend.accessibleName()
    metric(view)._on_view("agent")
    assert not legend.isVisible()


@pytest.mark.parametrize("width", [1288, 1842])
def test_the_usual_numbers_find_room_on_small_and_large_screens(
    qtbot: QtBot, shop: Services, open_stats: Open, width: int
) -> None:
    view = open_stats()
    page = tables(view)
    view.resize(width, 700)
    assert page.table is not None
    rows, last = page.table.view, len(page.columns())
    qtbot.waitUntil(lambda: rows.viewport().width() > width - 120)
    end = rows.columnViewportPosition(last) + rows.columnWidth(last)
    assert rows.viewport().width() - 2 <= end <= rows.viewport().width()


# --- own tables of a page ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "sheet", "cells"),
    [
        ("credit", "Sales by rule", ["小娜", 900.0, 900.0, 900.0, 0.0, 6.0]),
        ("worth", "Stages", ["First-time", 9.0]),
        ("staffing", "Staffing by hour", ["12:00"]),
    ],
)
def test_a_page_takes_its_own_tables_along(
    shop: Services, open_stats: Open, tmp_path: Path, key: str, sheet: str, cells: list[object]
) -> None:
    view = open_stats()
    view.show_page(key)
    for ending in ("xlsx", "csv", "pdf", "png"):
        view.export.write(str(tmp_path / f"page.{ending}"))
        assert (tmp_path / f"page.{ending}").stat().st_size > 100
    rows = CalamineWorkbook.from_path(str(tmp_path / "page.xlsx")).get_sheet_by_name(sheet)
    (line,) = [row for row in rows.to_python() if row and row[0] == cells[0]]
    assert line[: len(cells)] == cells
    assert str(cells[0]) in (tmp_path / "page.csv").read_text(encoding="utf-8-sig")
