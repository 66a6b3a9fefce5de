"""The week's sample, progress by agent, the sheet, and what an agent sees of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QTableView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.quality import CheckFilter, CheckReason
from app.services import Services
from app.staff import Member
from tests.ui.quality.conftest import judge
from tests.ui.stats.conftest import Gone
from ui.quality.news import QualityNews
from ui.quality.view import QualityView
from ui.quality.words import monday
from ui.shell.plugs import UiContext
from ui.stats.behind_table import BehindTable
from ui.stats.period import of_days
from ui.widgets import EmptyState, NoticeBar
from ui.widgets.format import today

W = TypeVar("W", bound=QWidget)
Open = Callable[[], QualityView]
Agents = tuple[Member, Member]


def cells(view: QualityView, column: int) -> list[str]:
    model = view.list.table.model
    return [str(model.index(row, column).data() or "") for row in range(model.rowCount())]


def test_the_sample_of_a_week_is_drawn_with_its_reasons(shop: Services, open_view: Open) -> None:
    view = open_view()
    view.list.weeks.choose(monday(today() - timedelta(1)).isoformat())
    view.list.draw_button.click()
    assert view.list.table.row_count() >= 3
    assert "Long wait" in cells(view, 4)
    assert view.list.agents.row_count() == 3
    before = view.list.table.row_count()
    view.list.draw_button.click()
    assert view.list.table.row_count() == before


def test_progress_by_agent_narrows_the_list(
    shop: Services, checks: list[bytes], open_view: Open
) -> None:
    judge(shop, checks[2], 0.5)
    view = open_view()
    view.list.agents.view.choose(2)
    assert cells(view, 1) == ["小王"]
    assert view.list.mean.text().startswith("1 check · mean")
    view.list.agents.view.choose(0)
    assert len(cells(view, 1)) == 3
    view.list.chips.set_value("open")
    view.list.chips.changed.emit("open")
    assert set(cells(view, 1)) == {"小娜"}


def test_the_worst_reasons_can_come_first(shop: Services, open_view: Open) -> None:
    view = open_view()
    view.list.weeks.choose(monday(today() - timedelta(1)).isoformat())
    view.list.draw_button.click()
    view.list.table.sort_changed.emit("reason", False)
    reasons = cells(view, 4)
    assert reasons == sorted(reasons)  # Long wait, Random
    view.list.table.sort_changed.emit("state", True)
    assert len(cells(view, 4)) == len(reasons)


def test_enter_opens_a_check_among_those_listed(
    shop: Services, checks: list[bytes], open_view: Open
) -> None:
    view = open_view()
    view.focus_search()
    QTest.keyClick(view.list.table.view, Qt.Key.Key_Return)
    page = view.on_check()
    assert page is not None
    assert page.head.place.text() == "1 / 3"
    QTest.keyClick(page, Qt.Key.Key_Escape)
    assert view.currentWidget() is view.list
    row = view.list.table.current_row()
    assert row is not None
    assert row.id == page.check_id


def test_an_agent_sees_own_finished_checks_reads_and_answers_them(
    shop: Services, agents: Agents, checks: list[bytes], open_view: Open, qtbot: QtBot
) -> None:
    for check in checks[1:]:
        judge(shop, check, words="开头可以更热情")
    shop.staff.sign_in_as(agents[0].id)
    view = open_view()
    assert not view.list.agents.isVisible()
    assert not view.list.draw_button.isVisible()
    assert cells(view, 0) == ["New"]
    view.open_check(checks[1])
    page = view.check_page()
    assert [line.given.text() for line in page.sheet.lines][:2] == ["5", "20"]
    assert page.foot.finish.text() == "I have read it"
    assert not page.foot.skip.isVisible()
    page.finish()
    assert shop.quality.check(checks[1]).row.seen_at is not None
    assert not page.foot.finish.isVisible()
    page.line.edit.setPlainText("好的")
    QTest.keyClick(page.line.edit, Qt.Key.Key_Return)
    assert [c.text for c in shop.quality.check(checks[1]).comments] == ["开头可以更热情", "好的"]
    view.open_check(checks[2])
    assert page.trouble.text() == "This check does not exist (any more)."


def test_news_are_counted_and_told(
    shop: Services, agents: Agents, checks: list[bytes], context: UiContext, english: None
) -> None:
    boss = shop.staff.current
    assert boss is not None
    shop.staff.sign_in_as(agents[0].id)
    told: list[str] = []
    counts: list[int] = []
    context.notices.posted.connect(lambda notice: told.append(notice.text))
    news = QualityNews(context, context.store)
    news.counted.connect(lambda _view, count: counts.append(count))
    shop.staff.sign_in_as(boss.id)
    judge(shop, checks[0], words="hm")
    shop.staff.sign_in_as(agents[0].id)
    shop.quality.comment(checks[0], "ok")
    shop.quality.mark_seen(checks[0])
    assert counts[-1] == 0
    assert counts[-2] == 1
    assert told == ["小丽 checked a conversation of yours"]


def test_the_sheet_is_changed_line_by_line(
    shop: Services, checks: list[bytes], open_view: Open
) -> None:
    view = open_view()
    view.open_sheet()
    page = view.currentWidget()
    assert page is not None
    named(page, QCheckBox, "Ask: Leads to the order").click()
    named(page, QSpinBox, "Points of “Says goodbye”").setValue(8)
    name = named(page, QLineEdit, "Name of “Greets and names oneself”")
    name.setText("Greets")
    name.setModified(True)
    name.editingFinished.emit()
    new = named(page, QLineEdit, "Name of the new line")
    new.setText("Uses the name")
    QTest.keyClick(new, Qt.Key.Key_Return)
    sheet = {line.name: line for line in shop.quality.sheet()}
    assert not sheet["Leads to the order"].active
    assert sheet["Says goodbye"].points == 8
    assert {"Greets", "Uses the name"} <= set(sheet)
    assert named(page, QLineEdit, "Name of “Uses the name”").text() == "Uses the name"


def named(page: QWidget, kind: type[W], name: str) -> W:
    return next(w for w in page.findChildren(kind) if w.accessibleName() == name)


def test_a_talk_behind_a_number_becomes_a_check(
    shop: Services, context: UiContext, gone: Gone, qtbot: QtBot, english: None
) -> None:
    table = BehindTable(context)
    qtbot.addWidget(table)
    table.show()
    assert not table.check.isEnabled()
    table.read("response", of_days(today() - timedelta(3), today()))
    assert table.table is not None
    table.table.view.choose(0)
    assert table.check.isEnabled()
    assert context.commands.run("stats.check")
    (row,) = shop.quality.checks(CheckFilter())
    assert gone.places == [("quality", row.id)]
    assert (row.reason, row.agent) == (CheckReason.CHOSEN, "小王")


def test_everything_one_can_reach_has_a_name(
    shop: Services, checks: list[bytes], open_view: Open
) -> None:
    view = open_view()
    view.open_check(checks[0], checks)
    view.open_sheet()
    kinds = (QAbstractButton, QLineEdit, QComboBox, QSpinBox, QPlainTextEdit, QTableView)
    nameless = [
        widget
        for kind in kinds
        for widget in view.findChildren(kind)
        if not widget.accessibleName()
        and not (isinstance(widget, QAbstractButton) and widget.text())
        and not isinstance(widget.parent(), (NoticeBar, EmptyState, QSpinBox, QTableView))
    ]
    assert not nameless


def test_the_list_of_the_checks_can_be_asked_for(
    shop: Services, checks: list[bytes], open_view: Open
) -> None:
    view = open_view()
    view.open_item("sheet")
    assert view.currentWidget() is not view.list
    view.open_item("list")
    assert view.currentWidget() is view.list
