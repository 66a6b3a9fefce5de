"""The phrases at the cursor: a list under what one types, driven by the composer's keys."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QListView, QSizePolicy, QWidget

from app.core.i18n import _
from app.phrases import PhraseContext, PhraseHit, Phrases
from ui.jobs import Jobs
from ui.phrases.hits import NUMBERED, HitDelegate, HitModel, first_row, hole_names
from ui.theme import current_tokens, role, sized
from ui.widgets import hline, stack_horizontally, stack_vertically, vline

if TYPE_CHECKING:
    from app.conversations import ConversationContext

ROWS: Final = 8
FOUND: Final = 40
WIDTH: Final = 540
PREVIEW: Final = 240
_GAP: Final = 6
_FOOT: Final = 28
_TEXT_ROOM: Final = WIDTH - 200

_STEPS: Final = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_PageDown: ROWS,
    Qt.Key.Key_PageUp: -ROWS,
}
_PICK: Final = {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab}
_NO_MODIFIERS: Final = {Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier}


@dataclass(frozen=True, slots=True)
class PickedPhrase:
    """A filled-in phrase; `cursor_offset` is where in `text` one goes on typing, None its end."""

    text: str
    cursor_offset: int | None = None


@dataclass(frozen=True, slots=True)
class _Answer:
    query: str
    case: PhraseContext
    hits: list[PhraseHit]


class PhrasePopup(QFrame):
    """Lies over the window and never takes the focus: the composer hands it its keys.

    Answers come from a job; a key that picks before the answer is there picks when it comes.
    """

    chosen = Signal(object)
    """The picked phrase as a `PickedPhrase`."""
    closed = Signal()
    """It went away without a choice."""

    def __init__(self, phrases: Phrases, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("phrasePopup")
        self.setAccessibleName(_("Quick phrases"))
        self._phrases, self._jobs = phrases, jobs
        self._conversation: bytes | None = None
        self._case: PhraseContext | None = None
        self._query, self._anchor = "", QRect()
        self._asked = False
        self._pick_on_answer: int | None = None
        self._model = HitModel(self)
        self._list = self._make_list()
        self._preview = _Preview()
        self._nothing = role(QLabel(), "muted")
        self._nothing.setContentsMargins(12, 8, 12, 8)
        self._keys = role(QLabel(), "hint")
        self._keys.setContentsMargins(12, 0, 12, 0)
        self._keys.setFixedHeight(_FOOT)
        self._line = hline()
        columns = stack_horizontally(None, self._list, self._preview)
        columns.setStretch(0, 1)
        stack_vertically(self, self._nothing, columns, self._line, self._keys, margin=1)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    # --- what the composer asks -----------------------------------------------------------

    def show_conversation(self, context: ConversationContext | None) -> None:
        """Fill variables for this customer from now on."""
        self._conversation = context.conversation_id if context else None
        self.close_picker()

    def open_at(self, rect: QRect) -> None:
        """Open beside `rect` (the cursor, in screen coordinates)."""
        parent: QWidget | None = self.parentWidget()
        if parent is not None and parent is not parent.window():
            self.setParent(parent.window())
        self._anchor, self._case, self._query = rect, None, ""
        self._keys.setText(_("↑↓ choose   Enter inserts   Alt+1–9 picks   Esc closes"))
        self._model.show_hits([])
        self._ask()

    def set_query(self, text: str) -> None:
        """Show what matches the text typed behind the trigger."""
        if text != self._query:
            self._query, self._pick_on_answer = text, None
            self._ask()

    def handle_key(self, event: QKeyEvent) -> bool:
        """Take arrows, Enter, Tab, Escape and Alt+digits; False for a key not meant for it."""
        if not self.is_open():
            return False
        key, modifiers = Qt.Key(event.key()), event.modifiers()
        if modifiers == Qt.KeyboardModifier.AltModifier:
            return self._pick_by_digit(key)
        if modifiers not in _NO_MODIFIERS:
            return False
        if key in _STEPS:
            return self._step(_STEPS[key])
        if key in _PICK:
            return self._pick(self._list.currentIndex().row())
        if key == Qt.Key.Key_Escape:
            self.close_picker()
            return True
        return False

    def close_picker(self) -> None:
        """Go away."""
        if self.is_open():
            self._leave()
            self.closed.emit()

    def is_open(self) -> bool:
        """Whether it is on the screen, or about to be."""
        return not self.isHidden() or self._asked

    # --- answers --------------------------------------------------------------------------

    def _ask(self) -> None:
        self._asked = True
        work = partial(_look_up, self._phrases, self._conversation, self._case, self._query)
        self._jobs.run(self, work, self._show, key="find")

    def _show(self, answer: _Answer) -> None:
        if not self._asked or answer.query != self._query:
            return
        self._asked, self._case = False, answer.case
        self._model.show_hits(answer.hits)
        self._list.setCurrentIndex(self._model.index(0, 0))
        self._lay_out()
        self.show()
        self.raise_()
        if self._pick_on_answer is not None:
            self._pick(self._pick_on_answer)

    def _pick_by_digit(self, key: Qt.Key) -> bool:
        place = key - Qt.Key.Key_1
        if not 0 <= place < NUMBERED:
            return False
        return self._pick(first_row(self._list) + place) or True

    def _pick(self, row: int) -> bool:
        """Choose a line; False where there is none, so that the key keeps its own meaning."""
        if self._asked:
            self._pick_on_answer = max(row, 0)
            return True
        hit = self._model.hit(row)
        self._pick_on_answer = None
        if hit is None:
            return False
        self._leave()
        self.chosen.emit(PickedPhrase(hit.filled.text, hit.filled.cursor))
        use = partial(self._phrases.use, hit.id, self._conversation)
        self._jobs.run(self, use, lane="write")
        return True

    def _pick_index(self, index: QModelIndex) -> None:
        self._pick(index.row())

    def _step(self, by: int) -> bool:
        last = self._model.rowCount() - 1
        if last >= 0:
            row = max(0, min(last, self._list.currentIndex().row() + by))
            self._list.setCurrentIndex(self._model.index(row, 0))
        return last >= 0

    def _leave(self) -> None:
        self._asked, self._pick_on_answer = False, None
        self.hide()

    # --- looks ----------------------------------------------------------------------------

    def _make_list(self) -> QListView:
        view = QListView()
        view.setObjectName("phraseHits")
        view.setAccessibleName(_("Phrases found"))
        view.setModel(self._model)
        view.setItemDelegate(HitDelegate(view, numbered=True))
        view.setUniformItemSizes(True)
        view.setMouseTracking(True)
        view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.clicked.connect(self._pick_index)
        view.selectionModel().currentChanged.connect(self._on_current)
        view.verticalScrollBar().valueChanged.connect(view.viewport().update)
        return view

    def _on_current(self) -> None:
        self._preview.show_hit(self._model.hit(self._list.currentIndex().row()))
        if not self.isHidden():
            self._lay_out()

    def _any_long(self) -> bool:
        """Whether some phrase doesn't fit into its line; then all have the whole text beside."""
        metrics = QFontMetrics(sized(current_tokens().text_s))
        return any(
            "\n" in hit.filled.text or metrics.horizontalAdvance(hit.filled.text) > _TEXT_ROOM
            for hit in self._model.hits
        )

    def _lay_out(self) -> None:
        rows = min(self._model.rowCount(), ROWS)
        self._list.setVisible(rows > 0)
        self._keys.setVisible(rows > 0)
        self._line.setVisible(rows > 0)
        self._nothing.setVisible(not rows)
        self._nothing.setText(_("No phrase for “{query}”").format(query=self._query))
        self._preview.setVisible(bool(rows) and self._any_long())
        height = rows * current_tokens().row + _FOOT + 12 if rows else 40
        if not self._preview.isHidden():
            height = max(height, min(self._preview.wanted_height() + _FOOT, 320))
        self._list.setFixedHeight(max(height - _FOOT - 4, 0))
        width = WIDTH + (PREVIEW if not self._preview.isHidden() else 0)
        self._place(QSize(width, height))

    def _place(self, size: QSize) -> None:
        """Above the cursor where there is room (the composer is at the bottom), else below."""
        window = self.parentWidget()
        if window is None:
            self.setGeometry(QRect(self._anchor.bottomLeft(), size))
            return
        area = window.rect().adjusted(_GAP, _GAP, -_GAP, -_GAP)
        cursor = QRect(window.mapFromGlobal(self._anchor.topLeft()), self._anchor.size())
        size = size.boundedTo(area.size())
        above = cursor.top() - _GAP - size.height()
        below = cursor.bottom() + _GAP
        top = above if above >= area.top() else min(below, area.bottom() - size.height())
        left = max(area.left(), min(cursor.left() - 12, area.right() - size.width()))
        self.setGeometry(QRect(QPoint(left, top), size))


