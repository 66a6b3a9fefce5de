"""What imports this station made: which transactions were theirs, and which were taken back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from app.core.errors import UserError
from app.core.i18n import _
from db.bulk import select_rows, update_rows
from db.clock import now_ms
from db.models import ImportBatch, TxnContext
from db.models.base import Base
from db.registry import DELETED_FIELD


class ImportLedger:
    """Notes an import while it runs, so that even one that a power cut ended can be undone.

    `kind` tells what is imported, e.g. orders; the last import of each kind can be undone.
    """

    def __init__(self, kind: str, paths: Sequence[Path], staff_id: bytes | None) -> None:
        self._kind, self._staff_id = kind, staff_id
        self._file = ", ".join(path.name for path in paths)
        self._stamps: list[int] = []
        self.batch: int | None = None

    def note_chunk(self, session: Session) -> None:
        """Remember the running transaction as one of this import's."""
        self._stamps.append(session.scalars(select(TxnContext.stamp)).one())
        self._keep(session, {})

    def conclude(self, session: Session, counts: dict[str, Any]) -> int | None:
        """Add what the import did, numbers only; returns it where it can be undone."""
        for file in counts["files"]:
            # The reasons quote cells, which may be personal data; the history keeps numbers only.
            file["rejected"] = len(file["rejected"])
        self._keep(session, counts)
        return self.batch if _can_undo(session, self._kind, self.batch) else None

    def _keep(self, session: Session, counts: dict[str, Any]) -> None:
        report = {**counts, "stamps": self._stamps}
        if self.batch is None:
            row = ImportBatch(
                kind=self._kind,
                file=self._file,
                at=now_ms(),
                staff_id=self._staff_id,
                report=report,
            )
            session.add(row)
            session.flush()
            self.batch = row.rid
        else:
            session.execute(
                update(ImportBatch).where(ImportBatch.rid == self.batch).values(report=report)
            )


class UndoLedger:
    """The import that is taken back, and the transactions in which that was done so far.

    Raises `UserError` where there is none; with `wanted` only if that is the last one.
    """

    def __init__(self, session: Session, kind: str, wanted: int | None) -> None:
        self.batch, self.transactions = _last_import(session, kind, wanted)
        self.past: list[int] = list((self.batch.report.get("undone") or {}).get("stamps", ()))

    def note(self, session: Session, at: int | None = None) -> None:
        """Remember the running transaction; `at` (Unix ms) ends the undo."""
        self.past.append(session.scalars(select(TxnContext.stamp)).one())
        undone = {"stamps": self.past} | ({"at": at} if at else {})
        report = {**self.batch.report, "undone": undone}
        session.execute(
            update(ImportBatch).where(ImportBatch.rid == self.batch.rid).values(report=report)
        )


def undone_stamps(session: Session) -> frozenset[int]:
    """The stamps of the transactions that took imports back; what they deleted may come again."""
    found = session.execute(
        text("SELECT j.value FROM import_batches, json_each(report, '$.undone.stamps') AS j")
    )
    return frozenset(int(stamp) for (stamp,) in found)


def is_taken_back(row: Mapping[str, Any], undone: Collection[int]) -> bool:
    """Tell whether an undo deleted a row (of which `_del` and `_fc` are known), not a person."""
    if not row["_del"] or not row["_fc"]:
        return False
    stamp, *_station = msgspec.json.decode(row["_fc"]).get(str(DELETED_FIELD), (0,))
    return stamp in undone


def revived(
    session: Session, model: type[Base], rows: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Bring rows back that an undo took away; returns those that are really new."""
    ids = {row["id"] for row in rows}
    known = {row["id"]: row["rid"] for row in select_rows(session, model, ("id", "rid"), "id", ids)}
    update_rows(
        session,
        model,
        [(known[row["id"]], {**row, "_del": 0}) for row in rows if row["id"] in known],
    )
    return [row for row in rows if row["id"] not in known]


def _transactions(session: Session, stamps: Collection[int]) -> list[int]:
    """The transactions of an import that have changed anything; their numbers, in order."""
    if not stamps:
        return []
    marks = ", ".join(str(int(stamp)) for stamp in stamps)
    found = session.execute(
        text(f"SELECT rid FROM txn WHERE origin = 'import' AND stamp IN ({marks}) ORDER BY rid")  # noqa: S608 - whole numbers
    )
    return [int(rid) for (rid,) in found]


def _can_undo(session: Session, kind: str, batch: int | None) -> bool:
    try:
        return batch is not None and _last_import(session, kind, batch)[0].rid == batch
    except UserError:
        return False


def _last_import(session: Session, kind: str, wanted: int | None) -> tuple[ImportBatch, list[int]]:
    query = select(ImportBatch).where(ImportBatch.kind == kind).order_by(ImportBatch.rid.desc())
    for batch in session.scalars(query):
        report = batch.report
        if (report.get("undone") or {}).get("at"):
            continue
        if found := _transactions(session, report.get("stamps", ())):
            if wanted not in (None, batch.rid):
                break
            return batch, found
    if wanted is None:
        raise UserError(
            _("There is no import on this computer that could be undone."), code="nothing_to_undo"
        )
    raise UserError(
        _("This import can't be undone: another one came after it, or it is undone already."),
        code="nothing_to_undo",
    )
