"""JSON values of a file one by one: a value a line, a long array, or one written over many lines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from app.core.i18n import _
from app.sources import TextFile

_LOST: Final = "\ufffd"
_LOOK: Final = 20
_BLANK: Final = " \t\r\n\ufeff"


@dataclass(slots=True)
class JsonRow:
    """A value and the line it begins in, or what is wrong there."""

    row: int
    value: Any = None
    fault: str = ""


def json_rows(file: TextFile, *, by_line: bool | None = None) -> Iterator[JsonRow]:
    """Yield the values; elements of an outermost array are values of their own.

    `by_line` says that each line is a value; None has it found out.
    """
    if by_line or (by_line is None and _is_lines(file)):
        return _lines(file)
    return _documents(file)


def _is_lines(file: TextFile) -> bool:
    looked = 0
    for _number, line in file.lines():
        if not line.strip():
            continue
        if looked == 0 and line.lstrip().startswith("["):
            return False
        looked += 1
        # Inside a document that spans lines an object may have a line for itself, but indented.
        if line.startswith("{") and isinstance(_decoded(line), dict):
            return True
        if looked == _LOOK:
            break
    return False


def _decoded(line: str) -> Any:
    try:
        return msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None


def _lines(file: TextFile) -> Iterator[JsonRow]:
    for number, line in file.lines():
        if not line.strip():
            continue
        if _LOST in line and (file.damaged or not file.whole):
            yield JsonRow(number, fault=unreadable(file))
            continue
        try:
            yield JsonRow(number, msgspec.json.decode(line))
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            yield JsonRow(number, fault=_bad_line(file))


def unreadable(file: TextFile) -> str:
    """What to say of a line that has lost characters."""
    return _("This line can't be read in the file's encoding ({name}).").format(name=file.encoding)


def _bad_line(file: TextFile) -> str:
    if not file.whole:
        return _("The file is cut off in the middle of this line.")
    return _("This line is no JSON.")


class _Buffer:
    """The part of the text not consumed yet, and the line it begins in."""

    def __init__(self, file: TextFile) -> None:
        self._blocks = file.blocks()
        self.text, self.line, self.ended = "", 1, False

    def more(self) -> bool:
        block = next(self._blocks, "")
        self.text += block
        self.ended = not block
        return bool(block)

    def drop(self, count: int) -> None:
        self.line += self.text.count("\n", 0, count)
        self.text = self.text[count:]

    def skip(self, marks: str) -> str:
        """Drop leading `marks`; returns the next character, "" at the end."""
        while True:
            rest = self.text.lstrip(marks)
            self.drop(len(self.text) - len(rest))
            if self.text or not self.more():
                return self.text[:1]


def _documents(file: TextFile) -> Iterator[JsonRow]:
    buffer, decoder = _Buffer(file), json.JSONDecoder()
    in_array = buffer.skip(_BLANK) == "["
    if in_array:
        buffer.drop(1)
    while first := buffer.skip(_BLANK + ","):
        if first == "]" and in_array:
            return
        wanted = 0
        while True:
            try:
                value, end = decoder.raw_decode(buffer.text)
            except (ValueError, RecursionError):
                # Grown twofold between tries: a value of n characters costs no n² of reading.
                wanted = max(2 * len(buffer.text), 1)
                while len(buffer.text) < wanted and buffer.more():
                    pass
                if not buffer.ended:
                    continue
                try:
                    value, end = decoder.raw_decode(buffer.text)
                except (ValueError, RecursionError):
                    yield JsonRow(buffer.line, fault=_("From this line on the file is no JSON."))
                    return
            break
        row = buffer.line
        buffer.drop(end)
        if file.damaged and _LOST in json.dumps(value, ensure_ascii=False):
            yield JsonRow(row, fault=unreadable(file))
        else:
            yield JsonRow(row, value)
    if in_array:
        yield JsonRow(buffer.line, fault=_("The file is cut off: the list does not end."))
