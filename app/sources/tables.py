"""Any table file as tables of text cells, told by its content, never by its name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from app.core.errors import UserError
from app.core.i18n import N_, _
from app.sources.delimited import DelimitedTable, Row
from app.sources.text import decode, sniff_delimiter

MAX_BYTES: Final = 512 * 1024**2

ZIP: Final = b"PK\x03\x04"
OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHERS: Final[tuple[tuple[bytes, str], ...]] = (
    (b"\x89PNG\r\n", N_("a PNG picture")),
    (b"\xff\xd8\xff", N_("a JPEG picture")),
    (b"GIF8", N_("a GIF picture")),
    (b"%PDF-", N_("a PDF document")),
    (b"Rar!", N_("a RAR archive")),
    (b"7z\xbc\xaf", N_("a 7z archive")),
    (b"\x1f\x8b", N_("a compressed file")),
    (b"MZ", N_("a program")),
    (b"\x7fELF", N_("a program")),
    (b"SQLite format 3\x00", N_("a database")),
)
_WEB_PAGE: Final = (b"<!doctype html", b"<html", b"<table", b"<?xml")


class Table(Protocol):
    """Rows of text cells below a header."""

    sheet: str
    size: int

    def head(self) -> Iterator[Row]:
        """The first rows, among which the header is to be found."""

    def body(self, header: Row) -> Iterator[Row]:
        """All rows below the header."""


@dataclass(frozen=True, slots=True)
class TableFile:
    """An opened table file; `encoding` is empty for workbooks."""

    encoding: str
    tables: tuple[Table, ...]


def open_table(path: Path) -> TableFile:
    """Read a table file; raises `UserError` where it is none or can't be read."""
    data = _read(path)
    if not data.strip(b" \t\r\n\0"):
        raise UserError(_("The file is empty."), code="empty_file")
    if data.startswith((ZIP, OLE)):
        from app.sources.workbooks import read_workbook

        return TableFile("", tuple(read_workbook(data)))
    refuse_other_kinds(data)
    decoded = decode(data)
    return TableFile(decoded.encoding, (DelimitedTable(decoded, sniff_delimiter(decoded.text)),))


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UserError(
                _("The file is larger than {n} MB.").format(n=MAX_BYTES >> 20), code="too_large"
            )
        return path.read_bytes()
    except FileNotFoundError as error:
        raise UserError(_("There is no such file."), code="no_file") from error
    except (OSError, ValueError) as error:
        raise UserError(
            _("The file can't be read."), hint=getattr(error, "strerror", "") or "", code="no_file"
        ) from error


def refuse_other_kinds(data: bytes) -> None:
    """Raise `UserError` for a picture, a program and the like, told by the first bytes."""
    for magic, name in _OTHERS:
        if data.startswith(magic):
            raise UserError(
                _("This is {kind}, not a table.").format(kind=_(name)), code="not_a_table"
            )
    if data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_WEB_PAGE):
        raise UserError(
            _("This is a web page, not a table."),
            hint=_("Open it in a spreadsheet program and save it as .xlsx."),
            code="not_a_table",
        )
