"""What replies are checked for is the shop's own to set."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from app.language import Level, OwnWord
from app.services import Services
from ui.settings.wording import WordingPage
from ui.shell.plugs import UiContext


@pytest.fixture
def page(qtbot: QtBot, context: UiContext, english: None) -> WordingPage:
    made = WordingPage(context)
    qtbot.addWidget(made)
    made.show()
    return made


def level(page: WordingPage, name: str) -> QComboBox:
    return next(box for box in page.findChildren(QComboBox) if box.accessibleName() == name)


def choose(box: QComboBox, wanted: Level) -> None:
    box.setCurrentIndex(box.findData(str(wanted)))
    box.activated.emit(box.currentIndex())


def test_a_pack_is_made_milder_and_the_check_switched_off(
    page: WordingPage, services: Services
) -> None:
    choose(level(page, "Abuse and mockery"), Level.HINT)
    assert services.language.check("闭嘴")[0].level is Level.HINT
    page.findChildren(QCheckBox)[0].click()
    assert services.language.check("闭嘴") == []


def test_own_words_are_added_changed_and_removed_by_keyboard(
    page: WordingPage, services: Services
) -> None:
    page.new_word.setText("清仓")
    QTest.keyClick(page.new_word, Qt.Key.Key_Return)
    instead = next(f for f in page.findChildren(QLineEdit) if "清仓" in f.accessibleName())
    instead.setText("活动")
    instead.setModified(True)
    QTest.keyClick(instead, Qt.Key.Key_Return)
    choose(level(page, "Level of “清仓”"), Level.BLOCK)
    assert services.language.own_words() == [OwnWord("清仓", Level.BLOCK, "活动")]
    away = next(b for b in page.findChildren(QPushButton) if "清仓" in b.accessibleName())
    QTest.keyClick(away, Qt.Key.Key_Space)
    assert services.language.own_words() == []


def test_a_word_that_stands_already_is_refused_in_words(page: WordingPage) -> None:
    for _again in range(2):
        page.new_word.setText("清仓")
        QTest.keyClick(page.new_word, Qt.Key.Key_Return)
    assert "twice" in page._told.text()


def test_a_reply_can_be_tried(page: WordingPage) -> None:
    page.trial.setText("这不归我管")
    assert "Warn" in page.found.text()
    page.trial.setText("好的亲")
    assert "Nothing" in page.found.text()
