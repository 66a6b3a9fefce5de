"""Writing: Enter, drafts, composition, phrases, files, notes."""

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, Qt, QUrl
from PySide6.QtGui import QFocusEvent, QImage
from PySide6.QtWidgets import QApplication, QFileDialog

from app.conversations import DraftKind, MessageKind
from app.conversations.settings import ENTER_SENDS
from app.services import Services
from tests.ui.desk.conftest import Desk, Picker, Say, commit, compose
from ui.desk.phrase_trigger import opens


def picker(desk: Desk) -> Picker:
    found = desk.view.composer._picker
    assert isinstance(found, Picker)
    return found


def test_enter_sends_and_the_field_is_empty(desk: Desk, say: Say) -> None:
    here = say().conversation_id
    desk.view.open_conversation(here)
    desk.type("在的，亲")
    desk.enter()
    desk.settle()
    assert desk.text == ""
    assert desk.thread == ["在吗", "在的，亲"]


def test_control_enter_breaks_the_line(desk: Desk, say: Say) -> None:
    desk.view.open_conversation(say().conversation_id)
    desk.type("第一行\n第二行")
    assert desk.text == "第一行\n第二行"


def test_the_keys_can_be_swapped(desk: Desk, say: Say, services: Services) -> None:
    here = say().conversation_id
    services.settings.set(ENTER_SENDS, False)
    desk.settle()
    desk.view.open_conversation(here)
    desk.view.composer.read_settings()
    commit(desk.view.composer.edit, "在的")
    desk.enter()
    assert desk.text == "在的\n"
    desk.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert services.conversations.thread(here)[-1].text == "在的"


def test_enter_that_commits_a_composition_sends_nothing(
    desk: Desk, say: Say, services: Services
) -> None:
    here = say().conversation_id
    desk.view.open_conversation(here)
    desk.type("您好")
    compose(desk.view.composer.edit, "zai de")
    desk.enter()
    assert len(services.conversations.thread(here)) == 1
    commit(desk.view.composer.edit, "在的")
    assert desk.text.startswith("您好")
    desk.enter()
    assert len(services.conversations.thread(here)) == 2


def test_drafts_stay_with_their_conversation(desk: Desk, say: Say) -> None:
    one, two = say(visitor="小王").conversation_id, say(visitor="小李").conversation_id
    desk.view.open_conversation(one)
    desk.type("给小王的")
    desk.view.open_conversation(two)
    assert desk.text == ""
    desk.type("给小李的")
    desk.view.open_conversation(one)
    assert desk.text == "给小王的"
    desk.view.open_conversation(two)
    assert desk.text == "给小李的"


def test_a_draft_is_in_the_database_a_moment_after_typing(
    desk: Desk, say: Say, services: Services
) -> None:
    here = say().conversation_id
    desk.view.open_conversation(here)
    desk.type("写到一半")
    desk.qtbot.wait(400)
    draft = services.conversations.draft(here, DraftKind.REPLY)
    assert draft is not None
    assert draft.text == "写到一半"


def test_closing_the_desk_keeps_what_was_typed_last(
    desk: Desk, say: Say, services: Services
) -> None:
    here = say().conversation_id
    desk.view.open_conversation(here)
    desk.type("刚打的字")
    desk.view.hide()
    draft = services.conversations.draft(here, DraftKind.REPLY)
    assert draft is not None
    assert draft.text == "刚打的字"


def test_a_note_has_its_own_text_and_never_reaches_the_customer(
    desk: Desk, say: Say, services: Services
) -> None:
    here = say().conversation_id
    desk.view.open_conversation(here)
    desk.type("亲，")
    desk.view.composer.toggle_note()
    assert desk.text == ""
    desk.type("爱砍价")
    desk.enter()
    last = services.conversations.thread(here)[-1]
    assert (last.kind, last.text) == (MessageKind.NOTE, "爱砍价")
    desk.view.composer.toggle_note()
    assert desk.text == "亲，"


# --- phrases ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("/", True), ("您好 /", True), ("您好/", True), ("您好，、", True), ("、", True),
        ("／", True), ("红色、", False), ("https:/", False), ("1/", False), ("12月/", True),
    ],
)  # fmt: skip
def test_what_opens_the_phrases(text: str, wanted: bool) -> None:
    assert opens(text, len(text)) is wanted


@pytest.mark.parametrize("trigger", "/、／")
def test_a_phrase_is_found_by_what_is_typed_and_replaces_it_at_the_cursor(
    desk: Desk, say: Say, trigger: str
) -> None:
    desk.view.open_conversation(say().conversation_id)
    desk.type("您好 ")
    desk.type(trigger)
    desk.type("zd")
    assert picker(desk).query == "zd"
    desk.enter()
    assert desk.text == "您好 亲，在的"


