"""The import of order files: look first, see what changes and what is wrong, then take them in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit, QProgressBar, QPushButton, QWidget

from app.core.errors import UserError
from app.core.i18n import _, listing, ngettext
from app.core.outcome import DONE
from app.core.settings import SHOP_NAME
from app.orders import ImportReport, RowState, UndoReport, undo_words, write_rejected
from ui.orders.import_tables import ImportTables
from ui.theme import icon, role, theme_signals
from ui.widgets import EmptyState, NoticeBar, stack_horizontally, stack_vertically
from ui.widgets.file_field import FileField, FileWords
from ui.widgets.gauge import Gauge

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext

_TICK_MS: Final = 100
_NAMED: Final = 5
"""So many orders that an undo had to keep are named."""


class ImportPage(QWidget):
    """`left` asks for the list of orders again."""

    left = Signal()

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context, self._import = context, context.services.order_import
        self._paths: list[Path] = []
        self._report: ImportReport | None = None
        self._undone: UndoReport | None = None
        self._gauge: Gauge | None = None
        self._dialog: QFileDialog | None = None
        self._make_parts()
        self._arrange()
        self._connect()
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(self._tick)
        theme_signals().changed.connect(self._tint)
        self._tint()
        self._show_state()

    def focus_first(self) -> None:
        """The keyboard goes where a path can be pasted."""
        self.field.path.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def add_files(self, paths: Sequence[Path]) -> None:
        """Look at further files; those of an import that is done make room."""
        if self._busy():
            return
        if self._report is not None and not self._report.dry_run:
            self._paths = []
        self._paths += [path for path in paths if path not in self._paths]
        self._look()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and not self._busy():
            self.left.emit()
            return
        super().keyPressEvent(event)

    # --- parts -----------------------------------------------------------------------------

    def _make_parts(self) -> None:
        self.back = role(QPushButton(), "icon")
        self.back.setAccessibleName(_("Back to the orders"))
        self.back.setToolTip(_("Back to the orders"))
        self.field = FileField(
            FileWords(
                _("Drop order files here"),
                _("Order list or item list of Taobao and Tmall, .csv or .xlsx"),
                _("Path of an order file"),
                _("Choose order files"),
                (_("Tables (*.csv *.xlsx *.xls *.txt)"),),
            )
        )
        self.shop = QLineEdit()
        self.shop.setPlaceholderText(
            self._context.services.settings.get(SHOP_NAME) or _("Shop's name")
        )
        self.shop.setAccessibleName(_("Shop, where the files name none"))
        self.shop.setMaximumWidth(220)
        self.clear = QPushButton(_("Clear"))
        self.result = NoticeBar()
        self.tables = ImportTables(self._context.jobs)
        self._nothing = EmptyState(
            "orders",
            _("No files yet"),
            _("Look first: nothing is written before you choose to import."),
        )
        self.summary = role(QLabel(), "muted")
        self.progress = QProgressBar()
        self.progress.setMaximumWidth(260)
        self.progress.setAccessibleName(_("Progress"))
        self.cancel = QPushButton(_("Stop"))
        self.undo = QPushButton(_("Undo this import"))
        self.undo.setToolTip(_("What was new goes, what was changed is as before"))
        self.export = QPushButton(_("Save rejected rows…"))
        self.take = role(QPushButton(_("Import")), "primary")

    def _arrange(self) -> None:
        shop_label = role(QLabel(_("Shop, where the files name none")), "muted")
        shop_label.setBuddy(self.shop)
        head = stack_horizontally(
            None, self.back, role(QLabel(_("Import orders")), "title"), None, shop_label, self.shop,
            spacing=8,
        )  # fmt: skip
        foot = stack_horizontally(
            None, self.summary, None, self.progress, self.cancel, self.clear, self.undo,
            self.export, self.take, spacing=8,
        )  # fmt: skip
        layout = stack_vertically(
            self, head, self.field, self.result, self._nothing, self.tables, foot, spacing=12
        )
        layout.setStretchFactor(self.tables, 1)
        layout.setStretchFactor(self._nothing, 1)
        layout.setContentsMargins(16, 12, 16, 12)

    def _connect(self) -> None:
        self.back.clicked.connect(self.left)
        self.field.chosen.connect(self.add_files)
        self.shop.editingFinished.connect(self._on_shop)
        self.clear.clicked.connect(self.forget)
        self.cancel.clicked.connect(self._stop)
        self.undo.clicked.connect(self.take_back)
        self.export.clicked.connect(self._ask_where)
        self.take.clicked.connect(self.start)

    # --- looking and taking ------------------------------------------------------------------

    def forget(self) -> None:
        """Start over without files."""
        self._paths, self._report = [], None
        self._show_state()
        self.focus_first()

    def start(self) -> None:
        """Take in what was looked at."""
        if self._report is not None and self._report.dry_run and self._report.taken:
            self._begin(self._import.run)

    def _look(self) -> None:
        if self._paths:
            self._begin(self._import.preview)

    def _begin(self, work: Callable[..., ImportReport]) -> None:
        self._undone = None
        job = partial(work, tuple(self._paths), shop=self.shop.text().strip())
        self._run(job, self._show_report)

    def take_back(self) -> None:
        """Undo the import that was just made."""
        if self._report is not None and self._report.batch is not None and not self._busy():
            self._run(partial(self._import.undo, self._report.batch), self._show_undone)

    def _run(self, work: Callable[..., Any], done: Callable[[Any], None]) -> None:
        self._gauge = gauge = Gauge(self._context.jobs.stopping)
        job = partial(work, progress=gauge.told, stop=gauge.stopped)
        self._timer.start()
        self._show_state()
        # Not the lane of the writes: messages of agents must not wait behind a long import.
        self._context.jobs.run(
            self, job, done, failed=self._on_failed, lane="network", key="import"
        )

    def _show_report(self, report: ImportReport) -> None:
        self._end()
        self._report = report
        self.tables.show_report(report)
        self._show_state()
        if report.taken and report.dry_run:
            self.take.setFocus(Qt.FocusReason.OtherFocusReason)
        elif report.taken:
            self.back.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_undone(self, report: UndoReport) -> None:
        self._end()
        self._undone = report
        if self._report is not None and report.complete:
            self._report.batch = None
        self._show_state()
        self.clear.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_failed(self, error: BaseException) -> None:
        self._end()
        self._show_state()
        if not isinstance(error, UserError):
            raise error
        self._context.notices.failure(error)

    def _end(self) -> None:
        self._timer.stop()
        self._gauge = None

    def _stop(self) -> None:
        if self._gauge is not None:
            self._gauge.stop.set()

    def _busy(self) -> bool:
        return self._gauge is not None

    def _on_shop(self) -> None:
        if self._report is not None and self._report.dry_run and self.shop.isModified():
            self.shop.setModified(False)
            self._look()

    # --- what it shows -----------------------------------------------------------------------

    def _show_state(self) -> None:
        busy, report = self._busy(), self._report
        self._nothing.setVisible(report is None)
        self.tables.setVisible(report is not None)
        self.progress.setVisible(busy)
        self.cancel.setVisible(busy)
        self.progress.setRange(0, 0)
        self.take.setEnabled(
            not busy and report is not None and report.dry_run and report.taken > 0
        )
        self.clear.setVisible(bool(self._paths) and not busy)
        self.undo.setVisible(not busy and report is not None and report.batch is not None)
        self.export.setVisible(not busy and report is not None and report.rejected > 0)
        self.field.setEnabled(not busy)
        self.summary.setText(_("Reading…") if busy else _summary(report))
        self._say_result()

    def _say_result(self) -> None:
        report = self._report
        if report is None or report.dry_run or self._busy():
            self.result.say("")
        elif self._undone is not None:
            self._say_undone(self._undone)
        elif report.cancelled:
            self.result.say(
                _("Stopped. What was done stays; import again to complete it."), "warning"
            )
        else:
            self._say_done(report)

    def _say_undone(self, undone: UndoReport) -> None:
        if not undone.complete:
            self.result.say(_("Stopped. Undo again to complete it."), "warning")
            return
        words = _("The import is undone. {counts}").format(counts=undo_words(undone))
        if undone.kept:
            more = "…" if len(undone.kept) > _NAMED else ""
            words = f"{words}: {listing(undone.kept[:_NAMED])}{more}"
        self.result.say(words, "warning" if undone.kept else "success")

    def _say_done(self, report: ImportReport) -> None:
        if report.exit_code == DONE:
            self.result.say(_("The import is done."), "success")
            return
        n = report.rejected + sum(bool(file.problem) and not file.rows for file in report.files)
        words = ngettext(
            "The import is done but for {n} row or file that could not be taken.",
            "The import is done but for {n} rows or files that could not be taken.",
            n,
        )
        self.result.say(words.format(n=n), "warning")

    def _tick(self) -> None:
        gauge = self._gauge
        if gauge is not None and gauge.total:
            self.progress.setRange(0, gauge.total)
            self.progress.setValue(gauge.done)
            words = _("{done} of {total} rows")
            self.summary.setText(words.format(done=f"{gauge.done:,}", total=f"{gauge.total:,}"))

    # --- rejected rows -----------------------------------------------------------------------

    def _ask_where(self) -> None:
        dialog = QFileDialog(self, _("Save rejected rows"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.selectFile("rejected.csv")
        dialog.setModal(False)
        dialog.fileSelected.connect(self.save_rejected)
        dialog.finished.connect(dialog.deleteLater)
        dialog.show()
        self._dialog = dialog

    def save_rejected(self, path: str) -> None:
        """Write the rejected rows with their reasons to a .csv file."""
        if self._report is not None:
            work = partial(write_rejected, self._report, Path(path))
            self._context.jobs.run(self, work, self._on_saved, failed=self._on_failed)

    def _on_saved(self, count: int) -> None:
        text = ngettext("{n} row saved.", "{n} rows saved.", count)
        self._context.notices.success(text.format(n=count))

    def _tint(self) -> None:
        self.back.setIcon(icon("chevron-left"))
        self.take.setIcon(icon("import", "on_accent"))
        self.export.setIcon(icon("export"))


def _summary(report: ImportReport | None) -> str:
    if report is None:
        return ""
    counts = {str(state): f"{report.counted(state):,}" for state in RowState}
    words = _("Orders: {new} new, {changed} changed, {same} the same").format(**counts)
    bad = report.rejected
    if not bad:
        return words
    rejected = ngettext("{n} row rejected", "{n} rows rejected", bad).format(n=f"{bad:,}")
    return f"{words} · {rejected}"
