"""What imports this station made: which transactions were theirs, and which were taken back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from db.clock import now_ms
from db.models import ImportBatch, TxnContext

ORDERS: Final = "orders"


class ImportLedger:
    """Notes an import while it runs, so that even one that a power cut ended can be undone."""

    def __init__(self, paths: Sequence[Path], staff_id: bytes | None) -> None:
        self._file = ", ".join(path.name for path in paths)
        self._staff_id = staff_id
        self._stamps: list[int] = []
        self.batch: int | None = None

    def note_chunk(self, session: Session) -> None:
        """Remember the running transaction as one of this import's."""
        self._stamps.append(session.scalars(select(TxnContext.stamp)).one())
        self._keep(session, {})

    def conclude(self, session: Session, counts: dict[str, Any]) -> None:
        """Add what the import did: numbers only."""
        self._keep(session, counts)

    def _keep(self, session: Session, counts: dict[str, Any]) -> None:
        report = {**counts, "stamps": self._stamps}
        if self.batch is None:
            row = ImportBatch(
                kind=ORDERS, file=self._file, at=now_ms(), staff_id=self._staff_id, report=report
            )
            session.add(row)
            session.flush()
            self.batch = row.rid
        else:
            session.execute(
                update(ImportBatch).where(ImportBatch.rid == self.batch).values(report=report)
            )


def undone_stamps(session: Session) -> frozenset[int]:
    """The stamps of the transactions that took imports back; what they deleted may come again."""
    found = session.execute(
        text("SELECT j.value FROM import_batches, json_each(report, '$.undone.stamps') AS j")
    )
    return frozenset(int(stamp) for (stamp,) in found)


def transactions(session: Session, stamps: Collection[int]) -> list[int]:
    """The transactions of an import that have changed anything; their numbers, in order."""
    if not stamps:
        return []
    marks = ", ".join(str(int(stamp)) for stamp in stamps)
    found = session.execute(
        text(f"SELECT rid FROM txn WHERE origin = 'import' AND stamp IN ({marks}) ORDER BY rid")  # noqa: S608 - whole numbers
    )
    return [int(rid) for (rid,) in found]
