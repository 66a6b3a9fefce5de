"""All customers: search, filters by stage and tags, the list, and the card of the chosen one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QWidget,
    QWidgetAction,
)

from app.core.errors import UserError
from app.core.i18n import N_, _, listing, ngettext
from app.core.permissions import Permission
from app.customers import CustomerFilter, CustomerRow, CustomerSort, GroupView, TagView
from ui.customers.card import CustomerCardView
from ui.customers.words import LIFECYCLES, PLATFORMS
from ui.theme import icon, role, theme_signals
from ui.widgets import (
    Column,
    DataTable,
    FlowLayout,
    SearchBox,
    TagChip,
    clear_layout,
    hide_unless,
    stack_horizontally,
    stack_vertically,
    tag_icon,
)
from ui.widgets.format import moment
from ui.widgets.sub_page import SubPage

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext


def _stage(row: CustomerRow) -> str:
    return _(LIFECYCLES.get(row.lifecycle, row.lifecycle))


def _platform(row: CustomerRow) -> str:
    return _(PLATFORMS.get(row.platform, PLATFORMS[""]))


def _tags(row: CustomerRow) -> str:
    return listing(tag.name for tag in row.tags)


def _seen(row: CustomerRow) -> str:
    return moment(row.last_seen_at)


COLUMNS = (
    Column("name", N_("Customer"), 100, role="strong", text=lambda row: row.shown_name, sortable=True),
    Column("nick", N_("Nick"), 126, text=lambda row: row.nick),
    Column("platform", N_("Platform"), 96, role="muted", text=_platform),
    Column("phone", N_("Phone"), 112, role="mono", text=lambda row: row.phone),
    Column("place", N_("Place"), 130, text=lambda row: row.place),
    Column("lifecycle", N_("Stage"), 100, text=_stage),
    Column("tags", N_("Tags"), 150, text=_tags, stretch=True),
    Column("last_seen", N_("Last seen"), 104, align="right", role="muted", text=_seen, sortable=True),
)  # fmt: skip
_SORTS = {"name": CustomerSort.NAME, "last_seen": CustomerSort.LAST_SEEN}


IMPORT: Final = "import"
"""What this view opens the import of chats for."""


class CustomersView(QWidget):
    """Left the list, right the card; `conversation_wanted` asks for a customer's conversation."""

    conversation_wanted = Signal(object)

    def __init__(
        self, context: UiContext, make_import: Callable[[], SubPage] | None = None
    ) -> None:
        super().__init__()
        self._context, self._customers = context, context.services.customers
        self._make_import = make_import
        self._import_page: SubPage | None = None
        self._sort = CustomerSort.LAST_SEEN
        self._chosen: dict[bytes, TagView] = {}
        self._asked_for: bytes | None = None
        self._build()
        context.store.changed.connect(self._on_store_changed)
        theme_signals().changed.connect(self._tint)
        self._tint()
        self._apply()

    def open_item(self, item: object) -> None:
        """Show this customer, whatever the list shows; `IMPORT` opens the import of chats."""
        if item == IMPORT:
            self.open_import()
            return
        self.pages.setCurrentIndex(0)
        if isinstance(item, bytes):
            # They may be beyond what the list shows; no other row may look chosen then.
            self._asked_for = item
            self.table.view.selectionModel().clear()
            self.table.select_id(item)
            self.card.show_customer(item)

    def explain_value(self) -> None:
        """Tell where a value of the card comes from."""
        self.card.explain_value()

    def open_import(self) -> None:
        """Show the import of chats, made when first wanted."""
        if self._make_import is None or not self._may_import():
            return
        if self._import_page is None:
            self._import_page = self._make_import()
            self._import_page.left.connect(self._leave_import)
            self.pages.addWidget(self._import_page)
        self.pages.setCurrentWidget(self._import_page)
        self._import_page.focus_first()

    def _leave_import(self) -> None:
        self.pages.setCurrentIndex(0)
        self._apply()
        self.focus_search()

    def _may_import(self) -> bool:
        return self._context.services.staff.may(Permission.IMPORT_RECORDS)

    def focus_search(self) -> None:
        """Put the cursor into the search box."""
        self.pages.setCurrentIndex(0)
        self.search.setFocus()
        self.search.selectAll()

    def _build(self) -> None:
        self.search = SearchBox(_("Name, nick, phone or its last digits"))
        self.search.setMinimumWidth(220)
        self.search.setMaximumWidth(280)
        self.search.searched.connect(self._search)
        self.stage = QComboBox()
        self.stage.setAccessibleName(_("Stage"))
        self.stage.addItem(_("All stages"), "")
        for value, title in LIFECYCLES.items():
            self.stage.addItem(_(title), value)
        self.stage.activated.connect(self._apply)
        self.tag_button = QPushButton(_("Tags"))
        self.tag_button.setAccessibleName(_("Filter by tags"))
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._ask_for_tags)
        self._menu.triggered.connect(self._on_tag_chosen)
        self.tag_button.setMenu(self._menu)
        self._build_new()
        self.total = role(QLabel(), "hint")
        heading = role(QLabel(_("Customers")), "title")
        bar = stack_horizontally(
            None, heading, self.total, None, self.search, self.stage, self.tag_button,
            self.importing, self.new, spacing=8,
        )  # fmt: skip
        self._chips = QWidget()
        self._chip_flow = FlowLayout(self._chips)
        self._chips.hide()
        self.table = DataTable(
            COLUMNS, lambda _o, _n: [], lambda: 0, self._context.jobs, name=_("Customers")
        )
        self.search.lead_to(self.table)
        self.table.set_empty(
            "customers",
            _("No customers here"),
            _(
                "Import orders, or wait for someone to write. Other words or fewer filters may help."
            ),
        )
        self.table.show_sort("last_seen", descending=True)
        self.table.selection_changed.connect(self._on_selected)
        self.table.sort_changed.connect(self._on_sorted)
        self.table.loaded.connect(self._on_loaded)
        left = QWidget()
        layout = stack_vertically(left, bar, self._chips, self.table, spacing=12)
        layout.setContentsMargins(16, 12, 16, 12)
        self.card = CustomerCardView(self._context)
        self.card.setMinimumWidth(300)
        self.card.order_chosen.connect(self._on_order_chosen)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.addWidget(left)
        self.splitter.addWidget(self.card)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setCollapsible(0, False)
        self.splitter.setSizes([900, 340])
        self.pages = QStackedWidget()
        self.pages.addWidget(self.splitter)
        stack_vertically(self, self.pages)

    def _build_new(self) -> None:
        self.importing = QPushButton(_("Import chats…"))
        hide_unless(self._make_import is not None and self._may_import(), self.importing)
        self.importing.clicked.connect(self.open_import)
        self.new = QPushButton(_("New customer"))
        hide_unless(self._context.services.staff.may(Permission.EDIT_CUSTOMERS), self.new)
        self.new_name = QLineEdit(placeholderText=_("Name, then Enter"))
        self.new_name.setAccessibleName(_("Name of a new customer"))
        self.new_name.setFixedWidth(220)
        self.new_name.returnPressed.connect(self._add)
        holder = QWidget()
        stack_vertically(holder, self.new_name, margin=8)
        field = QWidgetAction(self)
        field.setDefaultWidget(holder)
        self._new_menu = QMenu(self)
        self._new_menu.addAction(field)
        self._new_menu.aboutToShow.connect(self._begin_new)
        self.new.setMenu(self._new_menu)

    def _begin_new(self) -> None:
        # The menu takes the focus once it shows; the field wants it then.
        QTimer.singleShot(0, self.new_name, self.new_name.setFocus)

    def _tint(self) -> None:
        self.tag_button.setIcon(icon("tag"))
        self.new.setIcon(icon("user-plus"))
        self.importing.setIcon(icon("import"))

    def _filter(self) -> CustomerFilter:
        return CustomerFilter(
            text=self.search.text().strip(),
            tags=tuple(self._chosen),
            lifecycle=self.stage.currentData() or "",
        )

    def _search(self) -> None:
        self._asked_for = None
        self._apply()

    def _apply(self) -> None:
        wanted, sort = self._filter(), self._sort
        find = self._customers.find

        def fetch(offset: int, limit: int) -> list[CustomerRow]:
            return find(wanted, sort=sort, offset=offset, limit=limit)

        self.table.set_source(fetch, partial(self._customers.count, wanted))

    def _on_loaded(self) -> None:
        n = self.table.row_count()
        self.total.setText(ngettext("{n} customer", "{n} customers", n).format(n=f"{n:,}"))
        if self.table.current_row() is None and n and self._asked_for is None:
            self.table.view.choose(0)

    def _on_selected(self, row: CustomerRow | None) -> None:
        if row is None:
            return
        self._asked_for = None
        if self.card.card is None or self.card.card.id != row.id:
            self.card.show_customer(row.id)

    def _on_sorted(self, key: str, _descending: bool) -> None:
        self._sort = _SORTS.get(key, CustomerSort.LAST_SEEN)
        self._apply()

    def _ask_for_tags(self) -> None:
        # A menu must be filled before it shows; the tags of a shop are few.
        self._fill_menu(self._context.services.tags.groups())

    def _fill_menu(self, groups: list[GroupView]) -> None:
        self._menu.clear()
        for group in groups:
            self._menu.addSection(group.name)
            for tag in group.tags:
                action = self._menu.addAction(tag_icon(tag.colour), tag.name)
                action.setCheckable(True)
                action.setChecked(tag.id in self._chosen)
                action.setData(tag)

    def _on_tag_chosen(self, action: Any) -> None:
        tag: TagView = action.data()
        if action.isChecked():
            self._chosen[tag.id] = tag
        else:
            self._chosen.pop(tag.id, None)
        self._show_chosen()

    def _drop(self, tag_id: bytes) -> None:
        self._chosen.pop(tag_id, None)
        self._show_chosen()

    def _show_chosen(self) -> None:
        clear_layout(self._chip_flow)
        for tag in self._chosen.values():
            chip = TagChip(tag.name, tag.colour, removable=True)
            chip.removed.connect(partial(self._drop, tag.id))
            self._chip_flow.addWidget(chip)
        self._chips.setVisible(bool(self._chosen))
        self._apply()

    def _add(self) -> None:
        if name := self.new_name.text().strip():
            self._context.jobs.run(
                self,
                partial(self._customers.add, name),
                self._added,
                failed=self._not_added,
                lane="write",
            )

    def _added(self, customer_id: bytes) -> None:
        self._new_menu.close()
        self.new_name.clear()
        self._apply()
        self.open_item(customer_id)

    def _not_added(self, error: BaseException) -> None:
        if not isinstance(error, UserError):
            raise error
        self._context.notices.failure(error)

    def _on_order_chosen(self, order_id: object) -> None:
        self._context.go("orders", order_id)

    def _on_store_changed(self, changes: Any) -> None:
        if self.isVisible() and changes.touches("customers", "customer_tags", "tags"):
            self.table.reload()
