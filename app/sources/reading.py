"""Opens an order file: finds each table's header, its source, and reads its rows one by one."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from app.core.errors import UserError
from app.core.i18n import _
from app.sources.cells import CHINA, clean
from app.sources.delimited import Row
from app.sources.protocol import (
    BadCell,
    OrderFile,
    OrderSource,
    ParsedOrder,
    RejectedRow,
    RowReader,
    Sheet,
    SheetKind,
)
from app.sources.tables import Table, open_table

_NAME_DATE: Final = re.compile(
    r"(?<!\d)(20\d\d)[-_.]?(\d\d)[-_.]?(\d\d)(?:[-_ T.]?(\d\d)[-_:.]?(\d\d)(?:[-_:.]?(\d\d))?)?(?!\d)"
)
_SHEET_ORDER: Final = {SheetKind.ORDERS: 0, SheetKind.BOTH: 1, SheetKind.ITEMS: 2}


def open_orders(path: Path, sources: Sequence[OrderSource]) -> OrderFile:
    """Open a file with the first source that knows its header.

    Raises `UserError` for what is no table, is empty, or is not known. Rows are read as the
    sheets' `rows` are consumed; order lists come before item lists.
    """
    opened = open_table(path)
    sheets = [sheet for table in opened.tables if (sheet := _sheet(table, sources)) is not None]
    if not sheets:
        raise UserError(
            _("The columns are not those of a known order file."),
            hint=_("Export the order list or the item list from the platform and import that."),
            code="unknown_format",
        )
    sheets.sort(key=lambda sheet: _SHEET_ORDER[sheet.kind])
    exported_at = _date_in_name(path.stem)
    return OrderFile(
        name=path.name,
        encoding=opened.encoding,
        exported_at=exported_at or int(path.stat().st_mtime * 1000),
        dated=exported_at is not None,
        sheets=tuple(sheets),
    )


def _sheet(table: Table, sources: Sequence[OrderSource]) -> Sheet | None:
    for row in table.head():
        cells = _trimmed(row.cells)
        for source in sources:
            if reader := source.recognise(cells):
                header = Row(row.number, cells, next_line=row.next_line)
                rows = _rows(table, header, reader)
                return Sheet(
                    table.sheet, table.size, source.platform, reader.format, reader.kind, rows
                )
    return None


def _trimmed(cells: list[str]) -> list[str]:
    end = len(cells)
    while end and not cells[end - 1].strip():
        end -= 1
    return cells[:end]


def _rows(table: Table, header: Row, reader: RowReader) -> Iterator[ParsedOrder | RejectedRow]:
    names = [clean(cell) for cell in header.cells]
    first_rows: dict[str, int] = {}
    once = reader.kind is SheetKind.ORDERS
    for row in table.body(header):
        if row.fault:
            column = names[row.column] if row.column >= 0 else ""
            yield RejectedRow(row.number, column, row.fault, table.sheet)
            continue
        try:
            parsed = reader.read(row.number, row.cells)
        except BadCell as error:
            yield RejectedRow(row.number, error.column, error.reason, table.sheet)
            continue
        if once and (first := first_rows.setdefault(parsed.number, row.number)) != row.number:
            reason = _("This order is already in row {n}.").format(n=first)
            yield RejectedRow(row.number, "订单编号", reason, table.sheet)
            continue
        yield parsed


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
