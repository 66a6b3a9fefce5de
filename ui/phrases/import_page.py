"""Takes phrases from files: shows what would happen, row by row, before anything does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QLabel, QPushButton, QWidget

from app.core.errors import UserError
from app.core.i18n import N_, _, ngettext
from app.core.permissions import Permission
from app.phrases import Scope
from app.phrases.exchange.report import FileReport, ImportReport
from ui.theme import icon, role, theme_signals
from ui.widgets import Column, DataTable, NoticeBar, stack_horizontally, stack_vertically

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext

_STATES: Final = {
    "new": (N_("New"), "success"),
    "changed": (N_("Changed"), "info"),
    "same": (N_("Same"), "neutral"),
    "rejected": (N_("Rejected"), "danger"),
}
_ORDER: Final = ("rejected", "new", "changed", "same")
FILTER: Final = N_("Phrases (*.csv *.xlsx *.xls *.txt *.json)")


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the preview."""

    id: int
    file: str
    row: int
    state: str
    group: str
    code: str
    text: str
    remark: str


COLUMNS: Final = (
    Column("file", N_("File"), 150, role="muted", text=lambda line: line.file,
           tip=lambda line: line.file),
    Column("row", N_("Row"), 56, "right", "muted", text=lambda line: str(line.row)),
    Column(
        "state", N_("State"), 84, role="badge", text=lambda line: _(_STATES[line.state][0]),
        color=lambda line: _STATES[line.state][1],
    ),
    Column("group", N_("Group"), 110, text=lambda line: line.group),
    Column("code", N_("Short code"), 84, role="strong", text=lambda line: line.code),
    Column("text", N_("Text"), 300, text=lambda line: line.text, stretch=True,
           tip=lambda line: line.text),
    Column("remark", N_("Remark"), 300, role="muted", text=lambda line: line.remark,
           tip=lambda line: line.remark),
)  # fmt: skip


