"""The desk as a whole: header, side, panes, commands."""

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.conversations import ConversationStatus, DraftKind
from app.conversations.settings import LAYOUT
from app.services import Services
from db.ids import new_id
from db.models import CustomerTag, Role, Tag, TagGroup
from tests.ui.desk.conftest import Desk, Fill, Panel, Picker, Say, panel_plugs
from ui.desk.follow_up import preset_times, presets
from ui.desk.view import DeskView
from ui.shell.notices import Notice
from ui.shell.plugs import UiContext


def panels(view: DeskView) -> list[Panel]:
    return view.side.findChildren(Panel)


def fill(desk: Desk) -> None:
    desk.view.side.fill()
    desk.qtbot.waitUntil(lambda: desk.view.side.filled)


def test_every_panel_follows_the_conversation(desk: Desk, say: Say) -> None:
    desk.view.open_conversation(say(visitor="小李").conversation_id)
    desk.settle()
    fill(desk)
    assert {panel.text() for panel in panels(desk.view)} == {"小李"}


def test_a_wide_window_shows_all_panels_at_once_a_small_one_tabs(desk: Desk, say: Say) -> None:
    desk.view.open_conversation(say().conversation_id)
    fill(desk)
    assert sum(panel.isVisible() for panel in panels(desk.view)) == 1
    desk.view.resize(1900, 1000)
    assert sum(panel.isVisible() for panel in panels(desk.view)) == 4
    desk.view.resize(1366, 760)
    assert sum(panel.isVisible() for panel in panels(desk.view)) == 1
    desk.view.show_panel(2)
    assert [panel.isVisible() for panel in panels(desk.view)].count(True) == 1


def test_a_panel_is_built_when_it_is_asked_for(desk: Desk, say: Say) -> None:
    assert panels(desk.view) == []
    desk.view.show_panel(2)
    desk.view.open_conversation(say(visitor="小李").conversation_id)
    desk.view.side.show_conversation(desk.view.conversation)
    assert [panel.text() for panel in panels(desk.view)] == ["小李"]
    fill(desk)
    assert [panel.text() for panel in panels(desk.view)] == ["小李"] * 4


def test_badges_of_panels_show_on_their_tabs(desk: Desk) -> None:
    fill(desk)
    panel = desk.view.side._panels[0]
    panel.widget.badge_changed.emit(2)
    assert panel.tab.text().endswith(" 2")


def test_closing_and_reopening_by_the_header(desk: Desk, say: Say, services: Services) -> None:
    here = say().conversation_id
    desk.view.open_conversation(here)
    desk.view.header.close_or_reopen()
    desk.settle()
    assert services.conversations.context(here).status is ConversationStatus.CLOSED
    assert desk.view.header.state.text() == "已关闭"
    desk.view.header.close_or_reopen()
    desk.settle()
    assert services.conversations.context(here).status is ConversationStatus.OPEN


def test_a_mistake_is_taken_back_from_where_one_types(
    desk: Desk, say: Say, services: Services
) -> None:
    here = say(visitor="小李").conversation_id
    desk.view.open_conversation(here)
    at = preset_times()[0][1]
    desk.view.header._follow_up(at)
    desk.view.header.close_or_reopen()
    desk.settle()
    assert services.conversations.context(here).follow_up_at is None
    desk.view.open_conversation(say(visitor="小王").conversation_id)
    desk.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    desk.settle()
    found = services.conversations.context(here)
    assert (found.status, found.follow_up_at) == (ConversationStatus.FOLLOW_UP, at)
    assert services.conversations.late(0).count == 2
    desk.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    desk.settle()
    assert services.conversations.context(here).follow_up_at is None


def test_where_one_has_typed_the_key_undoes_that_first(
    desk: Desk, say: Say, services: Services
) -> None:
    here = say().conversation_id
    desk.view.open_conversation(here)
    desk.view.header.close_or_reopen()
    desk.settle()
    desk.type("您")
    desk.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert desk.text == ""
    assert services.conversations.context(here).status is ConversationStatus.CLOSED
    desk.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    desk.settle()
    assert services.conversations.context(here).status is ConversationStatus.OPEN


def test_a_customer_who_wrote_since_keeps_the_conversation_open(
    desk: Desk, say: Say, services: Services, context: UiContext
) -> None:
    here = say().conversation_id
    desk.view.open_conversation(here)
    desk.view.header.close_or_reopen()
    desk.settle()
    said: list[Notice] = []
    context.notices.posted.connect(said.append)
    say("还在吗")
    desk.settle()
    context.undoing.take_back()
    desk.settle()
    assert said[-1].kind == "danger"
    assert services.conversations.context(here).status is ConversationStatus.OPEN


def test_a_follow_up_is_set_for_one_of_the_natural_times(
    desk: Desk, say: Say, services: Services
) -> None:
    here = say().conversation_id
    desk.view.open_conversation(here)
    times = preset_times()
    assert [at for _name, at in times] == sorted(at for _name, at in times)
    desk.view.header._follow_up(times[0][1])
    desk.settle()
    assert services.conversations.context(here).follow_up_at == times[0][1]
    assert desk.view.header.state.isVisible()


