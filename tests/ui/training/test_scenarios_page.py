"""A supervisor copies a practice customer, changes it in the form, tries it out and saves it."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMenu
from pytestqt.qtbot import QtBot

from app.services import Services
from app.training import Scenario, scenarios
from tests.school import School
from tests.ui.training.conftest import Window
from ui.training.form_fields import LineField
from ui.training.scenario_form import ScenarioForm
from ui.training.scenarios_page import ScenariosPage


@pytest.fixture
def practice(school: School) -> Services:
    """The practice shop with its supervisor at the desk."""
    return school.sit(school.boss)


@pytest.fixture
def page(practice: Services, window: Window) -> ScenariosPage:
    assert practice.home.practice
    return window(ScenariosPage)


def row_of(page: ScenariosPage, key: str) -> int:
    return next(n for n, row in enumerate(page._rows) if row.key == key)


def edit(page: ScenariosPage, key: str) -> None:
    page._edit_row(page._rows[row_of(page, key)])


def test_the_form_keeps_every_bundled_scenario_as_it_is(qtbot: QtBot, practice: Services) -> None:
    form = ScenarioForm()
    qtbot.addWidget(form)
    for key in list(scenarios())[::4]:
        document = practice.scenarios.document(key)
        form.show_document(document)
        assert msgspec.convert(form.document(), Scenario) == scenarios()[key]
        assert practice.scenarios.check(form.document()) == []


def test_a_copy_is_changed_and_comes(page: ScenariosPage, practice: Services) -> None:
    page.table.view.selectRow(row_of(page, "invoice"))
    page.copy.click()
    form = page.editor.form
    title = form._plain["title"].field
    title.set_value(["我们的发票", ""])
    page.editor.save.click()
    assert practice.scenarios.in_force()["invoice-2"].title == ("我们的发票", "我们的发票")
    page.editor.back.click()
    assert page._rows[0].key == "invoice-2"


def test_what_is_wrong_is_said_at_its_field(page: ScenariosPage) -> None:
    edit(page, "invoice")
    editor = page.editor
    needs = editor.form._lists["needs"]
    needs.cards[0].fields["when"].field.set_value(["flirt"])
    editor.check()
    field = needs.cards[0].fields["when"]
    assert field._fault.isVisibleTo(editor)
    assert "flirt" in field._fault.text()
    assert not editor.trial.isEnabled()
    needs.cards[0].fields["when"].field.set_value(["greet"])
    editor.check()
    assert not field._fault.isVisibleTo(editor)
    assert editor.trial.isEnabled()


def test_one_chats_with_the_customer_beside_the_form(
    page: ScenariosPage, practice: Services
) -> None:
    edit(page, "address-correction")
    page.editor.trial.click()
    pane = page.editor.pane
    assert pane.isVisible()
    pane.field.setPlainText("您好，可以改的，请问完整的新地址是什么？")
    QTest.keyClick(pane.field, Qt.Key.Key_Return)
    said = "\n".join(label.text() for label in pane.findChildren(QLabel))
    assert "文三路88号" in said
    assert "问地址" in said
    menu = pane.action.menu()
    assert isinstance(menu, QMenu)
    next(one for one in menu.actions() if one.text() == "更正订单地址").trigger()
    assert pane.field.hasFocus() or not pane.isActiveWindow()
    assert practice.training.results is not None
    with practice.db.cursor() as cursor:
        assert cursor.execute("SELECT count(*) FROM training_attempts").fetchone() == (0,)


def test_cards_are_added_moved_and_removed(page: ScenariosPage) -> None:
    edit(page, "invoice")
    needs = page.editor.form._lists["needs"]
    names = [part["id"] for part in needs.value()]
    needs.add.click()
    needs.cards[-1].fields["id"].field.set_value("last_one")
    needs.cards[-1].raised.emit()
    assert [part["id"] for part in needs.value()] == [*names[:-1], "last_one", names[-1]]
    needs.cards[-2].removed.emit()
    assert [part["id"] for part in needs.value()] == names


def test_files_go_out_and_come_in(page: ScenariosPage, practice: Services, tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    page.export("invoice", str(file))
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | {"id": "mine"}), "utf-8")
    page.take([str(file)])
    assert "mine" in practice.scenarios.in_force()


def test_the_editor_is_worked_by_keys(
    page: ScenariosPage, practice: Services, qtbot: QtBot
) -> None:
    edit(page, "invoice")
    editor = page.editor
    field = editor.form._plain["id"].field
    assert isinstance(field, LineField)
    first = field.edit
    assert page.window().focusWidget() is first
    editor.form._plain["title"].field.set_value(["我们的发票", "Our invoice"])
    QTest.keyClick(first, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert editor.pane.isVisible()
    QTest.keyClick(editor.pane.field, Qt.Key.Key_Escape)
    assert not editor.pane.isVisible()
    QTest.keyClick(editor.trial, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert practice.scenarios.in_force()["invoice"].title[0] == "我们的发票"
    QTest.keyClick(first, Qt.Key.Key_Escape)
    assert page.stack.currentIndex() == 0


def test_what_to_remove_can_be_seen_before(page: ScenariosPage) -> None:
    assert page.table.selected_rows() == [page._rows[0]]
