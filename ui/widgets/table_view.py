"""The scrolling part of a table: keyboard, hover and clipboard."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QItemSelectionModel, Qt, Signal
from PySide6.QtGui import (
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from app.core.i18n import _
from ui.theme import current_tokens, sized
from ui.widgets.table_delegate import PAD, CellDelegate
from ui.widgets.table_model import PagedTableModel


class RowsView(QTableView):
    """Whole rows are chosen; Home, End and the page keys move among them."""

    row_entered = Signal(int)
    """Enter or a double click on a row."""
    seen = Signal()
    """Other rows are visible now."""

    def __init__(self, model: PagedTableModel, multi: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self._rows, self._delegate = model, CellDelegate(self)
        self.setItemDelegate(self._delegate)
        self.setMouseTracking(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        modes = QAbstractItemView.SelectionMode
        self.setSelectionMode(modes.ExtendedSelection if multi else modes.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._set_up_headers()
        self.verticalScrollBar().valueChanged.connect(self.seen)
        self.verticalScrollBar().setSingleStep(current_tokens().row)
        self.doubleClicked.connect(self._enter_current)

    def choose(self, row: int, *, scroll: bool = True) -> None:
        """Make `row` the current and only one."""
        index = self.model().index(row, 0)
        flags = QItemSelectionModel.SelectionFlag
        if scroll:
            self.setCurrentIndex(index)
        self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)

    def visible_rows(self) -> tuple[int, int]:
        """First and last row one can see."""
        first = self.rowAt(0)
        last = self.rowAt(self.viewport().height() - 1)
        return max(first, 0), last if last >= 0 else self._rows.rowCount() - 1

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = self._rows.rowCount() - 1
        if event.matches(QKeySequence.StandardKey.Copy):
            self._copy()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._enter_current()
        elif event.key() == Qt.Key.Key_Home and last >= 0:
            self.choose(0)
        elif event.key() == Qt.Key.Key_End and last >= 0:
            self.choose(last)
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self.rowAt(event.position().toPoint().y()))
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(-1)
        super().leaveEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.seen.emit()

    def _set_up_headers(self) -> None:
        down, across = self.verticalHeader(), self.horizontalHeader()
        down.hide()
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        down.setMinimumSectionSize(current_tokens().row)
        down.setDefaultSectionSize(current_tokens().row)
        across.setHighlightSections(False)
        across.setSectionsClickable(True)
        across.setMinimumSectionSize(48)
        across.setFixedHeight(current_tokens().row)
        metrics = QFontMetrics(sized(current_tokens().text_xs, strong=True))
        for number, column in enumerate(self._rows.columns):
            lines = _(column.title).split("\n")
            head = max(map(metrics.horizontalAdvance, lines)) + 2 * PAD + 2
            self.setColumnWidth(number, max(column.width, head))
            if column.stretch:
                across.setSectionResizeMode(number, QHeaderView.ResizeMode.Stretch)

    def _enter_current(self) -> None:
        if self.currentIndex().isValid():
            self.row_entered.emit(self.currentIndex().row())

    def _hover(self, row: int) -> None:
        if row != self._delegate.hovered:
            self._delegate.hovered = row
            self.viewport().update()

    def _copy(self) -> None:
        rows = [self._rows.row_at(i.row()) for i in self.selectionModel().selectedRows()]
        lines = ["\t".join(c.text(row) for c in self._rows.columns) for row in rows if row]
        if lines:
            QGuiApplication.clipboard().setText("\n".join(lines))
