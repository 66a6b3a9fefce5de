"""What an import of after-sales found and did, in the shape of the order import's report."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from app.core.i18n import _
from app.sources import FilesReport, RowState, UndoneImport, note_state


@dataclass(frozen=True, slots=True)
class CaseChange:
    """A record that is new or changed, in the words of its export."""

    number: str
    order: str
    state: RowState
    kind: str
    platform_status: str
    was: str = ""
    """The platform's word before, where that changed."""


@dataclass(slots=True)
class CaseReport(FilesReport):
    """What an import, or its dry run, found and did."""

    cases: dict[bytes, RowState] = field(default_factory=dict)
    changes: list[CaseChange] = field(default_factory=list)
    batch: int | None = None
    """What `AfterSaleImport.undo` takes; None where this import can't be undone."""

    def note_case(self, record_id: bytes, state: RowState) -> None:
        """Count a record once over all files."""
        note_state(self.cases, record_id, state)

    def counted(self, state: RowState) -> int:
        """How many records are new, changed or the same."""
        return sum(found is state for found in self.cases.values())

    def document(self) -> dict[str, Any]:
        """The JSON answer (DESIGN §8)."""
        counts = {str(state): self.counted(state) for state in RowState}
        return FilesReport.document(self) | {"after_sales": counts}


@dataclass(slots=True)
class CaseUndoReport(UndoneImport):
    """What taking an import back did; `kept` are numbers of records people changed since."""

    def document(self) -> dict[str, Any]:
        """The JSON answer."""
        return UndoneImport.document(self) | {"after_sales": self.counts()}


def case_undo_words(report: CaseUndoReport) -> str:
    """What it did, in one line."""
    return report.words(_("After-sales: {removed} removed, {restored} as before"))
