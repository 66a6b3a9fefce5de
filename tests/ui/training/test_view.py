"""The keyboard stays within the training, however one came to a page."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.school import School
from tests.ui.training.conftest import Window
from ui.training.view import TrainingView
from ui.widgets import stack_vertically


def test_a_page_that_comes_to_the_front_takes_the_keyboard(
    qtbot: QtBot, school: School, window: Window
) -> None:
    school.sit(school.boss)
    around, way_out = QWidget(), QPushButton()
    view = TrainingView(window.context)
    stack_vertically(around, way_out, view)
    qtbot.addWidget(around)
    around.show()

    def within() -> bool:
        now: QWidget | None = around.focusWidget()
        return now is not None and view.isAncestorOf(now)

    way_out.setFocus()
    view.open_item("scenarios")
    qtbot.waitUntil(within)
    way_out.setFocus()
    view.hide()
    view.show()
    qtbot.waitUntil(within)
