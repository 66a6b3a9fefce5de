"""Opens the phrases while one types: `/`, `、` or `／`, the words behind it, and the way back."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QTextCursor

from ui.desk.composer_edit import ComposerEdit, KeyFilter
from ui.desk.protocols import PhrasePicker, PhraseText
from ui.desk.utf16 import to_index, to_position

SLASHES: Final = "/／"
TRIGGERS: Final = SLASHES + "、"
UNDO_S: Final = 5.0
_LONGEST: Final = 24
_STAYS: Final = {
    Qt.FocusReason.ActiveWindowFocusReason,
    Qt.FocusReason.PopupFocusReason,
    Qt.FocusReason.MenuBarFocusReason,
}
"""Ways to lose the focus after which one comes back to the same word."""


@dataclass(frozen=True, slots=True)
class _Inserted:
    """What a phrase put where, and what was typed to find it."""

    start: int
    text: str
    typed: str
    at: float


class PhraseTrigger(QObject, KeyFilter):
    """Joins a field to a phrase picker."""

    def __init__(self, edit: ComposerEdit, picker: PhrasePicker) -> None:
        super().__init__(edit)
        self._edit, self._picker = edit, picker
        self._start = -1
        self._inserted: _Inserted | None = None
        self._changing = self._by_button = False
        edit.add_filter(self)
        edit.textChanged.connect(self._on_text)
        edit.cursorPositionChanged.connect(self._follow)
        edit.composition_changed.connect(self._on_composition)
        picker.chosen.connect(self._insert)
        picker.closed.connect(self._on_closed)
        edit.installEventFilter(self)

    def open_here(self) -> None:
        """Open the phrases without a trigger, for the button and its key."""
        self._edit.setFocus()
        self._by_button = True
        self._edit.textCursor().insertText("/")
        self._open(self._here() - 1)

    def close(self) -> None:
        """Close the popup and keep the text."""
        start, self._start = self._start, -1
        if self._picker.is_open():
            self._picker.close_picker()
        if self._by_button and start >= 0 and self._here() == start + 1:
            # The slash was not typed by the person, so it does not stay.
            self._replace(start, start + 1, "")
        self._by_button = False

    def unmatched(self) -> str:
        """What is typed to find a phrase just now, while none is found; "" in ordinary text.

        An Enter that finds something never leaves the picker, so that whoever asks at an Enter
        knows that nothing was found. A slash within words is theirs.
        """
        query = self._query() if self._start >= 0 and self._picker.is_open() else None
        before = self._edit.toPlainText()[: max(self._start, 0)]
        return query if query and (not before or before[-1].isspace()) else ""

    def take_key(self, event: QKeyEvent) -> bool:
        """Backspace takes an insertion back; an open popup has the arrows, Enter and Escape."""
        if event.key() == Qt.Key.Key_Backspace and self._undo():
            return True
        if not self._picker.is_open():
            return False
        if event.key() == Qt.Key.Key_Escape:
            self.close()
            return True
        return self._picker.handle_key(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The popup goes with the field: hidden (the desk is locked) or left for another."""
        left = isinstance(event, QFocusEvent) and event.lostFocus() and event.reason() not in _STAYS
        if left or event.type() == QEvent.Type.Hide:
            self.close()
        return False

    def _here(self) -> int:
        """The cursor as an index into the text."""
        return to_index(self._edit.toPlainText(), self._edit.textCursor().position())

    # --- following what is typed ----------------------------------------------------------

    def _on_text(self) -> None:
        if self._changing:
            return
        self._inserted = None
        if self._start < 0:
            here = self._here()
            if opens(self._edit.toPlainText(), here):
                self._open(here - 1)
        else:
            self._follow()

    def _open(self, start: int) -> None:
        self._start = start
        self._picker.open_at(self._edit.cursor_area())
        self._follow()

    def _follow(self) -> None:
        if self._start < 0 or self._changing:
            return
        query = self._query()
        if query is None:
            self.close()
        else:
            self._picker.set_query(query)

    def _query(self) -> str | None:
        """What stands between trigger and cursor; None once that is no query any more."""
        text, position = self._edit.toPlainText(), self._here()
        if position <= self._start or text[self._start : self._start + 1] not in TRIGGERS:
            return None
        query = text[self._start + 1 : position]
        spaced = any(char.isspace() for char in query)
        return None if spaced or len(query) > _LONGEST else query

    def _on_composition(self, composed: str) -> None:
        """Show what the letters being composed would find; choosing waits for the commit."""
        query = self._query() if self._start >= 0 else None
        if query is not None:
            letters = "".join(c for c in composed if c.isalnum())
            self._picker.set_query(query + letters)

    # --- inserting ------------------------------------------------------------------------

    def _insert(self, phrase: PhraseText) -> None:
        self._edit.drop_composition()
        self._by_button = False
        here = self._here()
        start = self._start if self._start >= 0 else here
        end = max(start, here)
        typed = self._edit.toPlainText()[start:end]
        self._start = -1
        self._replace(start, end, phrase.text)
        if phrase.cursor_offset is not None:
            cursor = self._edit.textCursor()
            text = self._edit.toPlainText()
            cursor.setPosition(to_position(text, start + phrase.cursor_offset))
            self._edit.setTextCursor(cursor)
        self._inserted = _Inserted(start, phrase.text, typed, monotonic())
        self._edit.setFocus()

    def _undo(self) -> bool:
        done, self._inserted = self._inserted, None
        if done is None or monotonic() - done.at > UNDO_S or self._edit.textCursor().hasSelection():
            return False
        end = done.start + len(done.text)
        if self._edit.toPlainText()[done.start : end] != done.text:
            return False
        self._replace(done.start, end, done.typed)
        return True

    def _replace(self, start: int, end: int, text: str) -> None:
        self._changing = True
        whole, cursor = self._edit.toPlainText(), self._edit.textCursor()
        cursor.setPosition(to_position(whole, start))
        cursor.setPosition(to_position(whole, end), QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(text)
        self._edit.setTextCursor(cursor)
        self._edit.ensureCursorVisible()
        self._changing = False

    def _on_closed(self) -> None:
        self._start = -1


def opens(text: str, position: int) -> bool:
    """Whether the character before `position` calls for phrases.

    A slash does so anywhere but in addresses, dates and fractions; the enumeration comma `、`
    only where it separates nothing: at the beginning of a line, after a space or another mark.
    """
    if position < 1 or text[position - 1] not in TRIGGERS:
        return False
    before = text[position - 2] if position > 1 else "\n"
    if text[position - 1] in SLASHES:
        return not (before.isascii() and before.isalnum()) and before not in ":/.／"
    return not before.isalnum() and before != "、"
