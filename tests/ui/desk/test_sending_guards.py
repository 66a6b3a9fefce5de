"""The guards as an agent meets them: a sentence over the field, one more Enter, never a dialog."""

from PySide6.QtCore import Qt

from app.conversations import MessageState
from app.services import Services
from db.models import Role
from tests.ui.desk.conftest import Desk, Say


def sent(services: Services, here: bytes) -> list[str]:
    return [m.text for m in services.conversations.thread(here) if m.staff_id]


def test_an_unfilled_variable_stays_until_it_is_filled(
    desk: Desk, say: Say, services: Services
) -> None:
    here = say().conversation_id
    desk.view.open_conversation(here)
    desk.type("单号是{快递单号}")
    desk.enter()
    desk.enter()
    assert "{快递单号}" in desk.notice
    assert sent(services, here) == []
    assert desk.text == "单号是{快递单号}"


def test_another_customers_name_is_asked_about_once(
    desk: Desk, say: Say, services: Services
) -> None:
    here, there = say(visitor="王小明").conversation_id, say(visitor="李晓红").conversation_id
    desk.view.open_conversation(there)
    desk.view.open_conversation(here)
    desk.type("李晓红您好")
    desk.enter()
    assert "李晓红" in desk.notice
    assert sent(services, here) == []
    desk.enter()
    assert sent(services, here) == ["李晓红您好"]
    assert desk.notice == ""


def test_a_changed_text_is_checked_anew(desk: Desk, say: Say, services: Services) -> None:
    here, there = say(visitor="王小明").conversation_id, say(visitor="李晓红").conversation_id
    desk.view.open_conversation(there)
    desk.view.open_conversation(here)
    desk.type("李晓红您好")
    desk.enter()
    desk.type("！")
    assert desk.notice == ""
    desk.enter()
    assert desk.notice
    assert sent(services, here) == []


def test_a_message_that_came_in_meanwhile_is_shown_first(
    desk: Desk, say: Say, services: Services
) -> None:
    here = say("要红色").conversation_id
    desk.view.open_conversation(here)
    desk.type("红色有货")
    say("改要蓝色")
    desk.settle()
    desk.enter()
    assert desk.notice
    assert sent(services, here) == []
    desk.enter()
    assert sent(services, here) == ["红色有货"]


def test_what_came_before_the_first_letter_needs_no_second_enter(
    desk: Desk, say: Say, services: Services
) -> None:
    here = say("要红色").conversation_id
    desk.view.open_conversation(here)
    say("改要蓝色")
    desk.settle()
    desk.type("蓝色有货")
    desk.enter()
    assert sent(services, here) == ["蓝色有货"]


def test_escape_hides_the_notice_and_keeps_the_text(desk: Desk, say: Say) -> None:
    desk.view.open_conversation(say().conversation_id)
    desk.type("{a}")
    desk.enter()
    desk.press(Qt.Key.Key_Escape)
    assert desk.notice == ""
    assert desk.text == "{a}"


def test_a_text_that_could_not_be_sent_comes_back(desk: Desk, say: Say, services: Services) -> None:
    here = say().conversation_id
    desk.view.open_conversation(here)
    desk.type("啊" * 10_001)
    desk.enter()
    assert desk.text == "啊" * 10_001
    assert desk.notice
    desk.view.composer.edit.replace_all("")


def test_a_failed_message_goes_out_again_by_a_click(
    desk: Desk, say: Say, services: Services
) -> None:
    here = say().conversation_id
    desk.view.open_conversation(here)
    desk.type("在的")
    desk.enter()
    message = services.conversations.thread(here)[-1]
    services.conversations.set_state([message.id], MessageState.FAILED, "timeout")
    desk.settle()
    desk.view.thread_view.list.retry_clicked.emit(message)
    assert services.conversations.thread(here)[-1].state is MessageState.QUEUED


def test_a_colleague_who_answered_first_is_named(desk: Desk, say: Say, services: Services) -> None:
    here = say("要红色").conversation_id
    desk.view.open_conversation(here)
    desk.type("红色有货")
    me = services.staff.current
    assert me is not None
    colleague = services.staff.add("xiaowang", "王芳", Role.AGENT, "passw0rd!", "小王")
    services.staff.sign_in_as(colleague.id)
    services.conversations.send(here, "亲，红色有的")
    services.staff.sign_in_as(me.id)
    desk.enter()
    assert "小王" in desk.notice
    assert sent(services, here) == ["亲，红色有的"]
    desk.enter()
    assert sent(services, here) == ["亲，红色有的", "红色有货"]


def test_what_came_before_the_words_were_begun_anew_holds_nothing(
    desk: Desk, say: Say, services: Services
) -> None:
    here = say("要红色").conversation_id
    desk.view.open_conversation(here)
    desk.type("/jsq")
    say("还是蓝色吧")
    desk.settle()
    desk.view.composer.edit.clear()
    desk.type("好的，蓝色")
    desk.enter()
    assert sent(services, here) == ["好的，蓝色"]
