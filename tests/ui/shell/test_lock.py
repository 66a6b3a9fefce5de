"""Behind the lock nothing of the shop stays in reach, and nothing typed is lost."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QMenu, QWidget
from pytestqt.qtbot import QtBot

from app.services import Services
from ui.jobs import Jobs
from ui.shell.lock import LockPage, bring_back, put_aside


def test_windows_beside_the_desk_are_put_aside_and_come_back(qtbot: QtBot) -> None:
    window, beside, question, menu = QWidget(), QDialog(), QDialog(), QMenu()
    question.setModal(True)
    menu.addAction("x")
    for widget in (window, beside, question, menu):
        qtbot.addWidget(widget)
        widget.show()
    aside = put_aside(window)
    assert window.isVisible()
    assert not any(widget.isVisible() for widget in (beside, question, menu))
    bring_back(aside)
    assert beside.isVisible()
    assert not question.isVisible()
    assert not menu.isVisible()


def test_the_return_key_guesses_no_faster_than_the_button(
    qtbot: QtBot, services: Services, jobs: Jobs
) -> None:
    page = LockPage(services.staff, jobs)
    qtbot.addWidget(page)
    page.show()
    QTest.keyClicks(page._password, "guess one")
    QTest.keyClick(page._password, Qt.Key.Key_Return)
    assert not page._unlock.isEnabled()
    with qtbot.assertNotEmitted(page.unlocked):
        QTest.keyClicks(page._password, "passw0rd!")
        QTest.keyClick(page._password, Qt.Key.Key_Return)
