"""The import of chats: look first, see what comes and what is wrong, then bring them along."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
)

from app.core.errors import UserError
from app.core.i18n import _, listing, ngettext
from app.core.outcome import DONE
from app.orders import RowState, write_rejected
from app.records import FORMATS, RecordReport
from ui.records.tables import RecordTables
from ui.theme import icon, role, theme_signals
from ui.widgets import EmptyState, NoticeBar, stack_horizontally, stack_vertically
from ui.widgets.file_field import FileField, FileWords
from ui.widgets.gauge import Gauge
from ui.widgets.sub_page import SubPage

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext

_TICK_MS: Final = 100
_PERCENT: Final = 100
_NAMED: Final = 5


class RecordImportPage(SubPage):
    """Choose files, look, import."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context, self._import = context, context.services.record_import
        self._paths: list[Path] = []
        self._report: RecordReport | None = None
        self._gauge: Gauge | None = None
        self._dialog: QFileDialog | None = None
        self._make_parts()
        self._make_foot()
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
        self.back.setAccessibleName(_("Back to the customers"))
        self.back.setToolTip(_("Back to the customers"))
        self.field = FileField(
            FileWords(
                _("Drop chat records here"),
                _("JSON Lines, text copied from Qianniu, JD sessions, Chatwoot, Rocket.Chat"),
                _("Path of a chat record"),
                _("Choose chat records"),
                (_("Chat records (*.jsonl *.json *.txt *.tsv)"),),
            )
        )
        self.format = QComboBox()
        self.format.setAccessibleName(_("Kind of the files"))
        self.format.addItem(_("Find out the kind"), "auto")
        for key, title in FORMATS.items():
            self.format.addItem(_(title), key)
        self.agents = QLineEdit()
        self.agents.setAccessibleName(_("Agents in copied text"))
        self.agents.setPlaceholderText(_("Agents in copied text, if not clear"))
        self.agents.setToolTip(_("Names as the text writes them, separated by commas"))
        self.agents.setMinimumWidth(250)
        self.result = NoticeBar()
        self.tables = RecordTables(self._context.jobs)
        self._nothing = EmptyState(
            "chat",
            _("No files yet"),
            _("Look first: nothing is written before you choose to import."),
        )

    def _make_foot(self) -> None:
        self.summary = role(QLabel(), "muted")
        self.progress = QProgressBar()
        self.progress.setMaximumWidth(260)
        self.progress.setAccessibleName(_("Progress"))
        self.cancel = QPushButton(_("Stop"))
        self.clear = QPushButton(_("Clear"))
        self.export = QPushButton(_("Save rejected rows…"))
        self.take = role(QPushButton(_("Import")), "primary")

    def _arrange(self) -> None:
        head = stack_horizontally(
            None, self.back, role(QLabel(_("Import conversations")), "title"), None, self.agents,
            self.format, spacing=8,
        )  # fmt: skip
        foot = stack_horizontally(
            None, self.summary, None, self.progress, self.cancel, self.clear, self.export,
            self.take, spacing=8,
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
        self.format.activated.connect(self._look_again)
        self.agents.editingFinished.connect(self._on_agents)
        self.clear.clicked.connect(self.forget)
        self.cancel.clicked.connect(self._stop)
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

    def _look_again(self) -> None:
        if not self._busy() and (self._report is None or self._report.dry_run):
            self._look()

    def _on_agents(self) -> None:
        if self.agents.isModified():
            self.agents.setModified(False)
            self._look_again()

    def _begin(self, work: Callable[..., RecordReport]) -> None:
        self._gauge = gauge = Gauge(self._context.jobs.stopping)
        names = self.agents.text().replace("，", ",").replace("、", ",").split(",")
        job = partial(
            work,
            tuple(self._paths),
            format=self.format.currentData(),
            agents=[name.strip() for name in names if name.strip()],
            progress=gauge.told,
            stop=gauge.stopped,
        )
        self._timer.start()
        self._show_state()
        # Not the lane of the writes: messages of agents must not wait behind a long import.
        self._context.jobs.run(
            self, job, self._show_report, failed=self._on_failed, lane="network", key="import"
        )

    def _show_report(self, report: RecordReport) -> None:
        self._end()
        self._report = report
        self.tables.show_report(report)
        self._show_state()
        if report.taken and report.dry_run:
            self.take.setFocus(Qt.FocusReason.OtherFocusReason)
        elif report.taken:
            self.back.setFocus(Qt.FocusReason.OtherFocusReason)

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
        self.export.setVisible(not busy and report is not None and report.rejected > 0)
        for part in (self.field, self.format, self.agents):
            part.setEnabled(not busy)
        self.summary.setText(_("Reading…") if busy else _summary(report))
        self._say_result()

    def _say_result(self) -> None:
        report = self._report
        if report is None or self._busy():
            self.result.say("")
        elif report.dry_run:
            self.result.say(_former(report), "info")
        elif report.cancelled:
            self.result.say(
                _("Stopped. What was done stays; import again to complete it."), "warning"
            )
        elif report.exit_code == DONE:
            self.result.say(_("The import is done."), "success")
        else:
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
            done = _PERCENT * gauge.done // gauge.total
            self.progress.setRange(0, _PERCENT)
            self.progress.setValue(done)

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


def _former(report: RecordReport) -> str:
    names: Sequence[Any] = report.former_staff
    if not names:
        return ""
    more = "…" if len(names) > _NAMED else ""
    words = _("Not on the staff list: {names}. They are kept as former staff who can't sign in.")
    return words.format(names=listing(names[:_NAMED]) + more)


def _summary(report: RecordReport | None) -> str:
    if report is None:
        return ""
    counts = {str(state): f"{report.counted(state):,}" for state in RowState}
    words = _("Conversations: {new} new, {changed} with new messages, {same} the same")
    bad = report.rejected
    if not bad:
        return words.format(**counts)
    rejected = ngettext("{n} row rejected", "{n} rows rejected", bad).format(n=f"{bad:,}")
    return f"{words.format(**counts)} · {rejected}"
