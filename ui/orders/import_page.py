"""The import of order files: look first, see what changes and what is wrong, then take them in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget

from app.core.i18n import N_, _, listing
from app.core.settings import SHOP_NAME
from app.orders import ImportReport, UndoReport, undo_words
from app.sources import FilesReport, RowState
from ui.orders.import_tables import order_tables
from ui.theme import role
from ui.widgets.file_field import FileWords
from ui.widgets.import_page import ImportPage
from ui.widgets.import_tables import ImportTables

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext

_NAMED: Final = 5
"""So many orders that an undo had to keep are named."""


class OrderImportPage(ImportPage):
    """Choose files, look, import; the import just made can be undone."""

    title = N_("Import orders")
    back_name = N_("Back to the orders")
    picture = "orders"

    def __init__(self, context: UiContext) -> None:
        self._settings = context.services.settings
        self._import = context.services.order_import
        self._undone: UndoReport | None = None
        super().__init__(context.jobs, context.notices)
        self.shop.editingFinished.connect(self._on_shop)
        self.undo.clicked.connect(self.take_back)

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

    def make_buttons(self) -> Sequence[QWidget]:
        self.undo = QPushButton(_("Undo this import"))
        self.undo.setToolTip(_("What was new goes, what was changed is as before"))
        return (self.undo,)

    def _on_shop(self) -> None:
        if self.report is not None and self.shop.isModified():
            self.shop.setModified(False)
            self.look_again()

    def work(self, *, take: bool) -> Callable[..., FilesReport]:
        self._undone = None
        act = self._import.run if take else self._import.preview
        return partial(act, self.paths, shop=self.shop.text().strip())

    def forget(self) -> None:
        self._undone = None
        super().forget()

    def take_back(self) -> None:
        """Undo the import that was just made."""
        batch = self._batch()
        if batch is not None and not self.busy:
            self.run_job(partial(self._import.undo, batch), self._show_undone)

    def _batch(self) -> int | None:
        return self.report.batch if isinstance(self.report, ImportReport) else None

    def _show_undone(self, report: UndoReport) -> None:
        self._undone = report
        if isinstance(self.report, ImportReport) and report.complete:
            self.report.batch = None
        self.show_state()
        self.clear.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_found(self, report: ImportReport) -> None:
        self.tables.show_found(report.files, report.changes, len(report.changes))

    def counts(self, report: ImportReport) -> str:
        counts = {str(state): f"{report.counted(state):,}" for state in RowState}
        return _("Orders: {new} new, {changed} changed, {same} the same").format(**counts)

    def amount(self, done: int, total: int) -> str:
        words = _("{done} of {total} rows")
        return words.format(done=f"{done:,}", total=f"{total:,}")

    def show_state(self) -> None:
        super().show_state()
        self.undo.setVisible(not self.busy and self._batch() is not None)

    def say_result(self) -> None:
        if self._undone is None or self.busy:
            super().say_result()
        elif not self._undone.complete:
            self.result.say(_("Stopped. Undo again to complete it."), "warning")
        else:
            self._say_undone(self._undone)

    def _say_undone(self, undone: UndoReport) -> None:
        words = _("The import is undone. {counts}").format(counts=undo_words(undone))
        if undone.kept:
            more = "…" if len(undone.kept) > _NAMED else ""
            words = f"{words}: {listing(undone.kept[:_NAMED])}{more}"
        self.result.say(words, "warning" if undone.kept else "success")
