"""The language check while one writes: shown beside the words, never in the way of typing."""

import pytest
from PySide6.QtCore import Qt

from app.language import Level
from app.services import Services
from tests.ui.desk.conftest import Desk, Say, commit, compose
from ui.desk.wording import Wording


@pytest.fixture
def wording(desk: Desk, say: Say) -> Wording:
    desk.view.open_conversation(say().conversation_id)
    return desk.view.composer.wording


def waves(desk: Desk) -> list[str]:
    marks = desk.view.composer.edit.extraSelections()
    return [mark.cursor.selectedText() for mark in marks]


def test_wording_is_marked_and_another_offered(desk: Desk, wording: Wording) -> None:
    desk.type("😀 这不归我管，您等等")
    assert waves(desk) == []  # not while one is typing
    wording.look()
    assert waves(desk) == ["不归我管"]
    assert "推脱" in wording.bar.text()
    assert "联系负责的同事" in wording.bar.text()


def test_the_other_wording_replaces_the_clause_and_can_be_undone(
    desk: Desk, wording: Wording
) -> None:
    desk.type("您好，这不归我管！")
    wording.look()
    wording.take()
    assert desk.text == "您好，这件事我来帮您联系负责的同事，有结果第一时间告诉您。"
    assert wording.current() is None
    assert wording.bar.isHidden()
    desk.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert desk.text == "您好，这不归我管！"


def test_nothing_is_said_while_an_input_method_composes(desk: Desk, wording: Wording) -> None:
    desk.type("闭嘴")
    compose(desk.view.composer.edit, "ba")
    wording.look()
    assert waves(desk) == []
    commit(desk.view.composer.edit, "吧")
    wording.look()
    assert waves(desk) == ["闭嘴"]


def test_a_warning_is_sent_by_a_second_enter_a_block_never(
    desk: Desk, say: Say, wording: Wording
) -> None:
    desk.type("这款质量最好的")
    desk.enter()
    assert "广告法" in desk.view.composer.bar.text()
    desk.enter()
    desk.settle()
    assert desk.thread[-1] == "这款质量最好的"
    desk.type("少废话")
    desk.enter()
    desk.enter()
    desk.settle()
    assert desk.text == "少废话"
    assert desk.thread[-1] == "这款质量最好的"


def test_a_hint_holds_nothing_back(desk: Desk, wording: Wording) -> None:
    desk.type("这个真的办不了")
    wording.look()
    assert not wording.bar.isHidden()
    desk.enter()
    desk.settle()
    assert desk.thread[-1] == "这个真的办不了"
    assert wording.bar.isHidden()


def test_what_was_left_is_not_named_again_but_a_block_is(desk: Desk, wording: Wording) -> None:
    desk.type("我也没办法")
    wording.look()
    wording.leave()
    assert wording.bar.isHidden()
    desk.type("，闭嘴")
    wording.look()
    assert waves(desk) == ["闭嘴"]
    assert wording.bar.cross.isHidden()


def test_notes_for_colleagues_are_not_looked_at(desk: Desk, wording: Wording) -> None:
    desk.view.composer.to_note()
    desk.type("客户说闭嘴")
    wording.look()
    assert waves(desk) == []


def test_a_pack_switched_off_says_nothing(desk: Desk, wording: Wording, services: Services) -> None:
    services.language.set_level("abuse", Level.OFF)
    desk.type("闭嘴")
    wording.look()
    assert waves(desk) == []


def test_a_place_left_open_in_an_offered_wording_is_held(
    desk: Desk, say: Say, wording: Wording
) -> None:
    desk.type("亲，保证不漏水")
    wording.look()
    wording.take()
    assert desk.view.composer.edit.textCursor().selectedText() == "……"
    desk.enter()
    assert "这款的保养方法是……" in desk.view.composer.bar.text()
    assert desk.text
    desk.type("每周擦一次")
    desk.enter()
    assert desk.text == ""


def test_an_ellipsis_of_ones_own_is_no_open_place(services: Services) -> None:
    assert services.language.unfilled("好的……我看一下，预计……") == []
    assert services.language.unfilled("现在的活动价是99元，活动到今晚结束。") == []