@pytest.mark.parametrize("hour", [8, 14, 15, 23])
def test_the_nearest_time_to_follow_up_stands_first(hour: int) -> None:
    times = [at for _name, at in presets(datetime(2026, 11, 22, hour, 25, tzinfo=UTC))]
    assert times == sorted(times)


def test_the_header_shows_the_customers_tags(desk: Desk, say: Say, services: Services) -> None:
    here = say().conversation_id
    customer = services.conversations.context(here).customer_id
    desk.view.open_conversation(here)
    group, tag = new_id(), new_id()
    with services.db.write() as session:
        session.add(TagGroup(id=group, name="风格", colour="blue"))
        session.add(Tag(id=tag, group_id=group, name="议价"))
        session.add(CustomerTag(customer_id=customer, tag_id=tag, at=1))
    desk.settle()
    assert desk.view.header.tags.accessibleName() == "议价"


def test_handing_over_to_a_colleague(desk: Desk, say: Say, services: Services) -> None:
    here = say().conversation_id
    desk.view.open_conversation(here)
    menu = desk.view.header._assign_menu
    desk.view.header._fill_assign()
    menu.actions()[0].trigger()
    desk.settle()
    assert "小丽" in desk.view.header.place.text()


def test_panes_are_hidden_and_stay_hidden(
    desk: Desk, context: UiContext, services: Services
) -> None:
    desk.view.toggle_inbox()
    desk.view.toggle_side()
    assert not desk.view.inbox.isVisible()
    desk.view.panes.keep()
    kept = services.settings.get(LAYOUT)
    assert (kept["inbox"], kept["side"]) == ("hidden", "hidden")
    again = DeskView(context, panel_plugs(), Picker)
    desk.qtbot.addWidget(again)
    assert again.inbox.isHidden()


def test_one_walks_through_the_panes_by_key(desk: Desk, say: Say) -> None:
    desk.view.open_conversation(say().conversation_id)
    desk.settle()
    desk.view.composer.edit.setFocus()
    seen = []
    for _ in range(4):
        desk.view.next_pane()
        seen.append(QApplication.focusWidget())
    assert desk.view.inbox.list in seen
    assert desk.view.thread_view.list in seen


def test_a_message_found_elsewhere_is_opened_in_its_thread(
    desk: Desk, services: Services, long_thread: Fill
) -> None:
    here = long_thread(["要红色的", *(f"第{n}条" for n in range(150))])
    first = services.conversations.after(here, (0, b""))[0]
    desk.view.open_item((here, first.id))
    view = desk.view.thread_view
    number = view.model.row_of(first.id)
    assert number >= 0
    area = view.list.visualRect(view.model.index(number))
    assert view.list.viewport().rect().intersects(area)


def test_commands_have_distinct_keys(desk: Desk, context: UiContext) -> None:
    keys = [command.keys for command in context.commands.all() if command.keys]
    assert len(keys) == len(set(keys))
    assert "Ctrl+J" in keys


def test_every_control_has_a_name(desk: Desk, say: Say) -> None:
    from PySide6.QtWidgets import QAbstractButton, QLineEdit, QListView, QPlainTextEdit

    desk.view.open_conversation(say().conversation_id)
    controls = [
        control
        for kind in (QAbstractButton, QLineEdit, QListView, QPlainTextEdit)
        for control in desk.view.findChildren(kind)
        if control.isVisible() and not isinstance(control.parent(), QLineEdit)
    ]
    nameless = [
        control
        for control in controls
        if not control.accessibleName() and not getattr(control, "text", str)()
    ]
    assert nameless == []


def test_a_draft_left_in_a_crash_is_there_again(
    desk: Desk, context: UiContext, say: Say, services: Services
) -> None:
    here = say().conversation_id
    services.conversations.save_draft(here, DraftKind.REPLY, "昨天没发完的")
    desk.view.open_conversation(here)
    assert desk.text == "昨天没发完的"


def test_after_a_restart_one_is_where_one_was(
    desk: Desk, context: UiContext, say: Say, services: Services
) -> None:
    say(visitor="other")
    here = say().conversation_id
    desk.view.open_conversation(here)
    desk.view.composer.edit.setPlainText("还没发的")
    desk.view.flush()
    again = DeskView(context)
    desk.qtbot.addWidget(again)
    again.show()
    desk.qtbot.waitUntil(lambda: again.conversation is not None)
    assert again.conversation is not None
    assert again.conversation.conversation_id == here
    assert again.composer.edit.toPlainText() == "还没发的"
    services.conversations.close(here)
    later = DeskView(context)
    desk.qtbot.addWidget(later)
    later.show()
    desk.settle()
    assert later.conversation is None


def test_nobody_comes_back_to_a_colleagues_customer(
    desk: Desk, context: UiContext, say: Say, services: Services
) -> None:
    desk.view.open_conversation(say().conversation_id)
    desk.view.flush()
    services.staff.sign_in_as(services.staff.add("wang", "小王", Role.AGENT, "passw0rd!").id)
    again = DeskView(context)
    desk.qtbot.addWidget(again)
    again.show()
    desk.settle()
    assert again.conversation is None


def test_notices_hang_over_the_thread_not_over_composer_or_inbox(desk: Desk, say: Say) -> None:
    desk.view.open_conversation(say().conversation_id)
    desk.settle()
    place = desk.view.notice_place()
    assert place is desk.view.thread_view
    assert not place.isAncestorOf(desk.view.composer)
