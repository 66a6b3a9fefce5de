"""The after-sales view: all records with search and filters, one in full, and the import."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Final, cast

from app.after_sales import AfterSaleFacts, AfterSaleFilter, AfterSales
from app.core.i18n import _
from app.core.permissions import Permission
from app.core.settings import Setting
from ui.after_sales.columns import SORTS, SPARED, columns
from ui.after_sales.commands import register_import
from ui.after_sales.detail import AfterSaleDetail
from ui.after_sales.filter_bar import FilterBar
from ui.after_sales.import_page import AfterSaleImportPage
from ui.widgets.fitting import SparingTable
from ui.widgets.list_view import ListParts, ListView, NoRows
from ui.widgets.table_model import Count, Fetch

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext

PANES: Final = Setting("after_sales.panes", list[int], [], scope="station")
TOGETHER_MS: Final = 300


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


class AfterSalesView(ListView):
    """All records."""

    panes = PANES
    sorts = SORTS
    tables = ("after_sales", "orders", "settings")

    def __init__(self, context: UiContext) -> None:
        services = context.services
        may_import = services.staff.may(Permission.IMPORT_ORDERS)
        super().__init__(
            context.jobs,
            services.settings,
            "requested_at",
            may_import=may_import,
            soon_ms=TOGETHER_MS,
        )
        self._service = services.after_sales
        self.bar = FilterBar(may_import=may_import)
        self.table = SparingTable(
            columns(), *self.source(), context.jobs, spared=SPARED, name=_("After-sales")
        )
        self.table.show_sort("asked", descending=True)
        self.detail = AfterSaleDetail(context)
        importing = partial(AfterSaleImportPage, context)
        parts = ListParts(self.bar, self.table, self.detail, importing, (960, 340), 300)
        self._assemble(parts, context.store.changed)
        register_import(context)

    @property
    def importing(self) -> AfterSaleImportPage:
        """The import page."""
        return cast("AfterSaleImportPage", self.import_page())

    def source(self) -> tuple[Fetch, Count]:
        sort, descending = self.sort
        listing = _Listing(self._service, self.bar.wanted(), sort, descending=descending)
        return listing.fetch, listing.count

    def no_rows(self, *, narrow: bool) -> NoRows:
        if narrow:
            return NoRows("search", _("No after-sale fits"), _("Try fewer filters."), _("Show all"))
        return NoRows(
            "return",
            _("No after-sales yet"),
            _("Note one at an order, or import the platform's refunds."),
            _("Import…"),
        )

    def open_thing(self, thing: bytes | None) -> None:
        self.detail.open_record(thing)

    def read_around(self) -> None:
        self._jobs.run(self, self._service.tally, self.bar.show_tally, key="tally")
