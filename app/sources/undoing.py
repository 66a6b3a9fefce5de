"""Taking an import back, chunk by chunk: the part that imports of all kinds share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, Generic, TypeVar

from sqlalchemy.orm import Session

from app.core.i18n import _, ngettext
from app.sources.history import UndoLedger
from app.sources.pace import Progress, Stop
from app.sources.trail import Trail, read_trails
from db.clock import now_ms
from db.database import Database
from db.models.base import Base

CHUNK: Final = 4_000
"""Rows per transaction: messages get in between."""


@dataclass(slots=True)
class UndoneImport:
    """What taking an import back did; `kept` are numbers of things that people changed since."""

    file: str
    at: int
    removed: int = 0
    restored: int = 0
    kept: list[str] = field(default_factory=list)
    complete: bool = False

    def document(self) -> dict[str, Any]:
        """The JSON answer."""
        return {"undone": {"file": self.file, "at": self.at}}

    def counts(self) -> dict[str, Any]:
        """The part of the JSON answer that tells of the imported things."""
        reason = _("changed since the import")
        return {
            "removed": self.removed,
            "restored": self.restored,
            "kept": [{"number": number, "reason": reason} for number in self.kept],
        }

    def words(self, counts: str) -> str:
        """One line; `counts` is the text with places for what was `removed` and `restored`."""
        words = counts.format(removed=f"{self.removed:,}", restored=f"{self.restored:,}")
        if not self.kept:
            return words
        kept = ngettext(
            "{n} kept because it was changed since", "{n} kept because they were changed since",
            len(self.kept),
        )  # fmt: skip
        return f"{words} · {kept.format(n=f'{len(self.kept):,}')}"


R = TypeVar("R", bound=UndoneImport)


class ImportUndo(Generic[R]):
    """One undo on its way. A second run completes what a power cut has left half done.

    A subclass names the `kind` of imports in the history and the `tables` they write, owners
    before what they own, and says what becomes of the rows.
    """

    kind: ClassVar[str]
    tables: ClassVar[Sequence[type[Base]]]

    def __init__(
        self,
        report: type[R],
        db: Database,
        batch: int | None,
        progress: Progress | None,
        stop: Stop | None,
    ) -> None:
        """Raise `UserError` where there is no such import."""
        self._db, self._progress, self._stop = db, progress, stop
        with db.read() as session:
            self.ledger = UndoLedger(session, self.kind, batch)
            self._trails = read_trails(session, self.ledger.transactions)
        self.report = report(self.ledger.batch.file, self.ledger.batch.at)

    def run(self) -> R:
        """Take everything back; a `stop` in between leaves the rest for the next run."""
        total = sum(len(trail) for trail in self._trails.values())
        done = 0
        for model in self.tables:
            trail = self._trails.get(model.__tablename__, Trail(model.__tablename__))
            rids = sorted(trail.rids())
            for start in range(0, len(rids), CHUNK):
                if self._stop is not None and self._stop():
                    return self.report
                chunk = rids[start : start + CHUNK]
                with self._db.write(origin="import") as session:
                    self.ledger.note(session)
                    self.take_back(session, model, trail, chunk)
                done += len(chunk)
                if self._progress is not None:
                    self._progress(done, total)
        with self._db.write(origin="import") as session:
            self.ledger.note(session, at=now_ms())
        self.report.complete = True
        return self.report

    def take_back(
        self, session: Session, model: type[Base], trail: Trail, rids: Sequence[int]
    ) -> None:
        """Take rows of a table back and count them in the report."""
        raise NotImplementedError
