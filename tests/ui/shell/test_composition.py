"""While an input method composes, nothing fires: no shortcut, no Enter, no Escape."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from ui.shell.composition import CompositionGuard
from ui.widgets.layout import stack_vertically


@pytest.fixture
def guard(qapp: QApplication) -> Iterator[CompositionGuard]:
    made = CompositionGuard(qapp)
    yield made
    qapp.focusChanged.disconnect(made._follow)
    made._follow(None, None)
    made.deleteLater()


@pytest.mark.usefixtures("guard")
@pytest.mark.parametrize("kind", [QLineEdit, QPlainTextEdit])
def test_keys_belong_to_the_composition(
    qtbot: QtBot, kind: type[QLineEdit | QPlainTextEdit]
) -> None:
    window = QWidget()
    field, other = kind(), QLineEdit()
    stack_vertically(window, field, other)
    qtbot.addWidget(window)
    fired: list[str] = []
    shortcut = QShortcut(QKeySequence("Ctrl+J"), window)
    shortcut.activated.connect(lambda: fired.append("shortcut"))
    if isinstance(field, QLineEdit):
        field.returnPressed.connect(lambda: fired.append("enter"))
    window.show()
    qtbot.waitExposed(window)
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    handle = window.windowHandle()

    def text() -> str:
        return field.text() if isinstance(field, QLineEdit) else field.toPlainText()

    def press() -> list[str]:
        fired.clear()
        QTest.keyClick(handle, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClick(handle, Qt.Key.Key_M, Qt.KeyboardModifier.AltModifier)
        QTest.keyClick(handle, Qt.Key.Key_Return)
        return fired

    assert "shortcut" in press()
    before = text()
    QApplication.sendEvent(field, QInputMethodEvent("zai", []))
    assert press() == []
    assert text() == before
    done = QInputMethodEvent("", [])
    done.setCommitString("在")
    QApplication.sendEvent(field, done)
    assert "shortcut" in press()
    QApplication.sendEvent(field, QInputMethodEvent("zai", []))
    other.setFocus()
    assert "shortcut" in press()


@pytest.mark.usefixtures("guard")
@pytest.mark.parametrize("kind", [QLineEdit, QPlainTextEdit])
def test_escape_ends_the_composition_and_then_the_dialog(
    qtbot: QtBot, kind: type[QLineEdit | QPlainTextEdit]
) -> None:
    dialog = QDialog()
    field = kind()
    stack_vertically(dialog, field)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    QApplication.sendEvent(field, QInputMethodEvent("nihao", []))
    QTest.keyClick(dialog.windowHandle(), Qt.Key.Key_Escape)
    assert dialog.isVisible()
    QApplication.sendEvent(field, QInputMethodEvent("", []))
    QTest.keyClick(dialog.windowHandle(), Qt.Key.Key_Escape)
    assert not dialog.isVisible()
