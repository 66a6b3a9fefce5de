"""A text file of any encoding, read line by line: for files too long to hold in memory."""

from __future__ import annotations

import codecs
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from app.core.errors import UserError
from app.core.i18n import _
from app.sources.tables import OLE, ZIP, refuse_other_kinds
from app.sources.text import MARKS, likeliest

_BLOCK: Final = 1 << 20


@dataclass(slots=True)
class TextFile:
    """An opened text file.

    `damaged` says that bytes could not be read in `encoding`: lines with U+FFFD have lost some.
    `size` and `done` are bytes of the file and bytes read of it so far.
    """

    path: Path
    encoding: str
    damaged: bool
    size: int
    done: int = 0
    whole: bool = field(default=True)
    """Whether the last line ended; known once it was read."""

    def lines(self) -> Iterator[tuple[int, str]]:
        """Yield (number, line without its end), from the first line on."""
        with self.path.open("rb") as raw:
            text = io.TextIOWrapper(raw, encoding=self.encoding, errors="replace")
            self.done = 0
            for number, line in enumerate(text, 1):
                self.done = raw.tell()
                self.whole = line.endswith("\n")
                yield number, line.rstrip("\n").lstrip("\ufeff" if number == 1 else "")
            self.done = self.size

    def blocks(self) -> Iterator[str]:
        """Yield the text in blocks."""
        with self.path.open("rb") as raw:
            text = io.TextIOWrapper(raw, encoding=self.encoding, errors="replace")
            self.done = 0
            while block := text.read(_BLOCK):
                self.done = raw.tell()
                yield block
            self.done = self.size


def open_text(path: Path) -> TextFile:
    """Look at a text file and tell its encoding; raises `UserError` for what is none."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(_BLOCK)
            if not head.strip(b" \t\r\n\0"):
                raise UserError(_("The file is empty."), code="empty_file")
            _refuse_binaries(head)
            encoding, damaged = _encoding(head, lambda: _blocks(path))
    except FileNotFoundError as error:
        raise UserError(_("There is no such file."), code="no_file") from error
    except (OSError, ValueError) as error:
        raise UserError(
            _("The file can't be read."), hint=getattr(error, "strerror", "") or "", code="no_file"
        ) from error
    return TextFile(path, encoding, damaged, size)


def _refuse_binaries(head: bytes) -> None:
    if head.startswith((ZIP, OLE)):
        raise UserError(_("This is a workbook or an archive, not a text."), code="not_a_text")
    refuse_other_kinds(head)


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


def _encoding(head: bytes, blocks: Callable[[], Iterator[bytes]]) -> tuple[str, bool]:
    for mark, encoding in MARKS:
        if head.startswith(mark):
            return encoding, not _fits(blocks(), encoding)
    for encoding in ("utf-8", "gb18030"):
        if _fits(blocks(), encoding):
            return encoding, False
    return likeliest(head), True


def _fits(blocks: Iterator[bytes], encoding: str) -> bool:
    # Half a character at the end is no reason to doubt the encoding: the file was cut off.
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for block in blocks:
            decoder.decode(block)
    except UnicodeDecodeError:
        return False
    return True
