"""What stands around an address that was pasted: phone, postcode, labels, a name, remarks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from app.core.phones import Phone, find_phones
from app.regions.chain import SEPARATORS
from app.regions.people import is_person, name_at_end, without_receiver_mark

_LABEL: Final = re.compile(
    r"(?:(?P<name>收货人姓名|收件人姓名|收货人|收件人|联系人|姓名)"
    r"|(?P<phone>联系电话|联系方式|手机号码|电话号码|手机号|手机|电话)"
    r"|(?P<zip>邮政编码|邮编)"
    r"|(?P<area>收货地址|收件地址|详细地址|所在地区|所在地|地址|地区|街道|省市区)(?=\s*:))"
    r"\s*(?::|(?=\s))\s*"
)
_ZIP: Final = re.compile(r"[(\[]\s*(\d{6})\s*[)\]]|(?<![\d-])(?<!号)(\d{6})(?!\d|[号室楼栋幢弄\-])")
_BREAK: Final = re.compile(r"[\n\r]+")
_SOFT: Final = re.compile(r"[\s,;|/、。]+")


def take_phone(text: str) -> tuple[str, Phone | None]:
    """Cut out the numbers and keep the first; a hard break stands where each one was."""
    found = list(find_phones(text))
    for start, end, _phone in reversed(found):
        text = f"{text[:start]}\n{text[end:]}"
    return text, found[0][2] if found else None


def take_zip(text: str) -> tuple[str, str]:
    """Cut out the postcode; 000000 stands for none."""
    found: str = ""
    for match in _ZIP.finditer(text):
        code = match[1] or match[2]
        if code != "000000" or match[1]:
            found = "" if code == "000000" else code
            return f"{text[: match.start()]}\n{text[match.end() :]}", found
    return text, found


def take_labels(text: str) -> tuple[str, str]:
    """Remove labels; what follows a name's label is the name."""
    parts: list[str] = []
    name, last, kind = "", 0, ""

    def close(end: int) -> None:
        nonlocal name
        piece = text[last:end].strip(" \t\n,;")
        if kind == "name" and not name:
            name, piece = _name_first(piece)
        parts.append(piece)

    for match in _LABEL.finditer(text):
        close(match.start())
        last, kind = match.end(), match.lastgroup or ""
    close(len(text))
    return "\n".join(part for part in parts if part), name


def _name_first(text: str) -> tuple[str, str]:
    """What follows the label of a name: the name, and what is not it any more."""
    line, _gap, more = text.partition("\n")
    first, _gap, extra = line.strip().partition(" ")
    if not is_person(first):
        first, extra = line.strip(), ""
    return first.strip(" ,;"), f"{extra}\n{more}".strip()


def pieces(text: str) -> Iterator[str]:
    """The words of a text, as far as spaces and commas part them."""
    return (piece for line in _BREAK.split(text) for piece in _SOFT.split(line) if piece)


def name_before(before: str, name: str) -> tuple[str, str]:
    """The name in front of the address and what else stood there."""
    rest: list[str] = []
    for piece in pieces(before):
        if not name and is_person(piece):
            name = piece
        else:
            rest.append(piece)
    return name, " ".join(rest)


def detail_after(text: str, name: str) -> tuple[str, str, str]:
    """The street line behind the region, a name behind or glued to it, and the rest."""
    lines: list[str] = []
    for piece in _BREAK.split(text):
        line, name = _split_name(piece.strip(SEPARATORS), name, first=not lines)
        if line:
            lines.append(line)
    return lines[0] if lines else "", name, " ".join(lines[1:])


def _split_name(line: str, name: str, *, first: bool) -> tuple[str, str]:
    """Take a name off the end (or the whole) of a line."""
    if name:
        return line, name
    marked, line = line, without_receiver_mark(line)
    words = [piece for piece in _SOFT.split(line) if piece]
    for index in (-1, 0):
        if words and is_person(words[index]) and (len(words) > 1 or not first):
            found = words.pop(index)
            return " ".join(words), found
    if glued := name_at_end(line):
        return line.removesuffix(glued), glued
    return marked, name