class _Preview(QFrame):
    """The whole text beside the list, for phrases that do not fit into a line."""

    def __init__(self) -> None:
        super().__init__()
        self._text = QLabel(wordWrap=True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._lack = role(QLabel(wordWrap=True), "danger")
        words = stack_vertically(None, self._text, self._lack, spacing=8)
        words.setStretch(0, 1)
        words.setContentsMargins(12, 8, 12, 8)
        row = stack_horizontally(self, vline())
        row.addLayout(words, 1)
        self.setFixedWidth(PREVIEW)
        self.hide()

    def show_hit(self, hit: PhraseHit | None) -> None:
        self._text.setText(hit.filled.text if hit else "")
        lack = hole_names(hit) if hit else ""
        self._lack.setText(lack)
        self._lack.setVisible(bool(lack))

    def wanted_height(self) -> int:
        height = self._text.heightForWidth(PREVIEW - 26) + 24
        return height + (self._lack.heightForWidth(PREVIEW - 26) + 8 if self._lack.text() else 0)


def _look_up(
    phrases: Phrases, conversation: bytes | None, case: PhraseContext | None, query: str
) -> _Answer:
    """Runs in a job: the case is gathered once per opening."""
    known = case if case is not None else phrases.case(conversation)
    return _Answer(query, known, phrases.find(query, known, FOUND))
