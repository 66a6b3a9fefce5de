"""What a person sees of the numbers: tips, units, what is not known yet, nothing at all."""

from __future__ import annotations

from collections.abc import Callable
from unicodedata import east_asian_width

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.services import Services
from app.stats import BY_KEY, METRICS, Measure, Unit
from tests.ui.conftest import InlineJobs
from tests.ui.stats.test_pages import metric, overview, tables
from ui.stats import figures
from ui.stats.axis_labels import time_step
from ui.stats.chart import ChartCard
from ui.stats.figures import so_far
from ui.stats.funnel import Funnel, Step
from ui.stats.load_list import name_width
from ui.stats.plot import Plot
from ui.stats.series import Series
from ui.stats.tile import Tile
from ui.stats.view import StatsView
from ui.stats.words import (
    answers_text,
    axis_of,
    change,
    customers_text,
    people_text,
    ratings_text,
    value_text,
)
from ui.stats.worth_page import WorthPage
from ui.theme import current_tokens
from ui.widgets.tips import WIDEST

pytestmark = pytest.mark.usefixtures("english")
Open = Callable[[], StatsView]


def width(line: str) -> int:
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in line)


# --- tips --------------------------------------------------------------------------------------


def test_the_tip_of_a_tile_is_plain_words_on_short_lines(qtbot: QtBot) -> None:
    for one in METRICS:
        tile = Tile(one.name, one.formula)
        qtbot.addWidget(tile)
        lines = tile.toolTip().split("\n")
        assert lines[0] == one.name
        assert " ".join(lines[1:]).split() == one.formula.split()
        assert max(map(width, lines)) <= WIDEST
        assert "<" not in lines[0]


def test_the_head_of_a_column_tells_how_its_number_is_found(
    shop: Services, open_stats: Open
) -> None:
    page = tables(open_stats())
    assert page.table is not None
    model, across = page.table.view.model(), Qt.Orientation.Horizontal
    tips = [
        model.headerData(n, across, Qt.ItemDataRole.ToolTipRole) for n in range(model.columnCount())
    ]
    assert tips[0] is None
    assert tips[1].startswith("Customers served\n")
    assert all(tips[1:])


def test_a_tile_that_opens_nothing_does_not_look_so(shop: Services, open_stats: Open) -> None:
    view = open_stats()
    opens = overview(view).tiles["sales"]
    view.show_page("worth")
    page = view.page()
    assert isinstance(page, WorthPage)
    hand = Qt.CursorShape.PointingHandCursor
    assert opens.cursor().shape() is hand
    assert all(tile.cursor().shape() is not hand for tile in page.tiles.values())


# --- values ------------------------------------------------------------------------------------


def test_values_one_reads_in_a_chart_have_their_unit() -> None:
    assert [answers_text(1), ratings_text(2), customers_text(1_200), people_text(1)] == [
        "1 answer",
        "2 ratings",
        "1,200 customers",
        "1 person",
    ]


def test_times_change_their_form_where_they_read_as_a_hundred_seconds() -> None:
    assert [value_text(Unit.SECONDS, value) for value in (99.4, 99.6, 107.6)] == [
        "99 s",
        "01:40",
        "01:48",
    ]


def test_a_change_from_hardly_anything_is_no_number_of_many_digits() -> None:
    sales = BY_KEY["sales"]
    moved = change(sales, Measure(374_065_960.0, 3), Measure(80.0, 1))
    assert (moved.text, moved.tone) == ("↑ >999%", "success")
    assert change(sales, Measure(300.0, 3), Measure(100.0, 1)).text == "↑ 200%"


def test_a_wide_window_shows_more_of_a_long_name() -> None:
    assert [name_width(line) for line in (300, 500, 800, 2_000)] == [104, 140, 224, 260]


def test_of_hours_to_come_nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "_hour", lambda: 9)
    assert so_far([1.0] * 9 + [0.0] * 15) == [1.0] * 9 + [0.0] + [None] * 14
    assert so_far([0.0] * 23 + [2.0])[-1] == 2.0  # another clock is ahead


