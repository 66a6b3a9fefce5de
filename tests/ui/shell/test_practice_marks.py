"""In the practice shop every window says so: dialogs, pop-ups and their titles too."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QFrame, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.core import i18n
from ui.manual.viewer import ManualWindow
from ui.shell.main_window import MainWindow
from ui.widgets.confirm import ConfirmDialog


class _Popup(QFrame):
    """Ours, as the tag picker and the emoji are."""

    __module__ = "ui.test"

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        QVBoxLayout(self).addWidget(QLineEdit())


def _files(parent: QWidget) -> QWidget:
    dialog = QFileDialog(parent, "Import")
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    return dialog


DIALOGS: dict[str, Callable[[QWidget], QWidget]] = {
    "question": lambda parent: ConfirmDialog(parent, "Delete?", "All of it.", "Delete"),
    "dialog": QDialog,
    "files": _files,
    "manual": lambda _parent: ManualWindow(list),
    "popup": _Popup,
}


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    made = MainWindow()
    qtbot.addWidget(made)
    made.show()
    made.show_practice(on=True)
    yield made
    made.show_practice(on=False)


def marks(of: QWidget) -> list[QWidget]:
    return of.findChildren(QWidget, "practiceMark", Qt.FindChildOption.FindDirectChildrenOnly)


@pytest.mark.parametrize("kind", DIALOGS)
def test_whatever_opens_carries_the_frame_and_the_word(
    qtbot: QtBot, window: MainWindow, kind: str
) -> None:
    opened = DIALOGS[kind](window)
    qtbot.addWidget(opened)
    opened.show()
    opened.activateWindow()
    qtbot.waitUntil(lambda: bool(marks(opened)), timeout=2_000)
    (mark,) = marks(opened)
    assert mark.size() == opened.size()
    assert mark.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    if kind != "popup":
        assert opened.windowTitle().startswith("练习 · ")
        opened.setWindowTitle("Another")
        assert opened.windowTitle() == "练习 · Another"
    opened.resize(opened.width() + 50, opened.height() + 20)
    assert mark.size() == opened.size()
    window.show_practice(on=False)
    assert not opened.windowTitle().startswith("练习")
    opened.close()


def test_the_word_follows_the_language(qtbot: QtBot, window: MainWindow) -> None:
    opened = QDialog(window)
    opened.setWindowTitle("X")
    qtbot.addWidget(opened)
    opened.show()
    opened.activateWindow()
    qtbot.waitUntil(lambda: bool(marks(opened)), timeout=2_000)
    i18n.set_language("en")
    window.show_practice(on=True)
    assert opened.windowTitle() == "Practice · X"


def test_nothing_is_marked_in_a_real_shop(qtbot: QtBot, window: MainWindow) -> None:
    window.show_practice(on=False)
    opened = QDialog(window)
    opened.setWindowTitle("Phrase")
    qtbot.addWidget(opened)
    opened.show()
    opened.activateWindow()
    qtbot.waitExposed(opened)
    assert not marks(opened)
    assert opened.windowTitle() == "Phrase"


def test_the_strip_offers_to_make_it_as_new_while_one_works(
    qtbot: QtBot, window: MainWindow
) -> None:
    assert window._reset.isHidden()
    window.allow_reset(on=True)
    with qtbot.waitSignal(window.reset_practice_wanted):
        window._reset.click()
