"""The import of order files: look first, see what changes and what is wrong, then take them in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from app.core.i18n import N_, _
from app.core.settings import SHOP_NAME
from app.orders import ImportReport, UndoReport, undo_words
from app.sources import FilesReport, RowState
from ui.orders.import_tables import order_tables
from ui.theme import role
from ui.widgets.file_field import FileWords
from ui.widgets.import_tables import ImportTables
from ui.widgets.undoable_import_page import UndoableImportPage

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext


class OrderImportPage(UndoableImportPage):
    """Choose files, look, import; the import just made can be undone."""

    title = N_("Import orders")
    back_name = N_("Back to the orders")
    picture = "orders"

    def __init__(self, context: UiContext) -> None:
        self._settings = context.services.settings
        self._import = context.services.order_import
        super().__init__(context.jobs, context.notices)
        self.shop.editingFinished.connect(self._on_shop)

    def file_words(self) -> FileWords:
        return FileWords(
            _("Drop order files here"),
            _("Order list or item list of Taobao and Tmall, .csv or .xlsx"),
            _("Path of an order file"),
            _("Choose order files"),
            (_("Tables (*.csv *.xlsx *.xls *.txt)"),),
        )

    def make_tables(self) -> ImportTables:
        return order_tables(self._jobs)

    def make_options(self) -> Sequence[QWidget]:
        self.shop = QLineEdit()
        self.shop.setPlaceholderText(self._settings.get(SHOP_NAME) or _("Shop's name"))
        self.shop.setAccessibleName(_("Shop, where the files name none"))
        self.shop.setMaximumWidth(220)
        label = role(QLabel(_("Shop, where the files name none")), "muted")
        label.setBuddy(self.shop)
        return label, self.shop

    def _on_shop(self) -> None:
        if self.report is not None and self.shop.isModified():
            self.shop.setModified(False)
            self.look_again()

    def take_work(self, *, take: bool) -> Callable[..., FilesReport]:
        act = self._import.run if take else self._import.preview
        return partial(act, self.paths, shop=self.shop.text().strip())

    def undo_work(self, batch: int) -> Callable[..., UndoReport]:
        return partial(self._import.undo, batch)

    def undo_words(self, undone: UndoReport) -> str:
        return undo_words(undone)

    def show_found(self, report: ImportReport) -> None:
        self.tables.show_found(report.files, report.changes, len(report.changes))

    def counts(self, report: ImportReport) -> str:
        counts = {str(state): f"{report.counted(state):,}" for state in RowState}
        return _("Orders: {new} new, {changed} changed, {same} the same").format(**counts)

    def amount(self, done: int, total: int) -> str:
        words = _("{done} of {total} rows")
        return words.format(done=f"{done:,}", total=f"{total:,}")
