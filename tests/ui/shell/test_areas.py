"""All areas plugged in: every view opens in both themes, and no two commands share a key."""

from __future__ import annotations

from collections import Counter

from PySide6.QtWidgets import QApplication, QWidget

from tests.ui.shell.conftest import Done
from ui.shell.areas import PANELS, VIEWS
from ui.shell.workspace import Workspace
from ui.theme import apply_theme, icon_names


def test_every_view_opens_on_an_empty_shop(
    workspace: Workspace, qapp: QApplication, done: Done
) -> None:
    for key in workspace.view_keys():
        workspace.show_view(key)
    apply_theme(qapp, "dark")
    assert "report" not in done
    assert workspace.current_key() == VIEWS[-1].key


def test_no_two_commands_share_a_key(workspace: Workspace) -> None:
    for key in workspace.view_keys():
        workspace.show_view(key)
    commands = workspace.commands
    keys = Counter(k for c in commands.all() if (k := commands.keys_of(c.id)))
    assert [k for k, n in keys.items() if n > 1] == []


def test_every_plug_has_its_own_key_and_an_icon() -> None:
    for plugs in (VIEWS, PANELS):
        assert len({plug.key for plug in plugs}) == len(plugs)
        assert {plug.icon for plug in plugs} <= set(icon_names())


def test_everything_one_can_reach_by_keyboard_has_a_name(workspace: Workspace) -> None:
    nameless = []
    for key in workspace.view_keys():
        view = workspace.view(key)
        workspace.show_view(key)
        nameless += [f"{key}: {_path(w)}" for w in view.findChildren(QWidget) if _is_nameless(w)]
    assert nameless == []


def _is_nameless(widget: QWidget) -> bool:
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QComboBox, QLineEdit

    controls = (QAbstractButton, QLineEdit, QComboBox, QAbstractItemView)
    if not isinstance(widget, controls) or widget.focusPolicy() == Qt.FocusPolicy.NoFocus:
        return False
    inner = isinstance(widget.parentWidget(), controls) or widget.objectName().startswith("qt_")
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return not inner and widget.isVisible() and not (widget.accessibleName() or text)


def _path(widget: QWidget) -> str:
    parent = widget.parentWidget()
    return f"{type(parent).__name__} > {type(widget).__name__} {widget.objectName()}"
