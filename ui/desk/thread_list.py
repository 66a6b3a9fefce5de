"""The view of a thread: scrolls by pixels, keeps its place, lets text be selected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QListView

from app.conversations import MessageKind, MessageState
from app.core.i18n import _
from ui.desk.inks import ink
from ui.desk.thread_delegate import ThreadDelegate
from ui.desk.thread_model import Index, ThreadModel, ThreadRole
from ui.desk.thread_rows import ThreadRow
from ui.theme import set_state

_NEAR: Final = 400
_AT_END: Final = 24


class ThreadList(QListView):
    """`older_wanted` and `newer_wanted` fire near the ends, `end_reached` when the newest row shows."""

    older_wanted = Signal()
    newer_wanted = Signal()
    end_reached = Signal(bool)
    image_clicked = Signal(object)
    file_clicked = Signal(object)
    retry_clicked = Signal(object)
    menu_wanted = Signal(object, QPoint)

    def __init__(self, model: ThreadModel, delegate: ThreadDelegate) -> None:
        super().__init__()
        self._thread, self._delegate = model, delegate
        self._anchor: tuple[bytes, int] | None = None
        self._follow = True
        self._quiet = False
        self.setObjectName("thread")
        self.setModel(model)
        self.setItemDelegate(delegate)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setResizeMode(QListView.ResizeMode.Fixed)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setAccessibleName(_("Messages"))
        # It paints all of itself, so nothing beneath needs painting first.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.verticalScrollBar().setSingleStep(24)
        set_state(self.verticalScrollBar(), idle=True)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self.verticalScrollBar().rangeChanged.connect(self._on_range)
        self.customContextMenuRequested.connect(self._on_menu)
        self._narrow = QTimer(self, singleShot=True, interval=0)
        self._narrow.timeout.connect(self._fit)

    # --- place ----------------------------------------------------------------------------

    @property
    def at_end(self) -> bool:
        """Whether the newest message is on the screen."""
        bar = self.verticalScrollBar()
        return bar.value() >= bar.maximum() - _AT_END

    def to_end(self) -> None:
        """Show the newest message and follow what comes."""
        self._follow = True
        self.scrollToBottom()
        self.end_reached.emit(True)

    def screenful(self, rows: Sequence[ThreadRow]) -> Sequence[ThreadRow]:
        """The last of the rows, as many as fill the view; only those need to be measured."""
        self._delegate.width = self.viewport().width()
        room = self.viewport().height()
        for number in reversed(range(len(rows))):
            room -= self._delegate.layout_of(rows[number]).height
            if room < 0:
                return rows[number:]
        return rows

    def reset_thread(self) -> None:
        """Another thread was put into the model: show its end."""
        self._follow, self._delegate.selection = True, None
        # The scroll bar moves several times until it stands: only the outcome is told.
        self._quiet = True
        self._fit()
        self.scrollToBottom()
        self._quiet = False
        self.to_end()

    def keep_place(self) -> int:
        """Remember how far the end is; hand it to `restore_place` after rows came above."""
        bar = self.verticalScrollBar()
        self._quiet = True
        return bar.maximum() - bar.value()

    def restore_place(self, from_end: int) -> None:
        """Stay where one was reading although rows came above."""
        self.doItemsLayout()
        bar = self.verticalScrollBar()
        bar.setValue(bar.maximum() - from_end)
        self._quiet = False

    def reveal(self, number: int) -> None:
        """Bring a row into the middle of the view."""
        self._follow = False
        self.scrollTo(self._thread.index(number), QAbstractItemView.ScrollHint.PositionAtCenter)

    def _on_scrolled(self, value: int) -> None:
        if self._quiet:
            return
        self._follow = self.at_end
        self.end_reached.emit(self._follow)
        if value < _NEAR:
            self.older_wanted.emit()
        if value > self.verticalScrollBar().maximum() - _NEAR:
            self.newer_wanted.emit()

    def _on_range(self, _low: int, high: int) -> None:
        # Always there, so that rows need no new measure; unseen while there is nothing to scroll.
        set_state(self.verticalScrollBar(), idle=high == 0)
        if self._follow and not self._quiet:
            self.scrollToBottom()

    def paintEvent(self, event: QPaintEvent) -> None:
        # Rows stand one under the other, so their places need not be asked for one by one.
        area = event.rect()
        painter = QPainter(self.viewport())
        painter.fillRect(area, ink("canvas"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.executeDelayedItemsLayout()
        first = self.indexAt(QPoint(0, area.top()))
        if first.isValid():
            y = self.visualRect(first).top()
            for row in self._thread.rows[first.row() :]:
                if y > area.bottom():
                    break
                y += self._delegate.paint_row(painter, QPointF(0, y), row)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._narrow.start()

    def _fit(self) -> None:
        width = self.viewport().width()
        if width != self._delegate.width:
            follow = self._follow
            self._delegate.width = width
            self.doItemsLayout()
            if follow:
                self.scrollToBottom()

    # --- pointing -------------------------------------------------------------------------

    def row_at(self, point: QPoint) -> tuple[ThreadRow, QPointF] | None:
        """The row under a point of the viewport, and the point within the row."""
        index = self.indexAt(point)
        row = index.data(ThreadRole.ROW) if index.isValid() else None
        if not isinstance(row, ThreadRow):
            return None
        return row, QPointF(point - self.visualRect(index).topLeft())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._select(None)
        found = self.row_at(event.position().toPoint())
        self._anchor = None
        if found is not None:
            row, point = found
            layout = self._delegate.layout_of(row)
            if layout.hit(point) == "text":
                position = layout.text_position(point)
                self._anchor = None if position is None else (row.key, position)
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        if self._anchor is None or not event.buttons() & Qt.MouseButton.LeftButton:
            self._show_cursor(point)
            return
        number = self._thread.row_of(self._anchor[0])
        row = self._thread.rows[number] if number >= 0 else None
        if row is None:
            return
        corner = self.visualRect(self._thread.index(number)).topLeft()
        position = self._delegate.layout_of(row).text_position(QPointF(point - corner))
        if position is not None:
            start, end = sorted((self._anchor[1], position))
            self._select((row.key, (start, end)) if end > start else None)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._delegate.selection:
            return
        found = self.row_at(event.position().toPoint())
        if found is None or found[0].message is None:
            return
        row, point = found
        signals = {
            "image": self.image_clicked,
            "file": self.file_clicked,
            "retry": self.retry_clicked,
        }
        if (signal := signals.get(self._delegate.layout_of(row).hit(point))) is not None:
            signal.emit(row.message)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        found = self.row_at(event.position().toPoint())
        if found is None:
            return
        row, point = found
        position = self._delegate.layout_of(row).text_position(point)
        if position is not None and self._delegate.layout_of(row).hit(point) == "text":
            self._select((row.key, _word(row.text, position)))

    def _show_cursor(self, point: QPoint) -> None:
        found = self.row_at(point)
        hit = self._delegate.layout_of(found[0]).hit(found[1]) if found else ""
        if hit in {"image", "file", "retry"}:
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        elif hit == "text":
            self.viewport().setCursor(Qt.CursorShape.IBeamCursor)
        else:
            self.viewport().unsetCursor()

    def _on_menu(self, point: QPoint) -> None:
        found = self.row_at(point)
        if found is not None and found[0].message is not None:
            self.menu_wanted.emit(found[0], self.viewport().mapToGlobal(point))

    # --- selected text --------------------------------------------------------------------

    def selected_text(self) -> str:
        """The characters that are marked."""
        if self._delegate.selection is None:
            return ""
        key, (start, end) = self._delegate.selection
        number = self._thread.row_of(key)
        return self._thread.rows[number].text[start:end] if number >= 0 else ""

    def copy(self) -> None:
        """Put the marked text, or else the message the keyboard is on, on the clipboard."""
        row = self.currentIndex().data(ThreadRole.ROW)
        text = self.selected_text() or (row.text if isinstance(row, ThreadRow) else "")
        if text:
            QGuiApplication.clipboard().setText(text)

    def _select(self, selection: tuple[bytes, tuple[int, int]] | None) -> None:
        if selection != self._delegate.selection:
            self._delegate.selection = selection
            self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar = self.verticalScrollBar()
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() == Qt.Key.Key_End:
            self.to_end()
        elif event.key() == Qt.Key.Key_Home:
            bar.setValue(0)
        elif event.key() in {Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}:
            by = bar.pageStep() if event.key() == Qt.Key.Key_PageDown else -bar.pageStep()
            bar.setValue(bar.value() + by)
        elif event.key() == Qt.Key.Key_Menu:
            self._menu_by_key()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._act_by_key()
        else:
            super().keyPressEvent(event)

    def _act_by_key(self) -> None:
        """What a click would do: open the picture, save the file, send once more."""
        row = self.currentIndex().data(ThreadRole.ROW)
        message = row.message if isinstance(row, ThreadRow) else None
        if message is None or message.deleted:
            return
        if message.state is MessageState.FAILED:
            self.retry_clicked.emit(message)
        elif message.attachment_id is not None:
            picture = message.kind is MessageKind.IMAGE
            (self.image_clicked if picture else self.file_clicked).emit(message)

    def _menu_by_key(self) -> None:
        index = self.currentIndex()
        row = index.data(ThreadRole.ROW)
        if isinstance(row, ThreadRow) and row.message is not None:
            place = self.visualRect(index).center()
            self.menu_wanted.emit(row, self.viewport().mapToGlobal(place))

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Walking by keyboard marks the whole message, so that one sees where one is."""
        super().currentChanged(current, previous)
        row = current.data(ThreadRole.ROW)
        if isinstance(row, ThreadRow) and row.text and self.hasFocus():
            self._select((row.key, (0, len(row.text))))

    def event(self, event: QEvent) -> bool:
        # Ctrl+C must reach the list although the window may hold the same key.
        asked = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if asked and isinstance(event, QKeyEvent) and event.matches(QKeySequence.StandardKey.Copy):
            event.accept()
            return True
        return super().event(event)


def _word(text: str, position: int) -> tuple[int, int]:
    """The run of letters, digits or Chinese characters around a position."""
    start = end = min(position, len(text))
    while start > 0 and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum():
        end += 1
    return start, max(end, min(start + 1, len(text)))
