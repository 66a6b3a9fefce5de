"""Real chats in the window: brought in, answered by keyboard, judged; exported in a real shop."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.services import Services
from app.training.real_chats import RealChat, Turn, pack
from db.ids import new_id
from db.models import Author, Conversation, Message
from tests.school import School
from tests.ui.conftest import InlineJobs
from tests.ui.training.conftest import Window
from ui.shell.commands import Commands
from ui.shell.notices import Notices
from ui.shell.plugs import UiContext
from ui.store_watcher import StoreWatcher
from ui.training.chats_export import ChatsExport
from ui.training.chats_page import ChatsPage

CHAT = RealChat(
    "穿什么码",
    "taobao",
    (
        Turn(("穿什么码",), ("您好，身高体重多少呢？",)),
        Turn(("170，65公斤",), ("建议您选L码", "祝您购物愉快")),
    ),
)


@pytest.fixture
def practice(school: School) -> Services:
    """The practice shop with its supervisor at the desk."""
    return school.sit(school.boss)


@pytest.fixture
def page(practice: Services, window: Window) -> ChatsPage:
    assert practice.home.practice
    return window(ChatsPage)


def bring(page: ChatsPage, tmp_path: Path) -> None:
    file = tmp_path / "chats.json"
    file.write_bytes(pack([CHAT]))
    page.take([str(file)])


def words(page: ChatsPage) -> str:
    return "\n".join(label.text() for label in page.player.findChildren(QLabel))


def test_an_empty_list_says_where_chats_come_from(page: ChatsPage) -> None:
    assert page._shown.currentWidget() is page._empty
    assert not page.answer.isEnabled()


def test_a_chat_is_answered_by_keyboard_and_judged(page: ChatsPage, tmp_path: Path) -> None:
    bring(page, tmp_path)
    page.answer.click()
    assert "建议您选L码" not in words(page)
    field = page.player.field
    assert field.hasFocus()
    assert page.player._foot.height() < page.player._scroll.height() / 2
    for text in ("不知道，自己看", "建议您选L码哦"):
        field.setPlainText(text)
        QTest.keyClick(field, Qt.Key.Key_Return)
    said = words(page)
    for wanted in ("您好，身高体重多少呢？", "不知道", "祝您购物愉快", "问身高体重"):
        assert wanted in said
    assert not page.player._foot.isVisible()
    page.player.back.click()
    (row,) = page._rows
    assert row.tries == 1
    assert row.best is not None


def test_one_goes_on_where_one_left(page: ChatsPage, tmp_path: Path) -> None:
    bring(page, tmp_path)
    page.answer.click()
    page.player.field.setPlainText("您好")
    page.player.send()
    page.player.back.click()
    page.answer.click()
    assert "您好，身高体重多少呢？" in words(page)


def test_blank_answers_are_not_sent(page: ChatsPage, tmp_path: Path) -> None:
    bring(page, tmp_path)
    page.answer.click()
    page.player.field.setPlainText("  \n")
    page.player.send()
    assert "您好，身高体重多少呢？" not in words(page)


def test_who_trains_nobody_brings_nothing_in(school: School, window: Window) -> None:
    school.sit(school.mei)
    made = window(ChatsPage)
    assert not made.bring.isVisible()
    assert not made.remove.isVisible()


def test_a_real_shop_writes_masked_chats(
    qtbot: QtBot, services: Services, jobs: InlineJobs, store: StoreWatcher, tmp_path: Path
) -> None:
    with services.db.write() as session:
        talk = Conversation(
            channel="web",
            account="s",
            external_id="1",
            customer_id=new_id(),
            status="closed",
            opened_at=1,
        )
        session.add(talk)
        session.flush()
        said = (
            ("customer", "电话13912345678"),
            ("agent", "好的"),
            ("customer", "谢谢"),
            ("agent", "再见"),
        )
        for at, (author, text) in enumerate(said):
            session.add(
                Message(conversation_id=talk.id, author=Author(author), text=text, at=at + 1)
            )
    part = ChatsExport(UiContext(services, jobs, store, Notices(), Commands(), lambda *_: None))
    qtbot.addWidget(part)
    file = tmp_path / "out.json"
    part.write(str(file))
    document = msgspec.json.decode(file.read_bytes())
    assert document["chats"][0]["turns"][0]["customer"] == ["电话【电话】"]
    assert part.button.isEnabled()
