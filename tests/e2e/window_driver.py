"""Runs the real window in a process of its own and lets a test press keys and read the screen.

`python -m tests.e2e.window_driver HOME PORT [practice]`: a line of JSON asks, a line of JSON answers. Keys go
to the focused window as the platform's key events do, so shortcuts and popups work as for a person.
"""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.services import Services  # noqa: F401 - loads the lower layers before Qt

from PySide6.QtCore import QEvent, QKeyCombination, QModelIndex, QObject, QTimer, Qt  # isort: skip
from PySide6.QtGui import (  # isort: skip
    QAccessible,
    QGuiApplication,
    QInputMethodEvent,
    QKeySequence,
    QWindow,
)
from PySide6.QtNetwork import QHostAddress, QTcpServer, QTcpSocket  # isort: skip
from PySide6.QtTest import QTest  # isort: skip
from PySide6.QtWidgets import (  # isort: skip
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
    QListView,
    QMainWindow,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from resources.locale import catalogue
from ui.shell import run

ROWS = 60
LOOK_MS = 100
FOCUS_LOOKS = 50


class Driver(QObject):
    """Answers on the GUI thread, between two events of the window."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self._composing = Composing(self)
        self._server = QTcpServer(self)
        self._server.newConnection.connect(self._on_connection)
        if not self._server.listen(QHostAddress(QHostAddress.SpecialAddress.LocalHost), port):
            raise OSError(self._server.errorString())

    def _on_connection(self) -> None:
        socket = self._server.nextPendingConnection()
        socket.readyRead.connect(lambda: self._read(socket))

    def _read(self, socket: QTcpSocket) -> None:
        while socket.canReadLine():
            asked = json.loads(bytes(socket.readLine().data()))
            try:
                answer = self._answer(**asked)
            except Exception:  # noqa: BLE001 - the test shows what went wrong here
                answer = {"error": traceback.format_exc()}
            socket.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n")
            socket.flush()

    def _answer(self, do: str, value: str = "") -> Any:
        if do == "keys":
            for part in value.split(" "):
                press(part)
        elif do == "type":
            QTest.keyClicks(focus(), value)
        elif do == "compose":
            compose(value)
        elif do == "picture":
            for top in QApplication.topLevelWidgets():
                if isinstance(top, QMainWindow):
                    top.grab().save(value)
        elif do == "screen":
            return [text for text in texts() if text.strip()]
        elif do == "items":
            return list(items(value))
        elif do == "focus":
            return spoken(QApplication.focusWidget())
        elif do == "written":
            return next(_texts_of(focus()), "")
        elif do == "composing":
            return self._composing.text
        return True


class Composing(QObject):
    """What an input method shows in the field and has not handed over."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.text = ""
        QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QInputMethodEvent) and watched is QApplication.focusObject():
            self.text = event.preeditString()
        elif event.type() == QEvent.Type.FocusOut:
            self.text = ""
        return False


def press(keys: str) -> None:
    """Press one key with its modifiers, such as `Ctrl+J`."""
    combination: QKeyCombination = QKeySequence(keys)[0]  # type: ignore[index]
    window: QWindow | None = QGuiApplication.focusWindow()
    for _look in range(FOCUS_LOOKS):
        if window is not None:
            break
        QTest.qWait(LOOK_MS)  # a window gets the focus a moment after it can be seen
        window = QGuiApplication.focusWindow()
    assert window is not None, "no window has the focus"
    QTest.keyClick(window, combination.key(), combination.keyboardModifiers())


def compose(text: str) -> None:
    """Let an input method write: it shows what it makes of each key, then hands over the words."""
    field = focus()
    for count in range(1, len(text) + 1):
        QApplication.sendEvent(field, QInputMethodEvent(text[:count], []))
    done = QInputMethodEvent()
    done.setCommitString(text)
    QApplication.sendEvent(field, done)


def focus() -> QWidget:
    """The widget that takes what is typed."""
    widget = QApplication.focusWidget()
    assert widget is not None, "no widget has the focus"
    return widget


def spoken(widget: QWidget | None) -> str:
    """What a screen reader calls the widget."""
    named = None if widget is None else QAccessible.queryAccessibleInterface(widget)
    return "" if named is None else named.text(QAccessible.Text.Name)


def texts() -> Iterator[str]:
    """Everything one could read on the screen now."""
    for top in QApplication.topLevelWidgets():
        if top.isVisible():
            for widget in [top, *top.findChildren(QWidget)]:
                if widget.isVisible():
                    yield from _texts_of(widget)


def items(name: str) -> Iterator[str]:
    """Texts of the visible list or table that is called so on the screen, or by its makers."""
    for view in QApplication.allWidgets():
        if not isinstance(view, QAbstractItemView) or not view.isVisible():
            continue
        if name in {view.accessibleName(), view.objectName()}:
            yield from _texts_of(view)


def _texts_of(widget: QWidget) -> Iterator[str]:
    if isinstance(widget, (QLabel, QAbstractButton, QLineEdit)):
        yield widget.text()
    elif isinstance(widget, (QPlainTextEdit, QTextEdit)):
        yield widget.toPlainText()
    elif isinstance(widget, QAbstractItemView) and (model := widget.model()) is not None:
        columns = 1 if isinstance(widget, QListView) else model.columnCount(QModelIndex())
        for row in range(min(model.rowCount(QModelIndex()), ROWS)):
            for column in range(columns):
                index = model.index(row, column)
                for role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.DisplayRole):
                    if isinstance(text := index.data(role), str):
                        yield text


def main() -> int:
    """Open the window on HOME and answer on PORT."""
    home, port = Path(sys.argv[1]), int(sys.argv[2])
    catalogue.compile_catalogue()
    made, kept = run.make_application, list[Driver]()

    def make_and_listen(arguments: list[str]) -> QApplication:
        app = made(arguments)
        kept.append(Driver(port))
        timer = QTimer(app, interval=LOOK_MS)
        timer.timeout.connect(_give_focus)
        timer.start()
        return app

    run.make_application = make_and_listen
    return run.run_window(home, practice="practice" in sys.argv[3:])


def _give_focus() -> None:
    # There is no window manager on the test screen that would give it, and give it back.
    window: QWindow | None = QGuiApplication.focusWindow()
    if window is not None:
        return
    for top in (QApplication.activeModalWidget(), *QApplication.topLevelWidgets()):
        if isinstance(top, (QDialog, QMainWindow)) and top.isVisible():
            top.activateWindow()
            return


if __name__ == "__main__":
    sys.exit(main())
