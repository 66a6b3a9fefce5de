"""Rows of a table read page by page, so that a million of them open at once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)

from app.core.i18n import _
from ui.jobs import Jobs
from ui.widgets.columns import Column
from ui.widgets.tips import folded

PAGE = 100
PAGES_KEPT = 60
PAGES_AT_ONCE = 3
"""When one drags the scroll bar, only the pages one stopped at are fetched."""

Fetch = Callable[[int, int], Sequence[Any]]
Count = Callable[[], int]
Index = QModelIndex | QPersistentModelIndex
_Loaded = tuple[int, list[tuple[int, Sequence[Any]]]]

ROW = Qt.ItemDataRole.UserRole
"""The row itself, or None while it is being fetched."""


class PagedTableModel(QAbstractTableModel):
    """Asks `fetch(offset, limit)` for the pages that are looked at, in a job.

    `loaded` fires when the number of rows is known anew, `page_loaded` for every further page.
    Old rows stay on the screen until new ones are there, so a refresh doesn't flicker.
    """

    loaded = Signal()
    page_loaded = Signal()
    failed = Signal(object)

    def __init__(
        self,
        columns: Sequence[Column],
        fetch: Fetch,
        count: Count,
        jobs: Jobs,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.columns = list(columns)
        self._fetch, self._count, self._jobs = fetch, count, jobs
        self._pages: OrderedDict[int, Sequence[Any]] = OrderedDict()
        self._rows, self._source, self._replaced = 0, 0, False
        self._asked: set[int] = set()
        self._wanted: list[int] = []
        self._seen = (0, 0)
        self._timer = QTimer(self, singleShot=True, interval=20)
        self._timer.timeout.connect(self._ask)

    def set_source(self, fetch: Fetch, count: Count) -> None:
        """Show other rows from the top: another filter, another order."""
        self._fetch, self._count, self._replaced = fetch, count, True
        self._seen = (0, 0)
        self.reload()

    def reload(self) -> None:
        """Read the count and the visible pages again, keeping the place."""
        self._source += 1
        self._asked.clear()
        first, last = self._seen
        pages = list(range(first // PAGE, last // PAGE + 1))
        work = partial(_load, self._fetch, self._count, pages)
        self._jobs.run(self, work, partial(self._show, self._source), failed=self._fail, key="all")

    def look_at(self, first: int, last: int) -> None:
        """Tell which rows are visible, so that a reload fetches them first."""
        self._seen = (max(first, 0), max(last, first, 0))

    def row_at(self, number: int) -> Any | None:
        """The row, or None while its page is being fetched."""
        page = self._pages.get(number // PAGE)
        if page is None:
            self._want(number // PAGE)
            return None
        self._pages.move_to_end(number // PAGE)
        place = number % PAGE
        return page[place] if place < len(page) else None

    def loaded_rows(self) -> list[tuple[int, Any]]:
        """(number, row) of all rows at hand."""
        return [
            (page * PAGE + place, row)
            for page, rows in self._pages.items()
            for place, row in enumerate(rows)
        ]

    # --- Qt -------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else self._rows

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - see rowCount
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or role not in _ANSWERED:
            return None
        row = self.row_at(index.row())
        if role == ROW or row is None:
            return row
        column = self.columns[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return folded(column.tip(row)) if column.tip else None
        return column.text(row)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or section >= len(self.columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return _(self.columns[section].title)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return ALIGNMENTS[self.columns[section].align]
        if role == Qt.ItemDataRole.ToolTipRole and self.columns[section].about:
            return folded(self.columns[section].about)
        return None

    # --- pages ----------------------------------------------------------------------------

    def _want(self, page: int) -> None:
        if page in self._asked or page in self._wanted:
            return
        self._wanted.append(page)
        if not self._timer.isActive():
            self._timer.start()

    def _ask(self) -> None:
        pages, self._wanted = self._wanted[-PAGES_AT_ONCE:], []
        for page in pages:
            self._asked.add(page)
            self._jobs.run(
                self,
                partial(self._fetch, page * PAGE, PAGE),
                partial(self._take, self._source, page),
                failed=self._fail,
            )

    def _take(self, source: int, page: int, rows: Sequence[Any]) -> None:
        if source != self._source:
            return
        self._asked.discard(page)
        self._keep(page, rows)
        self.page_loaded.emit()

    def _show(self, source: int, found: _Loaded) -> None:
        if source != self._source:
            return
        count, pages = found
        if self._replaced:
            self.beginResetModel()
            self._rows, self._replaced = count, False
            self._replace(pages)
            self.endResetModel()
        else:
            self._replace(pages)
            self._resize(count)
        self.loaded.emit()

    def _replace(self, pages: list[tuple[int, Sequence[Any]]]) -> None:
        self._pages.clear()
        self._wanted.clear()
        for page, rows in pages:
            self._keep(page, rows)

    def _keep(self, page: int, rows: Sequence[Any]) -> None:
        self._pages[page] = rows
        self._pages.move_to_end(page)
        while len(self._pages) > PAGES_KEPT:
            self._pages.popitem(last=False)

    def _resize(self, count: int) -> None:
        none = QModelIndex()
        if count > self._rows:
            self.beginInsertRows(none, self._rows, count - 1)
            self._rows = count
            self.endInsertRows()
        elif count < self._rows:
            self.beginRemoveRows(none, count, self._rows - 1)
            self._rows = count
            self.endRemoveRows()
        if count:
            self.dataChanged.emit(self.index(0, 0), self.index(count - 1, len(self.columns) - 1))

    def _fail(self, error: BaseException) -> None:
        self._asked.clear()
        self.failed.emit(error)


ALIGNMENTS = {
    "left": Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
    "right": Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
    "center": Qt.AlignmentFlag.AlignCenter,
}
_ANSWERED = {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, ROW}


def _load(fetch: Fetch, count: Count, pages: list[int]) -> _Loaded:
    """Runs in a job: the number of rows and the pages that still exist."""
    total = count()
    return total, [(page, fetch(page * PAGE, PAGE)) for page in pages if page * PAGE < total]
