"""The side panel: browse, search, insert, write."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit, QTreeWidgetItem
from pytestqt.qtbot import QtBot

from app.conversations import ConversationContext
from app.phrases import Group, PhraseText
from app.services import Services
from tests.ui.windows import Window
from ui.phrases.panel import PhrasesPanel


@pytest.fixture
def panel(
    qtbot: QtBot, window: Window, greetings: Group, chat: ConversationContext
) -> PhrasesPanel:
    made = PhrasesPanel(window.context)
    qtbot.addWidget(made)
    made.resize(340, 600)
    made.show_conversation(chat)
    made.show()
    return made


@pytest.fixture
def offered(panel: PhrasesPanel) -> list[str]:
    texts: list[str] = []
    panel.text_offered.connect(texts.append)
    return texts


def lines(panel: PhrasesPanel) -> list[str]:
    return [
        item.text(0)
        for top in panel._tree.tops()
        for item in [top, *(children(top) if top.isExpanded() else [])]
    ]


def children(top: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    found = [top.child(number) for number in range(top.childCount())]
    return [item for item in found if item is not None]


def search(panel: PhrasesPanel, text: str) -> None:
    panel._search.setText(text)
    panel._search.search_now()


def test_groups_are_folded_until_opened(panel: PhrasesPanel) -> None:
    assert lines(panel) == ["接待"]
    panel._tree.tops()[0].setExpanded(True)
    assert lines(panel)[1] == "zk 在的 在的小美，请问有什么可以帮您？"
    assert len(lines(panel)) == 4


def test_a_search_shows_hits_filled_for_the_customer(panel: PhrasesPanel) -> None:
    search(panel, "zd")
    assert lines(panel) == ["zk 在的 在的小美，请问有什么可以帮您？"]
    search(panel, "没有的话")
    assert panel._stack.currentIndex() == 1


def test_enter_in_the_search_offers_the_best(panel: PhrasesPanel, offered: list[str]) -> None:
    search(panel, "sd")
    QTest.keyClick(panel._search, Qt.Key.Key_Return)
    assert offered == ["请稍等，我看一下。"]


def test_a_double_click_offers_and_counts(
    panel: PhrasesPanel, offered: list[str], services: Services
) -> None:
    panel._tree.tops()[0].setExpanded(True)
    panel._tree._on_double_click(children(panel._tree.tops()[0])[0])
    assert offered == ["在的小美，请问有什么可以帮您？"]
    assert services.phrases.get(services.phrases.find("zk")[0].id).uses == 1
    panel.reload()
    assert lines(panel)[:2] == ["常用短语", "zk 在的 在的小美，请问有什么可以帮您？"]


def test_the_keyboard_walks_from_search_to_list(
    panel: PhrasesPanel, offered: list[str], qtbot: QtBot
) -> None:
    panel.activateWindow()
    panel.focus_search()
    QTest.keyClick(panel._search, Qt.Key.Key_Down)
    QTest.keyClick(panel._tree, Qt.Key.Key_Return)
    assert panel._tree.tops()[0].isExpanded()
    QTest.keyClick(panel._tree, Qt.Key.Key_Down)
    QTest.keyClick(panel._tree, Qt.Key.Key_Return)
    assert offered == ["在的小美，请问有什么可以帮您？"]


def test_a_lacking_value_is_told(panel: PhrasesPanel) -> None:
    panel._tree.tops()[0].setExpanded(True)
    assert "运单号" in children(panel._tree.tops()[0])[1].toolTip(0)


def test_a_colleagues_new_phrase_shows_up(
    panel: PhrasesPanel, services: Services, greetings: Group
) -> None:
    panel._tree.tops()[0].setExpanded(True)
    services.phrases.add(PhraseText(greetings.id, "新来的", "xl"))
    assert "xl 新来的" in lines(panel)


def test_selected_text_becomes_a_phrase(
    panel: PhrasesPanel, window: Window, services: Services, qtbot: QtBot
) -> None:
    field = QPlainTextEdit("您好，请问要哪个颜色？", panel)
    field.show()
    panel.activateWindow()
    field.setFocus()
    field.selectAll()
    assert window.context.commands.run("phrases.save_selection")
    dialog = panel._dialog
    assert dialog is not None
    assert not dialog.isModal()
    assert dialog.editor.form.text.toPlainText() == "您好，请问要哪个颜色？"
    dialog.editor.form.code.setText("ys")
    dialog.editor.save()
    assert not dialog.isVisible()
    assert services.phrases.find("ys")[0].text == "您好，请问要哪个颜色？"


def test_a_phrase_is_edited_in_a_window_of_its_own(panel: PhrasesPanel, services: Services) -> None:
    panel.edit(services.phrases.find("zk")[0].id)
    dialog = panel._dialog
    assert dialog is not None
    assert dialog.editor.form.preview.text() == "在的小美，请问有什么可以帮您？"
    dialog._delete(services.phrases.get(services.phrases.find("zk")[0].id))
    assert [h.code for h in services.phrases.find("zk")] == []


def test_manage_goes_to_the_view(panel: PhrasesPanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.go_requested) as signal:
        panel._manage.click()
    assert signal.args == ["phrases", None]


def test_without_phrases_it_says_what_to_do(qtbot: QtBot, window: Window) -> None:
    panel = PhrasesPanel(window.context)
    qtbot.addWidget(panel)
    assert panel._stack.currentIndex() == 1
