"""The view: groups, list, editor, import, export."""

from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.phrases import Group, PhraseFilter, Scope
from app.services import Services
from tests.ui.windows import Window
from ui.phrases.view import PhrasesView

SAMPLE = Path(__file__).parents[2] / "data" / "phrases" / "phrases_qianniu_made.csv"


@pytest.fixture
def view(qtbot: QtBot, window: Window, greetings: Group) -> PhrasesView:
    made = PhrasesView(window.context)
    qtbot.addWidget(made)
    made.resize(1318, 740)
    made.show()
    return made


def listed(view: PhrasesView) -> list[str]:
    return [row.code for _number, row in view.table.model.loaded_rows()]


def names(view: PhrasesView) -> list[str]:
    return [view.groups._list.item(n).text() for n in range(view.groups._list.count())]


def edited(view: PhrasesView) -> str | None:
    return view.editor.shown.code if view.editor.shown else None


def test_it_lists_what_there_is(view: PhrasesView) -> None:
    assert listed(view) == ["zk", "dh", "sd"]
    assert names(view) == ["全部短语", "店铺", "接待"]


def test_search_step_and_group_narrow_the_list(view: PhrasesView, services: Services) -> None:
    view._tools.search.setText("qsd")
    view._tools.search.search_now()
    assert listed(view) == ["sd"]
    view._tools.search.clear()
    other = services.phrases.groups.create("空的", Scope.SHOP)
    view.groups.choose(other.id)
    assert listed(view) == []
    assert view.table._empty is not None
    view.groups.choose(None)
    view._tools.step.setCurrentIndex(1)
    view._refilter()
    assert listed(view) == []


def test_what_is_half_written_stays_whatever_one_chooses(view: PhrasesView) -> None:
    view._begin()
    view.editor.form.text.insertPlainText("还没写完")
    rows = [row for _number, row in view.table.model.loaded_rows()]
    for step in (
        partial(view.table.select_id, rows[1].id),
        partial(view._on_entered, rows[1]),
        partial(view.open_item, rows[2].id),
        partial(view.open_item, "别的话"),
        view._begin,
    ):
        step()
        assert view.editor.form.written().text == "还没写完"
        assert "保存" in view.editor._trouble.text()
    view.editor.revert()
    view._on_entered(rows[1])
    assert edited(view) == rows[1].code
    assert not view.editor._trouble.isVisible()


def test_choosing_a_row_shows_it_in_the_editor(view: PhrasesView) -> None:
    view.table.view.selectRow(1)
    assert view.editor.shown is not None
    assert view.editor.shown.code == "dh"


def test_choosing_another_row_does_not_lose_what_is_being_written(view: PhrasesView) -> None:
    view.table.view.selectRow(0)
    view.editor.form.text.setPlainText("写到一半")
    view.table.view.selectRow(1)
    assert view.editor.form.text.toPlainText() == "写到一半"


def test_a_new_phrase_is_begun_by_key_and_shows_up(view: PhrasesView, qtbot: QtBot) -> None:
    view.activateWindow()
    QTest.keyClick(view.table.view, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert view.editor.shown is None
    view.editor.form.text.setPlainText("新的")
    view.editor.form.code.setText("xd")
    view.editor.save()
    assert listed(view) == ["zk", "dh", "sd", "xd"]


def test_deleted_phrases_can_be_had_back(view: PhrasesView, window: Window) -> None:
    view.table.view.selectRow(0)
    view._delete_selected()
    assert listed(view) == ["dh", "sd"]
    (notice,) = window.told
    assert notice.action is not None
    notice.action[1]()
    assert sorted(listed(view)) == ["dh", "sd", "zk"]


def test_phrases_are_moved_and_put_in_order(view: PhrasesView, services: Services) -> None:
    view.table.view.selectRow(2)
    view._shift(view.table.selected_rows()[0], -1)
    assert listed(view) == ["zk", "sd", "dh"]
    other = services.phrases.groups.create("别的", Scope.MINE)
    view._move([services.phrases.find("sd")[0].id], other.id)
    assert services.phrases.get(services.phrases.find("sd")[0].id).scope is Scope.MINE


def test_groups_are_made_renamed_moved_and_deleted(
    view: PhrasesView, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter(["物流", "发货"])
    monkeypatch.setattr(view.groups, "_ask", lambda *_: next(answers))
    view.groups.make(Scope.SHOP)
    assert view.groups.current is not None
    assert view.groups.current.name == "物流"
    view.groups.rename()
    view.groups.move_by(-1)
    assert names(view) == ["全部短语", "店铺", "发货", "接待"]
    view.groups.delete()
    assert names(view) == ["全部短语", "店铺", "接待"]
    assert len(services.phrases.groups.all()) == 1


def test_a_file_is_looked_at_and_imported(
    view: PhrasesView, services: Services, window: Window
) -> None:
    view.open_import([SAMPLE])
    page = view._import_page
    assert page is not None
    states = [row.state for _number, row in page._table.model.loaded_rows()]
    assert states == ["changed"] + ["new"] * 6 or sorted(set(states)) == ["changed", "new"]
    assert services.phrases.count(PhraseFilter()) == 3
    page.import_now()
    assert services.phrases.count(PhraseFilter()) == 9
    assert view._stack.currentIndex() == 0
    assert "zk" in listed(view)
    assert "已导入 7 条短语" in window.texts()


def test_a_file_that_is_none_is_named_and_nothing_can_be_imported(
    view: PhrasesView, tmp_path: Path
) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(40))
    view.open_import([path])
    page = view._import_page
    assert page is not None
    assert "x.csv" in page._notice.text()
    assert not page._import.isEnabled()


def test_what_is_listed_is_exported(view: PhrasesView, tmp_path: Path, window: Window) -> None:
    view.export_to(tmp_path / "out.json")
    assert (tmp_path / "out.json").read_bytes().count(b'"code"') == 3
    assert window.texts() == ["已将 3 条短语写入 out.json"]


def test_an_empty_shop_offers_the_starters(
    qtbot: QtBot, window: Window, services: Services
) -> None:
    view = PhrasesView(window.context)
    qtbot.addWidget(view)
    view.show()
    assert view.table._empty is not None
    buttons = view.table._empty.findChildren(QPushButton)
    buttons[0].click()
    assert services.phrases.count(PhraseFilter()) == 240
    assert view.table.row_count() == 240


def test_another_view_can_open_a_phrase_or_a_text(view: PhrasesView, services: Services) -> None:
    view.open_item(services.phrases.find("sd")[0].id)
    assert edited(view) == "sd"
    view.open_item("您的包裹今天到")
    assert edited(view) is None
    assert view.editor.form.text.toPlainText() == "您的包裹今天到"


def test_every_control_has_a_name(view: PhrasesView) -> None:
    view.open_import()
    nameless = [
        button
        for button in view.findChildren(QPushButton)
        if button.isVisibleTo(view) and not (button.text() or button.accessibleName())
    ]
    assert nameless == []
