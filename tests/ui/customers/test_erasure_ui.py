"""What a supervisor sees when erasing a person, and what the card says afterwards."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.conversations import CustomerHint, IncomingMessage
from app.maintenance import back_up
from app.services import Services
from db.models import ErasureReason, Role
from ui.customers.card import CustomerCardView
from ui.customers.erasure import ErasureDialog
from ui.shell.plugs import UiContext


@pytest.fixture
def customer(services: Services) -> bytes:
    incoming = IncomingMessage(
        "taobao", "shop", "m1", "v", "你好",
        customer=CustomerHint("taobao", "s", "小鱼", name="王小明", phone="13812345678"),
    )  # fmt: skip
    talk = services.conversations.receive(incoming).conversation_id
    return services.conversations.context(talk).customer_id


def card_of(qtbot: QtBot, context: UiContext, customer: bytes) -> CustomerCardView:
    card = CustomerCardView(context)
    qtbot.addWidget(card)
    card.resize(360, 700)
    card.show()
    card.show_customer(customer)
    return card


def dialog_of(card: CustomerCardView) -> ErasureDialog:
    return card.window().findChildren(ErasureDialog)[-1]


def words(dialog: ErasureDialog) -> str:
    shown = [label.text() for label in dialog.findChildren(QLabel) if label.isVisibleTo(dialog)]
    return "\n".join(shown)


def test_a_person_is_erased_once_their_nick_is_typed(
    qtbot: QtBot, context: UiContext, customer: bytes
) -> None:
    back_up(context.services.home, context.services.db)
    card = card_of(qtbot, context, customer)
    card.erasing.action.trigger()
    dialog = dialog_of(card)
    assert "小鱼" in dialog.label.text()
    qtbot.waitUntil(lambda: "消息" in words(dialog))
    assert not dialog.ok.isEnabled()
    QTest.keyClick(dialog.name, Qt.Key.Key_Return)
    assert dialog.isVisible()
    dialog.name.insert("小鱼")
    dialog.reason.setCurrentIndex(dialog.reason.findData(ErasureReason.OBJECTION))
    assert dialog.ok.isEnabled()
    QTest.keyClick(dialog.ok, Qt.Key.Key_Space)
    assert dialog.heading.text() == "此人已抹去。"
    assert dialog.delete.isVisibleTo(dialog)
    QTest.keyClick(dialog.delete, Qt.Key.Key_Space)
    assert not dialog.delete.isVisibleTo(dialog)
    qtbot.waitUntil(lambda: "本店文件夹里的备份都不含此人。" in words(dialog))
    dialog.reject()
    assert context.services.customers.card(customer).shown_name == ""
    assert "小丽" in card.erasing.bar.text()
    assert context.services.erasures.report(customer).reason == ErasureReason.OBJECTION


def test_what_still_holds_an_erased_person_can_be_asked_later(
    qtbot: QtBot, context: UiContext, customer: bytes
) -> None:
    context.services.erasures.erase(customer)
    card = card_of(qtbot, context, customer)
    card.erasing.bar.action.emit()
    dialog = dialog_of(card)
    assert dialog.heading.text() == "此人已抹去。"
    assert not dialog.ok.isVisibleTo(dialog)
    dialog.reject()


def test_an_agent_has_no_way_to_it(qtbot: QtBot, context: UiContext, customer: bytes) -> None:
    agent = context.services.staff.add("amei", "阿梅", Role.AGENT, "passw0rd!", "")
    context.services.staff.sign_in_as(agent.id)
    card = card_of(qtbot, context, customer)
    assert not card.erasing.more.isVisibleTo(card)


def test_where_it_can_not_be_done_it_says_so(
    qtbot: QtBot, context: UiContext, customer: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.customers.erasure.may_manage_here", lambda _db: False)
    card = card_of(qtbot, context, customer)
    card.erasing.ask()
    dialog = dialog_of(card)
    assert "工作站" in dialog.notice.text()
    assert not dialog.ok.isVisibleTo(dialog)
    dialog.reject()
