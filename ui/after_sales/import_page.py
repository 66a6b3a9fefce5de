"""The import of the platforms' after-sales exports."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from app.after_sales import (
    KIND_NAMES,
    CaseChange,
    CaseReport,
    CaseUndoReport,
    case_undo_words,
)
from app.core.i18n import N_, _
from app.sources import FileReport, FilesReport, RowState
from ui.widgets import Column, Kind
from ui.widgets.file_field import FileWords
from ui.widgets.import_tables import ImportTables, ImportWords, file_columns
from ui.widgets.undoable_import_page import UndoableImportPage

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext

_WORDS: Final = ImportWords(
    rows=N_("Rows"),
    column=N_("Column"),
    changes=N_("New and changed records"),
    changes_tab=N_("New and changed ({n})"),
    all_taken=N_("Every row can be taken"),
)
_FORMATS: Final = {
    "taobao_refund_list": N_("Taobao refunds"),
    "douyin_aftersale": N_("Douyin after-sales"),
    "jd_afs_service": N_("JD service slips"),
    "pdd_aftersale": N_("Pinduoduo after-sales"),
    "reviews": N_("Review export"),
}
_STATES: Final[dict[RowState, tuple[str, Kind]]] = {
    RowState.NEW: (N_("New"), "success"),
    RowState.CHANGED: (N_("Changed"), "info"),
    RowState.SAME: (N_("Same"), "neutral"),
}


def _format(file: FileReport) -> str:
    return ", ".join(_(_FORMATS.get(name, name)) for name in file.format.split("+") if name)


def _kind(change: CaseChange) -> str:
    return _(KIND_NAMES.get(change.kind, change.kind))


def _state(change: CaseChange) -> str:
    return _(_STATES[change.state][0])


def _state_kind(change: CaseChange) -> str | None:
    return _STATES[change.state][1]


def _what(change: CaseChange) -> str:
    return " → ".join(filter(None, (change.was, change.platform_status)))


_CHANGES: Final = (
    Column("number", N_("Case number"), 170, role="mono", text=lambda c: c.number),
    Column("order", N_("Order number"), 180, role="mono", text=lambda c: c.order),
    Column("kind", N_("Kind"), 96, text=_kind),
    Column("state", N_("State"), 84, role="badge", text=_state, color=_state_kind),
    Column("what", N_("Platform's state"), 300, text=_what, tip=_what, stretch=True),
)


class AfterSaleImportPage(UndoableImportPage):
    """Choose files, look, import."""

    title = N_("Import after-sales")
    back_name = N_("Back to the after-sales")
    picture = "return"

    def __init__(self, context: UiContext) -> None:
        self._import = context.services.after_sale_import
        super().__init__(context.jobs, context.notices)

    def file_words(self) -> FileWords:
        return FileWords(
            _("Drop exports of refunds, after-sales or reviews here"),
            _("Exports of Taobao and Tmall, JD, Pinduoduo and Douyin, .csv or .xlsx"),
            _("Path of an export"),
            _("Choose exports"),
            (_("Tables (*.csv *.xlsx *.xls *.txt)"),),
        )

    def make_tables(self) -> ImportTables:
        return ImportTables(self._jobs, _WORDS, file_columns(_WORDS, _format), _CHANGES)

    def undo_work(self, batch: int) -> Callable[..., CaseUndoReport]:
        return partial(self._import.undo, batch)

    def undo_words(self, undone: CaseUndoReport) -> str:
        return case_undo_words(undone)

    def take_work(self, *, take: bool) -> Callable[..., FilesReport]:
        return partial(self._import.run if take else self._import.preview, self.paths)

    def show_found(self, report: CaseReport) -> None:
        self.tables.show_found(report.files, report.changes, len(report.changes))

    def counts(self, report: CaseReport) -> str:
        counts = {str(state): f"{report.counted(state):,}" for state in RowState}
        return _("After-sales: {new} new, {changed} changed, {same} the same").format(**counts)

    def amount(self, done: int, total: int) -> str:
        words = _("{done} of {total} rows")
        return words.format(done=f"{done:,}", total=f"{total:,}")
