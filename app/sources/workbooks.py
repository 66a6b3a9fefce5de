"""Sheets of .xlsx and .xls workbooks as tables of text cells."""

from __future__ import annotations

import datetime as dt
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from typing import Any, Final

from python_calamine import CalamineWorkbook, PasswordError

from app.core.errors import UserError
from app.core.i18n import _
from app.sources.delimited import Row

_HEAD_ROWS: Final = 10
_EXACT: Final = 10**15
"""Spreadsheets keep 15 digits of a number; what is longer has lost its last ones."""
_MAX_UNPACKED: Final = 1024**3
_MOST_DEFLATED: Final = 1032
"""No byte of a deflated file becomes more."""
_PIECE: Final = 1024**2
_LOCAL_HEADER: Final = 30


class SheetTable:
    """One sheet of a workbook as a table."""

    def __init__(self, sheet: str, rows: Sequence[Sequence[Any]]) -> None:
        self.sheet = sheet
        self.size = len(rows)
        self._rows = rows

    def head(self) -> Iterator[Row]:
        """The first rows, among which the header is to be found."""
        for number, cells in enumerate(self._rows[:_HEAD_ROWS], start=1):
            yield Row(number, [cell_text(cell) for cell in cells])

    def body(self, header: Row) -> Iterator[Row]:
        """All rows below the header, with as many cells as it has; empty rows are left out."""
        width = len(header.cells)
        for number in range(header.number, len(self._rows)):
            cells = [cell_text(cell) for cell in self._rows[number]]
            if not any(cells):
                continue
            row = Row(number + 1, cells[:width] + [""] * (width - len(cells)))
            if any(cells[width:]):
                row.fault = _("This row has {found} cells, the header has {expected}.").format(
                    found=len(cells), expected=width
                )
            yield row


def read_workbook(data: bytes) -> list[SheetTable]:
    """Read all sheets; raises `UserError` on a damaged, locked or oversized file."""
    _refuse_bombs(data)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return [
            SheetTable(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False))
            for name in book.sheet_names
        ]
    except PasswordError as error:
        raise UserError(
            _("This workbook is protected by a password."),
            hint=_("Save it without a password and import it again."),
            code="password",
        ) from error
    except Exception as error:
        raise _damaged() from error
    except BaseException as error:
        # A panic of the Rust library is no Exception, but no reason to end the program either.
        if type(error).__name__ == "PanicException":
            raise _damaged() from error
        raise


def cell_text(value: Any) -> str:
    """Return a cell as the platform's text export would show it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float | int):
        return _number_text(value)
    if isinstance(value, dt.datetime):
        return (value + dt.timedelta(milliseconds=500)).strftime("%Y-%m-%d %H:%M:%S")
    return str(value)


def _number_text(value: float) -> str:
    if abs(value) >= _EXACT:
        return f"{value:.5E}"
    if value == int(value):
        return str(int(value))
    return str(round(value, 6))


def _refuse_bombs(data: bytes) -> None:
    if not data.startswith(b"PK"):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
        left = _MAX_UNPACKED
        if sum(entry.compress_size for entry in entries) * _MOST_DEFLATED > left:
            for entry in entries:
                left -= _unpacked_size(data, entry, left)
    except (
        zipfile.BadZipFile,
        ValueError,
        NotImplementedError,
        OSError,
        zlib.error,
        struct.error,
    ) as error:
        raise _damaged() from error
    if left < 0:
        raise UserError(_("This workbook is too large to be read."), code="too_large")


def _unpacked_size(data: bytes, entry: zipfile.ZipInfo, limit: int) -> int:
    """Count what an entry really holds, a little more than `limit` at most.

    The sizes that the archive declares are whatever its maker wrote there.
    """
    if entry.compress_type == zipfile.ZIP_STORED:
        return entry.compress_size
    name, extra = struct.unpack_from("<HH", data, entry.header_offset + 26)
    begin = entry.header_offset + _LOCAL_HEADER + name + extra
    unpacker, size = zlib.decompressobj(-zlib.MAX_WBITS), 0
    rest = data[begin : begin + entry.compress_size]
    while rest and size <= limit:
        size += len(unpacker.decompress(rest, _PIECE))
        rest = unpacker.unconsumed_tail
    return size


def _damaged() -> UserError:
    return UserError(
        _("This workbook is damaged or cut off and can't be read."),
        hint=_("Export it from the platform once more."),
        code="damaged",
    )
