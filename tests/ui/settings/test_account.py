"""Everybody changes their own names and password."""

import pytest
from pytestqt.qtbot import QtBot

from app.services import Services
from app.staff import WrongPassword
from db.models import Role
from ui.settings.account import AccountPage
from ui.shell.commands import Command
from ui.shell.plugs import UiContext


@pytest.fixture
def page(qtbot: QtBot, services: Services, context: UiContext) -> AccountPage:
    services.staff.add("wang", "小王", Role.TRAINEE, "first password")
    services.staff.sign_in("wang", "first password")
    made = AccountPage(context)
    qtbot.addWidget(made)
    return made


def fill(page: AccountPage, old: str, new: str, again: str) -> None:
    for field, text in ((page.old, old), (page.new, new), (page.again, again)):
        field.setText(text)
    page.change.click()


def test_names_are_kept_and_hold_at_once(page: AccountPage, services: Services) -> None:
    page.name.setText("王小北")
    page.reception.setText("小北")
    page.keep.click()
    assert services.staff.current is not None
    assert services.staff.current.shown_name == "小北"
    assert services.staff.current.role == Role.TRAINEE
    page.name.setText("  ")
    page.keep.click()
    assert not page.trouble.isHidden()
    assert services.staff.current.name == "王小北"


def test_a_password_needs_the_old_one_and_the_new_one_twice(
    page: AccountPage, services: Services
) -> None:
    for old, new, again in (
        ("first password", "second password", "another"),
        ("first password", "short", "short"),
        ("guess", "second password", "second password"),
    ):
        fill(page, old, new, again)
        assert not page.trouble.isHidden()
        services.staff.sign_in("wang", "first password")
    fill(page, "first password", "second password", "second password")
    assert page.trouble.isHidden()
    assert page.old.text() + page.new.text() + page.again.text() == ""
    with pytest.raises(WrongPassword):
        services.staff.sign_in("wang", "first password")
    assert services.staff.sign_in("wang", "second password").login == "wang"


def test_guessing_the_old_password_becomes_slow(page: AccountPage, services: Services) -> None:
    for _try in range(3):
        fill(page, "guess", "second password", "second password")
    fill(page, "first password", "second password", "second password")
    assert not page.trouble.isHidden()
    with pytest.raises(WrongPassword) as waits:
        services.staff.check_password("first password")
    assert waits.value.wait_s > 0


def test_somebody_else_may_sign_in_from_here(page: AccountPage) -> None:
    called: list[str] = []
    page._context.commands.register(
        Command("app.sign_out", "Sign out", "", lambda: called.append("out"))
    )
    page.leave.click()
    assert called == ["out"]
