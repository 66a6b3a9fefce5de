"""Numbers as a table by agent, hour, day, channel or product; every cell opens what is behind it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHeaderView, QMenu, QPushButton, QWidget

from app.core.i18n import _, ngettext
from app.core.settings import Setting
from app.stats import BY_KEY, METRICS, Area, By, Report, Row
from ui.stats.period import Period
from ui.stats.table_columns import BYS, COLUMNS, HEAD, PRODUCT_COLUMNS, columns_of, name_of
from ui.stats.words import NOTHING, value_text
from ui.theme import icon, role, theme_signals
from ui.widgets import FilterChips, NoticeBar, stack_horizontally, stack_vertically
from ui.widgets.card import Card
from ui.widgets.list_table import ListTable
from ui.widgets.tips import folded

if TYPE_CHECKING:
    from db.changes import Changes
    from ui.shell.plugs import UiContext

_FRAME: Final = 80
"""What lies around the table, and its scroll bar."""
_TABLES: Final = frozenset({"messages", "orders", "order_items", "settings", "appeals"})


class TablesPage(QWidget):
    """`entered` carries (metric, by, key, name) of a cell somebody wants to look into."""

    entered = Signal(str, object, object, str)

    def __init__(self, context: UiContext, period: Period) -> None:
        super().__init__()
        self.setObjectName("statsPage")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._context, self._period = context, period
        self._report: Report | None = None
        self._stale, self._sort = True, ("", True)
        self.bys = FilterChips([(by, _(title)) for by, title in BYS.items()], By.AGENT, _("Rows"))
        self.choose = role(QPushButton(_("Columns")), "ghost")
        self._menu = QMenu(self.choose, toolTipsVisible=True)
        self.choose.setMenu(self._menu)
        self.trouble = NoticeBar()
        self.card = Card("")
        self.table: ListTable | None = None
        tools = stack_horizontally(None, self.bys, self.choose, spacing=8)
        tools.setStretch(0, 1)
        layout = stack_vertically(self, spacing=8)
        layout.addLayout(tools)
        layout.addWidget(self.trouble)
        layout.addWidget(self.card, 1)
        layout.setContentsMargins(16, 8, 16, 16)
        self.bys.changed.connect(self._on_by)
        self._menu.triggered.connect(self._on_column)
        self._menu.aboutToShow.connect(self._fill_menu)
        context.store.changed.connect(self._on_store)
        theme_signals().changed.connect(self._tint)
        self._tint()

    def show_period(self, period: Period) -> None:
        """Show other days."""
        self._period, self._stale = period, True
        if self.isVisible():
            self.reload()

    def reload(self) -> None:
        """Read again."""
        self._stale = False
        stats, period = self._context.services.stats, self._period
        if self.table is None:
            self.card.remark.setText(_("Reading…"))
        work = partial(stats.report, period.first, period.last, by=self.rows_by())
        self._context.jobs.run(self, work, self._show, failed=self._failed, key="table")

    def focus_first(self) -> None:
        """Put the keyboard into the table."""
        if self.table is None:
            self.bys.focus_choice()
        else:
            self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def columns(self) -> list[str]:
        """The metrics that are shown, in the order of their table of definitions."""
        chosen = {*self._chosen()}
        keys = [metric.key for metric in METRICS if metric.key in chosen]
        return [
            key
            for key in keys
            if self.rows_by() is not By.PRODUCT or BY_KEY[key].area is Area.SALES
        ]

    # --- showing ---------------------------------------------------------------------------

    def _show(self, report: Report) -> None:
        if report.by is not self.rows_by():
            return
        self.trouble.say("")
        self._report = report
        self._make_table()

    def _make_table(self) -> None:
        if self.table is not None:
            self.card.body.removeWidget(self.table)
            self.table.hide()
            self.table.deleteLater()
        by = self.rows_by()
        columns = columns_of(by, self.columns(), self.width() - _FRAME)
        name = f"{_('Tables')}: {_(BYS[by])}"
        self.table = ListTable(columns, self._context.jobs, name, lambda row: row.key)
        self.table.view.horizontalHeader().setFixedHeight(HEAD)
        self.table.set_empty("stats", _("No numbers in this period"), _("Choose other days."))
        self.table.sort_changed.connect(self._on_sort)
        self.table.row_activated.connect(self._on_entered)
        self.table.view.selectionModel().currentChanged.connect(self._tell)
        if self._sort[0] not in {column.key for column in columns}:
            self._sort = ("name", False) if by in {By.HOUR, By.DAY} else (columns[1].key, True)
        self.table.show_sort(self._sort[0], descending=self._sort[1])
        self.card.body.addWidget(self.table, 1)
        self._show_rows()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.table is None:
            return
        head = self.table.view.horizontalHeader()
        columns = columns_of(self.rows_by(), self.columns(), self.width() - _FRAME)
        for number, column in enumerate(columns):
            modes = QHeaderView.ResizeMode
            head.setSectionResizeMode(
                number, modes.Stretch if column.stretch else modes.Interactive
            )
            self.table.view.setColumnWidth(number, column.width)
        self.table.fit_numbers()

    def _show_rows(self) -> None:
        if self._report is None or self.table is None:
            return
        rows = self.sorted_rows(self._report.rows)
        self.table.show_rows(rows)
        count = ngettext("{n} row", "{n} rows", len(rows)).format(n=len(rows))
        self.card.title.setText(count if rows else "")
        words = _("← → choose a number, Enter opens what is behind it")
        self.card.remark.setText(words if rows else "")

    def sorted_rows(self, rows: Sequence[Row]) -> list[Row]:
        """The rows in the order that is wanted; what nobody has comes last."""
        key, descending = self._sort
        if key == "name":
            known = sorted(rows, key=lambda row: row.name, reverse=descending)
        else:
            known = sorted(rows, key=lambda row: row.name)
            known.sort(key=lambda row: row.measures[key].value or 0, reverse=descending)
            known.sort(key=lambda row: row.measures[key].value is None)
        return sorted(known, key=lambda row: row.key is None)

    def _tell(self, current: QModelIndex, _before: QModelIndex) -> None:
        """Say which number the cursor is at."""
        if self.table is None or (row := self.table.model.row_at(current.row())) is None:
            return
        key = self._metric_at(current.column())
        name, metric = name_of(self.rows_by(), row), BY_KEY[key]
        found = row.measures.get(key)
        text = (
            f"{name} · {_(metric.name)}  {value_text(metric.unit, found.value if found else None)}"
        )
        self.card.remark.setText(text)
        self.table.view.setAccessibleDescription(text)

    def _metric_at(self, column: int) -> str:
        keys = self.columns()
        return keys[max(0, min(column - 1, len(keys) - 1))] if keys else METRICS[0].key

    # --- choosing --------------------------------------------------------------------------

    def rows_by(self) -> By:
        """What its rows are."""
        return By(str(self.bys.value()))

    def _setting(self) -> Setting[list[str]]:
        return PRODUCT_COLUMNS if self.rows_by() is By.PRODUCT else COLUMNS

    def _chosen(self) -> list[str]:
        kept: list[str] = self._context.services.settings.get(self._setting())
        return kept

    def _on_by(self, _key: object) -> None:
        self._sort = ("", True)
        self.reload()

    def _on_sort(self, key: str, descending: bool) -> None:
        # Large numbers are what one looks for first.
        if key != "name" and self._sort[0] != key:
            descending = True
            if self.table is not None:
                self.table.show_sort(key, descending=True)
        self._sort = (key, descending)
        self._show_rows()

    def _on_entered(self, row: Row) -> None:
        if self.table is not None:
            metric = self._metric_at(self.table.view.currentIndex().column())
            self.entered.emit(metric, self.rows_by(), row.key, name_of(self.rows_by(), row))

    def _fill_menu(self) -> None:
        self._menu.clear()
        shown = set(self.columns())
        for area in (Area.TALK, Area.SALES):
            if area is Area.TALK and self.rows_by() is By.PRODUCT:
                continue
            for metric in (m for m in METRICS if m.area is area):
                action = QAction(_(metric.name), self._menu)
                action.setCheckable(True)
                action.setChecked(metric.key in shown)
                action.setData(metric.key)
                action.setToolTip(folded(_(metric.formula)))
                self._menu.addAction(action)
            self._menu.addSeparator()

    def _on_column(self, action: QAction) -> None:
        keys = {*self._chosen()}
        keys ^= {str(action.data())}
        chosen = [metric.key for metric in METRICS if metric.key in keys]
        keep = partial(self._context.services.settings.set, self._setting(), chosen)
        self._context.jobs.run(self, keep, self._kept, lane="write", key="columns")

    def _kept(self, _nothing: object) -> None:
        if self._report is not None:
            self._make_table()

    # --- changes ---------------------------------------------------------------------------

    def _failed(self, error: BaseException) -> None:
        self.trouble.say(str(error) or NOTHING, "danger")

    def _on_store(self, changes: Changes) -> None:
        # A table one reads must not jump: it follows when it is looked at anew.
        if changes.touches(*_TABLES) and not self.isVisible():
            self._stale = True

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.reload()

    def _tint(self) -> None:
        self.choose.setIcon(icon("filter"))
