"""What an agent sees and does with orders beside the conversation."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from app.conversations import ConversationContext, CustomerHint, IncomingMessage, MessageKind
from app.core.errors import UserError
from app.orders.verification import Action
from app.services import Services
from db.clock import now_ms
from db.ids import order_id
from db.models import Order, OrderItem, Role
from ui.orders.panel import OrdersPanel
from ui.orders.verification.findings import FindingRow
from ui.shell.notices import Notice
from ui.shell.plugs import UiContext

HOUR = 3_600_000


def talk_with(services: Services, name: str) -> ConversationContext:
    hint = CustomerHint("webchat", "shop", f"访客{name}", name)
    message = IncomingMessage("webchat", "shop", name, f"v{name}", "你好", customer=hint)
    found = services.conversations.receive(message)
    return services.conversations.context(found.conversation_id)


@pytest.fixture
def talking(services: Services) -> ConversationContext:
    return talk_with(services, "王芳")


def add_order(services: Services, customer: bytes | None, number: str, **fields: Any) -> bytes:
    identity = order_id("taobao", "小店", number)
    facts: dict[str, Any] = {
        "platform": "taobao",
        "shop": "小店",
        "number": number,
        "status": "paid",
        "customer_id": customer,
        "recipient": "王芳",
        "phone": "13800138000",
        "province": "浙江省",
        "city": "杭州市",
        "district": "余杭区",
        "detail": "文一西路969号",
        "created_at": now_ms() - HOUR,
        "paid_at": now_ms() - HOUR,
        "paid_fen": 5_900,
        "quantity": 1,
    }
    with services.db.write() as session:
        session.add(Order(id=identity, **(facts | fields)))
        session.add(OrderItem(order_id=identity, title="纯棉T恤", sku="白色;M"))
    return identity


@pytest.fixture
def panel(qtbot: QtBot, context: UiContext) -> OrdersPanel:
    made = OrdersPanel(context)
    qtbot.addWidget(made)
    made.resize(360, 800)
    made.show()
    return made


def row_of(services: Services, identity: bytes) -> Order:
    with services.db.read() as session:
        return session.scalars(select(Order).where(Order.id == identity)).one()


def finding(panel: OrdersPanel, rule: str) -> FindingRow:
    [row] = [row for row in panel.page.findings.rows() if row.finding.rule == rule]
    return row


def button(row: FindingRow, number: int = 0) -> QPushButton:
    return row.findChildren(QPushButton)[number]


def test_the_orders_of_the_customer_are_listed_with_their_open_findings(
    services: Services, panel: OrdersPanel, talking: ConversationContext
) -> None:
    counted: list[int] = []
    panel.badge_changed.connect(counted.append)
    add_order(services, talking.customer_id, "1001", phone="", created_at=2)
    add_order(services, talking.customer_id, "1002", created_at=1)
    add_order(services, talk_with(services, "别人").customer_id, "1003", detail="别处1号")
    panel.show_conversation(talking)
    assert panel.picker.count() == 2
    assert counted[-1] == 1
    assert [row.finding.rule for row in panel.page.findings.rows()] == ["phone.missing"]
    panel.picker.setFocus()
    QTest.keyClick(panel.picker, Qt.Key.Key_Down)
    assert panel.page.order is not None
    assert panel.page.order.number == "1002"
    assert panel.page.findings.rows() == []


def test_a_wrong_district_is_mended_with_one_click(
    services: Services, panel: OrdersPanel, talking: ConversationContext
) -> None:
    order = add_order(services, talking.customer_id, "1001", district="鄞州区")
    panel.show_conversation(talking)
    button(finding(panel, "address.district")).click()
    assert row_of(services, order).fixed_city == "宁波市"
    assert panel.page.findings.rows() == []
    assert "<s>" in panel.page.receiver.old.text()
    assert "杭州市" in panel.page.receiver.old.text()
    assert "小丽" in panel.page.receiver.history.text()


def test_an_address_is_corrected_by_keyboard_from_a_pasted_text(
    services: Services, panel: OrdersPanel, talking: ConversationContext
) -> None:
    order = add_order(services, talking.customer_id, "1001", phone="123")
    panel.show_conversation(talking)
    button(finding(panel, "phone.invalid")).click()
    form = panel.page.form
    assert form.isVisible()
    form.paste.setText("李雷 13912345678 江苏省南京市鼓楼区中山路1号")
    assert form.region.region() == ("江苏省", "南京市", "鼓楼区")
    QTest.keyClick(form.paste, Qt.Key.Key_Return)
    assert not form.isVisible()
    row = row_of(services, order)
    assert (row.fixed_recipient, row.fixed_phone) == ("李雷", "13912345678")
    assert (row.phone, row.fixed_detail) == ("123", "中山路1号")


def test_what_can_not_be_saved_is_said_and_the_form_stays(
    services: Services, context: UiContext, panel: OrdersPanel, talking: ConversationContext
) -> None:
    said: list[Notice] = []
    context.notices.posted.connect(said.append)
    add_order(services, talking.customer_id, "1001")
    panel.show_conversation(talking)
    panel.page.edit_receiver()
    panel.page.form.phone.setText("12345")
    assert panel.page.form.hint.isVisible()
    QTest.keyClick(panel.page.form.detail, Qt.Key.Key_Return)
    assert said[-1].kind == "danger"
    assert panel.page.form.isVisible()
    QTest.keyClick(panel.page.form.detail, Qt.Key.Key_Escape)
    assert not panel.page.form.isVisible()


def test_another_change_of_the_order_does_not_disturb_the_open_form(
    services: Services, panel: OrdersPanel, talking: ConversationContext
) -> None:
    order = add_order(services, talking.customer_id, "1001")
    panel.show_conversation(talking)
    panel.page.edit_receiver()
    panel.page.form.detail.setText("改到一半")
    services.orders.add_remark(order, "同事的备注")
    assert panel.page.form.isVisible()
    assert panel.page.form.detail.text() == "改到一半"


def test_the_lists_of_regions_narrow_and_understand_short_words(
    panel: OrdersPanel, services: Services, talking: ConversationContext
) -> None:
    add_order(services, talking.customer_id, "1001")
    panel.show_conversation(talking)
    panel.page.edit_receiver()
    fields = panel.page.form.region
    fields.province.setCurrentText("广东")
    assert fields.city.currentText() == ""
    assert fields.city.findText("东莞市") >= 0
    fields.city.setCurrentText("东莞")
    assert fields.district.findText("虎门镇") >= 0
    fields.province.setCurrentText("上海")
    assert fields.city.currentText() == "上海市"


def test_the_card_is_sent_by_its_key(
    services: Services, context: UiContext, panel: OrdersPanel, talking: ConversationContext
) -> None:
    order = add_order(services, talking.customer_id, "1001")
    assert not context.commands.run("orders.confirm")
    panel.show_conversation(talking)
    assert context.commands.keys_of("orders.confirm") == "Ctrl+Shift+K"
    assert context.commands.run("orders.confirm")
    sent = services.conversations.thread(talking.conversation_id)[-1]
    assert sent.kind == MessageKind.CONFIRM_CARD
    assert row_of(services, order).confirmation == "sent"


def test_what_the_customer_corrected_appears_at_once(
    services: Services, panel: OrdersPanel, talking: ConversationContext
) -> None:
    order = add_order(services, talking.customer_id, "1001")
    panel.show_conversation(talking)
    panel.send_confirmation()
    [card] = services.confirmations.of_order(order)
    answer = {"state": "corrected", "detail": "天目山路1号"}
    services.confirmations.answer(card.id, talking.conversation_id, answer)
    assert "天目山路1号" in panel.page.receiver.address.text()
    assert "文一西路969号" in panel.page.receiver.old.text()
    assert "客户" in panel.page.receiver.history.text()


def test_a_message_is_read_and_the_order_released(
    services: Services, panel: OrdersPanel, talking: ConversationContext
) -> None:
    order = add_order(services, talking.customer_id, "1001", buyer_message="发顺丰")
    panel.show_conversation(talking)
    button(finding(panel, "message")).click()
    assert row_of(services, order).review == "released"
    assert panel.page.findings.rows()[0].finding.level == "pass"


def test_an_agent_holds_but_does_not_release(
    services: Services, qtbot: QtBot, context: UiContext, talking: ConversationContext
) -> None:
    order = add_order(services, talking.customer_id, "1001")
    services.staff.add("xin", "新人", Role.AGENT, "passw0rd!", "新人")
    services.staff.sign_in("xin", "passw0rd!")
    panel = OrdersPanel(context)
    qtbot.addWidget(panel)
    panel.show()
    panel.show_conversation(talking)
    panel.page.hold.click()
    panel.page.note.text.setText("客户说先等等")
    QTest.keyClick(panel.page.note.text, Qt.Key.Key_Return)
    assert row_of(services, order).review == "held"
    assert not button(finding(panel, "held")).isEnabled()
    assert not panel.page.release.isVisible()


def test_a_trainee_sees_no_whole_phone(
    services: Services, qtbot: QtBot, context: UiContext, talking: ConversationContext
) -> None:
    add_order(services, talking.customer_id, "1001")
    services.staff.add("lian", "实习", Role.TRAINEE, "passw0rd!", "实习")
    services.staff.sign_in("lian", "passw0rd!")
    panel = OrdersPanel(context)
    qtbot.addWidget(panel)
    panel.show_conversation(talking)
    assert "138****8000" in panel.page.receiver.who.text()
    assert "王芳" not in panel.page.receiver.who.text()


def test_a_remark_is_added_with_a_flag(
    services: Services, panel: OrdersPanel, talking: ConversationContext
) -> None:
    order = add_order(services, talking.customer_id, "1001")
    panel.show_conversation(talking)
    panel.page.remark.click()
    panel.page.note.text.setText("周五发货")
    panel.page.note.flag.setCurrentIndex(1)
    panel.page.note.save.click()
    [remark] = services.orders.facts(order).remarks
    assert (remark.text, remark.flag) == ("周五发货", "red")
    assert "周五发货" in finding(panel, "remark").finding.reason


def test_what_was_decided_on_an_order_comes_back(
    services: Services, context: UiContext, panel: OrdersPanel, talking: ConversationContext
) -> None:
    order = add_order(services, talking.customer_id, "1001", confirmation="confirmed")
    panel.show_conversation(talking)
    panel.page.receiver_saved.emit(replace(services.verification.receiver(order), detail="南街1号"))
    for open_form, text in ((panel.page.remark, "周五发货"), (panel.page.hold, "先等等")):
        open_form.click()
        panel.page.note.text.setText(text)
        panel.page.note.save.click()
    row = row_of(services, order)
    assert (row.fixed_detail, row.confirmation, row.review) == ("南街1号", "", "held")
    assert "南街1号" in panel.page.receiver.address.text()
    for _step in range(3):
        context.undoing.take_back()
    row = row_of(services, order)
    assert (row.fixed_detail, row.confirmation, row.review) == ("", "confirmed", "")
    assert services.orders.facts(order).remarks == ()
    assert "文一西路969号" in panel.page.receiver.address.text()


def test_twins_give_their_numbers_and_questions_go_to_the_composer(
    services: Services, panel: OrdersPanel, talking: ConversationContext
) -> None:
    offered: list[str] = []
    panel.text_offered.connect(offered.append)
    add_order(services, talking.customer_id, "1001", created_at=2)
    add_order(services, talking.customer_id, "1002", created_at=1)
    add_order(services, talking.customer_id, "1003", phone="", created_at=3)
    panel.show_conversation(talking)
    button(finding(panel, "phone.missing"), 1).click()
    assert offered == ["亲，麻烦您再发一下收货人的手机号，谢谢～"]
    panel.picker.choose(order_id("taobao", "小店", "1001"))
    row = finding(panel, "merge")
    assert row.finding.remedy.action is Action.MERGE
    button(row).click()
    assert QGuiApplication.clipboard().text() == "1001\n1002"


def test_an_order_named_in_the_chat_is_found_and_linked(
    services: Services, context: UiContext, panel: OrdersPanel, talking: ConversationContext
) -> None:
    said: list[Notice] = []
    context.notices.posted.connect(said.append)
    order = add_order(services, None, "20230001", phone="")
    panel.show_conversation(talking)
    assert panel.picker.isHidden()
    panel.search.setText("20230001")
    panel.search.search_now()
    assert panel.foreign.isVisible()
    panel.send_confirmation()
    assert said[-1].kind == "danger"
    panel.foreign.action.emit()
    assert row_of(services, order).customer_id == talking.customer_id
    assert not panel.foreign.isVisible()
    assert panel.search.text() == ""


def test_every_control_has_a_name_and_takes_the_keyboard(
    services: Services, panel: OrdersPanel, talking: ConversationContext
) -> None:
    add_order(services, talking.customer_id, "1001", phone="", buyer_message="发顺丰")
    panel.show_conversation(talking)
    for control in panel.findChildren(QPushButton):
        if control.isVisible():
            assert control.text() or control.accessibleName()
            assert control.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_an_unexpected_fault_is_not_swallowed(
    services: Services, panel: OrdersPanel, talking: ConversationContext
) -> None:
    add_order(services, talking.customer_id, "1001")
    panel.show_conversation(talking)
    with pytest.raises(ZeroDivisionError):
        panel.doing._on_failed(ZeroDivisionError())
    panel.doing._on_failed(UserError("不行"))


def test_what_is_half_written_comes_back_with_its_order(
    panel: OrdersPanel, services: Services, talking: ConversationContext
) -> None:
    add_order(services, talking.customer_id, "9900000000000000011")
    panel.show_conversation(talking)
    panel.page.edit_receiver()
    panel.page.form.name.setText("王小芳")
    panel.page.remark.click()
    panel.page.note.text.setText("half a sen")
    other = talk_with(services, "李雷")
    panel.show_conversation(other)
    panel.show_conversation(talking)
    assert not panel.page.form.isHidden()
    assert panel.page.form.name.text() == "王小芳"
    assert panel.page.note.text.text() == "half a sen"
    panel.page.form.left.emit()
    panel.show_conversation(other)
    panel.show_conversation(talking)
    assert panel.page.form.isHidden()


def test_the_order_that_the_customer_named_is_the_one_shown(
    panel: OrdersPanel, services: Services, talking: ConversationContext
) -> None:
    meant = add_order(services, talking.customer_id, "9900000000000000011", created_at=1)
    add_order(services, talking.customer_id, "9900000000000000022", created_at=2)
    hint = CustomerHint("webchat", "shop", "访客王芳", "王芳")
    text = "订单9900000000000000011为什么不发货"
    named = IncomingMessage("webchat", "shop", "named", "v王芳", text, customer=hint)
    services.conversations.receive(named)
    panel.show_conversation(talking)
    assert panel.page.order is not None
    assert panel.page.order.id == meant
    panel.picker.setCurrentRow(0)
    services.orders.add_remark(meant, "seen")
    assert panel.page.order.id != meant
