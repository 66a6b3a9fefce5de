"""The inbox as an agent sees it: who waits longest, who is mine, what is new."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest
from sqlalchemy import insert

from app.conversations import ConversationStatus, InboxRow, InboxView
from app.conversations.settings import REMIND_AFTER_S
from app.services import Services
from db.clock import now_ms
from db.ids import new_id
from db.models import Conversation, Customer
from tests.ui.desk.conftest import Desk, Say
from ui.desk import inbox
from ui.desk.inbox_model import PAGE, InboxModel
from ui.desk.waiting import WaitLimits, clock_colors
from ui.theme import current_tokens


def test_a_new_customer_appears_by_itself(desk: Desk, say: Say) -> None:
    say(visitor="小王")
    desk.settle()
    assert desk.names == ["小王"]
    assert desk.view.inbox.tabs.tabText(0).endswith(" 1")


def test_the_next_waiting_key_walks_from_the_longest_wait(desk: Desk, say: Say) -> None:
    for name in ("小王", "小李"):
        say(visitor=name)
    desk.view.open_longest_wait()
    assert desk.view.header.name.text() == "小王"
    assert desk.view.composer.edit.hasFocus()
    desk.view.open_longest_wait()
    assert desk.view.header.name.text() == "小李"


def test_an_answered_customer_leaves_the_waiting_list_but_stays_open(desk: Desk, say: Say) -> None:
    desk.view.open_conversation(say().conversation_id)
    desk.type("在的")
    desk.enter()
    desk.settle()
    assert desk.names == []
    assert desk.view.header.name.text() == "小王"
    desk.view.inbox.show_view(InboxView.MINE)
    assert desk.names == ["小王"]


def test_answering_one_of_many_stays_with_them(desk: Desk, say: Say) -> None:
    for name in ("小王", "小李", "小张"):
        say(visitor=name)
    desk.view.open_longest_wait()
    desk.type("在的")
    desk.enter()
    desk.settle()
    assert desk.names == ["小李", "小张"]
    assert desk.view.header.name.text() == "小王"
    assert not desk.view.inbox.list.selectionModel().hasSelection()


def test_arrows_open_and_enter_goes_to_the_reply(desk: Desk, say: Say) -> None:
    for name in ("小王", "小李"):
        say(visitor=name)
    desk.settle()
    rows = desk.view.inbox.list
    rows.setFocus()
    QTest.keyClick(rows, Qt.Key.Key_Down)
    QTest.keyClick(rows, Qt.Key.Key_Down)
    assert desk.view.header.name.text() == "小李"
    assert rows.hasFocus()
    QTest.keyClick(rows, Qt.Key.Key_Return)
    assert desk.view.composer.edit.hasFocus()


def test_the_open_row_stays_marked_while_others_move(desk: Desk, say: Say) -> None:
    first = say(visitor="小王").conversation_id
    say(visitor="小李")
    desk.view.inbox.show_view(InboxView.ALL)
    desk.view.open_conversation(first)
    say("还在吗", visitor="小李")
    say("好的", visitor="小王")
    desk.settle()
    assert desk.names == ["小王", "小李"]
    current = desk.view.inbox.list.currentIndex()
    assert desk.view.inbox.model.rows[current.row()].id == first


def test_words_narrow_the_list(desk: Desk, say: Say) -> None:
    say("想要红色", visitor="小王")
    say("你好", visitor="小李")
    desk.settle()
    desk.view.inbox.search.setText("红色")
    desk.view.inbox.search.search_now()
    assert desk.names == ["小王"]
    desk.view.inbox.search.setText("没有这个词")
    desk.view.inbox.search.search_now()
    assert desk.view.inbox.empty.isVisible()


def test_rows_speak_for_screen_readers(desk: Desk, say: Say) -> None:
    say("在吗", visitor="小王")
    desk.settle()
    index = desk.view.inbox.model.index(0)
    spoken = index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert "小王" in spoken
    assert "在吗" in spoken


def test_a_clock_deepens_until_it_is_red() -> None:
    limits, tokens = WaitLimits(60, 180), current_tokens()
    grounds = [clock_colors(s, limits)[0].name() for s in (0, 30, 60, 120, 180, 999)]
    assert len(set(grounds)) == 5
    assert grounds[0] == tokens.neutral_soft.lower()
    assert grounds[-1] == grounds[-2] == tokens.danger.lower()


def test_many_conversations_are_loaded_as_one_scrolls(desk: Desk, services: Services) -> None:
    customer, now = new_id(), now_ms()
    with services.db.write("import") as session:
        session.add(Customer(id=customer, name="小王", created_at=now))
        session.execute(
            insert(Conversation),
            [
                {"channel": "webchat", "customer_id": customer, "opened_at": n, "last_at": n}
                for n in range(1, 451)
            ],
        )
    inbox = desk.view.inbox
    inbox.show_view(InboxView.ALL)
    assert inbox.model.rowCount() == PAGE
    while inbox.model.canFetchMore(QModelIndex()):
        inbox.model.fetchMore(QModelIndex())
    assert [row.last_at for row in inbox.model.rows] == list(range(450, 0, -1))
    desk.view.inbox._refresh()
    assert inbox.model.rowCount() == 450


def test_late_customers_are_called_to_mind_once_and_the_notice_leaves_by_itself(
    desk: Desk, say: Say, services: Services
) -> None:
    here = say(visitor="小王").conversation_id
    say(visitor="小李")
    with services.db.write() as session:
        session.query(Conversation).update({"waiting_since": now_ms() - 130_000})
    desk.view.late.look()
    assert desk.view.late.isVisible()
    assert "2" in desk.view.late.text()
    assert "02:1" in desk.view.late.text()
    desk.view.late.jump()
    assert desk.view.conversation is not None
    for _ in range(2):
        desk.type("来了")
        desk.enter()
        desk.view.open_longest_wait()
    desk.view.late.look()
    assert not desk.view.late.isVisible()
    assert services.conversations.context(here).waiting_since is None


def test_the_reminder_can_be_turned_off(desk: Desk, say: Say, services: Services) -> None:
    say()
    services.settings.set(REMIND_AFTER_S, 0)
    with services.db.write() as session:
        session.query(Conversation).update({"waiting_since": now_ms() - 500_000})
    desk.view.late.look()
    assert not desk.view.late.isVisible()


def test_a_draft_shows_in_the_list_once_one_has_left(desk: Desk, say: Say) -> None:
    one, two = say(visitor="小王").conversation_id, say(visitor="小李").conversation_id
    desk.view.open_conversation(one)
    desk.type("写到一半")
    desk.view.open_conversation(two)
    desk.view.inbox._refresh()
    row = desk.view.inbox.model.rows[desk.view.inbox.model.row_of(one)]
    assert row.draft == "写到一半"


def _row(number: int, at: int) -> InboxRow:
    name = f"c{number}"
    identity = number.to_bytes(16, "big")
    return InboxRow(
        identity, (at, number), identity, name, "webchat", "", ConversationStatus.OPEN, None, "",
        "", None, at, None, None, 0,
    )  # fmt: skip


def test_a_refresh_changes_the_beginning_and_keeps_what_was_loaded_beyond() -> None:
    model = InboxModel()
    rows = [_row(number, 1_000 - number) for number in range(30)]
    model.show(rows[:20], True)
    model.append(rows[20:], False)
    touched = list[str]()
    model.rowsRemoved.connect(lambda _parent, at, _last: touched.append(f"-{at}"))
    model.rowsInserted.connect(lambda _parent, at, _last: touched.append(f"+{at}"))
    new, risen = _row(99, 2_000), _row(25, 2_001)
    model.refresh([risen, new, *rows[1:9]], True)
    # The tenth of the old beginning was pushed beyond the head, but is still there.
    assert list(model.rows) == [risen, new, *rows[1:25], *rows[26:]]
    assert sorted(touched) == ["+0", "+1", "-0", "-25"]
    assert not model.canFetchMore(QModelIndex())
    model.refresh([risen, new], False)
    assert list(model.rows) == [risen, new]


def test_back_at_the_top_of_very_many_the_list_keeps_its_beginning_only(
    desk: Desk, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "_MOST_BEHIND", 200)
    monkeypatch.setattr(inbox, "PAGE", 60)
    monkeypatch.setattr(inbox, "_HEAD", 60)
    names = [f"c{n:03}" for n in range(250)]
    for name in names:
        say(visitor=name)
    desk.settle()
    box = desk.view.inbox
    while box.model.rowCount() < len(names):
        box.model.fetchMore(QModelIndex())
    box.list.scrollToBottom()
    say(visitor="c250")
    desk.settle()
    assert box.model.rowCount() >= len(names)
    box.list.scrollToTop()
    say(visitor="c251")
    desk.settle()
    assert desk.names == names[:60]
    box.model.fetchMore(QModelIndex())
    assert desk.names == names[:120]


def test_a_page_behind_a_row_that_went_is_not_shown(desk: Desk, say: Say) -> None:
    say(visitor="小王")
    desk.settle()
    box = desk.view.inbox
    (row,) = box.model.rows
    box._show_more(box._asked_for(), b"gone", [replace(row, id=b"x")])
    assert desk.names == ["小王"]
    box._show_more(box._asked_for(), row.id, [replace(row, id=b"x")])
    assert len(desk.names) == 2


def test_a_click_lets_one_type_at_once(desk: Desk, say: Say) -> None:
    for name in ("小王", "小李"):
        say(visitor=name)
    desk.settle()
    rows = desk.view.inbox.list
    for number in (1, 1, 0):
        at = rows.visualRect(rows.model().index(number, 0)).center()
        rows.setFocus()
        QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=at)
        assert desk.view.composer.edit.hasFocus()
    assert desk.view.header.name.text() == "小王"


def test_opened_from_elsewhere_a_conversation_has_the_keyboard_in_its_reply(
    desk: Desk, say: Say
) -> None:
    here = say().conversation_id
    desk.settle()
    desk.view.open_conversation(here)
    desk.view.inbox.list.setFocus()
    desk.view.open_item(here)
    assert desk.view.composer.edit.hasFocus()


def test_escape_leads_back_to_the_reply(desk: Desk, say: Say) -> None:
    desk.view.open_conversation(say().conversation_id)
    for field in (desk.view.inbox.list, desk.view.inbox.search):
        field.setFocus()
        QTest.keyClick(field, Qt.Key.Key_Escape)
        assert desk.view.composer.edit.hasFocus()
