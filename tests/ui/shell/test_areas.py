"""All areas plugged in: every view opens in both themes, keys and controls are in order."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QWidget,
)

from app.core.paths import resource
from tests.ui.shell.conftest import Done
from ui.desk.view import DeskView
from ui.shell.areas import PANELS, VIEWS
from ui.shell.workspace import Workspace
from ui.theme import apply_theme, icon_names
from ui.training.ended import PracticeEnded

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

MANUAL_KEY = re.compile(r"`((?:Ctrl|Alt|Shift)\+[^`]+|F\d+)`")
KEYS_OF_ONE_FIELD = {"Ctrl+Enter", "Alt+1", "Alt+9", "Ctrl+Shift+C", "Ctrl+S"}
"""New line in a reply, the phrases picked by number, a row behind a number taken into the checks, a
command that comes with its table, and a scenario saved in its editor."""


def test_every_view_opens_shares_no_key_and_names_its_controls(
    workspace: Workspace, qapp: QApplication, done: Done, qtbot: QtBot
) -> None:
    nameless = []
    _open_all(workspace, qtbot)
    for key in workspace.view_keys():
        workspace.show_view(key)
        controls = workspace.view(key).findChildren(QWidget)
        nameless += [f"{key}: {_path(w)}" for w in controls if _is_nameless(w)]
    commands = workspace.commands
    keys = Counter(k for c in commands.all() if (k := commands.keys_of(c.id)))
    apply_theme(qapp, "dark")
    assert "report" not in done
    assert nameless == []
    assert [k for k, n in keys.items() if n > 1] == []


def _open_all(workspace: Workspace, qtbot: QtBot) -> None:
    for key in workspace.view_keys():
        workspace.show_view(key)
    desk = workspace.view("desk")
    assert isinstance(desk, DeskView)
    desk.side.fill()
    qtbot.waitUntil(lambda: desk.side.filled)


def test_every_plug_has_its_own_key_and_an_icon() -> None:
    for plugs in (VIEWS, PANELS):
        assert len({plug.key for plug in plugs}) == len(plugs)
        assert {plug.icon for plug in plugs} <= set(icon_names())


def _is_nameless(widget: QWidget) -> bool:
    controls = (QAbstractButton, QLineEdit, QComboBox, QAbstractItemView)
    if not isinstance(widget, controls) or widget.focusPolicy() == Qt.FocusPolicy.NoFocus:
        return False
    inner = isinstance(widget.parentWidget(), controls) or widget.objectName().startswith("qt_")
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return not inner and widget.isVisible() and not (widget.accessibleName() or text)


def _path(widget: QWidget) -> str:
    parent = widget.parentWidget()
    return f"{type(parent).__name__} > {type(widget).__name__} {widget.objectName()}"


def test_every_key_the_manual_names_is_that_of_a_command(
    workspace: Workspace, qtbot: QtBot
) -> None:
    _open_all(workspace, qtbot)
    PracticeEnded(workspace.context, workspace)  # its commands are those of a practice shop
    commands = workspace.commands
    known = {k for c in commands.all() if (k := commands.keys_of(c.id))} | KEYS_OF_ONE_FIELD
    named = {
        key.replace("↓", "Down").replace("↑", "Up")
        for language in ("zh", "en")
        for page in resource("manual", language).glob("*.md")
        for key in MANUAL_KEY.findall(page.read_text(encoding="utf-8"))
    }
    assert len(named) > 15
    assert named - known == set()


class Windows(QObject):
    """Notes every widget that comes up as a window of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            text = watched.text() if isinstance(watched, QAbstractButton | QLabel) else ""
            self.seen.append(f"{type(watched).__name__} {watched.objectName()} {text}")
        return False


def test_no_view_flashes_a_window_while_it_is_built(
    workspace: Workspace, qapp: QApplication, qtbot: QtBot
) -> None:
    windows = Windows()
    qapp.installEventFilter(windows)
    try:
        _open_all(workspace, qtbot)
    finally:
        qapp.removeEventFilter(windows)
    assert windows.seen == []
