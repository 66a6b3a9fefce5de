"""The language check beside the reply: waves under the words, why, and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QSizePolicy, QTextEdit

from app.core.i18n import _
from app.language import Hit, Language, Level
from ui.desk.composer_edit import ComposerEdit
from ui.desk.utf16 import to_position
from ui.theme import current_tokens, icon, pixmap, role, set_state, theme_signals
from ui.widgets import stack_horizontally, stack_vertically
from ui.widgets.badges import Kind

_CALM_MS: Final = 200
_PLACE: Final = re.compile("…+")
_CLAUSE: Final = re.compile(r"[^，。！？；,.!?;~～\n]*[，。！？；,.!?;~～]?")
KINDS: Final[dict[Level, Kind]] = {
    Level.HINT: "info",
    Level.WARN: "warning",
    Level.BLOCK: "danger",
}


class WordingBar(QFrame):
    """What was found, why it should not go out, and a wording that may."""

    taken = Signal()
    dismissed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("noticeBar")
        self._kind: Kind = "info"
        self._picture = QLabel()
        self._why = role(QLabel(wordWrap=True), "muted")
        self._instead = QLabel(wordWrap=True)
        self._more = role(QLabel(), "hint")
        self.take = role(QPushButton(_("Use it")), "link")
        self.cross = role(QPushButton(), "icon")
        self.cross.setAccessibleName(_("Leave it as it is"))
        self.cross.setToolTip(_("Leave it as it is"))
        words = stack_vertically(None, self._why, self._instead, spacing=2)
        for label in (self._why, self._instead):
            label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        row = stack_horizontally(
            self, self._picture, words, self._more, self.take, self.cross, spacing=8
        )
        row.setContentsMargins(12, 6, 8, 6)
        self.take.clicked.connect(self.taken)
        self.cross.clicked.connect(self.dismissed)
        theme_signals().changed.connect(self._tint)
        self.show_hit(None)

    def show_hit(self, hit: Hit | None, more: int = 0, keys: str = "") -> None:
        """Show one finding, None hides the bar; `more` are left to look at."""
        self.setVisible(hit is not None)
        if hit is None:
            return
        self._kind = KINDS[hit.level]
        self._why.setText(_('"{found}" {why}').format(found=hit.found.strip(), why=_why(hit)))
        self._more.setText(_("{n} more").format(n=more) if more else "")
        self._more.setVisible(bool(more))
        self._instead.setText(
            _("Instead: {text}").format(text=hit.instead[0]) if hit.instead else ""
        )
        self._instead.setVisible(bool(hit.instead))
        self.take.setVisible(bool(hit.instead))
        self.take.setText(_("Use it") + (f"  {keys}" if keys else ""))
        self.cross.setVisible(hit.level is not Level.BLOCK)
        self.setAccessibleName(f"{self._why.text()} {self._instead.text()}")
        set_state(self, kind=self._kind)
        self._tint()

    def text(self) -> str:
        """What it says now."""
        return f"{self._why.text()}\n{self._instead.text()}" if not self.isHidden() else ""

    def _tint(self) -> None:
        ratio = self.devicePixelRatioF()
        picture = "info" if self._kind == "info" else "warning"
        self._picture.setPixmap(pixmap(picture, 16, self._kind, ratio))
        self.cross.setIcon(icon("close"))


def _why(hit: Hit) -> str:
    if hit.why:
        return hit.why
    return _("The shop does not want this word to go out.")


class Wording(QObject):
    """Watches a text field; silent while an input method composes, and while it is switched off."""

    def __init__(
        self, language: Language, edit: ComposerEdit, keys: Callable[[], str], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._language, self._edit, self._keys = language, edit, keys
        self.bar = WordingBar()
        self._hits: list[Hit] = []
        self._left: set[tuple[str, str]] = set()
        self._on = True
        self._timer = QTimer(self, singleShot=True, interval=_CALM_MS)
        self._timer.timeout.connect(self.look)
        edit.textChanged.connect(self._on_text)
        edit.composition_changed.connect(self._on_composition)
        edit.cursorPositionChanged.connect(self._show)
        self.bar.taken.connect(self.take)
        self.bar.dismissed.connect(self.leave)
        theme_signals().changed.connect(self._show)

    def begin(self, *, on: bool) -> None:
        """Another text is in the field; notes for colleagues are not looked at."""
        self._on = on
        self._left.clear()
        self.look()

    def look(self) -> None:
        """Look at the text now."""
        if self._edit.composing:
            return
        text = self._edit.toPlainText() if self._on else ""
        hits = self._language.check(text) if text.strip() else []
        self._hits = [hit for hit in hits if not self._was_left(hit)]
        self._show()

    def _was_left(self, hit: Hit) -> bool:
        return hit.level is not Level.BLOCK and (hit.rule, hit.found) in self._left

    def _on_text(self) -> None:
        if self._hits:
            # The marks lie where words were; what stands there now is not known yet.
            self._hits = []
            self._mark()
        if not self._edit.composing:
            self._timer.start()

    def _on_composition(self, composing: str) -> None:
        if composing:
            self._timer.stop()
        else:
            self._timer.start()

    # --- what is shown -----------------------------------------------------------------------

    def current(self) -> Hit | None:
        """The finding at the cursor, else the gravest, else none."""
        if not self._hits:
            return None
        at = self._edit.textCursor().position()
        text = self._edit.toPlainText()
        here = [
            h for h in self._hits if to_position(text, h.start) <= at <= to_position(text, h.end)
        ]
        return max(here or self._hits, key=lambda hit: hit.level.weight)

    def _show(self) -> None:
        self._mark()
        self.bar.show_hit(self.current(), len(self._hits) - 1, self._keys())

    def _mark(self) -> None:
        text = self._edit.toPlainText()
        self._edit.setExtraSelections([self._wave(text, hit) for hit in self._hits])

    def _wave(self, text: str, hit: Hit) -> QTextEdit.ExtraSelection:
        wave = QTextEdit.ExtraSelection()
        look = QTextCharFormat()
        look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        look.setUnderlineColor(QColor(getattr(current_tokens(), KINDS[hit.level])))
        ends = to_position(text, hit.start), to_position(text, hit.end)
        wave.cursor, wave.format = self._span(*ends), look
        return wave

    def _span(self, start: int, end: int) -> QTextCursor:
        cursor = QTextCursor(self._edit.document())
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        return cursor

    # --- what one can do ---------------------------------------------------------------------

    def can_take(self) -> bool:
        """Whether another wording is offered now."""
        hit = self.current()
        return hit is not None and bool(hit.instead)

    def take(self) -> None:
        """Write the wording instead of the clause it was found in; Ctrl+Z brings it back.

        A place for a fact is chosen, so that one writes over it at once.
        """
        hit = self.current()
        if hit is None or not hit.instead:
            return
        text = self._edit.toPlainText()
        start, end = clause(text, hit)
        cursor = self._span(to_position(text, start), to_position(text, end))
        cursor.insertText(hit.instead[0])
        _choose_place(cursor, hit.instead[0])
        self._edit.setTextCursor(cursor)
        self._edit.setFocus()
        self.look()

    def leave(self) -> None:
        """Say no more of this finding in this reply."""
        hit = self.current()
        if hit is not None:
            self._left.add((hit.rule, hit.found))
            self.look()
        self._edit.setFocus()


def _choose_place(cursor: QTextCursor, wording: str) -> None:
    place = _PLACE.search(wording)
    if place is not None:
        begin = cursor.position() - to_position(wording, len(wording))
        cursor.setPosition(begin + to_position(wording, place.start()))
        end = begin + to_position(wording, place.end())
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)


def clause(text: str, hit: Hit) -> tuple[int, int]:
    """[start, end) of the clauses a finding stands in, their closing mark with them."""
    start, end = hit.start, hit.end
    for found in _CLAUSE.finditer(text):
        if found.end() > hit.start >= found.start():
            start = found.start()
        if found.start() < hit.end <= found.end():
            end = found.end()
    return start, end


def held_lines(hits: Sequence[Hit]) -> list[str]:
    """Why a reply is held, the gravest first, one line each."""
    words = {
        Level.WARN: _("“{found}” should not go out: {why}"),
        Level.BLOCK: _("“{found}” must be changed before this can go out: {why}"),
    }
    grave = sorted((h for h in hits if h.level in words), key=lambda hit: -hit.level.weight)
    return [words[hit.level].format(found=hit.found.strip(), why=_why(hit)) for hit in grave]
