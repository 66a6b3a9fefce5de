"""Everything one can do by name or key, in one registry: palette, shortcuts and the manual."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from app.core.i18n import N_
from app.core.settings import Setting

KEYS: Final = Setting("ui.keys", dict[str, str], {}, scope="station")
"""Keys somebody chose, by command id; an empty text means none."""


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Command:
    """One thing to do. `title` and `group` are marked with `N_`; `keys` as Qt writes them.

    A hidden one is for the window's own parts: no palette, no key, no manual.
    """

    id: str
    title: str
    keys: str = ""
    run: Callable[[], object] = _always
    when: Callable[[], bool] = _always
    group: str = N_("General")
    icon: str = "command"
    hidden: bool = False


class Commands(QObject):
    """The commands of one window; `rebound` fires when a key or the list has changed."""

    rebound = Signal()

    def __init__(self, chosen: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self._commands: dict[str, Command] = {}
        self._actions: dict[str, QAction] = {}
        self._chosen = dict(chosen or {})
        self._window: QWidget | None = None

    def register(self, command: Command) -> None:
        """Add a command, or put another in the place of the same id."""
        self._commands[command.id] = command
        if self._window is not None:
            self._bind(self._window, command)
        self.rebound.emit()

    def offer(self, command: Command) -> None:
        """Add a command that several places offer; the first one stays."""
        if command.id not in self._commands:
            self.register(command)

    def attach(self, window: QWidget) -> None:
        """Let the keys work in `window`."""
        self._window = window
        for command in self._commands.values():
            self._bind(window, command)

    def detach(self) -> None:
        """Let go of the window, before it is built anew."""
        for action in self._actions.values():
            action.setEnabled(False)
            action.deleteLater()
        self._actions.clear()
        self._window = None

    def all(self) -> list[Command]:
        """Every command people may know of, in the order of registration."""
        return [command for command in self._commands.values() if not command.hidden]

    def get(self, command_id: str) -> Command | None:
        """The command of this id."""
        return self._commands.get(command_id)

    def run(self, command_id: str) -> bool:
        """Do it, if it can be done now."""
        command = self._commands.get(command_id)
        if command is None or not command.when():
            return False
        command.run()
        return True

    def keys_of(self, command_id: str) -> str:
        """The key in force, "" for none."""
        if command_id in self._chosen:
            return self._chosen[command_id]
        command = self._commands.get(command_id)
        return command.keys if command else ""

    def holder_of(self, keys: str, but: str = "") -> Command | None:
        """The command that has `keys` already."""
        wanted = _normal(keys)
        return next(
            (
                command
                for command in self._commands.values()
                if wanted and command.id != but and _normal(self.keys_of(command.id)) == wanted
            ),
            None,
        )

    def rebind(self, command_id: str, keys: str) -> Mapping[str, str]:
        """Give a command another key; returns all chosen keys, to be kept in the settings."""
        default = self._commands[command_id].keys
        if _normal(keys) == _normal(default):
            self._chosen.pop(command_id, None)
        else:
            self._chosen[command_id] = keys
        if (action := self._actions.get(command_id)) is not None:
            action.setShortcut(QKeySequence(self.keys_of(command_id)))
        self.rebound.emit()
        return dict(self._chosen)

    def _bind(self, window: QWidget, command: Command) -> None:
        if (old := self._actions.pop(command.id, None)) is not None:
            old.setEnabled(False)
            old.deleteLater()
        action = QAction(window)
        action.setShortcut(QKeySequence(self.keys_of(command.id)))
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.triggered.connect(partial(self.run, command.id))
        window.addAction(action)
        self._actions[command.id] = action


def _normal(keys: str) -> str:
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.PortableText)
