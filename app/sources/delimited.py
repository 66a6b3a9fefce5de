"""Rows of a delimited text, each taken whole or named as broken; one bad row spoils no other."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from app.core.i18n import _
from app.sources.text import LOST, DecodedText

_HEAD_ROWS: Final = 10
_SAMPLE: Final = 50
_NUMBER_START: Final = re.compile(r'^"?(?:=")?\'?\d{6,}')


@dataclass(slots=True)
class Row:
    """A row of a table: its number in the file (1 = first), its cells, or what is wrong with it."""

    number: int
    cells: list[str]
    fault: str = ""
    column: int = -1
    next_line: int = 0


class _Feed:
    """The lines of a text for the csv reader, with a place one can go back to."""

    def __init__(self, lines: list[str]) -> None:
        self.lines, self.at = lines, 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self.at >= len(self.lines):
            raise StopIteration
        self.at += 1
        return self.lines[self.at - 1]


class DelimitedTable:
    """A delimited text as a table."""

    def __init__(self, decoded: DecodedText, delimiter: str, sheet: str = "") -> None:
        self.sheet = sheet
        self._delimiter = delimiter
        self._lines = list(io.StringIO(decoded.text, newline=""))
        self.size = len(self._lines)
        self._trailing = 0
        self._encoding = decoded.encoding
        self._cut = decoded.cut
        self._open_end = bool(self._lines) and not self._lines[-1].endswith(("\n", "\r"))
        self._suspicious = "\0" in decoded.text or LOST in decoded.text

    def head(self) -> Iterator[Row]:
        """The first rows, among which the header is to be found."""
        feed = _Feed(self._lines)
        reader = csv.reader(feed, delimiter=self._delimiter)
        for number in range(1, _HEAD_ROWS + 1):
            try:
                cells = next(reader, None)
            except csv.Error:
                continue
            if cells is None:
                return
            yield Row(number, cells, next_line=feed.at)

    def body(self, header: Row) -> Iterator[Row]:
        """All rows below the header, with as many cells as it has; empty rows are left out."""
        width = len(header.cells)
        self._trailing = self._trailing_cells(header, width)
        feed = _Feed(self._lines)
        feed.at = header.next_line
        reader = csv.reader(feed, delimiter=self._delimiter, strict=True)
        number = header.number
        while feed.at < len(self._lines):
            number += 1
            start = feed.at
            try:
                cells = next(reader)
            except csv.Error:
                feed.at = start + 1
                yield self._broken(number, start)
                continue
            if feed.at - start > 1 and self._swallowed(start + 1, feed.at, width):
                feed.at = start + 1
                yield self._broken(number, start)
            elif any(cells):
                yield self._checked(Row(number, cells), width, last=feed.at == len(self._lines))
        if self._cut and not self._open_end:
            yield Row(number + 1, [], _cut_off())

    def _trailing_cells(self, header: Row, width: int) -> int:
        """How many empty cells this file puts behind each row, as item lists do.

        Judged by most rows: a single row with an empty cell too many may have been shifted.
        """
        sample = self._lines[header.next_line : header.next_line + _SAMPLE]
        rows = csv.reader(sample, delimiter=self._delimiter)
        try:
            extra = Counter(len(row) - width for row in rows if not any(row[width:]))
        except csv.Error:
            return 0
        return max(0, extra.most_common(1)[0][0]) if extra else 0

    def _broken(self, number: int, line: int) -> Row:
        if line == len(self._lines) - 1 and (self._open_end or self._cut):
            return Row(number, [], _cut_off())
        if "\0" in self._lines[line]:
            return Row(number, [], _nul())
        return Row(number, [], _("A quotation mark in this row is not closed or is misplaced."))

    def _swallowed(self, first: int, end: int, width: int) -> bool:
        """Whether a line inside a quoted cell is really a row: the quotation mark was never closed."""
        for line in self._lines[first:end]:
            if _NUMBER_START.match(line):
                try:
                    cells = next(csv.reader([line], delimiter=self._delimiter, strict=True))
                except csv.Error:
                    continue
                if len(cells) >= width:
                    return True
        return False

    def _checked(self, row: Row, width: int, *, last: bool) -> Row:
        cells = row.cells
        if last and self._cut and self._open_end:
            row.fault = _cut_off()
        elif len(cells) != width:
            self._fit(row, width)
            if row.fault and last and self._open_end and len(cells) < width:
                row.fault = _cut_off()
        if self._suspicious and not row.fault:
            self._note_unreadable(row)
        return row

    def _fit(self, row: Row, width: int) -> None:
        cells = _rejoined(row.cells, self._delimiter) if len(row.cells) > width else row.cells
        if len(cells) == width + self._trailing and not any(cells[width:]):
            cells = cells[:width]
        if len(cells) != width:
            row.fault = _("This row has {found} cells, the header has {expected}.").format(
                found=len(cells), expected=width
            )
        row.cells = cells

    def _note_unreadable(self, row: Row) -> None:
        for column, cell in enumerate(row.cells):
            if "\0" in cell:
                row.fault, row.column = _nul(), column
                return
            if LOST in cell:
                row.column = column
                row.fault = _("This cell can't be read in the file's encoding ({name}).").format(
                    name=self._encoding
                )
                return


def _rejoined(cells: list[str], delimiter: str) -> list[str]:
    """Mend `="a,b"`: not a quoted cell to a csv reader, so its inner commas split it."""
    joined: list[str] = []
    for cell in cells:
        if joined and joined[-1].startswith('="') and not joined[-1].endswith('"'):
            joined[-1] += delimiter + cell
        else:
            joined.append(cell)
    return joined


def _cut_off() -> str:
    return _("The file is cut off in the middle of this row.")


def _nul() -> str:
    return _("This row holds a NUL character.")
