"""The panel beside the conversation: one click tells the customer where the parcel is."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.conversations import ConversationContext
from app.services import Services
from tests.app.shipments.parcels import put_order, put_parcel
from tests.ui.windows import Window
from ui.shipments.panel import LogisticsPanel


@pytest.fixture
def panel(qtbot: QtBot, desk: Window) -> LogisticsPanel:
    built = LogisticsPanel(desk.context)
    qtbot.addWidget(built)
    built.resize(340, 700)
    built.show()
    return built


@pytest.fixture
def parcels(services: Services, chat: ConversationContext) -> list[bytes]:
    """The customer's parcels: one that goes well, one that is silent."""
    order = put_order(services.db, customer_id=chat.customer_id)
    fine = put_parcel(
        services.db, "YT9900000000001", orders=[order], last_text="【杭州】已发往乌鲁木齐"
    )
    silent = put_parcel(services.db, "JT3000000000001", "jtexpress", orders=[order], news_h=60)
    return [silent, fine]


def _texts(services: Services, chat: ConversationContext) -> list[str]:
    return [m.text for m in services.conversations.thread(chat.conversation_id)]


def test_the_parcel_in_trouble_is_opened_first(
    panel: LogisticsPanel, chat: ConversationContext, parcels: list[bytes]
) -> None:
    badges: list[int] = []
    panel.badge_changed.connect(badges.append)
    panel.show_conversation(chat)
    assert [card.row.id for card in panel._cards] == parcels
    assert [card.is_open for card in panel._cards] == [True, False]
    assert badges[-1] == 1


def test_one_click_tells_the_customer(
    panel: LogisticsPanel,
    services: Services,
    desk: Window,
    chat: ConversationContext,
    parcels: list[bytes],
    qtbot: QtBot,
) -> None:
    panel.show_conversation(chat)
    panel._open(panel._cards[1])
    body = panel._cards[1]._body
    assert body is not None
    QTest.mouseClick(body.send, Qt.MouseButton.LeftButton)
    sent = _texts(services, chat)[-1]
    assert "YT9900000000001" in sent
    assert "【杭州】已发往乌鲁木齐" in sent
    assert "小美" in desk.told[-1].text


def test_a_second_click_in_haste_sends_nothing(
    panel: LogisticsPanel,
    services: Services,
    chat: ConversationContext,
    parcels: list[bytes],
    qtbot: QtBot,
) -> None:
    panel.show_conversation(chat)
    body = panel._cards[0]._body
    assert body is not None
    QTest.mouseClick(body.send, Qt.MouseButton.LeftButton)
    QTest.mouseClick(body.send, Qt.MouseButton.LeftButton)
    assert len(_texts(services, chat)) == 2
    panel._wake_buttons()
    assert body.send.isEnabled()


def test_what_was_told_can_be_taken_back(
    panel: LogisticsPanel,
    services: Services,
    desk: Window,
    chat: ConversationContext,
    parcels: list[bytes],
    qtbot: QtBot,
) -> None:
    panel.show_conversation(chat)
    body = panel._cards[0]._body
    assert body is not None
    QTest.mouseClick(body.send, Qt.MouseButton.LeftButton)
    action = desk.told[-1].action
    assert action is not None
    action[1]()
    last = services.conversations.thread(chat.conversation_id)[-1]
    assert last.deleted or last.text == "我的快递到哪了"


def test_the_keyboard_opens_moves_and_offers(
    panel: LogisticsPanel, chat: ConversationContext, parcels: list[bytes], qtbot: QtBot
) -> None:
    offered: list[str] = []
    panel.text_offered.connect(offered.append)
    panel.show_conversation(chat)
    first, second = panel._cards
    qtbot.waitUntil(second.isVisible)
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_Down)
    assert panel.focusWidget() is second
    QTest.keyClick(second, Qt.Key.Key_Space)
    assert (first.is_open, second.is_open) == (False, True)
    QTest.keyClick(second, Qt.Key.Key_Return)
    assert "YT9900000000001" in offered[0]
    QTest.keyClick(second, Qt.Key.Key_Space)
    assert not second.is_open


def test_another_customers_parcels_never_show(
    panel: LogisticsPanel, services: Services, chat: ConversationContext, parcels: list[bytes]
) -> None:
    put_parcel(services.db, "SF1234567890123", "shunfeng", orders=[put_order(services.db, "9")])
    panel.show_conversation(chat)
    assert len(panel._cards) == 2
    panel.show_conversation(None)
    assert panel._cards == []


def test_news_from_elsewhere_show_at_once(
    panel: LogisticsPanel, services: Services, chat: ConversationContext, parcels: list[bytes]
) -> None:
    panel.show_conversation(chat)
    order = services.shipments.orders_of(chat.customer_id)[0]
    services.shipments.add("YT9900000000777", "yuantong", order.id)
    assert "YT9900000000777" in {card.row.number for card in panel._cards}


def test_a_parcel_is_added_to_the_customers_order(
    panel: LogisticsPanel, services: Services, chat: ConversationContext, qtbot: QtBot
) -> None:
    put_order(services.db, customer_id=chat.customer_id)
    panel.show_conversation(chat)
    QTest.mouseClick(panel._plus, Qt.MouseButton.LeftButton)
    QTest.keyClicks(panel._add._number, "yt9900000000001")
    QTest.keyClick(panel._add._number, Qt.Key.Key_Return)
    assert [card.row.number for card in panel._cards] == ["YT9900000000001"]
    assert not panel._add.isVisible()


def test_without_an_account_the_reason_is_said(
    panel: LogisticsPanel,
    desk: Window,
    chat: ConversationContext,
    parcels: list[bytes],
    qtbot: QtBot,
    english: None,
) -> None:
    panel.show_conversation(chat)
    body = panel._cards[0]._body
    assert body is not None
    QTest.mouseClick(body.ask.button, Qt.MouseButton.LeftButton)
    assert body.ask._trouble.text() == "No Kuaidi100 account is set."
    body.ask._trouble.action.emit()
    assert desk.gone == [("settings", "carriers")]


def test_the_card_leads_to_the_logistics_view(
    panel: LogisticsPanel, chat: ConversationContext, parcels: list[bytes], qtbot: QtBot
) -> None:
    wished: list[tuple[str, object]] = []
    panel.go_requested.connect(lambda view, item: wished.append((view, item)))
    panel.show_conversation(chat)
    QTest.mouseClick(panel._cards[0]._look, Qt.MouseButton.LeftButton)
    assert wished == [("shipments", parcels[0])]


def test_a_key_tells_the_customer_of_the_opened_parcel(
    panel: LogisticsPanel,
    services: Services,
    desk: Window,
    chat: ConversationContext,
    parcels: list[bytes],
) -> None:
    assert not desk.context.commands.run("shipments.tell")
    panel.show_conversation(chat)
    panel._open(panel._cards[1])
    assert desk.context.commands.run("shipments.tell")
    assert "YT9900000000001" in _texts(services, chat)[-1]


def test_the_palette_leads_to_the_watch_list(panel: LogisticsPanel, desk: Window) -> None:
    assert desk.context.commands.run("shipments.watch")
    assert desk.context.commands.run("shipments.add")
    assert desk.gone == [("shipments", "watch"), ("shipments", "add")]