def test_the_cursor_goes_where_the_phrase_wants_it(desk: Desk, say: Say) -> None:
    desk.view.open_conversation(say().conversation_id)
    desk.type("/")
    picker(desk).pick("亲，单号是，请查收", 5)
    desk.type("SF1")
    assert desk.text == "亲，单号是SF1，请查收"


def test_escape_closes_the_phrases_and_keeps_the_text(desk: Desk, say: Say) -> None:
    desk.view.open_conversation(say().conversation_id)
    desk.type("/zd")
    desk.press(Qt.Key.Key_Escape)
    assert not picker(desk).is_open()
    assert desk.text == "/zd"


def test_a_word_that_finds_no_phrase_is_not_sent_at_once(
    desk: Desk, say: Say, services: Services
) -> None:
    here = say().conversation_id
    desk.view.open_conversation(here)
    picker(desk).finds = False
    desk.type("/")
    desk.type("zzz")
    desk.enter()
    assert desk.text == "/zzz"
    assert "zzz" in desk.view.composer.bar.text()
    desk.enter()
    assert [m.text for m in services.conversations.thread(here)][-1] == "/zzz"


def test_a_line_that_comes_while_pinyin_is_composed_is_asked_about(desk: Desk, say: Say) -> None:
    desk.view.open_conversation(say().conversation_id)
    compose(desk.view.composer.edit, "zai")
    say("还在吗")
    commit(desk.view.composer.edit, "在的")
    desk.enter()
    assert desk.text == "在的"
    assert desk.notice


def test_a_slash_within_words_holds_nothing_back(desk: Desk, say: Say, services: Services) -> None:
    here = say().conversation_id
    desk.view.open_conversation(here)
    picker(desk).finds = False
    desk.type("是/")
    desk.type("否")
    assert picker(desk).is_open()
    desk.enter()
    assert [m.text for m in services.conversations.thread(here)][-1] == "是/否"


def test_the_phrases_go_when_the_desk_is_covered_or_the_field_is_left(desk: Desk, say: Say) -> None:
    desk.view.open_conversation(say().conversation_id)
    edit = desk.view.composer.edit
    desk.type("/zd")
    desk.view.hide()
    assert not picker(desk).is_open()
    desk.view.show()
    desk.type(" /")
    assert picker(desk).is_open()
    QApplication.sendEvent(edit, QFocusEvent(QEvent.Type.FocusOut, Qt.FocusReason.TabFocusReason))
    assert not picker(desk).is_open()
    desk.type(" /")
    away = QFocusEvent(QEvent.Type.FocusOut, Qt.FocusReason.ActiveWindowFocusReason)
    QApplication.sendEvent(edit, away)
    assert picker(desk).is_open()
    assert desk.text == "/zd / /"


def test_backspace_right_after_an_insertion_takes_it_back(desk: Desk, say: Say) -> None:
    desk.view.open_conversation(say().conversation_id)
    desk.type("/")
    desk.type("zd")
    desk.enter()
    desk.press(Qt.Key.Key_Backspace)
    assert desk.text == "/zd"


def test_backspace_after_typing_on_only_deletes_a_letter(desk: Desk, say: Say) -> None:
    desk.view.open_conversation(say().conversation_id)
    desk.type("/")
    desk.enter()
    desk.type("吗")
    desk.press(Qt.Key.Key_Backspace)
    assert desk.text == "亲，在的"


def test_letters_being_composed_only_look_up(desk: Desk, say: Say, services: Services) -> None:
    here = say().conversation_id
    desk.view.open_conversation(here)
    desk.type("、")
    compose(desk.view.composer.edit, "z d")
    assert picker(desk).query == "zd"
    desk.enter()
    assert picker(desk).is_open()
    assert len(services.conversations.thread(here)) == 1


# --- what else comes into the field -------------------------------------------------------


def test_a_panels_text_goes_in_at_the_cursor(desk: Desk, say: Say) -> None:
    desk.view.open_conversation(say().conversation_id)
    desk.type("单号，请查收")
    cursor = desk.view.composer.edit.textCursor()
    cursor.setPosition(2)
    desk.view.composer.edit.setTextCursor(cursor)
    desk.settle()
    desk.view.side.text_offered.emit("SF123")
    assert desk.text == "单号SF123，请查收"


def test_a_panel_that_still_shows_the_customer_before_offers_nothing(desk: Desk, say: Say) -> None:
    desk.view.open_conversation(say(visitor="小李").conversation_id)
    desk.settle()
    desk.view.open_conversation(say(visitor="小王").conversation_id)
    desk.view.side.text_offered.emit("小李的单号")
    assert desk.text == ""


def test_a_pasted_picture_waits_for_enter_and_goes_out_as_an_image(
    desk: Desk, say: Say, services: Services
) -> None:
    here = say().conversation_id
    desk.view.open_conversation(here)
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    data = QMimeData()
    data.setImageData(image)
    desk.view.composer.edit.insertFromMimeData(data)
    assert desk.view.composer.files.isVisible()
    desk.enter()
    last = services.conversations.thread(here)[-1]
    assert last.kind is MessageKind.IMAGE
    assert last.attachment_id is not None
    assert services.attachments.get(last.attachment_id).width == 40
    assert not desk.view.composer.files.isVisible()