class ImportPage(QWidget):
    """Choose files, look, import. `done` when the page may close."""

    done = Signal()

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self._importer = context.services.phrases.importer()
        self._paths: list[Path] = []
        self._lines: list[Line] = []
        self._build()
        self._connect()
        self._show_report(None)

    def choose_files(self) -> None:
        """Ask for files, then show what they hold."""
        names, _kind = QFileDialog.getOpenFileNames(self, _("Import phrases"), "", _(FILTER))
        if names:
            self.show_files([Path(name) for name in names])

    def show_files(self, paths: Sequence[Path]) -> None:
        """Show what an import of these files would do."""
        self._paths = list(paths)
        self._preview()

    def import_now(self) -> None:
        """Import what is shown."""
        work = partial(self._importer.run, list(self._paths), self._chosen_scope())
        self._import.setEnabled(False)
        self._context.jobs.run(self, work, self._on_imported, failed=self._fail, lane="write")

    # --- parts ----------------------------------------------------------------------------

    def _build(self) -> None:
        self._title = role(QLabel(_("Import phrases")), "title")
        self._hint = role(
            QLabel(
                _(
                    "Tables of Qianniu (csv, xlsx), other tables with a header, lists of texts, and JSON "
                    "of Chatwoot, Rocket.Chat and Beeftext. Nothing is written before you say so."
                ),
                wordWrap=True,
            ),
            "muted",
        )
        self._choose = QPushButton(_("Choose files…"))
        self._scope = QComboBox()
        self._scope.setAccessibleName(_("For whom"))
        if self._context.services.staff.may(Permission.EDIT_SHOP_PHRASES):
            self._scope.addItem(_("For the shop"), Scope.SHOP)
        self._scope.addItem(_("For me"), Scope.MINE)
        self._files = role(QLabel(), "strong")
        self._notice = NoticeBar()
        self._table = DataTable(
            COLUMNS, self._fetch, self._count, self._context.jobs, name=_("Rows of the files")
        )
        self._table.set_empty(
            "import", _("No file chosen"), _("Choose one or more files to see what they hold.")
        )
        self._import = role(QPushButton(_("Import")), "primary")
        self._back = role(QPushButton(), "icon")
        self._back.setAccessibleName(_("Back to the phrases"))
        self._back.setToolTip(_("Back to the phrases"))
        theme_signals().changed.connect(self._tint)
        self._tint()

    def _connect(self) -> None:
        head = stack_horizontally(None, self._back, self._title, None, spacing=8)
        tools = stack_horizontally(None, self._choose, self._scope, self._files, None, spacing=8)
        foot = stack_horizontally(None, None, self._import)
        column = stack_vertically(
            self, head, self._hint, tools, self._notice, self._table, foot, spacing=12
        )
        column.setContentsMargins(16, 12, 16, 12)
        self._choose.clicked.connect(self.choose_files)
        self._scope.activated.connect(self._preview)
        self._import.clicked.connect(self.import_now)
        self._back.clicked.connect(self.done)

    def _tint(self) -> None:
        self._back.setIcon(icon("chevron-left"))
        self._import.setIcon(icon("import", "on_accent"))

    def _chosen_scope(self) -> Scope:
        return Scope(self._scope.currentData())

    def _preview(self) -> None:
        if self._paths:
            work = partial(self._importer.preview, list(self._paths), self._chosen_scope())
            self._context.jobs.run(self, work, self._show_report, failed=self._fail, key="preview")

    def _show_report(self, report: ImportReport | None) -> None:
        self._lines = _lines(report.files) if report else []
        self._files.setText(", ".join(path.name for path in self._paths))
        self._table.reload()
        useful = report is not None and report.counted("new") + report.counted("changed") > 0
        self._import.setEnabled(useful)
        if report is None:
            self._notice.say("")
            return
        problems = [f"{file.file}: {file.problem}" for file in report.files if file.problem]
        unknown = [name for file in report.files for name in file.unknown]
        parts = [*problems, _summary(report)]
        if unknown:
            parts.append(
                _("Unknown variables stay as they are: {names}").format(names=" ".join(unknown))
            )
        trouble = bool(problems or unknown or report.rejected)
        self._notice.say("  ".join(parts), "warning" if trouble else "info")

    def _on_imported(self, report: ImportReport) -> None:
        self._show_report(report)
        self._import.setEnabled(False)
        count = report.counted("new") + report.counted("changed")
        text = ngettext("{n} phrase imported", "{n} phrases imported", count)
        self._context.notices.success(text.format(n=count))
        if not report.rejected and not any(file.problem for file in report.files):
            self.done.emit()

    def _fail(self, error: BaseException) -> None:
        if not isinstance(error, UserError):
            raise error
        self._notice.say(error.message, "danger")

    def _fetch(self, offset: int, limit: int) -> list[Line]:
        return self._lines[offset : offset + limit]

    def _count(self) -> int:
        return len(self._lines)


def _summary(report: ImportReport) -> str:
    return _("{new} new, {changed} changed, {same} the same, {rejected} rejected").format(
        new=report.counted("new"), changed=report.counted("changed"),
        same=report.counted("same"), rejected=report.rejected,
    )  # fmt: skip


def _lines(files: Sequence[FileReport]) -> list[Line]:
    """Every row, what needs a look first."""
    found: list[tuple[str, int, str, str, str, str, str]] = []
    for file in files:
        for plan in file.planned:
            p = plan.phrase
            remark = _("before: {text}").format(text=plan.old) if plan.old else ""
            found.append((file.file, p.row, plan.state, p.group, p.code, p.text, remark))
        for bad in file.rejected:
            remark = f"{bad.column}: {bad.reason}" if bad.column else bad.reason
            found.append((file.file, bad.row, "rejected", "", "", "", remark))
    found.sort(key=lambda line: (_ORDER.index(line[2]), line[0], line[1]))
    return [Line(number, *line) for number, line in enumerate(found)]
