"""An import of files: look first, see what changes and what is wrong, then take them in.

What is imported is a subclass's: it names its service's work, its options and its words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final, Protocol

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFileDialog, QLabel, QProgressBar, QPushButton, QWidget

from app.core.errors import UserError
from app.core.i18n import _, ngettext
from app.core.outcome import DONE
from app.sources import FilesReport, write_rejected
from ui.jobs import Jobs
from ui.theme import icon, role, theme_signals
from ui.widgets.empty_state import EmptyState
from ui.widgets.file_dialogs import ask_save
from ui.widgets.file_field import FileField, FileWords
from ui.widgets.gauge import Gauge
from ui.widgets.import_tables import ImportTables
from ui.widgets.layout import stack_horizontally, stack_vertically
from ui.widgets.notice_bar import NoticeBar
from ui.widgets.sub_page import SubPage

_TICK_MS: Final = 100


class Notices(Protocol):
    """Where a page says that something is done or failed."""

    def success(self, text: str) -> None: ...
    def failure(self, error: UserError) -> None: ...


class ImportPage(SubPage):
    """Choose files, look, import. `left` asks for the view one came from."""

    def __init__(self, jobs: Jobs, notices: Notices) -> None:
        super().__init__()
        self._jobs, self._notices = jobs, notices
        self._paths: list[Path] = []
        self.report: FilesReport | None = None
        self._gauge: Gauge | None = None
        self._dialog: QFileDialog | None = None
        self._make_parts()
        self._arrange()
        self._connect()
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(self._tick)
        theme_signals().changed.connect(self._tint)
        self._tint()
        self.show_state()

    # --- what is imported: a subclass says it ------------------------------------------------

    title = ""
    """The page's heading, a msgid."""
    back_name = ""
    """What the button at its left says, a msgid."""
    picture = ""
    """Icon of the empty page."""

    def file_words(self) -> FileWords:
        """What the field for files says."""
        raise NotImplementedError

    def make_tables(self) -> ImportTables:
        """The tables of what was found."""
        raise NotImplementedError

    def make_options(self) -> Sequence[QWidget]:
        """What stands right in the head; it rests while an import runs."""
        return ()

    def make_buttons(self) -> Sequence[QWidget]:
        """What stands in the foot beside the common buttons."""
        return ()

    def work(self, *, take: bool) -> Callable[..., FilesReport]:
        """The job over the files, given `progress` and `stop`: look, or take in."""
        raise NotImplementedError

    def show_found(self, report: Any) -> None:
        """Fill the tables."""
        raise NotImplementedError

    def counts(self, report: Any) -> str:
        """What would change or has changed, in a line."""
        raise NotImplementedError

    def remark(self, report: Any) -> str:
        """What to mind before it is imported."""
        return ""

    def amount(self, done: int, total: int) -> str:
        """How far it is, in words, where the total is known in a unit worth saying."""
        return ""

    # --- for the view ------------------------------------------------------------------------

    def focus_first(self) -> None:
        """The keyboard goes where a path can be pasted."""
        self.field.path.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def add_files(self, paths: Sequence[Path]) -> None:
        """Look at further files; those of an import that is done make room."""
        if self.busy:
            return
        if self.report is not None and not self.report.dry_run:
            self._paths = []
        self._paths += [path for path in paths if path not in self._paths]
        self.look()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and not self.busy:
            self.left.emit()
            return
        super().keyPressEvent(event)

    # --- parts -------------------------------------------------------------------------------

    def _make_parts(self) -> None:
        self.back = role(QPushButton(), "icon")
        self.back.setAccessibleName(_(self.back_name))
        self.back.setToolTip(_(self.back_name))
        self.field = FileField(self.file_words())
        self.options, self.buttons = self.make_options(), self.make_buttons()
        self.result = NoticeBar()
        self.tables = self.make_tables()
        self._nothing = EmptyState(
            self.picture,
            _("No files yet"),
            _("Look first: nothing is written before you choose to import."),
        )
        self.summary = role(QLabel(), "muted")
        self.progress = QProgressBar()
        self.progress.setMaximumWidth(260)
        self.progress.setAccessibleName(_("Progress"))
        self.cancel = QPushButton(_("Stop"))
        self.clear = QPushButton(_("Clear"))
        self.export = QPushButton(_("Save rejected rows…"))
        self.take = role(QPushButton(_("Import")), "primary")

    def _arrange(self) -> None:
        heading = role(QLabel(_(self.title)), "title")
        head = stack_horizontally(None, self.back, heading, None, *self.options, spacing=8)
        foot = stack_horizontally(
            None, self.summary, None, self.progress, self.cancel, self.clear, *self.buttons,
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
        self.clear.clicked.connect(self.forget)
        self.cancel.clicked.connect(self._stop)
        self.export.clicked.connect(self._ask_where)
        self.take.clicked.connect(self.start)

    # --- looking and taking ------------------------------------------------------------------

    @property
    def busy(self) -> bool:
        """Whether a job is under way."""
        return self._gauge is not None

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files it is about."""
        return tuple(self._paths)

    def forget(self) -> None:
        """Start over without files."""
        self._paths, self.report = [], None
        self.show_state()
        self.focus_first()

    def start(self) -> None:
        """Take in what was looked at."""
        if self.report is not None and self.report.dry_run and self.report.taken:
            self.run_job(self.work(take=True), self._show_report)

    def look(self) -> None:
        """Look at the files once more."""
        if self._paths:
            self.run_job(self.work(take=False), self._show_report)

    def look_again(self) -> None:
        """Look once more where an option changed and nothing was taken yet."""
        if not self.busy and (self.report is None or self.report.dry_run):
            self.look()

    def run_job(self, work: Callable[..., Any], done: Callable[[Any], None]) -> None:
        """Run a job that tells how far it is and can be stopped; `done` is given its answer."""
        self._gauge = gauge = Gauge(self._jobs.stopping)
        job = partial(work, progress=gauge.told, stop=gauge.stopped)
        self._timer.start()
        self.show_state()
        # Not the lane of the writes: messages of agents must not wait behind a long import.
        answer = partial(self._ended, done)
        self._jobs.run(self, job, answer, failed=self._on_failed, lane="network", key="import")

    def _ended(self, done: Callable[[Any], None], answer: Any) -> None:
        self._rest()
        done(answer)

    def _show_report(self, report: FilesReport) -> None:
        self.report = report
        self.show_found(report)
        self.show_state()
        if report.taken and report.dry_run:
            self.take.setFocus(Qt.FocusReason.OtherFocusReason)
        elif report.taken:
            self.back.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_failed(self, error: BaseException) -> None:
        self._rest()
        self.show_state()
        if not isinstance(error, UserError):
            raise error
        self._notices.failure(error)

    def _rest(self) -> None:
        self._timer.stop()
        self._gauge = None

    def _stop(self) -> None:
        if self._gauge is not None:
            self._gauge.stop.set()

    # --- what it shows -----------------------------------------------------------------------

    def show_state(self) -> None:
        """Bring all parts in line with what is known and under way."""
        busy, report = self.busy, self.report
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
        for part in (self.field, *self.options):
            part.setEnabled(not busy)
        self.summary.setText(_("Reading…") if busy else self._summary())
        self.say_result()

    def _summary(self) -> str:
        report = self.report
        if report is None:
            return ""
        words, bad = self.counts(report), report.rejected
        if not bad:
            return words
        rejected = ngettext("{n} row rejected", "{n} rows rejected", bad).format(n=f"{bad:,}")
        return f"{words} · {rejected}"

    def say_result(self) -> None:
        """Say above the tables what came of it."""
        report = self.report
        if report is None or self.busy:
            self.result.say("")
        elif report.dry_run:
            self.result.say(self.remark(report), "info")
        elif report.cancelled:
            self.result.say(
                _("Stopped. What was done stays; import again to complete it."), "warning"
            )
        elif report.exit_code == DONE:
            self.result.say(_("The import is done."), "success")
        else:
            words = ngettext(
                "The import is done but for {n} row or file that could not be taken.",
                "The import is done but for {n} rows or files that could not be taken.",
                report.untaken,
            )
            self.result.say(words.format(n=report.untaken), "warning")

    def _tick(self) -> None:
        gauge = self._gauge
        if gauge is None or not gauge.total:
            return
        # A file's size in bytes may be more than a progress bar's whole numbers hold.
        self.progress.setRange(0, 1000)
        self.progress.setValue(1000 * gauge.done // gauge.total)
        if words := self.amount(gauge.done, gauge.total):
            self.summary.setText(words)

    # --- rejected rows -----------------------------------------------------------------------

    def _ask_where(self) -> None:
        self._dialog = ask_save(self, _("Save rejected rows"), "rejected.csv", self.save_rejected)
        self._dialog.setDefaultSuffix("csv")

    def save_rejected(self, path: str) -> None:
        """Write the rejected rows with their reasons to a .csv file."""
        if self.report is not None:
            work = partial(write_rejected, self.report.files, Path(path))
            self._jobs.run(self, work, self._on_saved, failed=self._on_failed)

    def _on_saved(self, count: int) -> None:
        text = ngettext("{n} row saved.", "{n} rows saved.", count)
        self._notices.success(text.format(n=count))

    def _tint(self) -> None:
        self.back.setIcon(icon("chevron-left"))
        self.take.setIcon(icon("import", "on_accent"))
        self.export.setIcon(icon("export"))
