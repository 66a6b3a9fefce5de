"""After-sales as an agent works with them: noted at the order, taken step by step, taken back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from app.after_sales import (
    GRADE_NAMES,
    KIND_NAMES,
    REASON_NAMES,
    AfterSaleFacts,
    AfterSaleFilter,
    AfterSaleState,
    Draft,
)
from app.after_sales.settings import AGENT_LIMIT_FEN
from app.services import Services
from db.models import Order, OrderItem, Role
from tests.app.after_sales.made_cases import DOUYIN, table, write_csv
from ui.after_sales.box import AfterSalesBox
from ui.after_sales.view import AfterSalesView
from ui.shell.notices import Notice
from ui.shell.plugs import UiContext
from ui.theme import current_tokens, sized
from ui.widgets import stack_vertically

NUMBER = "9900000000000000011"


@pytest.fixture
def notices(context: UiContext) -> list[Notice]:
    said: list[Notice] = []
    context.notices.posted.connect(said.append)
    return said


@pytest.fixture
def order(services: Services) -> bytes:
    with services.db.write() as session:
        row = Order(
            platform="taobao",
            shop="样例店",
            number=NUMBER,
            status="shipped",
            buyer_nick="tb样例一",
            paid_fen=50_000,
            created_at=1,
        )
        session.add(row)
        session.flush()
        session.add(OrderItem(order_id=row.id, title="样例T恤", price_fen=50_000))
        return row.id


@pytest.fixture
def box(qtbot: QtBot, context: UiContext, order: bytes) -> AfterSalesBox:
    made = AfterSalesBox(context)
    qtbot.addWidget(made)
    made.resize(340, 700)
    made.show()
    made.show_order(context.services.orders.facts(order), None)
    return made


def records(services: Services) -> list[AfterSaleFacts]:
    return list(services.after_sales.find(AfterSaleFilter()))


def test_an_after_sale_is_noted_by_keyboard(
    box: AfterSalesBox, context: UiContext, services: Services, notices: list[Notice]
) -> None:
    context.commands.run("after_sales.note")
    form = box.form
    assert form.isVisible()
    assert form.kind.currentData() == "return_refund"
    form.reason.setCurrentIndex(form.reason.findData("damaged"))
    form.reason.activated.emit(form.reason.currentIndex())
    assert form.party.currentData() == form.payer.currentData() == "carrier"
    assert form.why.isVisible()
    form.amount.setText("59.9")
    form.freight.setText("12")
    QTest.keyClicks(form.text, "box crushed")
    QTest.keyClick(form.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    (record,) = records(services)
    assert (record.amount_fen, record.freight_fen, record.reason) == (5_990, 1_200, "damaged")
    assert record.text == "box crushed"
    assert not form.isVisible()
    assert box.card.record == record
    assert notices[-1].action is not None
    context.commands.run("app.undo")
    assert records(services) == []


def test_escape_leaves_the_form(box: AfterSalesBox, services: Services) -> None:
    box.note()
    QTest.keyClick(box.form.amount, Qt.Key.Key_Escape)
    assert not box.form.isVisible()
    assert records(services) == []


def test_a_wrong_amount_is_said_in_place(box: AfterSalesBox, services: Services) -> None:
    box.note()
    box.form.amount.setText("a lot")
    box.form.save.click()
    assert box.form.problem.isVisible()
    assert box.form.isVisible()


def test_what_the_service_refuses_keeps_the_form(box: AfterSalesBox, notices: list[Notice]) -> None:
    box.note()
    box.form.amount.setText("5000")
    box.form.save.click()
    assert box.form.isVisible()
    assert "500.00" in box.form.problem.text()
    assert notices[-1].kind == "danger"


def test_steps_are_buttons_and_come_back(
    box: AfterSalesBox, context: UiContext, services: Services, order: bytes
) -> None:
    record = services.after_sales.add(Draft(order_id=order, amount_fen=100)).record
    box._toggle(record.id)
    box.card.steps["agreed"].click()
    assert records(services)[0].state == "agreed"
    assert not box.card.steps["agreed"].isVisible()
    box.card.steps["done"].click()
    assert records(services)[0].state == "done"
    context.undoing.take_back()
    assert records(services)[0].state == "agreed"


def test_a_complaint_asks_how_it_ended(
    box: AfterSalesBox, services: Services, order: bytes
) -> None:
    record = services.after_sales.add(Draft("complaint", order_id=order, text="慢")).record
    box._toggle(record.id)
    box.card.steps["done"].click()
    assert records(services)[0].state == "requested"
    box.card.outcome.setText("道歉")
    box.card.reaction.setText("接受")
    QTest.keyClick(box.card.reaction, Qt.Key.Key_Return)
    assert records(services)[0].state == "done"


def test_above_the_limit_the_agent_sees_why(
    box: AfterSalesBox, services: Services, order: bytes
) -> None:
    services.settings.set(AGENT_LIMIT_FEN, 50)
    record = services.after_sales.add(Draft(order_id=order, amount_fen=100)).record
    agent = services.staff.add("agent", "小王", Role.AGENT, "long enough 1")
    services.staff.sign_in_as(agent.id)
    box._toggle(record.id)
    assert not box.card.steps["agreed"].isEnabled()
    assert box.card.steps["withdrawn"].isEnabled()
    assert box.card._hint.isVisible()


def test_an_imported_record_has_no_steps(
    box: AfterSalesBox, services: Services, tmp_path: Path, qtbot: QtBot, context: UiContext
) -> None:
    services.after_sale_import.run([write_csv(tmp_path / "a.csv", table("douyin", DOUYIN))])
    view = AfterSalesView(context)
    qtbot.addWidget(view)
    view.show()
    view.open_item(records(services)[0].id)
    card = view.detail.card
    assert card.record is not None
    assert card.record.imported
    assert not any(button.isVisible() for button in card.steps.values())
    card.edit.click()
    form = view.detail.form
    assert not form.kind.isVisible()
    form.party.setCurrentIndex(form.party.findData("carrier"))
    form.save.click()
    assert records(services)[0].responsibility == "carrier"
    assert records(services)[0].amount_fen == 6_500


def test_the_view_narrows_and_opens(
    qtbot: QtBot, context: UiContext, services: Services, order: bytes
) -> None:
    refund = services.after_sales.add(Draft(order_id=order, amount_fen=100, reason="quality"))
    services.after_sales.add(Draft("complaint", order_id=order, text="慢"))
    services.after_sales.move(refund.record.id, AfterSaleState.DONE)
    view = AfterSalesView(context)
    qtbot.addWidget(view)
    view.show()
    assert view.table.row_count() == 2
    view.bar.states.set_value("open")
    view.bar.changed.emit()
    assert view.table.row_count() == 1
    view.bar.reset()
    view.bar.group.setCurrentIndex(view.bar.group.findData("product"))
    view.bar.changed.emit()
    assert view.table.row_count() == 1
    view.open_item(refund.record.id)
    assert view.detail.card.record is not None
    assert view.detail.card.record.id == refund.record.id
    assert view.detail.order.isVisible()


def test_exports_are_imported_from_the_window(
    qtbot: QtBot, context: UiContext, services: Services, tmp_path: Path
) -> None:
    view = AfterSalesView(context)
    qtbot.addWidget(view)
    view.show()
    view.open_item("import")
    page = view.importing
    page.add_files([write_csv(tmp_path / "a.csv", table("douyin", DOUYIN, {"订单号": "1"}))])
    assert page.report is not None
    assert (page.report.taken, page.report.rejected) == (1, 1)
    assert records(services) == []
    page.take.click()
    assert len(records(services)) == 1


def test_an_import_is_undone_where_its_result_is_shown(
    qtbot: QtBot, context: UiContext, services: Services, tmp_path: Path
) -> None:
    view = AfterSalesView(context)
    qtbot.addWidget(view)
    view.resize(1366, 768)
    view.show()
    view.open_item("import")
    page = view.importing
    page.add_files([write_csv(tmp_path / "a.csv", table("douyin", DOUYIN))])
    assert not page.undo.isVisible()
    page.take.click()
    assert page.undo.isVisible()
    page.undo.click()
    assert not page.undo.isVisible()
    assert "1" in page.result.text()
    assert records(services) == []


def test_a_bad_review_from_a_file_is_a_task_one_can_do(
    qtbot: QtBot, context: UiContext, services: Services, tmp_path: Path
) -> None:
    header = ["订单编号", "评价类型", "评价内容", "评价时间"]
    row = ["9900000000000000011", "差评", "掉色", "2026-03-09 10:00:00"]
    services.after_sale_import.run([write_csv(tmp_path / "r.csv", [header, row])])
    view = AfterSalesView(context)
    qtbot.addWidget(view)
    view.show()
    view.open_item(records(services)[0].id)
    visible = {state for state, button in view.detail.card.steps.items() if button.isVisible()}
    assert AfterSaleState.DONE in visible


def test_the_save_button_stays_in_sight_while_the_form_grows(
    qtbot: QtBot, box: AfterSalesBox
) -> None:
    area = QScrollArea()
    qtbot.addWidget(area)
    inner = QWidget()
    stack_vertically(inner, QLabel("\n" * 30), box)
    area.setWidget(inner)
    area.setWidgetResizable(True)
    area.resize(340, 420)
    area.show()
    box.note()
    reason = box.form.reason
    reason.setCurrentIndex(reason.findData("damaged"))
    reason.activated.emit(reason.currentIndex())
    assert box.form.why.isVisible()
    qtbot.waitUntil(lambda: not box.form.save.visibleRegion().isEmpty())
    area.resize(340, 360)
    qtbot.waitUntil(lambda: box.form.save.visibleRegion().boundingRect() == box.form.save.rect())


def test_no_kind_or_reason_is_cut_in_the_wider_language(
    qtbot: QtBot, context: UiContext, english: None
) -> None:
    view = AfterSalesView(context)
    qtbot.addWidget(view)
    view.resize(1290, 700)
    view.show()
    names = {
        "kind": (*KIND_NAMES.values(), *GRADE_NAMES.values()),
        "reason": REASON_NAMES.values(),
    }
    columns = [column.key for column in view.table.model.columns]
    for key, words in names.items():
        room = view.table.view.columnWidth(columns.index(key)) - 16
        metrics = QFontMetrics(sized(current_tokens().text_s))
        assert all(metrics.horizontalAdvance(word) <= room for word in words)


def test_what_is_half_written_comes_back_with_its_order(
    box: AfterSalesBox, services: Services, order: bytes
) -> None:
    first = services.orders.facts(order)
    other = replace(first, id=b"o" * 16, number="1")
    box.note()
    box.form.amount.setText("12.50")
    box.form.text.setPlainText("half a sen")
    box.show_order(other, None)
    assert not box.form.isVisible()
    box.note()
    box.show_order(first, None)
    assert box.form.isVisible()
    assert (box.form.amount.fen(), box.form.text.toPlainText()) == (1_250, "half a sen")
    box.show_order(other, None)
    assert not box.form.isVisible()
