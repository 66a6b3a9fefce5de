"""What an import of phrases found and did, in the shape of the order import's report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from app.phrases.exchange.reading import PhraseFile, ReadPhrase
from app.sources import FileReport as RowsReport
from app.sources import ReportOf, RowState


@dataclass(frozen=True, slots=True)
class PlannedPhrase:
    """A row and what would become of it; `old` is the text it would replace."""

    phrase: ReadPhrase
    state: RowState
    old: str = ""


@dataclass(slots=True)
class FileReport(RowsReport):
    """What one file held, phrase by phrase; `unknown` are variables nobody here knows."""

    planned: list[PlannedPhrase] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    def take(self, file: PhraseFile, planned: Iterable[PlannedPhrase]) -> None:
        """Note what was read and what becomes of it."""
        self.format, self.encoding = file.format, file.encoding
        self.rejected, self.unknown = file.rejected, file.unknown
        self.planned = list(planned)
        self.rows = len(self.planned) + len(self.rejected)
        for plan in self.planned:
            self.count(plan.state)

    def document(self) -> dict[str, Any]:
        """The file's part of the JSON answer (DESIGN §8)."""
        return RowsReport.document(self) | {"unknown_variables": self.unknown}


@dataclass(slots=True)
class ImportReport(ReportOf[FileReport]):
    """What an import, or its dry run, found and did."""

    def counted(self, state: str) -> int:
        """How many phrases are new, changed or the same, over all files."""
        return sum(plan.state == state for file in self.files for plan in file.planned)

    def document(self) -> dict[str, Any]:
        """The JSON answer (DESIGN §8)."""
        counts = {str(state): self.counted(state) for state in RowState}
        return ReportOf.document(self) | {"phrases": counts}
