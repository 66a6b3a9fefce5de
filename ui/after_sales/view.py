"""The after-sales view: all records with search and filters, one in full, and the import."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QSplitter, QStackedWidget, QWidget

from app.after_sales import AfterSaleFacts, AfterSaleFilter, AfterSales
from app.core.i18n import _
from app.core.permissions import Permission
from app.core.settings import Setting
from ui.after_sales.columns import COLUMNS, SORTS
from ui.after_sales.commands import IMPORT, register_import
from ui.after_sales.detail import AfterSaleDetail
from ui.after_sales.filter_bar import FilterBar
from ui.after_sales.import_page import AfterSaleImportPage
from ui.widgets import DataTable, stack_horizontally, stack_vertically

if TYPE_CHECKING:
    from db.changes import Changes
    from ui.shell.plugs import UiContext

PANES: Final = Setting("after_sales.panes", list[int], [], scope="station")
TOGETHER_MS: Final = 300
"""Commits of an import come in a row; the list is read once for them."""

_TABLES: Final = ("after_sales", "orders", "settings")


class _Listing:
    """The records of one filter: their row numbers are read once, their rows page by page."""

    def __init__(
        self, service: AfterSales, wanted: AfterSaleFilter, sort: str, *, descending: bool
    ) -> None:
        self._service, self._wanted = service, wanted
        self._sort, self._descending = sort, descending
        self._rids: Sequence[int] | None = None

    def count(self) -> int:
        """Read the list anew; called at every reload."""
        self._rids = self._service.listing(self._wanted, self._sort, descending=self._descending)
        return len(self._rids)

    def fetch(self, offset: int, limit: int) -> list[AfterSaleFacts]:
        """One page of it."""
        if self._rids is None:
            self.count()
        return list(self._service.rows((self._rids or [])[offset : offset + limit]))


class AfterSalesView(QStackedWidget):
    """List and detail on one page, the import on the other."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context, self._service = context, context.services.after_sales
        self._stale = False
        self._sort = ("requested_at", True)
        self._soon = QTimer(self, singleShot=True, interval=TOGETHER_MS)
        self._soon.timeout.connect(self._reload)
        may_import = context.services.staff.may(Permission.IMPORT_ORDERS)
        self.bar = FilterBar(may_import=may_import)
        listing = self._listing()
        self.table = DataTable(
            COLUMNS, listing.fetch, listing.count, context.jobs, name=_("After-sales")
        )
        self.table.show_sort("asked", descending=True)
        self.detail = AfterSaleDetail(context)
        self.importing = AfterSaleImportPage(context)
        self._arrange()
        self._connect()
        register_import(context)
        self._show_empty()
        self._count()

    def open_item(self, item: object) -> None:
        """Show the record with this id, or those that fit this text; `IMPORT` opens the import."""
        if item == IMPORT:
            self.open_import()
            return
        self.setCurrentIndex(0)
        if isinstance(item, bytes):
            # It may be beyond what the list shows; no other row may look chosen then.
            self.table.view.selectionModel().clear()
            self.table.select_id(item)
            self.detail.open_record(item)
        elif isinstance(item, str):
            self.bar.search.setText(item)
            self.bar.search.search_now()

    def focus_search(self) -> None:
        """Put the cursor into the search field."""
        self.setCurrentIndex(0)
        self.bar.focus_search()

    def open_import(self) -> None:
        """Show the import page, ready for files."""
        if self._context.services.staff.may(Permission.IMPORT_ORDERS):
            self.setCurrentWidget(self.importing)
            self.importing.focus_first()

    # --- parts -----------------------------------------------------------------------------

    def _arrange(self) -> None:
        left = QWidget()
        stack_vertically(left, self.bar, self.table, spacing=12).setContentsMargins(16, 12, 12, 0)
        frame = QFrame()
        stack_horizontally(frame, self.detail)
        self.detail.setMinimumWidth(300)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.addWidget(left)
        self._splitter.addWidget(frame)
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setChildrenCollapsible(False)
        kept = self._context.services.settings.get(PANES)
        self._splitter.setSizes(kept if len(kept) == 2 else [960, 340])
        self.addWidget(self._splitter)
        self.addWidget(self.importing)

    def _connect(self) -> None:
        self.bar.changed.connect(self._refilter)
        self.bar.import_wanted.connect(self.open_import)
        self.table.selection_changed.connect(self._on_chosen)
        self.table.row_activated.connect(self._on_entered)
        self.table.sort_changed.connect(self._on_sorted)
        self.table.loaded.connect(self._on_loaded)
        self.importing.left.connect(self._leave_import)
        self._splitter.splitterMoved.connect(self._keep_panes)
        self._context.store.changed.connect(self._on_store)

    # --- the list --------------------------------------------------------------------------

    def _listing(self) -> _Listing:
        sort, descending = self._sort
        return _Listing(self._service, self.bar.wanted(), sort, descending=descending)

    def _refilter(self, _what: object = None) -> None:
        listing = self._listing()
        self._show_empty()
        self.table.set_source(listing.fetch, listing.count)

    def _show_empty(self) -> None:
        if self.bar.is_narrow():
            empty = self.table.set_empty(
                "search", _("No after-sale fits"), _("Try fewer filters."), _("Show all")
            )
            empty.action.connect(self.bar.reset)
            return
        empty = self.table.set_empty(
            "return",
            _("No after-sales yet"),
            _("Note one at an order, or import the platform's refunds."),
            _("Import…"),
        )
        empty.action.connect(self.open_import)

    def _count(self) -> None:
        self._context.jobs.run(self, self._service.tally, self.bar.show_tally, key="tally")

    def _on_loaded(self) -> None:
        self.bar.show_count(self.table.row_count())
        if self.table.row_count() and self.detail.is_empty():
            self.table.view.choose(0)

    def _on_chosen(self, record: AfterSaleFacts | None) -> None:
        self.detail.open_record(record.id if record else None)

    def _on_entered(self, record: AfterSaleFacts) -> None:
        self.detail.open_record(record.id)
        self.detail.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.detail.focusNextChild()

    def _on_sorted(self, key: str, descending: bool) -> None:
        self._sort = (SORTS[key], descending)
        self._refilter()

    # --- changes ---------------------------------------------------------------------------

    def _on_store(self, changes: Changes) -> None:
        if not changes.touches(*_TABLES):
            return
        if not self.isVisible() or self.currentIndex() != 0:
            self._stale = True
        else:
            self._soon.start()

    def _reload(self) -> None:
        self._stale = False
        self.table.reload()
        self.detail.reload()
        self._count()

    def _leave_import(self) -> None:
        self.setCurrentIndex(0)
        if self._stale:
            self._reload()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale and self.currentIndex() == 0:
            self._reload()

    def _keep_panes(self, _position: int, _index: Any) -> None:
        keep = partial(self._context.services.settings.set, PANES, self._splitter.sizes())
        self._context.jobs.run(self, keep, lane="write", key="panes")
