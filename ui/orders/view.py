"""The orders view: all orders with search and filters, one of them in full, and the import."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QSplitter, QStackedWidget, QWidget

from app.core.i18n import _
from app.core.permissions import Permission
from app.core.settings import Setting
from ui.jobs import Jobs
from ui.orders.addition import Builder
from ui.orders.columns import COLUMNS, SORTS
from ui.orders.commands import IMPORT, register_import
from ui.orders.detail import OrderDetail
from ui.orders.filter_bar import FilterBar
from ui.orders.import_page import OrderImportPage
from ui.orders.listing import Line, Listing, Tally, tally
from ui.widgets import DataTable, EmptyState, stack_horizontally, stack_vertically

if TYPE_CHECKING:
    from db.changes import Changes
    from ui.shell.plugs import UiContext

PANES: Final = Setting("orders.panes", list[int], [], scope="station")
_SOON_MS: Final = 700
_WIDE: Final = 1_060
_TABLES: Final = ("orders", "order_items", "order_shipments", "order_remarks", "settings", "skus")


class OrderTable(DataTable):
    """The list; where it is narrow, the parcel is left to the detail beside it."""

    def __init__(self, listing: Listing, jobs: Jobs) -> None:
        super().__init__(COLUMNS, listing.fetch, listing.count, jobs, name=_("Orders"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        keys = [column.key for column in COLUMNS]
        self.view.setColumnHidden(keys.index("parcel"), self.width() < _WIDE)


class OrdersView(QStackedWidget):
    """List and detail on one page, the import on the other."""

    def __init__(self, context: UiContext, *additions: Builder) -> None:
        super().__init__()
        self._context, self._services = context, context.services
        self._stale = self._counting = self._count_again = False
        self._soon = QTimer(self, interval=_SOON_MS, singleShot=True)
        self._soon.timeout.connect(self._reload)
        self._sort = ("created_at", True)
        staff = self._services.staff
        self.bar = FilterBar(may_import=staff.may(Permission.IMPORT_ORDERS))
        listing = Listing(self._services, self.bar.wanted())
        self.table = OrderTable(listing, context.jobs)
        self.table.show_sort("created", descending=True)
        self.detail = OrderDetail(context, *additions)
        self.importing = OrderImportPage(context)
        self._arrange()
        self._connect()
        register_import(context)
        self._show_empty()
        self._read_around()

    def explain_value(self) -> None:
        """Tell where a value of the order in the detail comes from."""
        self.detail.page.explain_value()

    def open_item(self, item: object) -> None:
        """Show the order with this id, or those that fit this text; `IMPORT` opens the import."""
        if item == IMPORT:
            self.open_import()
            return
        self.setCurrentIndex(0)
        if isinstance(item, bytes):
            # The order may be beyond what the list shows; no other row may look chosen then.
            self.table.view.selectionModel().clear()
            self.table.select_id(item)
            self.detail.open_order(item)
        elif isinstance(item, str):
            self.bar.search.setText(item)
            self.bar.search.search_now()

    def focus_search(self) -> None:
        """Put the cursor into the search field."""
        self.setCurrentIndex(0)
        self.bar.focus_search()

    def open_import(self) -> None:
        """Show the import page, ready for files."""
        if self._services.staff.may(Permission.IMPORT_ORDERS):
            self.setCurrentWidget(self.importing)
            self.importing.focus_first()

    # --- parts -----------------------------------------------------------------------------

    def _arrange(self) -> None:
        left = QWidget()
        stack_vertically(left, self.bar, self.table, spacing=12).setContentsMargins(16, 12, 12, 0)
        frame = QFrame()
        stack_horizontally(frame, self.detail)
        self.detail.setMinimumWidth(320)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.addWidget(left)
        self._splitter.addWidget(frame)
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setChildrenCollapsible(False)
        kept = self._services.settings.get(PANES)
        self._splitter.setSizes(kept if len(kept) == 2 else [980, 320])
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

    def _refilter(self, _what: object = None) -> None:
        sort, descending = self._sort
        wanted = replace(self.bar.wanted(), sort=sort, descending=descending)
        listing = Listing(self._services, wanted)
        self._show_empty()
        self.table.set_source(listing.fetch, listing.count)

    def _show_empty(self) -> None:
        empty: EmptyState
        if self.bar.is_narrow():
            empty = self.table.set_empty(
                "search", _("No order fits"), _("Try fewer filters."), _("Show all orders")
            )
            empty.action.connect(self.bar.reset)
            return
        empty = self.table.set_empty(
            "orders",
            _("No orders yet"),
            _("Export the order list from the platform and import it here."),
            _("Import orders…"),
        )
        empty.action.connect(self.open_import)

    def _read_around(self) -> None:
        jobs = self._context.jobs
        jobs.run(self, self._services.orders.platforms, self.bar.show_platforms, key="platforms")
        self._count()

    def _count(self) -> None:
        # One at a time: with thousands of orders to be shipped it takes a moment.
        if self._counting:
            self._count_again = True
            return
        self._counting = True
        self._context.jobs.run(self, partial(tally, self._services), self._counted)

    def _counted(self, counted: Tally) -> None:
        self._counting = False
        self.bar.show_tally(counted)
        if self._count_again:
            self._count_again = False
            self._count()

    def _on_loaded(self) -> None:
        self.bar.show_count(self.table.row_count())
        if self.table.row_count() and self.detail.is_empty():
            self.table.view.choose(0)

    def _on_chosen(self, line: Line | None) -> None:
        self.detail.open_order(line.id if line else None)

    def _on_entered(self, line: Line) -> None:
        self.detail.open_order(line.id)
        self.detail.page.setFocus(Qt.FocusReason.ShortcutFocusReason)
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
        elif changes.ids("orders") is None:
            # A large import commits chunk by chunk; the list follows at its own pace.
            self._soon.start()
        else:
            self._reload()

    def _reload(self) -> None:
        self._stale = False
        self.table.reload()
        self.detail.reload()
        self._read_around()

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
        keep = partial(self._services.settings.set, PANES, self._splitter.sizes())
        self._context.jobs.run(self, keep, lane="write", key="panes")
