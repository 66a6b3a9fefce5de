"""The thread as an agent reads it."""

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest

from app.conversations import InboxView, MessageKind, MessageState
from app.services import Services
from db.clock import now_ms
from tests.ui.desk.conftest import Desk, Fill, Say
from ui.desk.cards import card_of
from ui.desk.pending_files import PendingFile, from_image
from ui.desk.thread_loader import FIRST
from ui.desk.thread_rows import RowKind


def spoken(desk: Desk) -> list[str]:
    model = desk.view.thread_view.model
    role = Qt.ItemDataRole.AccessibleTextRole
    return [model.index(n).data(role) for n in range(model.rowCount())]


def kinds(desk: Desk) -> list[RowKind]:
    return [row.kind for row in desk.view.thread_view.model.rows]


def test_opening_shows_the_day_what_is_new_and_the_messages(desk: Desk, say: Say) -> None:
    here = say("在吗").conversation_id
    desk.view.open_conversation(here)
    assert kinds(desk) == [RowKind.DAY, RowKind.UNREAD, RowKind.MESSAGE]
    assert spoken(desk)[0] == "今天"
    assert spoken(desk)[2].startswith("小王, 在吗")


def test_closing_takes_the_mark_of_what_is_new_away(
    desk: Desk, say: Say, services: Services
) -> None:
    here = say("在吗").conversation_id
    desk.view.open_conversation(here)
    services.conversations.close(here)
    desk.settle()
    assert RowKind.UNREAD not in kinds(desk)
    services.conversations.reopen(here)
    desk.settle()
    assert RowKind.UNREAD not in kinds(desk)
    say("还在吗")
    desk.settle()
    assert RowKind.UNREAD not in kinds(desk)


def test_a_message_that_comes_in_appears_and_is_read(
    desk: Desk, say: Say, services: Services
) -> None:
    here = say("在吗").conversation_id
    desk.view.open_conversation(here)
    say("有货吗")
    desk.settle()
    assert desk.thread == ["在吗", "有货吗"]
    desk.view.activateWindow()
    desk.qtbot.wait(650)
    if desk.view.window().isActiveWindow():
        (row,) = services.conversations.inbox(InboxView.ALL)
        assert row.unread == 0


def test_a_long_thread_is_read_page_by_page_and_keeps_its_place(
    desk: Desk, long_thread: Fill
) -> None:
    here = long_thread([f"第{n}条" for n in range(200)])
    desk.view.open_conversation(here)
    view = desk.view.thread_view
    bar = view.list.verticalScrollBar()
    assert view.list.visualRect(view.model.index(0)).top() <= 0
    assert bar.value() == bar.maximum()
    desk.qtbot.waitUntil(lambda: len(view.model.messages) == FIRST)
    assert bar.value() == bar.maximum()
    bar.setValue(300)
    assert len(view.model.messages) == FIRST + 120
    assert bar.value() < bar.maximum() - 500
    top = view.list.indexAt(QPoint(200, 5)).row()
    assert top > 100
    bar.setValue(0)
    assert len(view.model.messages) == 200


def test_new_messages_below_are_counted_while_one_reads_above(
    desk: Desk, say: Say, long_thread: Fill
) -> None:
    here = long_thread([f"第{n}条" for n in range(60)])
    desk.view.open_conversation(here)
    view = desk.view.thread_view
    view.list.verticalScrollBar().setValue(0)
    say("新的")
    desk.settle()
    assert view.below.isVisible()
    assert "1" in view.below.text()
    view.below.click()
    assert view.list.at_end
    assert not view.below.isVisible()


def test_states_of_ones_own_messages_are_followed(desk: Desk, say: Say, services: Services) -> None:
    here = say().conversation_id
    desk.view.open_conversation(here)
    desk.type("在的")
    desk.enter()
    desk.settle()
    message = services.conversations.thread(here)[-1]
    assert "等待发送" in spoken(desk)[-1]
    services.conversations.set_state([message.id], MessageState.READ)
    desk.settle()
    assert "已读" in spoken(desk)[-1]


def test_find_lights_hits_beyond_what_is_loaded(desk: Desk, long_thread: Fill) -> None:
    here = long_thread(["要红色的" if n in {3, 290} else f"第{n}条" for n in range(300)])
    desk.view.open_conversation(here)
    finder, view = desk.view.thread_view.finder, desk.view.thread_view
    desk.view.find_here()
    finder.box.setText("红色")
    finder.box.search_now()
    assert finder._count.text() == "1 / 2"
    finder.older()
    assert finder._count.text() == "2 / 2"
    assert view.delegate.current_hit is not None
    assert view.model.row_of(view.delegate.current_hit[0]) >= 0
    assert view.delegate.current_hit[1] == (1, 3)
    assert not view.loader.at_present
    finder.leave()
    view.loader.to_present()
    assert desk.thread[-1] == "第299条"