def test_files_are_dropped_in_and_wrong_ones_refused(
    desk: Desk, say: Say, services: Services, tmp_path: Path
) -> None:
    here = say().conversation_id
    desk.view.open_conversation(here)
    good, bad = tmp_path / "尺码表.txt", tmp_path / "setup.exe"
    good.write_text("M 165", encoding="utf-8")
    bad.write_bytes(b"MZ")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(bad)), QUrl.fromLocalFile(str(good))])
    desk.view.composer.edit.insertFromMimeData(data)
    assert "setup.exe" in desk.notice
    desk.type("看这个")
    desk.enter()
    thread = services.conversations.thread(here)
    assert [m.text for m in thread] == ["在吗", "看这个", "尺码表.txt"]


def test_every_file_that_is_refused_is_named(desk: Desk, say: Say, tmp_path: Path) -> None:
    desk.view.open_conversation(say().conversation_id)
    (tmp_path / "a.exe").write_bytes(b"MZ")
    (tmp_path / "b.bat").write_bytes(b"@")
    (tmp_path / "c.txt").touch()
    names = ("a.exe", "b.bat", "c.txt", "gone.png")
    desk.view.composer._add_paths([str(tmp_path / name) for name in names])
    assert all(name in desk.notice for name in names)
    assert desk.notice.count("MP4") == 1
    assert desk.view.composer.files.files() == []


def test_files_chosen_for_one_customer_are_not_sent_to_another(
    desk: Desk, say: Say, tmp_path: Path
) -> None:
    one, two = say(visitor="小王").conversation_id, say(visitor="小李").conversation_id
    path = tmp_path / "a.txt"
    path.write_text("x")
    desk.view.open_conversation(one)
    desk.view.composer.choose_files()
    [dialog] = desk.view.composer.findChildren(QFileDialog)
    assert not dialog.isModal()
    desk.view.open_conversation(two)
    dialog.filesSelected.emit([str(path)])
    assert desk.view.composer.files.files() == []
    desk.view.open_conversation(one)
    dialog.filesSelected.emit([str(path)])
    assert [file.name for file in desk.view.composer.files.files()] == ["a.txt"]
    dialog.close()


def test_waiting_files_stay_with_their_conversation(desk: Desk, say: Say, tmp_path: Path) -> None:
    one, two = say(visitor="小王").conversation_id, say(visitor="小李").conversation_id
    path = tmp_path / "a.txt"
    path.write_text("x", encoding="utf-8")
    desk.view.open_conversation(one)
    desk.view.composer._add_paths([str(path)])
    desk.view.open_conversation(two)
    assert desk.view.composer.files.files() == []
    desk.view.open_conversation(one)
    assert len(desk.view.composer.files.files()) == 1


def test_pasted_markup_arrives_as_plain_text(desk: Desk, say: Say) -> None:
    desk.view.open_conversation(say().conversation_id)
    data = QMimeData()
    data.setHtml("<b>粗</b>")
    data.setText("粗")
    desk.view.composer.edit.insertFromMimeData(data)
    assert desk.text == "粗"


def test_the_customer_sees_that_somebody_types(desk: Desk, say: Say, services: Services) -> None:
    here = say().conversation_id
    desk.view.open_conversation(here)
    desk.type("亲")
    assert services.channels.presence.agent_typing(here)
    desk.enter()
    assert not services.channels.presence.agent_typing(here)


def test_an_emoji_is_found_by_a_word_and_inserted(desk: Desk, say: Say) -> None:
    desk.view.open_conversation(say().conversation_id)
    desk.view.composer.open_emoji()
    emoji = desk.view.composer._emoji
    assert emoji is not None
    emoji.box.setText("红心")
    assert emoji.grid.count() == 1, "the heart is in every font"
    emoji.box.returnPressed.emit()
    assert desk.text == "❤️"
    assert not emoji.isVisible()


def test_the_slash_of_the_button_does_not_stay(desk: Desk, say: Say) -> None:
    desk.view.open_conversation(say().conversation_id)
    desk.type("您好")
    desk.view.composer.open_phrases()
    assert picker(desk).is_open()
    desk.press(Qt.Key.Key_Escape)
    assert desk.text == "您好"


def test_phrases_open_and_insert_rightly_behind_an_emoji(desk: Desk, say: Say) -> None:
    desk.view.open_conversation(say().conversation_id)
    desk.type("🧧😀")
    desk.type("/")
    desk.type("zd")
    picker(desk).pick("😊亲，", 2)
    desk.type("您好")
    assert desk.text == "🧧😀😊亲您好，"
    desk.view.composer.edit.replace_all("")
