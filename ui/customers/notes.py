"""Notes on a customer: a line to write one, the newest on top."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QPushButton, QWidget

from app.core.i18n import _
from app.customers import NoteView
from ui.theme import icon, role
from ui.widgets import clear_layout, stack_horizontally, stack_vertically
from ui.widgets.format import moment


class NotesList(QWidget):
    """`written` carries a new note's text, `deleted` the id of one."""

    written = Signal(str)
    deleted = Signal(bytes)

    def __init__(self) -> None:
        super().__init__()
        self.line = QLineEdit()
        self.line.setPlaceholderText(_("Write a note, Enter keeps it"))
        self.line.setAccessibleName(_("New note on the customer"))
        self.line.setMaxLength(500)
        self.line.returnPressed.connect(self._write)
        self._list = stack_vertically(None, spacing=4)
        stack_vertically(self, self.line, self._list, spacing=8)

    def show_notes(self, notes: Sequence[NoteView]) -> None:
        """Show the notes of a customer."""
        clear_layout(self._list)
        for note in notes:
            self._list.addWidget(self._card(note))

    def _card(self, note: NoteView) -> QWidget:
        card = role(QFrame(), "note")
        text = QLabel(note.text, wordWrap=True)
        text.setTextFormat(text.textFormat().PlainText)
        by = " · ".join(filter(None, (note.staff_name, moment(note.at))))
        bin_ = role(QPushButton(), "icon")
        bin_.setIcon(icon("trash"))
        bin_.setAccessibleName(_("Delete this note"))
        bin_.setToolTip(_("Delete this note"))
        bin_.clicked.connect(partial(self.deleted.emit, note.id))
        foot = stack_horizontally(None, role(QLabel(by), "hint"), None, bin_)
        layout = stack_vertically(card, text, foot, spacing=2)
        layout.setContentsMargins(8, 6, 4, 2)
        return card

    def _write(self) -> None:
        if text := self.line.text().strip():
            self.line.clear()
            self.written.emit(text)
