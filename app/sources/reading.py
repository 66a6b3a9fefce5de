"""Opens an order file: finds each table's header, its source, and reads its rows one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from app.core.errors import UserError
from app.core.i18n import _
from app.sources.delimited import Row
from app.sources.protocol import (
    OrderFile,
    OrderSource,
    ParsedOrder,
    RejectedRow,
    RowReader,
    Sheet,
    SheetKind,
)
from app.sources.rows import export_time, find_header, read_rows
from app.sources.tables import Table, open_table

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
    exported_at, dated = export_time(path)
    return OrderFile(
        name=path.name,
        encoding=opened.encoding,
        exported_at=exported_at,
        dated=dated,
        sheets=tuple(sheets),
    )


def _sheet(table: Table, sources: Sequence[OrderSource]) -> Sheet | None:
    def recognise(cells: Sequence[str]) -> tuple[str, RowReader] | None:
        known = ((source.platform, source.recognise(cells)) for source in sources)
        return next(((name, reader) for name, reader in known if reader is not None), None)

    found = find_header(table, recognise)
    if found is None:
        return None
    header, (platform, reader) = found
    rows = _rows(table, header, reader)
    return Sheet(table.sheet, table.size, platform, reader.format, reader.kind, rows)


def _rows(table: Table, header: Row, reader: RowReader) -> Iterator[ParsedOrder | RejectedRow]:
    first_rows: dict[str, int] = {}
    once = reader.kind is SheetKind.ORDERS
    for parsed in read_rows(table, header, reader.read):
        if once and isinstance(parsed, ParsedOrder):
            first = first_rows.setdefault(parsed.number, parsed.row)
            if first != parsed.row:
                reason = _("This order is already in row {n}.").format(n=first)
                yield RejectedRow(parsed.row, "订单编号", reason, table.sheet)
                continue
        yield parsed
