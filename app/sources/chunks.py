"""Files' rows on their way into the database, some thousand at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Protocol, TypeVar

from sqlalchemy.orm import Session

from app.core.errors import UserError
from app.sources.file_report import FileReport, FilesReport
from app.sources.history import ImportLedger
from app.sources.pace import Pace
from app.sources.protocol import RejectedRow
from db.database import Database

T = TypeVar("T")


class Formatted(Protocol):
    """A table of a file."""

    @property
    def format(self) -> str:
        """What it was recognised as."""


class Opened(Protocol):
    """A file of tables."""

    @property
    def encoding(self) -> str:
        """How it was read."""

    @property
    def sheets(self) -> Sequence[Formatted]:
        """Its tables."""


F = TypeVar("F", bound=Opened)


def open_files(
    paths: Sequence[Path], report: FilesReport, opener: Callable[[Path], F]
) -> list[tuple[F, FileReport]]:
    """Open what can be opened, each with its part of the report, which says why where not."""
    found = []
    for path in paths:
        lines = FileReport(str(path))
        report.files.append(lines)
        try:
            file = opener(path)
        except UserError as error:
            lines.fail(error)
            continue
        lines.encoding = file.encoding
        lines.format = "+".join(sheet.format for sheet in file.sheets)
        found.append((file, lines))
    return found


def good_rows(
    rows: Iterable[T | RejectedRow], lines: FileReport, pace: Pace | None = None
) -> Iterator[T]:
    """Count the rows and put the rejected ones on the list."""
    for row in rows:
        lines.rows += 1
        if pace is not None:
            pace.done += 1
        if isinstance(row, RejectedRow):
            lines.rejected.append(row)
        else:
            yield row


def batches(things: Iterable[T], size: int) -> Iterator[Sequence[T]]:
    """Cut an iterable into lists of at most `size`."""
    rest = iter(things)
    while batch := list(islice(rest, size)):
        yield batch


class Chunks:
    """Takes chunk after chunk, each in a transaction of its own; a dry run only reads."""

    def __init__(
        self, db: Database, report: FilesReport, pace: Pace, ledger: ImportLedger | None = None
    ) -> None:
        self._db, self._report, self._pace, self._ledger = db, report, pace, ledger

    def take(
        self, chunks: Iterable[Sequence[T]], take: Callable[[Session, Sequence[T]], None]
    ) -> bool:
        """Hand each to `take`; False where somebody wanted it to stop before the end."""
        for chunk in chunks:
            if self._pace.stopped():
                self._report.cancelled = True
                return False
            dry_run = self._report.dry_run
            with self._db.read() if dry_run else self._db.write(origin="import") as session:
                take(session, chunk)
                if self._ledger is not None:
                    self._ledger.note_chunk(session)
            self._pace.told()
        return True
