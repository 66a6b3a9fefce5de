"""Behind the lock nothing of the shop stays in reach, and nothing typed is lost."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QMenu, QWidget
from pytestqt.qtbot import QtBot

from app.services import Services
from db.models import Role
from ui.jobs import Jobs
from ui.shell.lock import LockPage, bring_back, put_aside
from ui.shell.sign_in import SignInPage


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


def test_the_arrows_choose_who_signs_in_from_the_field_of_the_password(
    qtbot: QtBot, services: Services, jobs: Jobs
) -> None:
    for login in ("mei", "lan"):
        services.staff.add(login, login, Role.AGENT, "passw0rd!")
    page = SignInPage(services.staff, jobs, "Shop", services.staff.members())
    qtbot.addWidget(page)
    page.show()
    logins = [member.login for member in services.staff.members()]
    field = page._password.edit
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Down)
    QTest.keyClick(field, Qt.Key.Key_Down)
    assert page.login() == logins[2]
    page._people.setFocus()
    QTest.keyClick(page._people, Qt.Key.Key_Up)
    QTest.keyClick(page._people, Qt.Key.Key_Up)
    assert page.login() == logins[0]
    assert page.focusWidget() is page._people
    QTest.keyClick(page._people, Qt.Key.Key_Return)
    assert page.focusWidget() is field