def test_today_has_no_course_of_the_hours_to_come(
    shop: Services, open_stats: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "_hour", lambda: 9)
    view = open_stats()
    view.picker.choose("today")
    view.open_metric("sales")
    values = metric(view).chart.series().values
    assert list(values[:10]) == [0.0] * 10
    assert set(values[10:]) == {None}


def test_times_beside_an_axis_are_written_alike_at_steps_of_a_clock() -> None:
    words = axis_of(Unit.SECONDS, [20.0, None, 150.0])
    assert [words(value) for value in (0.0, 30.0, 120.0)] == ["00:00", "00:30", "02:00"]
    words = axis_of(Unit.SECONDS, [20.0, 45.0])
    assert [words(value) for value in (0.0, 30.0)] == ["0 s", "30 s"]
    assert [time_step(least) for least in (0.3, 7.0, 35.0, 61.0, 4_000.0)] == [
        0.5, 10.0, 60.0, 120.0, 7_200.0,
    ]  # fmt: skip
    assert time_step(100_000.0) == 172_800.0


# --- drawing -----------------------------------------------------------------------------------


def bar_width(plot: Plot, bars: int) -> float:
    return plot._bar_width() * plot.width() / bars


@pytest.mark.parametrize("bars", [1, 2, 24])
def test_a_bar_that_stands_alone_is_no_wall(qtbot: QtBot, bars: int) -> None:
    plot = Plot()
    qtbot.addWidget(plot)
    plot.resize(1_200, 200)
    plot.show()
    plot.show_series(Series(["x"] * bars, values=[1.0] * bars))
    assert 8 < bar_width(plot, bars) <= 96
    plot.resize(400, 200)
    assert 8 < bar_width(plot, bars) <= 96


def test_nobody_at_a_step_has_no_bar(qtbot: QtBot) -> None:
    funnel = Funnel()
    qtbot.addWidget(funnel)
    funnel.resize(600, 100)
    funnel.show_steps((Step("Served", 3, "a"), Step("Paid for it", 0, "b")))
    funnel.show()
    ground = current_tokens().neutral_soft
    bar = funnel.bars[1].grab().toImage()
    assert bar.pixelColor(120, bar.height() // 2).name() == ground.lower()
    served = funnel.bars[0].grab().toImage()
    assert served.pixelColor(120, served.height() // 2).name() != ground.lower()


def test_a_chart_of_nothing_says_so_in_place_of_an_axis(qtbot: QtBot, jobs: InlineJobs) -> None:
    card = ChartCard("Course", jobs)
    qtbot.addWidget(card)
    card.ready()
    card.show()
    card.show_series(Series(["Mon"], ["Monday"], [None]), "No values in this period")
    assert card.plot is not None
    assert not card.plot.isVisible()
    card.plot.put_cursor(0)
    assert card.remark.text() == ""


def test_a_table_of_nothing_counts_no_rows(open_stats: Open) -> None:
    assert tables(open_stats()).card.title.text() == ""


def test_choices_stand_level_with_what_is_beside_them(open_stats: Open) -> None:
    view = open_stats()
    view.show_page("overview")
    chip = view.chips._group.buttons()[0]
    middle = chip.mapTo(view, chip.rect().center()).y()
    beside = view.picker.choice.mapTo(view, view.picker.choice.rect().center()).y()
    assert abs(middle - beside) <= 1


# --- keyboard ----------------------------------------------------------------------------------


def test_tab_goes_through_the_pictures_as_one_reads(shop: Services, open_stats: Open) -> None:
    pictures = overview(open_stats()).pictures
    chain: list[QWidget] = [pictures.week.toggle]
    while (after := chain[-1].nextInFocusChain()) is not None and after not in chain:
        chain.append(after)
    plot = pictures.waits.plot
    assert plot is not None
    wanted = [pictures.week.map, *pictures.funnel.bars, pictures.waits.toggle, plot]
    places = [chain.index(widget) for widget in wanted]
    assert places == sorted(places)
    assert places[-1] == places[-2] + 1
