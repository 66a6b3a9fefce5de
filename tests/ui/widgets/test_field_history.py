"""Why is this value here: the window at a field, and the line where two stations disagree."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMenu, QWidget
from pytestqt.qtbot import QtBot

from ui.jobs import Jobs
from ui.widgets.clash_row import ClashRow
from ui.widgets.field_history import FieldRef, HistoryPopup, WhyHere

pytestmark = pytest.mark.usefixtures("english")


class Step(NamedTuple):
    at: int
    who: str
    station: str
    value: Any
    before: Any = None
    lost: bool = False


STEPS = [
    Step(1_700_000_100_000, "小丽", "前台一", "于小姐", before="于"),
    Step(1_700_000_000_000, "", "前台二", "余小姐", lost=True),
]
REF = FieldRef("customers", b"1" * 16, "name", "Name")


def shown(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel))


@pytest.fixture
def edit(qtbot: QtBot, jobs: Jobs) -> QLineEdit:
    window = QWidget()
    qtbot.addWidget(window)
    field = QLineEdit("于小姐", window)
    why = WhyHere(window, jobs, lambda *_field: STEPS)
    why.watch(field, lambda: [REF])
    window.show()
    return field


def test_the_window_tells_who_when_where_and_what_lost(qtbot: QtBot, qapp: QApplication) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    text = shown(HistoryPopup(parent, REF, STEPS))
    for part in ("Name", "于小姐", "小丽", "前台一", "before: 于", "余小姐", "lost", "前台二"):
        assert part in text


def test_the_menu_of_a_field_keeps_its_own_entries_and_offers_the_question(
    edit: QLineEdit, qapp: QApplication
) -> None:
    place = QPoint(5, 5)
    qapp.sendEvent(
        edit,
        QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, place, edit.mapToGlobal(place)),
    )
    (menu,) = (m for m in edit.findChildren(QMenu) if m.isVisible())
    texts = [action.text() for action in menu.actions()]
    assert len(texts) > 3
    asked = next(a for a in menu.actions() if a.text() == "Why is this value here?")
    asked.trigger()
    menu.close()
    popup = edit.window().findChild(HistoryPopup)
    assert popup is not None
    assert popup.isVisible()
    QTest.keyClick(popup, Qt.Key.Key_Escape)
    assert not popup.isVisible()


def test_one_click_takes_the_other_value(qtbot: QtBot) -> None:
    row = ClashRow("于小姐", "余小姐", "前台二")
    qtbot.addWidget(row)
    row.show()
    assert "余小姐 (前台二)" in shown(row)
    with qtbot.waitSignal(row.chosen) as taken:
        QTest.mouseClick(row.take, Qt.MouseButton.LeftButton)
    assert taken.args == [True]
    with qtbot.waitSignal(row.chosen) as kept:
        QTest.mouseClick(row.keep, Qt.MouseButton.LeftButton)
    assert kept.args == [False]
