"""Every command with its key; any key can be changed."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QFocusEvent, QKeySequence
from PySide6.QtWidgets import QKeySequenceEdit, QLabel, QPushButton, QWidget

from app.core.i18n import _
from ui.settings.form import SettingsPage
from ui.shell.commands import KEYS, Command
from ui.shell.plugs import UiContext
from ui.theme import icon, role, theme_signals
from ui.widgets.layout import stack_horizontally, stack_vertically


class KeyboardPage(SettingsPage):
    """A key that is taken is refused, and it is said by what."""

    def __init__(self, context: UiContext) -> None:
        super().__init__(_("Keyboard"))
        self._context = context
        self._rows: dict[str, KeyRow] = {}
        groups: dict[str, list[Command]] = {}
        for command in context.commands.all():
            groups.setdefault(command.group, []).append(command)
        for group, commands in groups.items():
            self.add_group(_(group), *[self._row(command) for command in commands])

    def row_of(self, command_id: str) -> KeyRow:
        """The row of a command."""
        return self._rows[command_id]

    def _row(self, command: Command) -> KeyRow:
        row = KeyRow(command, self._context.commands.keys_of(command.id))
        row.wanted.connect(self._rebind)
        self._rows[command.id] = row
        return row

    def _rebind(self, command_id: str, keys: str) -> None:
        commands = self._context.commands
        row = self._rows[command_id]
        if (holder := commands.holder_of(keys, but=command_id)) is not None:
            row.refuse(
                _("Already used for “{title}”.").format(title=_(holder.title)),
                commands.keys_of(command_id),
            )
            return
        chosen = dict(commands.rebind(command_id, keys))
        row.show_keys(keys)
        save = partial(self._context.services.settings.set, KEYS, chosen)
        self._context.jobs.run(self, save, lane="write")


class KeyRow(QWidget):
    """`wanted` carries the command's id and the key somebody pressed."""

    wanted = Signal(str, str)

    def __init__(self, command: Command, keys: str) -> None:
        super().__init__()
        self._command, self._keys = command, keys
        title = _(command.title)
        self._trouble = role(QLabel(), "danger")
        self._trouble.hide()
        self.field = _OneKeyEdit(QKeySequence(keys))
        self.field.setFixedWidth(160)
        self.field.setAccessibleName(_("Key for {title}").format(title=title))
        self.field.setClearButtonEnabled(True)
        self.field.editingFinished.connect(self._on_edited)
        self._reset = role(QPushButton(), "icon")
        self._reset.setAccessibleName(_("Back to the default key"))
        self._reset.setToolTip(_("Back to the default key"))
        self._reset.clicked.connect(self._on_reset)
        words = stack_vertically(None, QLabel(title), self._trouble, spacing=2)
        row = stack_horizontally(self, spacing=8)
        row.setContentsMargins(16, 6, 12, 6)
        row.addLayout(words, 1)
        row.addWidget(self.field)
        row.addWidget(self._reset)
        theme_signals().changed.connect(self._tint)
        self._tint()
        self.show_keys(keys)

    def show_keys(self, keys: str) -> None:
        """Show the key in force."""
        self._keys = keys
        self._trouble.hide()
        self.field.setKeySequence(QKeySequence(keys))
        self._reset.setEnabled(QKeySequence(keys) != QKeySequence(self._command.keys))

    def refuse(self, reason: str, keys: str) -> None:
        """Say why not, and show the old key again."""
        self.show_keys(keys)
        self._trouble.setText(reason)
        self._trouble.show()

    def _on_edited(self) -> None:
        keys = self.field.keySequence().toString(QKeySequence.SequenceFormat.PortableText)
        if keys != self._keys:
            self.wanted.emit(self._command.id, keys)

    def _on_reset(self) -> None:
        self.wanted.emit(self._command.id, self._command.keys)

    def _tint(self) -> None:
        self._reset.setIcon(icon("undo"))


class _OneKeyEdit(QKeySequenceEdit):
    """Takes one key, not a sequence, and finishes when it loses the focus."""

    def __init__(self, keys: QKeySequence) -> None:
        super().__init__(keys)
        self.setMaximumSequenceLength(1)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.editingFinished.emit()
