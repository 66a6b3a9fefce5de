"""What an agent sees and does with customers, their tags and notes."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from app.conversations import ConversationContext, CustomerHint
from app.core.errors import UserError
from app.services import Services
from db.models import Order
from tests.ui.windows import first_words
from ui.customers.panel import CustomersPanel
from ui.customers.view import CustomersView
from ui.shell.notices import Notice
from ui.shell.plugs import UiContext
from ui.widgets import TagChip


@pytest.fixture
def talking(services: Services) -> ConversationContext:
    return first_words(services, "你好", CustomerHint(name="王小明", phone="13812345678"))


def chips(panel: CustomersPanel) -> list[str]:
    return [chip.text for chip in panel.findChildren(TagChip) if chip.isVisibleTo(panel)]


def test_a_tag_is_put_on_by_keyboard_alone(
    qtbot: QtBot, context: UiContext, talking: ConversationContext
) -> None:
    group = context.services.tags.add_group("风格", "blue")
    for name in ("议价型", "新手型"):
        context.services.tags.add_tag(group, name, hint=f"{name}的提示")
    panel = CustomersPanel(context)
    qtbot.addWidget(panel)
    panel.resize(320, 700)
    panel.show()
    panel.show_conversation(talking)
    panel.pick_tags()
    panel.card.picker.search.insert("新手")
    QTest.keyClick(panel.card.picker.search, Qt.Key.Key_Return)
    assert [t.name for t in context.services.tags.of(talking.customer_id)] == ["新手型"]
    assert "新手型" in chips(panel)
    assert "新手型的提示" in panel.card.hint.text()
    panel.card.picker.hide()


def test_tags_are_found_by_their_initials_and_escape_closes_at_once(
    qtbot: QtBot, context: UiContext, talking: ConversationContext
) -> None:
    group = context.services.tags.add_group("风格", "blue")
    for name in ("议价型", "新手型"):
        context.services.tags.add_tag(group, name)
    panel = CustomersPanel(context)
    qtbot.addWidget(panel)
    panel.show()
    panel.show_conversation(talking)
    panel.pick_tags()
    picker = panel.card.picker
    QTest.keyClicks(picker.search, "xs")
    QTest.keyClick(picker.search, Qt.Key.Key_Return)
    assert [t.name for t in context.services.tags.of(talking.customer_id)] == ["新手型"]
    picker.search.setText("qqq")
    assert picker.list.count() == 1
    QTest.keyClick(picker.search, Qt.Key.Key_Return)
    assert [t.name for t in context.services.tags.of(talking.customer_id)] == ["新手型"]
    QTest.keyClick(picker.search, Qt.Key.Key_Escape)
    assert not picker.isVisible()


def test_a_note_and_a_corrected_name_are_kept(
    qtbot: QtBot, context: UiContext, talking: ConversationContext
) -> None:
    panel = CustomersPanel(context)
    qtbot.addWidget(panel)
    panel.show()
    panel.show_conversation(talking)
    panel.card.notes.line.insert("喜欢蓝色")
    QTest.keyClick(panel.card.notes.line, Qt.Key.Key_Return)
    name = next(e for e in panel.findChildren(QLineEdit) if e.property("field") == "salutation")
    name.setText("王老师")
    name.setModified(True)
    QTest.keyClick(name, Qt.Key.Key_Return)
    card = context.services.customers.card(talking.customer_id)
    assert [note.text for note in card.notes] == ["喜欢蓝色"]
    assert card.shown_name == "王老师"
    assert panel.card.name.text() == "王老师"


def test_tags_fields_and_notes_come_back(
    qtbot: QtBot, context: UiContext, talking: ConversationContext
) -> None:
    services, who = context.services, talking.customer_id
    said: list[Notice] = []
    context.notices.posted.connect(said.append)
    tag = services.tags.add_tag(services.tags.add_group("风格", "blue"), "议价型")
    services.tags.add(who, tag)
    services.customers.add_note(who, "喜欢蓝色")
    panel = CustomersPanel(context)
    qtbot.addWidget(panel)
    panel.show()
    panel.show_conversation(talking)
    panel.findChildren(TagChip)[0].removed.emit()
    assert (services.tags.of(who), chips(panel)) == ((), [])
    assert said[-1].action is not None
    phone = next(e for e in panel.findChildren(QLineEdit) if e.property("field") == "phone")
    phone.setText("13900000000")
    phone.setModified(True)
    QTest.keyClick(phone, Qt.Key.Key_Return)
    panel.card.notes.deleted.emit(services.customers.card(who).notes[0].id)
    card = services.customers.card(who)
    assert (card.phone, card.notes) == ("13900000000", ())
    for _step in range(3):
        context.undoing.take_back()
    card = services.customers.card(who)
    assert (card.phone, [note.text for note in card.notes]) == ("13812345678", ["喜欢蓝色"])
    assert phone.text() == "13812345678"
    qtbot.waitUntil(lambda: chips(panel) == ["议价型"])
    assert [notice.text for notice in said if "王小明" in notice.text] == [
        "已撤销：对王小明的备注",
        "已撤销：王小明的“电话”",
        "已撤销：王小明的标签“议价型”",
    ]
    assert not context.undoing.can()


def test_a_field_that_somebody_else_changed_since_stays(
    context: UiContext, talking: ConversationContext
) -> None:
    services, who = context.services, talking.customer_id
    undo = services.customers.change(who, phone="13900000000")
    services.customers.change(who, phone="13700000000")
    assert undo is not None
    with pytest.raises(UserError, match="改"):
        services.customers.take_back(undo)
    assert services.customers.card(who).phone == "13700000000"


def test_the_list_is_searched_and_filtered(qtbot: QtBot, context: UiContext) -> None:
    one = context.services.customers.add("王小明", "13812345678")
    context.services.customers.add("李四", "13900001111")
    view = CustomersView(context)
    qtbot.addWidget(view)
    view.resize(1200, 700)
    view.show()
    assert view.table.row_count() == 2
    QTest.keyClicks(view.search, "5678")
    QTest.keyClick(view.search, Qt.Key.Key_Return)
    assert view.table.row_count() == 1
    assert view.card.card is not None
    assert view.card.card.id == one


def test_who_was_asked_for_stays_though_the_list_does_not_show_them(
    qtbot: QtBot, context: UiContext
) -> None:
    customers = context.services.customers
    one, other = customers.add("王小明", "13812345678"), customers.add("李四", "13900001111")
    view = CustomersView(context)
    qtbot.addWidget(view)
    view.resize(1200, 700)
    view.show()
    QTest.keyClicks(view.search, "1111")
    QTest.keyClick(view.search, Qt.Key.Key_Return)
    view.open_item(one)
    for _change in range(2):
        customers.change(other, salutation="老板")  # as somebody else's change arrives
        view.table.reload()
        assert view.card.card is not None
        assert view.card.card.id == one
    QTest.keyClick(view.search, Qt.Key.Key_Return)
    view._search()
    assert view.card.card is not None
    assert view.card.card.id == other


def test_a_new_customer_is_added_from_the_list(qtbot: QtBot, context: UiContext) -> None:
    view = CustomersView(context)
    qtbot.addWidget(view)
    view.show()
    view.new_name.insert("赵六")
    QTest.keyClick(view.new_name, Qt.Key.Key_Return)
    assert view.table.row_count() == 1
    assert view.card.name.text() == "赵六"


def test_an_unpaid_order_shows_what_it_would_cost(
    qtbot: QtBot, context: UiContext, services: Services
) -> None:
    customer = services.customers.add("王小明")
    with services.db.write() as session:
        unpaid = Order(platform="taobao", number="1", customer_id=customer, status="unpaid")
        unpaid.total_fen = 5900
        session.add(unpaid)
    view = CustomersView(context)
    qtbot.addWidget(view)
    view.show()
    shown = [label.text() for label in view.card.findChildren(QLabel)]
    assert "¥59.00" in shown
    assert "还没有付款订单" in shown
    assert not any("¥0.00" in text for text in shown)
