"""The emoji picker: recent ones first, found by a word, walked by the arrows."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextLayout
from PySide6.QtWidgets import QFrame, QListView, QListWidget, QListWidgetItem, QWidget

from app.conversations.settings import RECENT_EMOJI
from app.core.i18n import _
from ui.desk.emoji_data import EMOJI, find_emoji
from ui.theme import role, sized
from ui.widgets import SearchBox, stack_vertically

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext

_COLUMNS: Final = 10
_CELL: Final = 34
_RECENT: Final = 10
_PIXELS: Final = 20


@lru_cache(maxsize=512)
def can_show(sign: str) -> bool:
    """Whether some font of this machine has the sign; boxes are of no use to anybody."""
    layout = QTextLayout(sign, sized(_PIXELS))
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    glyphs = [glyph for run in layout.glyphRuns() for glyph in run.glyphIndexes()]
    return bool(glyphs) and all(glyphs)


class EmojiPicker(QFrame):
    """`chosen` carries one emoji; Escape closes."""

    chosen = Signal(str)

    def __init__(self, context: UiContext, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._settings, self._jobs = context.services.settings, context.jobs
        self._recent: list[str] = self._settings.get(RECENT_EMOJI)
        role(self, "raised")
        self.box = SearchBox(_("Find an emoji"))
        self.grid = QListWidget()
        self.grid.setObjectName("emojiGrid")
        self.grid.setViewMode(QListView.ViewMode.IconMode)
        self.grid.setMovement(QListView.Movement.Static)
        self.grid.setResizeMode(QListView.ResizeMode.Fixed)
        self.grid.setGridSize(QSize(_CELL, _CELL))
        self.grid.setUniformItemSizes(True)
        self.grid.setFont(sized(_PIXELS))
        self.grid.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.grid.setAccessibleName(_("Emoji"))
        self.grid.setFixedSize(_CELL * _COLUMNS + 14, _CELL * 6)
        stack_vertically(self, self.box, self.grid, margin=8, spacing=8)
        self.box.textChanged.connect(self._fill)
        self.box.returnPressed.connect(self._choose_first)
        self.grid.itemClicked.connect(self._choose)
        self.grid.itemActivated.connect(self._choose)

    def open_over(self, corner: QPoint) -> None:
        """Open with the lower left corner at a point of the screen."""
        self.box.clear()
        self._fill("")
        self.adjustSize()
        self.move(corner - QPoint(0, self.height() + 4))
        self.show()
        self.box.setFocus()

    def _fill(self, words: str) -> None:
        found = find_emoji(words)
        if not words.strip():
            found = [*self._recent, *(sign for sign in found if sign not in self._recent)]
        names = dict(EMOJI)
        self.grid.clear()
        for sign in filter(can_show, found):
            item = QListWidgetItem(sign)
            item.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
            item.setSizeHint(QSize(_CELL, _CELL))
            item.setToolTip(names.get(sign, ""))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, names.get(sign, sign))
            self.grid.addItem(item)
        self.grid.setCurrentRow(0 if self.grid.count() else -1)

    def _choose_first(self) -> None:
        if (item := self.grid.currentItem()) is not None:
            self._choose(item)

    def _choose(self, item: QListWidgetItem) -> None:
        sign = item.text()
        self._recent = [sign, *(old for old in self._recent if old != sign)][:_RECENT]
        self._jobs.run(self, self._save, lane="write")
        self.hide()
        self.chosen.emit(sign)

    def _save(self) -> None:
        self._settings.set(RECENT_EMOJI, self._recent)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        elif event.key() == Qt.Key.Key_Down and self.box.hasFocus():
            self.grid.setFocus()
        else:
            super().keyPressEvent(event)
