"""A supervisor copies a practice customer, changes it in the form, tries it out and saves it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.homes import create_home
from app.services import Services, build_services
from app.training import Scenario, scenarios
from db.models import Role
from tests.ui.conftest import InlineJobs
from ui.shell.commands import Commands
from ui.shell.notices import Notices
from ui.shell.plugs import UiContext
from ui.store_watcher import StoreWatcher
from ui.training.scenario_form import ScenarioForm
from ui.training.scenarios_page import ScenariosPage


@pytest.fixture
def practice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    monkeypatch.setattr("app.services._fill_practice", lambda _services: None)
    services = build_services(create_home(tmp_path / "practice", "practice"))
    boss = services.staff.add("boss", "Boss", Role.ADMIN, "passw0rd!")
    services.staff.sign_in_as(boss.id)
    yield services
    services.close()


@pytest.fixture
def page(qtbot: QtBot, practice: Services, jobs: InlineJobs, store: StoreWatcher) -> ScenariosPage:
    made = ScenariosPage(UiContext(practice, jobs, store, Notices(), Commands(), lambda *_: None))
    qtbot.addWidget(made)
    made.resize(1300, 720)
    made.show()
    return made


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
    pane._act(pane.action.findData("correct_address"))
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
