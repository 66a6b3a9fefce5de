"""The orders view: all orders with search and filters, one of them in full, and the import."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final, cast

from PySide6.QtCore import Qt

from app.core.i18n import _
from app.core.permissions import Permission
from app.core.settings import Setting
from ui.orders.addition import Builder
from ui.orders.columns import COLUMNS, SORTS
from ui.orders.commands import register_import
from ui.orders.detail import OrderDetail
from ui.orders.filter_bar import FilterBar
from ui.orders.import_page import OrderImportPage
from ui.orders.listing import Listing, Tally, tally
from ui.widgets.fitting import SparingTable
from ui.widgets.list_view import ListParts, ListView, NoRows
from ui.widgets.table_model import Count, Fetch

if TYPE_CHECKING:
    from db.changes import Changes
    from ui.shell.plugs import UiContext

PANES: Final = Setting("orders.panes", list[int], [], scope="station")
_SOON_MS: Final = 700


class OrdersView(ListView):
    """All orders; `additions` stand below the one in full."""

    panes = PANES
    sorts = SORTS
    tables = ("orders", "order_items", "order_shipments", "order_remarks", "settings", "skus")

    def __init__(self, context: UiContext, *additions: Builder) -> None:
        services = context.services
        may_import = services.staff.may(Permission.IMPORT_ORDERS)
        super().__init__(
            context.jobs, services.settings, "created_at", may_import=may_import, soon_ms=_SOON_MS
        )
        self._services = services
        self._counting = self._count_again = False
        self.bar = FilterBar(may_import=may_import)
        self.table = SparingTable(
            COLUMNS, *self.source(), context.jobs, spared=("parcel",), name=_("Orders")
        )
        self.table.show_sort("created", descending=True)
        self.detail = OrderDetail(context, *additions)
        importing = partial(OrderImportPage, context)
        parts = ListParts(self.bar, self.table, self.detail, importing, (980, 320), 320)
        self._assemble(parts, context.store.changed)
        register_import(context)

    @property
    def importing(self) -> OrderImportPage:
        """The import page."""
        return cast("OrderImportPage", self.import_page())

    def explain_value(self) -> None:
        """Tell where a value of the order in the detail comes from."""
        self.detail.page.explain_value()

    def source(self) -> tuple[Fetch, Count]:
        sort, descending = self.sort
        wanted = replace(self.bar.wanted(), sort=sort, descending=descending)
        listing = Listing(self._services, wanted)
        return listing.fetch, listing.count

    def no_rows(self, *, narrow: bool) -> NoRows:
        if narrow:
            return NoRows(
                "search", _("No order fits"), _("Try fewer filters."), _("Show all orders")
            )
        return NoRows(
            "orders",
            _("No orders yet"),
            _("Export the order list from the platform and import it here."),
            _("Import orders…"),
        )

    def open_thing(self, thing: bytes | None) -> None:
        self.detail.open_order(thing)

    def focus_detail(self) -> None:
        self.detail.page.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.detail.focusNextChild()

    def follow(self, changes: Changes) -> None:
        # A large import commits chunk by chunk; the list follows at its own pace.
        if changes.ids("orders") is None:
            super().follow(changes)
        else:
            self._reload()

    def read_around(self) -> None:
        self._jobs.run(
            self, self._services.orders.platforms, self.bar.show_platforms, key="platforms"
        )
        self._count()

    def _count(self) -> None:
        # One at a time: with thousands of orders to be shipped it takes a moment.
        if self._counting:
            self._count_again = True
            return
        self._counting = True
        self._jobs.run(self, partial(tally, self._services), self._counted)

    def _counted(self, counted: Tally) -> None:
        self._counting = False
        self.bar.show_tally(counted)
        if self._count_again:
            self._count_again = False
            self._count()
