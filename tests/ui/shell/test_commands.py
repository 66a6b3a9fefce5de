"""Commands run by key, can be rebound and never share a key."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ui.shell.commands import Command, Commands


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    assert QTest.qWaitForWindowActive(widget)
    return widget


def test_a_key_runs_its_command_and_a_new_key_takes_over(window: QWidget) -> None:
    runs: list[int] = []
    commands = Commands()
    commands.attach(window)
    commands.register(Command("a", "A", "Ctrl+J", lambda: runs.append(1)))
    QTest.keyClick(window, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    assert commands.rebind("a", "Ctrl+M") == {"a": "Ctrl+M"}
    QTest.keyClick(window, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(window, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    assert runs == [1, 1]
    commands.detach()
    QTest.keyClick(window, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    assert runs == [1, 1]


def test_a_command_that_cannot_be_done_now_does_nothing() -> None:
    runs: list[int] = []
    commands = Commands()
    commands.register(Command("a", "A", "", lambda: runs.append(1), when=lambda: False))
    assert not commands.run("a")
    assert not commands.run("unknown")
    assert runs == []


def test_chosen_keys_are_taken_from_the_settings_and_back_to_default_forgets_them() -> None:
    commands = Commands({"a": "F9"})
    commands.register(Command("a", "A", "F8"))
    assert commands.keys_of("a") == "F9"
    assert commands.rebind("a", "F8") == {}


def test_who_holds_a_key_is_known_however_it_is_written() -> None:
    commands = Commands()
    commands.register(Command("a", "A", "Ctrl+Shift+D"))
    holder = commands.holder_of("shift+ctrl+d")
    assert holder is not None
    assert holder.id == "a"
    assert commands.holder_of("Ctrl+Shift+D", but="a") is None
    assert commands.holder_of("") is None


def test_hidden_commands_run_but_are_not_listed() -> None:
    commands = Commands()
    commands.register(Command("a", "A", hidden=True))
    assert commands.all() == []
    assert commands.run("a")
