"""The row under the text field: reply or note, emoji, files, phrases, and the way out."""

from __future__ import annotations

from PySide6.QtWidgets import QButtonGroup, QLabel, QPushButton, QWidget

from app.core.i18n import _
from ui.theme import icon, role, theme_signals
from ui.widgets import hide_unless, stack_horizontally


class ComposerBar(QWidget):
    """Buttons only; the composer says what they do."""

    def __init__(self, *, with_phrases: bool) -> None:
        super().__init__()
        self.reply = _mode_button(_("Reply"))
        self.note = _mode_button(_("Note"))
        self._modes = QButtonGroup(self)
        self._modes.addButton(self.reply)
        self._modes.addButton(self.note)
        self.emoji = _tool(_("Emoji"))
        self.file = _tool(_("Image or file"))
        self.phrases = _tool(_("Quick phrases (type /)"))
        hide_unless(with_phrases, self.phrases)
        self.count = role(QLabel(), "hint")
        self.hint = role(QLabel(), "hint")
        self.send = role(QPushButton(_("Send")), "primary")
        modes = stack_horizontally(None, self.reply, self.note, spacing=4)
        tools = stack_horizontally(None, self.emoji, self.file, self.phrases, spacing=4)
        ends = stack_horizontally(None, self.count, self.hint, self.send, spacing=12)
        row = stack_horizontally(self, modes, tools, None, ends, spacing=12)
        row.setContentsMargins(12, 2, 12, 10)
        theme_signals().changed.connect(self._tint)
        self._tint()
        self.show_mode(note=False)

    def show_mode(self, *, note: bool) -> None:
        """Say whether one writes to the customer or for colleagues."""
        self.reply.setChecked(not note)
        self.note.setChecked(note)
        self.send.setText(_("Save note") if note else _("Send"))
        self.send.setAccessibleName(self.send.text())
        self.file.setEnabled(not note)

    def show_keys(self, *, enter_sends: bool) -> None:
        """Say which key sends."""
        words = _("Enter sends · Ctrl+Enter new line") if enter_sends else _("Ctrl+Enter sends")
        self.hint.setText(words)

    def _tint(self) -> None:
        self.emoji.setIcon(icon("emoji"))
        self.file.setIcon(icon("attach"))
        self.phrases.setIcon(icon("phrases"))


def _mode_button(name: str) -> QPushButton:
    button = QPushButton(name)
    button.setProperty("role", "chip")
    button.setCheckable(True)
    button.setAccessibleName(name)
    return button


def _tool(name: str) -> QPushButton:
    button = role(QPushButton(), "icon")
    button.setAccessibleName(name)
    button.setToolTip(name)
    return button
