"""Boxes that are filled anew, and pages that don't hand the height of their texts on."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from ui.widgets import Pages, refilled, stack_vertically


class _Layouts(QObject):
    """Counts how often a widget is asked to lay out what it holds."""

    def __init__(self, watched: QWidget) -> None:
        super().__init__()
        self.count = 0
        watched.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.LayoutRequest
        return False


def _window(qtbot: QtBot, *inside: QWidget) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    stack_vertically(window, *inside)
    window.show()
    qtbot.wait(1)
    return window


def test_a_box_filled_anew_shows_at_once_with_all_that_is_in_it(qtbot: QtBot) -> None:
    box = QWidget()
    lines = stack_vertically(box, QLabel("old"))
    window = _window(qtbot, box)
    layouts = _Layouts(window)
    with refilled(box):
        for number in range(12):
            lines.addWidget(QLabel(str(number)))
    shown = [label.text() for label in box.findChildren(QLabel) if label.isVisible()]
    assert shown == [str(number) for number in range(12)]
    qtbot.wait(1)
    assert layouts.count <= 2


def test_a_hidden_box_stays_hidden_when_it_is_filled(qtbot: QtBot) -> None:
    box = QWidget()
    lines = stack_vertically(box)
    window = _window(qtbot, box)
    box.hide()
    with refilled(box):
        lines.addWidget(QLabel("new"))
    assert box.isHidden()
    assert not any(label.isVisible() for label in window.findChildren(QLabel))


def test_pages_do_not_ask_for_the_height_of_their_texts() -> None:
    text = QLabel("a long text that wraps", wordWrap=True)
    page = QWidget()
    stack_vertically(page, text)
    pages = Pages()
    pages.addWidget(page)
    assert page.hasHeightForWidth()
    assert not pages.hasHeightForWidth()
