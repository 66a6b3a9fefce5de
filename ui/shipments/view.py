"""The logistics view: all parcels, those that need somebody, and one of them in full."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QComboBox, QFrame, QLabel, QPushButton, QSplitter, QWidget

from app.carriers import common_carriers
from app.core.i18n import N_, _, ngettext
from app.core.permissions import Permission
from app.core.settings import Setting
from app.shipments import ParcelDetail, ParcelFilter, ParcelRow, Shipments, ShipmentState, SortKey
from ui.shipments.add_parcel import AddParcel
from ui.shipments.columns import COLUMNS
from ui.shipments.commands import ADD, WATCH, register_views
from ui.shipments.detail import ParcelPane
from ui.theme import icon, role, theme_signals
from ui.widgets import (
    DataTable,
    FilterChips,
    SearchBox,
    hide_unless,
    stack_horizontally,
    stack_vertically,
)

if TYPE_CHECKING:
    from db.changes import Changes
    from ui.shell.plugs import UiContext

PANES: Final = Setting("shipments.panes", list[int], [], scope="station")
TOGETHER_MS: Final = 200
"""Commits of an import come in a row; the list is read once for them."""

_TABLES: Final = ("shipments", "traces", "order_shipments", "orders", "settings")
_S = ShipmentState
_GROUPS: Final[dict[str, tuple[str, frozenset[ShipmentState]]]] = {
    "all": (N_("All"), frozenset()),
    "trouble": (N_("Needs attention"), frozenset()),
    "waiting": (N_("Waiting for pickup"), frozenset({_S.WAITING, _S.UNKNOWN})),
    "moving": (N_("On the way"), frozenset({_S.PICKED_UP, _S.IN_TRANSIT, _S.CUSTOMS})),
    "delivery": (N_("Delivering"), frozenset({_S.OUT_FOR_DELIVERY, _S.AWAITING_PICKUP})),
    "signed": (N_("Signed for"), frozenset({_S.SIGNED})),
    "back": (
        N_("Problem or back"),
        frozenset({_S.PROBLEM, _S.RETURNING, _S.RETURNED, _S.REFUSED}),
    ),
}


class _Listing:
    """The parcels of one filter: their row numbers are read once, their rows page by page."""

    def __init__(self, shipments: Shipments, wanted: ParcelFilter) -> None:
        self._shipments, self._wanted = shipments, wanted
        self._rids: list[int] | None = None

    def count(self) -> int:
        """Read the list anew; called at every reload."""
        self._rids = self._shipments.listing(self._wanted)
        return len(self._rids)

    def fetch(self, offset: int, limit: int) -> list[ParcelRow]:
        """One page of it."""
        rids = self._rids
        if rids is None:
            self.count()
            rids = self._rids or []
        return self._shipments.rows(rids[offset : offset + limit])


class LogisticsView(QWidget):
    """Search, filters, table and detail; everything by keyboard."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context, self._shipments = context, context.services.shipments
        self._stale = False
        self._soon = QTimer(self, singleShot=True, interval=TOGETHER_MS)
        self._soon.timeout.connect(self._reload)
        self._sort: tuple[SortKey, bool] = ("", False)
        self._build_controls()
        listing = _Listing(self._shipments, self._wanted())
        self.table = DataTable(
            COLUMNS, listing.fetch, listing.count, context.jobs, name=_("Parcels")
        )
        self.pane = ParcelPane(context)
        self._arrange()
        self._connect()
        self._show_empty()
        self._count_trouble()
        register_views(context)
        theme_signals().changed.connect(self._tint)
        self._tint()

    def open_item(self, item: object) -> None:
        """Show a parcel by id or number, or do what a command wants here."""
        if item == ADD:
            self._open_add()
        elif item == WATCH:
            self._groups.set_value("trouble")
            self._refilter()
        elif isinstance(item, bytes):
            # It may be beyond what the list shows; no other row may look chosen then.
            self.table.view.selectionModel().clear()
            self.table.select_id(item)
            self.pane.open_parcel(item)
        elif isinstance(item, str):
            self._search.setText(item)
            self._groups.set_value("all")
            self._search.search_now()

    def focus_search(self) -> None:
        """Put the cursor into the search field."""
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._search.selectAll()

    # --- parts ----------------------------------------------------------------------------

    def _build_controls(self) -> None:
        self._title = role(QLabel(_("Logistics")), "title")
        self._total = role(QLabel(), "hint")
        self._search = SearchBox(_("Number, recipient, phone or order"))
        self._search.setMinimumWidth(260)
        self._carrier = QComboBox()
        self._carrier.setAccessibleName(_("Carrier"))
        self._carrier.addItem(_("All carriers"), "")
        for info in common_carriers():
            self._carrier.addItem(info.name, info.code)
        self._add_button = QPushButton(_("Add parcel"))
        hide_unless(self._context.services.staff.may(Permission.EDIT_ORDERS), self._add_button)
        options = [(key, _(title)) for key, (title, _states) in _GROUPS.items()]
        self._groups = FilterChips(options, "all", _("State"))
        self._add = AddParcel(self._context, wide=True)

    def _arrange(self) -> None:
        tools = stack_horizontally(
            None,
            self._title,
            self._total,
            None,
            self._search,
            self._carrier,
            self._add_button,
            spacing=8,
        )
        left = QWidget()
        stack_vertically(left, tools, self._groups, self._add, self.table, spacing=12)
        left.layout().setContentsMargins(16, 12, 12, 0)  # type: ignore[union-attr]
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.addWidget(left)
        frame = QFrame()
        stack_horizontally(frame, self.pane)
        self.pane.setMinimumWidth(300)
        self._splitter.addWidget(frame)
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setChildrenCollapsible(False)
        kept = self._context.services.settings.get(PANES)
        self._splitter.setSizes(kept if len(kept) == 2 else [950, 330])
        stack_horizontally(self, self._splitter)

    def _connect(self) -> None:
        self._search.searched.connect(self._refilter)
        self._search.lead_to(self.table)
        self._carrier.activated.connect(self._refilter)
        self._groups.changed.connect(self._refilter)
        self._add_button.clicked.connect(self._open_add)
        self._add.added.connect(self._on_added)
        self.table.selection_changed.connect(self._on_chosen)
        self.table.loaded.connect(self._on_loaded)
        self.table.row_activated.connect(self._on_entered)
        self.table.sort_changed.connect(self._on_sorted)
        self.pane.changed.connect(self._on_detail_changed)
        self._splitter.splitterMoved.connect(self._keep_panes)
        self._context.store.changed.connect(self._on_store_changed)

    # --- what is listed -------------------------------------------------------------------

    def _wanted(self) -> ParcelFilter:
        key = str(self._groups.value())
        sort, descending = self._sort
        return ParcelFilter(
            states=_GROUPS[key][1],
            carrier=str(self._carrier.currentData() or ""),
            trouble=key == "trouble",
            text=self._search.text().strip(),
            sort=sort,
            descending=descending,
        )

    def _refilter(self, _what: object = None) -> None:
        listing = _Listing(self._shipments, self._wanted())
        self.table.set_source(listing.fetch, listing.count)
        self._show_empty()

    def _show_empty(self) -> None:
        wanted = self._wanted()
        if wanted.text or wanted.carrier or wanted.states:
            self.table.set_empty(
                "search", _("No parcel fits"), _("Try another number, name or filter.")
            )
        elif wanted.trouble:
            self.table.set_empty(
                "check-circle", _("Every parcel is on its way"), _("Nothing needs you here now.")
            )
        else:
            self.table.set_empty(
                "truck",
                _("No parcels yet"),
                _("They come with the order files, or add one by hand."),
            )

    def _count_trouble(self) -> None:
        self._context.jobs.run(
            self, self._shipments.trouble_count, self._show_trouble, key="trouble"
        )

    def _show_trouble(self, count: int) -> None:
        self._groups.set_count("trouble", count or None)

    # --- what happens ---------------------------------------------------------------------

    def _on_chosen(self, row: ParcelRow | None) -> None:
        self.pane.open_parcel(row.id if row else None)

    def _on_loaded(self) -> None:
        n = self.table.row_count()
        self._total.setText(ngettext("{n} parcel", "{n} parcels", n).format(n=f"{n:,}"))
        if not self.pane.shows_parcel and self.table.row_count():
            self.table.view.choose(0)

    def _on_entered(self, row: ParcelRow) -> None:
        self.pane.open_parcel(row.id)
        self.pane.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.pane.focusNextChild()

    def _on_sorted(self, key: str, descending: bool) -> None:
        keys: dict[str, SortKey] = {
            "number": "number",
            "carrier": "carrier",
            "state": "state",
            "news": "news",
        }
        self._sort = keys[key], descending
        self._refilter()

    def _open_add(self) -> None:
        if self._add_button.isVisibleTo(self):
            self._add.open()

    def _on_added(self, detail: ParcelDetail) -> None:
        self._context.notices.success(
            _("Parcel {number} is added.").format(number=detail.row.number)
        )
        self.table.select_id(detail.row.id)
        self.pane.show_detail(detail)

    def _on_detail_changed(self, _detail: object) -> None:
        self._count_trouble()

    def _on_store_changed(self, changes: Changes) -> None:
        if not changes.touches(*_TABLES):
            return
        if not self.isVisible():
            self._stale = True
            return
        self._soon.start()

    def _reload(self) -> None:
        self._stale = False
        self.table.reload()
        self.pane.reload()
        self._count_trouble()

    def showEvent(self, event: Any) -> None:
        super().showEvent(event)
        if self._stale:
            self._reload()

    def _keep_panes(self, _position: int, _index: int) -> None:
        keep = partial(self._context.services.settings.set, PANES, self._splitter.sizes())
        self._context.jobs.run(self, keep, lane="write", key="panes")

    def _tint(self) -> None:
        self._add_button.setIcon(icon("plus"))
