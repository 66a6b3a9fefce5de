"""A table for lists of any length, up to a million rows, that never waits for the database."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QWidget

from app.core.errors import UserError
from app.core.i18n import _
from ui.jobs import Jobs
from ui.widgets.columns import Column
from ui.widgets.empty_state import EmptyState
from ui.widgets.layout import Pages, stack_vertically
from ui.widgets.notice_bar import NoticeBar
from ui.widgets.table_model import Count, Fetch, PagedTableModel
from ui.widgets.table_view import RowsView


def _id_of(row: Any) -> object:
    return getattr(row, "id", row)


class DataTable(QWidget):
    """Rows by `fetch(offset, limit)`, their number by `count()`, both called in jobs.

    `row_activated` carries the row of a double click or Enter; `selection_changed` the current
    row or None; `sort_changed` (column key, descending) asks the owner for `set_source` with
    rows in that order; `widths_changed` the widths by column key, to be remembered.
    """

    row_activated = Signal(object)
    selection_changed = Signal(object)
    sort_changed = Signal(str, bool)
    widths_changed = Signal(object)
    loaded = Signal()

    def __init__(
        self,
        columns: Sequence[Column],
        fetch: Fetch,
        count: Count,
        jobs: Jobs,
        *,
        row_id: Callable[[Any], object] = _id_of,
        multi: bool = False,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.model = PagedTableModel(columns, fetch, count, jobs, self)
        self.view = RowsView(self.model, multi)
        self.view.setAccessibleName(name)
        self._row_id = row_id
        self._chosen: object | None = None
        self._wished: object | None = None
        self._sort: tuple[str, bool] | None = None
        self._empty: EmptyState | None = None
        self._trouble = NoticeBar()
        self._stack = Pages()
        self._stack.addWidget(self.view)
        stack_vertically(self, self._trouble, self._stack)
        self.setFocusProxy(self.view)
        self._connect()
        self.reload()

    def set_source(self, fetch: Fetch, count: Count) -> None:
        """Show other rows from the top: another filter or order."""
        self._choose_none()
        self.view.scrollToTop()
        self.model.set_source(fetch, count)

    def reload(self) -> None:
        """Read again what is visible, keeping place and selection."""
        self.model.look_at(*self.view.visible_rows())
        self.model.reload()

    def set_empty(
        self, icon: str, title: str, hint: str = "", action_text: str | None = None
    ) -> EmptyState:
        """What to show where there are no rows."""
        if self._empty is not None:
            self._stack.removeWidget(self._empty)
            self._empty.deleteLater()
        self._empty = EmptyState(icon, title, hint, action_text)
        self._stack.addWidget(self._empty)
        self._show_rows_or_reason()
        return self._empty

    def row_count(self) -> int:
        """How many rows there are."""
        return self.model.rowCount()

    def current_row(self) -> Any | None:
        """The row with the cursor, if it is loaded."""
        index = self.view.currentIndex()
        return self.model.row_at(index.row()) if index.isValid() else None

    def selected_rows(self) -> list[Any]:
        """All chosen rows that are loaded, from top to bottom."""
        numbers = sorted(i.row() for i in self.view.selectionModel().selectedRows())
        return [row for n in numbers if (row := self.model.row_at(n)) is not None]

    def select_id(self, row_id: object) -> None:
        """Put the cursor on the row of this id as soon as it is among the loaded ones."""
        self._wished = row_id
        self._find_wished()

    def sort(self) -> tuple[str, bool] | None:
        """(column key, descending), or None where nobody asked."""
        return self._sort

    def show_sort(self, key: str, descending: bool) -> None:
        """Show by which column the rows are sorted, without telling."""
        self._sort = (key, descending)
        number = [column.key for column in self.model.columns].index(key)
        down = Qt.SortOrder.DescendingOrder
        order = down if descending else Qt.SortOrder.AscendingOrder
        self.view.horizontalHeader().setSortIndicatorShown(True)
        self.view.horizontalHeader().setSortIndicator(number, order)

    def set_widths(self, widths: Mapping[str, int]) -> None:
        """Use remembered widths."""
        header = self.view.horizontalHeader()
        header.blockSignals(True)
        for number, column in enumerate(self.model.columns):
            if column.key in widths and not column.stretch:
                self.view.setColumnWidth(number, widths[column.key])
        header.blockSignals(False)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.view.setFocus(event.reason())

    # --- answers --------------------------------------------------------------------------

    def _connect(self) -> None:
        self.model.loaded.connect(self._on_loaded)
        self.model.page_loaded.connect(self._on_page_loaded)
        self.model.failed.connect(self._on_failed)
        self._trouble.action.connect(self.reload)
        self.view.row_entered.connect(self._on_entered)
        self.view.selectionModel().currentRowChanged.connect(self._on_current_changed)
        header = self.view.horizontalHeader()
        header.sectionClicked.connect(self._on_head_clicked)
        header.sectionResized.connect(self._on_resized)

    def _on_loaded(self) -> None:
        self._trouble.say("")
        self._show_rows_or_reason()
        self._keep_selection()
        self._find_wished()
        self.view.viewport().update()
        self.loaded.emit()

    def _on_page_loaded(self) -> None:
        self._find_wished()
        self.view.viewport().update()

    def _on_failed(self, error: object) -> None:
        known = isinstance(error, UserError)
        text = str(error) if known else _("This list could not be read.")
        self._trouble.say(text, "danger", _("Try again"))

    def _on_entered(self, number: int) -> None:
        if (row := self.model.row_at(number)) is not None:
            self.row_activated.emit(row)

    def _on_current_changed(self, current: QModelIndex, _before: QModelIndex) -> None:
        row = self.model.row_at(current.row()) if current.isValid() else None
        chosen = self._row_id(row) if row is not None else None
        if chosen != self._chosen:
            self._chosen = chosen
            self.selection_changed.emit(row)

    def _on_head_clicked(self, number: int) -> None:
        column = self.model.columns[number]
        if not column.sortable:
            return
        descending = self._sort == (column.key, False)
        self.show_sort(column.key, descending)
        self.sort_changed.emit(column.key, descending)

    def _on_resized(self) -> None:
        widths = {
            column.key: self.view.columnWidth(number)
            for number, column in enumerate(self.model.columns)
        }
        self.widths_changed.emit(widths)

    # --- selection ------------------------------------------------------------------------

    def _show_rows_or_reason(self) -> None:
        empty = self._empty is not None and self.model.rowCount() == 0
        self._stack.setCurrentIndex(1 if empty else 0)
        # The Tab key would stop for good at one whose rows cannot have the focus.
        self.setFocusProxy(None if empty else self.view)  # type: ignore[arg-type]

    def _keep_selection(self) -> None:
        """After a refresh the cursor follows its row, wherever that is now."""
        if self._chosen is None:
            return
        index = self.view.currentIndex()
        here = self.model.row_at(index.row()) if index.isValid() else None
        if here is not None and self._row_id(here) == self._chosen:
            self.selection_changed.emit(here)
            return
        number = self._number_of(self._chosen)
        if number is None:
            self._choose_none()
        else:
            self.view.choose(number, scroll=False)

    def _find_wished(self) -> None:
        if self._wished is not None and (n := self._number_of(self._wished)) is not None:
            self._wished = None
            self.view.choose(n)

    def _number_of(self, row_id: object) -> int | None:
        rows = self.model.loaded_rows()
        return next((n for n, row in rows if self._row_id(row) == row_id), None)

    def _choose_none(self) -> None:
        self.view.selectionModel().clear()
        if self._chosen is not None:
            self._chosen = None
            self.selection_changed.emit(None)