def test_marked_text_is_copied(desk: Desk, say: Say) -> None:
    here = say("单号 SF1234567890 谢谢").conversation_id
    desk.view.open_conversation(here)
    view = desk.view.thread_view
    number = view.model.rowCount() - 1
    row = view.model.rows[number]
    area = view.list.visualRect(view.model.index(number))
    layout = view.delegate.layout_of(row)
    x = next(x for x in range(60, 400) if layout.text_position(_point(x, layout.height)) == 7)
    at = area.topLeft() + QPoint(x, layout.height - 18)
    QTest.mouseDClick(
        view.list.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at
    )
    assert view.list.selected_text() == "SF1234567890"
    view.list.copy()
    assert QGuiApplication.clipboard().text() == "SF1234567890"


def _point(x: int, height: int) -> QPointF:
    return QPointF(x, height - 18)


def test_pictures_and_files_open_by_keyboard(desk: Desk, say: Say, services: Services) -> None:
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    image.fill(0)
    here = say("看图").conversation_id
    for file, kind in (
        (from_image(image), MessageKind.IMAGE),
        (PendingFile("尺码.txt", b"M"), MessageKind.FILE),
    ):
        kept = services.attachments.add(file.name, file.data).id
        services.conversations.send(here, file.name, kind=kind, attachment_id=kept)
    desk.view.open_conversation(here)
    view = desk.view.thread_view
    opened: list[str] = []
    view.list.image_clicked.disconnect()
    view.list.file_clicked.disconnect()
    view.list.image_clicked.connect(lambda message: opened.append(message.kind))
    view.list.file_clicked.connect(lambda message: opened.append(message.kind))
    view.list.setFocus()
    last = view.model.rowCount() - 1
    for number in range(last - 2, last + 1):
        view.list.setCurrentIndex(view.model.index(number))
        QTest.keyClick(view.list, Qt.Key.Key_Return)
    assert opened == [MessageKind.IMAGE, MessageKind.FILE]


def test_a_recalled_message_leaves_only_a_line(desk: Desk, say: Say, services: Services) -> None:
    here = say().conversation_id
    desk.view.open_conversation(here)
    desk.type("发错了")
    desk.enter()
    message = services.conversations.thread(here)[-1]
    desk.view.thread_view._recall(message)
    desk.settle()
    assert "发错了" not in "".join(spoken(desk))
    assert spoken(desk)[-1] == "小丽 撤回了一条消息"


def test_a_confirmation_card_shows_what_the_customer_made_of_it(
    desk: Desk, say: Say, services: Services
) -> None:
    here = say().conversation_id
    shown = {
        "confirmation_id": "ab",
        "order_number": "330",
        "recipient": "王小明",
        "phone_masked": "138****8000",
        "province": "河南省",
        "detail": "中兴路94号",
    }
    services.conversations.send(here, "", kind=MessageKind.CONFIRM_CARD, payload=shown)
    desk.view.open_conversation(here)
    rows = desk.view.thread_view.model.rows
    card = card_of(rows[-1])
    assert card is not None
    assert card.badge == "等客户确认"
    answer = {**shown, "state": "corrected", "phone": "13912345678", "detail": "人民路18号"}
    say("", kind=MessageKind.CONFIRM_ANSWER, payload=answer)
    desk.settle()
    cards = [card_of(row) for row in desk.view.thread_view.model.rows if row.message]
    assert cards[-2] is not None
    assert cards[-2].badge == "已更正"
    assert cards[-1] is not None
    changed = {line.label: (line.old, line.value) for line in cards[-1].lines}
    assert changed == {
        "电话": ("138****8000", "13912345678"),
        "收货地址": ("河南省 中兴路94号", "河南省 人民路18号"),
    }


def test_typing_and_presence_of_the_customer_show(desk: Desk, say: Say, services: Services) -> None:
    here = say().conversation_id
    desk.view.open_conversation(here)
    services.channels.presence.came(here)
    services.channels.presence.set_customer_typing(here, on=True)
    desk.settle()
    assert desk.view.header.online.isVisible()
    assert "小王" in desk.view.thread_view.typing.text()
    services.channels.presence.set_customer_typing(here, on=False)
    desk.settle()
    assert not desk.view.thread_view.typing.isVisible()


def test_notes_and_events_are_told_apart_from_replies(
    desk: Desk, say: Say, services: Services
) -> None:
    here = say().conversation_id
    services.conversations.add_note(here, "爱砍价")
    services.conversations.follow_up(here, now_ms() + 3_600_000)
    services.conversations.close(here)
    desk.view.open_conversation(here)
    assert "备注" in spoken(desk)[-3]
    assert spoken(desk)[-1] == "小丽 关闭了会话"
    assert kinds(desk)[-2:] == [RowKind.EVENT, RowKind.EVENT]
