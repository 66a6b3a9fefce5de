"""Ctrl+K: one field that finds every command, view, customer and order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import shiboken6
from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.core.i18n import _
from ui.jobs import Jobs
from ui.shell.commands import Commands
from ui.shell.fuzzy import score
from ui.theme import current_tokens, pixmap, role, sized
from ui.widgets.layout import hline, stack_vertically
from ui.widgets.marked import draw_marked
from ui.widgets.row_ground import paint_row_ground

OWN_COMMAND: Final = "app.palette"
"""Opens what is open already: not offered in it."""
WIDTH: Final = 600
ROWS: Final = 9
_ROW: Final = 40
_ITEM: Final = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class PaletteItem:
    """One line: what it is, a remark or key at its right, and what choosing it does.

    `hits` are the [start, end) of the title that the words typed stand at; they are lit.
    """

    title: str
    run: Callable[[], object]
    remark: str = ""
    icon: str = "command"
    rank: float = 50.0
    hits: Sequence[tuple[int, int]] = ()


SearchProvider = Callable[[str], Sequence[PaletteItem]]
"""Called in a job with what was typed; returns things of the shop that fit."""

Spell = Callable[[str], str]


class Palette(QFrame):
    """Lies over the window; Escape or a click beside it closes it."""

    closed = Signal()

    def __init__(self, window: QWidget, commands: Commands, jobs: Jobs) -> None:
        super().__init__(window)
        self.setObjectName("palette")
        self._window, self._commands, self._jobs = window, commands, jobs
        self._providers: list[SearchProvider] = []
        self._found: list[PaletteItem] = []
        self._spell: Spell | None = None
        self._spelled: dict[str, str] = {}
        self._before: QWidget | None = None
        self._field = role(QLineEdit(), "bare")
        self._field.setObjectName("paletteField")
        self._field.setPlaceholderText(_("Search commands, customers, orders…"))
        self._field.setAccessibleName(_("Command palette"))
        self._list = QListWidget()
        self._list.setObjectName("paletteList")
        self._list.setItemDelegate(_LineDelegate(self._list))
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setMouseTracking(True)
        stack_vertically(self, self._field, hline(), self._list)
        self._pause = QTimer(self, singleShot=True, interval=120)
        self._pause.timeout.connect(self._search)
        self._field.textChanged.connect(self._on_text)
        self._field.installEventFilter(self)
        self._list.itemClicked.connect(self._choose)
        window.installEventFilter(self)
        self.hide()

    def add_provider(self, provider: SearchProvider) -> None:
        """Let the palette find more than commands."""
        self._providers.append(provider)

    def spell_with(self, spell: Spell) -> None:
        """Find Chinese titles by their initials too; `spell` may be slow, it runs in a job."""
        self._spell = spell

    def open(self) -> None:
        """Show it, empty, with the keyboard in it."""
        self._found = []
        self._before = self._before if self.isVisible() else QApplication.focusWidget()
        self._field.clear()
        self._fill()
        self._place()
        self.show()
        self.raise_()
        self._field.setFocus(Qt.FocusReason.PopupFocusReason)
        self._learn_spelling()

    def close_palette(self) -> None:
        """Put it away."""
        if self.isHidden():
            return
        self._pause.stop()
        inside, before = self._field.hasFocus(), self._before
        self._before = None
        self.hide()
        # Left to itself the window gives the keyboard to its first field.
        if inside and before is not None and shiboken6.isValid(before):
            before.setFocus(Qt.FocusReason.PopupFocusReason)
        self.closed.emit()

    def titles(self) -> list[str]:
        """What it offers now, best first."""
        return [self._list.item(n).text() for n in range(self._list.count())]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._field and isinstance(event, QKeyEvent):
            return event.type() == QEvent.Type.KeyPress and self._key(event)
        if event.type() == QEvent.Type.Resize and not self.isHidden():
            self._place()
        elif watched is self._field and event.type() == QEvent.Type.FocusOut:
            self.close_palette()
        return False

    # --- keys -----------------------------------------------------------------------------

    def _key(self, event: QKeyEvent) -> bool:
        steps = {
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_PageDown: ROWS,
            Qt.Key.Key_PageUp: -ROWS,
        }
        key = Qt.Key(event.key())
        if key in steps:
            last = self._list.count() - 1
            row = self._list.currentRow() + steps[key]
            self._list.setCurrentRow(max(0, min(last, row)))
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._choose(self._list.currentItem())
        elif key == Qt.Key.Key_Escape:
            self.close_palette()
        else:
            return False
        return True

    def _choose(self, line: QListWidgetItem | None) -> None:
        if line is None or not line.flags() & Qt.ItemFlag.ItemIsEnabled:
            return
        item: PaletteItem = line.data(_ITEM)
        self.close_palette()
        item.run()

    # --- what it finds --------------------------------------------------------------------

    def _on_text(self) -> None:
        self._found = []
        self._fill()
        self._pause.start()

    def _search(self) -> None:
        query = self._field.text().strip()
        if query and not self._providers:
            self._take(query, [])
        elif query:
            work = partial(_ask_all, list(self._providers), query)
            self._jobs.run(self, work, partial(self._take, query), key="search")

    def _take(self, query: str, found: list[PaletteItem]) -> None:
        if query == self._field.text().strip():
            self._found = found
            self._fill()
            if not self._list.count():
                self._say_nothing_found(query)

    def _say_nothing_found(self, query: str) -> None:
        words = _("Nothing found for “{text}”").format(text=query)
        line = QListWidgetItem(words)
        line.setData(_ITEM, PaletteItem(words, self.close_palette, icon="search"))
        line.setFlags(Qt.ItemFlag.NoItemFlags)
        self._list.addItem(line)
        self._place()

    def _fill(self) -> None:
        query = self._field.text().strip()
        items = sorted(
            [*self._command_items(query), *self._found], key=lambda i: i.rank, reverse=True
        )
        self._list.clear()
        for item in items[:60]:
            line = QListWidgetItem(item.title)
            line.setData(_ITEM, item)
            self._list.addItem(line)
        self._list.setCurrentRow(0)
        self._place()

    def _command_items(self, query: str) -> list[PaletteItem]:
        items = []
        for command in self._commands.all():
            title = _(command.title)
            names = (title, command.title, self._spelled.get(title, ""))
            rank = max(score(query, name) for name in names if name)
            if rank > 0 and command.id != OWN_COMMAND and command.when():
                keys = QKeySequence(self._commands.keys_of(command.id))
                remark = keys.toString(QKeySequence.SequenceFormat.NativeText)
                items.append(PaletteItem(title, command.run, remark, command.icon, rank))
        return items

    def _learn_spelling(self) -> None:
        titles = [t for c in self._commands.all() if (t := _(c.title)) not in self._spelled]
        if self._spell is not None and titles:
            work = partial(_spell_all, self._spell, titles)
            self._jobs.run(self, work, self._spelled.update, key="spell")

    def _place(self) -> None:
        window = self._window
        width = min(WIDTH, window.width() - 48)
        rows = max(1, min(ROWS, self._list.count()))
        self._list.setFixedHeight(rows * _ROW + 8)
        height = 48 + 1 + rows * _ROW + 8 + 2
        x = (window.width() - width) // 2
        self.setGeometry(QRect(x, max(24, window.height() // 8), width, height))


class _LineDelegate(QStyledItemDelegate):
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(100, _ROW)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        item: PaletteItem = index.data(_ITEM)
        tokens = current_tokens()
        state = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = option.rect.adjusted(4, 0, -4, 0)
        paint_row_ground(painter, option, inset=(4, 0), focus=False)
        ratio = painter.device().devicePixelRatioF()
        picture = pixmap(item.icon, 18, "text_muted", ratio)
        painter.drawPixmap(area.left() + 10, area.center().y() - 8, picture)
        painter.setFont(sized(tokens.text_xs))
        painter.setPen(QColor(tokens.text_muted))
        remark = painter.fontMetrics().elidedText(
            item.remark, Qt.TextElideMode.ElideRight, area.width() // 2
        )
        taken = painter.fontMetrics().horizontalAdvance(remark) + 12
        right = area.adjusted(40, 0, -12, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(right, int(Qt.AlignmentFlag.AlignRight | middle), remark)
        room = right.adjusted(0, 0, -taken, 0)
        colour = "text" if state & QStyle.StateFlag.State_Enabled else "text_muted"
        draw_marked(painter, room, item.title, item.hits, sized(tokens.text_m), colour)
        painter.restore()


def _ask_all(providers: Sequence[SearchProvider], query: str) -> list[PaletteItem]:
    return [item for provider in providers for item in provider(query)]


def _spell_all(spell: Spell, titles: Sequence[str]) -> dict[str, str]:
    return {title: spell(title) for title in titles}
