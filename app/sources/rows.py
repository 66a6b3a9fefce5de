"""Rows below the header of a table, read one by one, whatever they tell of."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, TypeVar

from app.sources.cells import CHINA, clean
from app.sources.delimited import Row
from app.sources.protocol import BadCell, RejectedRow
from app.sources.tables import Table

T = TypeVar("T")
R = TypeVar("R")

_NAME_DATE: Final = re.compile(
    r"(?<!\d)(20\d\d)[-_.]?(\d\d)[-_.]?(\d\d)(?:[-_ T.]?(\d\d)[-_:.]?(\d\d)(?:[-_:.]?(\d\d))?)?(?!\d)"
)


def find_header(
    table: Table, recognise: Callable[[Sequence[str]], R | None]
) -> tuple[Row, R] | None:
    """The first row that somebody knows, and who: what `recognise` returned for it."""
    for row in table.head():
        cells = _trimmed(row.cells)
        if (reader := recognise(cells)) is not None:
            return Row(row.number, cells, next_line=row.next_line), reader
    return None


def read_rows(
    table: Table, header: Row, read: Callable[[int, Sequence[str]], T]
) -> Iterator[T | RejectedRow]:
    """What `read` makes of each row (its number, its cells); a `BadCell` becomes a rejection."""
    names = [clean(cell) for cell in header.cells]
    for row in table.body(header):
        if row.fault:
            column = names[row.column] if row.column >= 0 else ""
            yield RejectedRow(row.number, column, row.fault, table.sheet)
            continue
        try:
            parsed = read(row.number, row.cells)
        except BadCell as error:
            yield RejectedRow(row.number, error.column, error.reason, table.sheet)
            continue
        yield parsed


def export_time(path: Path) -> tuple[int, bool]:
    """When a file was exported, Unix ms, and whether its name says so (else its own time)."""
    named = _date_in_name(path.stem)
    return (int(path.stat().st_mtime * 1000), False) if named is None else (named, True)


def _trimmed(cells: list[str]) -> list[str]:
    end = len(cells)
    while end and not cells[end - 1].strip():
        end -= 1
    return cells[:end]


def _date_in_name(stem: str) -> int | None:
    """The moment in names like ExportOrderList202603011030, Unix ms; None without one."""
    for match in _NAME_DATE.finditer(stem):
        year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
        try:
            moment = dt.datetime(year, month, day, hour, minute, second, tzinfo=CHINA)
        except ValueError:
            continue
        return int(moment.timestamp() * 1000)
    return None
