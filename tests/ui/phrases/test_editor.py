"""Writing a phrase: what is wrong is shown at once, what is right is saved."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.phrases import Group, PhraseContext, PhraseText, PhraseView, Scope
from app.services import Services
from db.models import Role
from tests.ui.windows import Window
from ui.phrases.editor import PhraseEditor


@pytest.fixture
def editor(qtbot: QtBot, window: Window, greetings: Group) -> PhraseEditor:
    made = PhraseEditor(window.context)
    qtbot.addWidget(made)
    made.show()
    return made


def phrase(services: Services, code: str) -> PhraseView:
    return services.phrases.get(services.phrases.find(code)[0].id)


def write(editor: PhraseEditor, text: str, code: str = "", title: str = "") -> None:
    editor.form.text.setPlainText(text)
    editor.form.code.setText(code)
    editor.form.title.setText(title)
    editor.form.check()


def test_a_new_phrase_is_saved_into_the_first_group(
    editor: PhraseEditor, services: Services, window: Window
) -> None:
    saved: list[PhraseView] = []
    editor.saved.connect(saved.append)
    write(editor, "今天发货", "fh", "发货")
    editor.save()
    assert saved == [phrase(services, "fh")]
    assert saved[0].group == "接待"
    assert not editor.dirty()
    assert window.texts() == ["短语已保存"]


def test_a_phrase_keeps_its_group_when_it_is_changed(
    editor: PhraseEditor, services: Services
) -> None:
    other = services.phrases.groups.create("物流", Scope.SHOP)
    view = services.phrases.add(PhraseText(other.id, "查件", "cj"))
    editor.show_groups()
    editor.show_phrase(view)
    write(editor, "帮您查件", "cj")
    QTest.keyClick(editor.form.code, Qt.Key.Key_Return)
    assert services.phrases.get(view.id).group == "物流"
    assert services.phrases.get(view.id).text == "帮您查件"


def test_a_code_somebody_has_is_marked_but_can_be_saved(
    editor: PhraseEditor, services: Services
) -> None:
    write(editor, "另一句", "ZK")
    assert "在的" in editor.form.twins.text()
    assert editor.form.code.property("state") == "error"
    editor.save()
    assert len(services.phrases.twins("zk")) == 2


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{客户}好", "客户"),
        ("{客户称呼|亲", "闭合"),
        ("你好}", "缺少"),
        ("{客户称呼|亲}好", ""),
    ],
)
def test_a_broken_variable_is_named(editor: PhraseEditor, text: str, fault: str) -> None:
    write(editor, text)
    assert fault in editor.form.fault.text()
    assert bool(editor.form.fault.text()) == bool(fault)


def test_a_broken_variable_has_a_red_wave_behind_an_emoji_too(editor: PhraseEditor) -> None:
    write(editor, "😊{客户}")
    formats = editor.form.text.document().firstBlock().layout().formats()
    assert [(f.start, f.length) for f in formats] == [(2, 4)]


def test_the_preview_reads_as_the_customer_will_read_it(editor: PhraseEditor) -> None:
    write(editor, "在的{客户称呼|亲}")
    assert editor.form.preview.text() == "在的王女士"
    editor.show_case(PhraseContext(customer="小美"))
    assert editor.form.preview.text() == "在的小美"


def test_a_variable_of_the_menu_goes_in_at_the_cursor(editor: PhraseEditor) -> None:
    write(editor, "在的，请问")
    editor.form.text.moveCursor(editor.form.text.textCursor().MoveOperation.Start)
    editor.form.variables.menu().actions()[0].trigger()
    assert editor.form.text.toPlainText() == "{客户称呼|亲}在的，请问"


def test_cancel_brings_back_what_was_saved(editor: PhraseEditor, services: Services) -> None:
    editor.show_phrase(phrase(services, "sd"))
    write(editor, "改了", "sd")
    assert editor.dirty()
    editor.revert()
    assert editor.form.text.toPlainText() == "请稍等，我看一下。"
    assert not editor.dirty()


def test_what_is_being_written_is_not_overwritten_by_a_refresh(
    editor: PhraseEditor, services: Services
) -> None:
    view = phrase(services, "sd")
    editor.show_phrase(view)
    write(editor, "写到一半", "sd")
    editor.show_phrase(view)
    assert editor.form.text.toPlainText() == "写到一半"


def test_an_error_is_shown_at_its_field(editor: PhraseEditor) -> None:
    write(editor, "好的", "a b")
    editor.save()
    assert "20" in editor._trouble.text()
    assert editor.form.code.property("state") == "error"


def test_an_agent_reads_shop_phrases_and_copies_them(
    qtbot: QtBot, services: Services, window: Window, greetings: Group
) -> None:
    view = phrase(services, "zk")
    services.staff.add("agent", "客服", Role.AGENT, "passw0rd!")
    services.staff.sign_in("agent", "passw0rd!")
    editor = PhraseEditor(window.context)
    qtbot.addWidget(editor)
    editor.show_phrase(view)
    assert editor.form.text.isReadOnly()
    assert editor._save.isHidden()
    editor.copy_to_mine()
    (copy,) = services.phrases.twins("zk", besides=view.id)
    assert copy.scope is Scope.MINE
    assert copy.text == view.text


def test_the_first_phrase_of_a_shop_makes_a_group(
    qtbot: QtBot, services: Services, window: Window
) -> None:
    editor = PhraseEditor(window.context)
    qtbot.addWidget(editor)
    write(editor, "你好", "nh")
    editor.save()
    assert phrase(services, "nh").group == "常用"


def test_an_english_phrase_is_previewed_with_an_english_sample(editor: PhraseEditor) -> None:
    editor.form.language.setCurrentIndex(editor.form.language.findData("en"))
    write(editor, "Dear {customer|there}, {carrier} has it.")
    assert editor.form.preview.text() == "Dear Ms Wang, YTO Express has it."
