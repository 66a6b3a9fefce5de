"""A list under its filters with one of its things in full beside it, and the import on another page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt, QTimer, Signal, SignalInstance
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QSplitter, QStackedWidget, QWidget

from app.core.settings import Setting, Settings
from ui.jobs import Jobs
from ui.widgets.layout import stack_horizontally, stack_vertically
from ui.widgets.search_box import SearchBox
from ui.widgets.sub_page import SubPage
from ui.widgets.table import DataTable
from ui.widgets.table_model import Count, Fetch

if TYPE_CHECKING:
    from db.changes import Changes

IMPORT: Final = "import"
"""What such a view opens its import for."""


class ListBar(QWidget):
    """The filters above the list.

    `changed` tells that another list is wanted, `import_wanted` that files are to come in.
    """

    changed = Signal()
    import_wanted = Signal()
    search: SearchBox

    def focus_search(self) -> None:
        """Put the cursor into the search field."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def is_narrow(self) -> bool:
        """Whether a filter leaves something out."""
        raise NotImplementedError

    def reset(self) -> None:
        """Take all filters away."""
        raise NotImplementedError

    def show_count(self, count: int) -> None:
        """Say how many are listed."""
        raise NotImplementedError


class ListDetail(QStackedWidget):
    """One thing in full, or that none is chosen."""

    def is_empty(self) -> bool:
        """Whether nothing is shown or on its way."""
        raise NotImplementedError

    def reload(self) -> None:
        """Read what is shown again."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class NoRows:
    """What stands in place of an empty list, and what its button says."""

    icon: str
    title: str
    hint: str
    action: str


@dataclass(frozen=True, slots=True)
class ListParts:
    """`sizes` of list and detail at first, pixels; `least` is the detail's smallest width.

    `make_import` makes the import page when it is first wanted.
    """

    bar: ListBar
    table: DataTable
    detail: ListDetail
    make_import: Callable[[], SubPage]
    sizes: tuple[int, int]
    least: int


class ListView(QStackedWidget):
    """A subclass makes the parts, hands them to `_assemble` and answers what is asked below.

    `sorts` are the sortable columns and the fields they sort by, `tables` what the list rests on.
    """

    sorts: Mapping[str, str] = {}
    tables: tuple[str, ...] = ()
    panes: Setting[list[int]]

    def __init__(
        self, jobs: Jobs, settings: Settings, sort: str, *, may_import: bool, soon_ms: int
    ) -> None:
        """Commits of an import come in a row: after `soon_ms` the list is read once for them."""
        super().__init__()
        self._jobs, self._settings, self._may_import = jobs, settings, may_import
        self._stale = False
        self._import: SubPage | None = None
        self.sort = (sort, True)
        self._soon = QTimer(self, singleShot=True, interval=soon_ms)
        self._soon.timeout.connect(self._reload)

    # --- what a subclass answers -------------------------------------------------------------

    def source(self) -> tuple[Fetch, Count]:
        """The rows that the filters and `sort` ask for."""
        raise NotImplementedError

    def no_rows(self, *, narrow: bool) -> NoRows:
        """What to say where nothing is listed; `narrow`: the filters leave nothing."""
        raise NotImplementedError

    def open_thing(self, thing: bytes | None) -> None:
        """Show one in full, None for none."""
        raise NotImplementedError

    def read_around(self) -> None:
        """Read the counts beside the filters."""
        raise NotImplementedError

    def focus_detail(self) -> None:
        """Put the keyboard into what is shown in full."""
        self._parts.detail.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._parts.detail.focusNextChild()

    def follow(self, _changes: Changes) -> None:
        """Something the list rests on has changed while it shows."""
        self._soon.start()

    # --- for the shell -----------------------------------------------------------------------

    def open_item(self, item: object) -> None:
        """Show the thing with this id, or those that fit this text; `IMPORT` opens the import."""
        if item == IMPORT:
            self.open_import()
            return
        self.setCurrentIndex(0)
        if isinstance(item, bytes):
            # It may be beyond what the list shows; no other row may look chosen then.
            self._parts.table.view.selectionModel().clear()
            self._parts.table.select_id(item)
            self.open_thing(item)
        elif isinstance(item, str):
            self._parts.bar.search.setText(item)
            self._parts.bar.search.search_now()

    def focus_search(self) -> None:
        """Put the cursor into the search field."""
        self.setCurrentIndex(0)
        self._parts.bar.focus_search()

    def open_import(self) -> None:
        """Show the import page, ready for files."""
        if self._may_import:
            page = self.import_page()
            self.setCurrentWidget(page)
            page.focus_first()

    def import_page(self) -> SubPage:
        """The import page, made now if it is not there yet."""
        if self._import is None:
            self._import = self._parts.make_import()
            self._import.left.connect(self._leave_import)
            self.addWidget(self._import)
        return self._import

    # --- parts -------------------------------------------------------------------------------

    def _assemble(self, parts: ListParts, changed: SignalInstance) -> None:
        """Lay the parts out and begin; `changed` carries the `Changes` of every commit."""
        self._parts = parts
        left, frame = QWidget(), QFrame()
        column = stack_vertically(left, parts.bar, parts.table, spacing=12)
        column.setContentsMargins(16, 12, 12, 0)
        stack_horizontally(frame, parts.detail)
        parts.detail.setMinimumWidth(parts.least)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.addWidget(left)
        self._splitter.addWidget(frame)
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setChildrenCollapsible(False)
        kept = self._settings.get(self.panes)
        self._splitter.setSizes(kept if len(kept) == 2 else list(parts.sizes))
        self.addWidget(self._splitter)
        self._connect(changed)
        self._show_empty()
        self.read_around()

    def _connect(self, changed: SignalInstance) -> None:
        parts = self._parts
        parts.bar.search.lead_to(parts.table)
        parts.bar.changed.connect(self.refilter)
        parts.bar.import_wanted.connect(self.open_import)
        parts.table.selection_changed.connect(self._on_chosen)
        parts.table.row_activated.connect(self._on_entered)
        parts.table.sort_changed.connect(self._on_sorted)
        parts.table.loaded.connect(self._on_loaded)
        self._splitter.splitterMoved.connect(self._keep_panes)
        changed.connect(self._on_store)

    # --- the list ----------------------------------------------------------------------------

    def refilter(self, _what: object = None) -> None:
        """Read the list by the filters as they are now."""
        self._show_empty()
        self._parts.table.set_source(*self.source())

    def _show_empty(self) -> None:
        narrow = self._parts.bar.is_narrow()
        words = self.no_rows(narrow=narrow)
        empty = self._parts.table.set_empty(words.icon, words.title, words.hint, words.action)
        empty.action.connect(self._parts.bar.reset if narrow else self.open_import)

    def _on_loaded(self) -> None:
        table = self._parts.table
        self._parts.bar.show_count(table.row_count())
        if table.row_count() and self._parts.detail.is_empty():
            table.view.choose(0)

    def _on_chosen(self, row: Any | None) -> None:
        self.open_thing(row.id if row is not None else None)

    def _on_entered(self, row: Any) -> None:
        self.open_thing(row.id)
        self.focus_detail()

    def _on_sorted(self, key: str, descending: bool) -> None:
        self.sort = (self.sorts[key], descending)
        self.refilter()

    # --- changes -----------------------------------------------------------------------------

    def _on_store(self, changes: Changes) -> None:
        if not changes.touches(*self.tables):
            return
        if not self.isVisible() or self.currentIndex() != 0:
            self._stale = True
        else:
            self.follow(changes)

    def _reload(self) -> None:
        self._stale = False
        self._parts.table.reload()
        self._parts.detail.reload()
        self.read_around()

    def _leave_import(self) -> None:
        self.setCurrentIndex(0)
        if self._stale:
            self._reload()
        self._parts.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale and self.currentIndex() == 0:
            self._reload()

    def _keep_panes(self, _position: int, _index: Any) -> None:
        keep = partial(self._settings.set, self.panes, self._splitter.sizes())
        self._jobs.run(self, keep, lane="write", key="panes")
