"""A shop's administrator adds people and tags in the settings."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from db.models import Role
from ui.settings.staff import StaffPage
from ui.settings.tags import TagsPage
from ui.shell.plugs import UiContext


def test_a_new_agent_can_sign_in(qtbot: QtBot, context: UiContext) -> None:
    page = StaffPage(context)
    qtbot.addWidget(page)
    page.form.name.setText("陈小北")
    page.form.login.setText("xiaobei")
    page.form.password.setText("passw0rd!")
    QTest.mouseClick(page.form.wanted, Qt.MouseButton.LeftButton)
    assert context.services.staff.sign_in("xiaobei", "passw0rd!").name == "陈小北"


def test_a_weak_password_is_explained_and_nothing_is_lost(qtbot: QtBot, context: UiContext) -> None:
    page = StaffPage(context)
    qtbot.addWidget(page)
    page.form.name.setText("陈小北")
    page.form.login.setText("xiaobei")
    page.form.password.setText("123")
    QTest.mouseClick(page.form.wanted, Qt.MouseButton.LeftButton)
    assert page.form.name.text() == "陈小北"
    assert not page.form.trouble.isHidden()


def test_a_form_left_empty_says_which_field_is_missing(qtbot: QtBot, context: UiContext) -> None:
    page = StaffPage(context)
    qtbot.addWidget(page)
    page.show()
    page.form.name.setText("陈小北")
    page.form.wanted.click()
    assert not page.form.trouble.isHidden()
    assert page.focusWidget() is page.form.login


def test_groups_and_tags_are_made_by_typing_and_enter(qtbot: QtBot, context: UiContext) -> None:
    page = TagsPage(context)
    qtbot.addWidget(page)
    page.new_group.setText("风格")
    QTest.keyClick(page.new_group, Qt.Key.Key_Return)
    new = next(e for e in page.findChildren(QLineEdit) if "风格" in e.accessibleName())
    new.setText("议价型")
    QTest.keyClick(new, Qt.Key.Key_Return)
    (group,) = context.services.tags.groups()
    assert (group.name, [t.name for t in group.tags]) == ("风格", ["议价型"])


def test_tag_after_tag_is_added_without_leaving_the_keyboard(
    qtbot: QtBot, context: UiContext
) -> None:
    context.services.tags.add_group("风格")
    page = TagsPage(context)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitExposed(page)

    def field() -> QLineEdit:
        found = page.focusWidget()
        assert isinstance(found, QLineEdit)
        return found

    next(e for e in page.findChildren(QLineEdit) if "风格" in e.accessibleName()).setFocus()
    for name in ("aa", "bb"):
        QTest.keyClicks(field(), name)
        QTest.keyClick(field(), Qt.Key.Key_Return)
        assert field().text() == ""
    QTest.keyClicks(field(), "half")
    page._refresh()  # as when a colleague changes a tag meanwhile
    assert field().text() == "half"
    (group,) = context.services.tags.groups()
    assert [tag.name for tag in group.tags] == ["aa", "bb"]


def test_a_new_password_for_somebody_leaves_the_form_of_a_newcomer_alone(
    qtbot: QtBot, context: UiContext
) -> None:
    context.services.staff.add("wang", "小王", Role.AGENT, "passw0rd!")
    page = StaffPage(context)
    qtbot.addWidget(page)
    page.form.name.setText("陈小北")
    edit = next(e for e in page.findChildren(QLineEdit) if "小王" in e.accessibleName())
    edit.setText("another one")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert page.form.name.text() == "陈小北"
    assert context.services.staff.sign_in("wang", "another one").login == "wang"
