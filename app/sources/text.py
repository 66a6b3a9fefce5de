"""From bytes to text: which encoding a table is in, and what separates its cells."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import Final

LOST: Final = "\ufffd"
"""Stands where bytes could not be read; a row that holds it is rejected, the others are taken."""

MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_DELIMITERS: Final = (",", ";", "\t", "|")
_HEAD: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class DecodedText:
    """A text, the name of its encoding, and whether its last character was cut in two."""

    text: str
    encoding: str
    cut: bool = False


def decode(data: bytes) -> DecodedText:
    """Decode a table: byte order mark, else strict UTF-8, else GB18030, else the likeliest."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _decoded(data, encoding)
    for encoding in ("utf-8", "gb18030"):
        text, cut = _strict(data, encoding)
        if text is not None:
            return DecodedText(text, encoding, cut)
    return _decoded(data, likeliest(data))


def _strict(data: bytes, encoding: str) -> tuple[str | None, bool]:
    # The incremental decoder keeps a half character at the end apart from a wrong one.
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        text = decoder.decode(data)
    except UnicodeDecodeError:
        return None, False
    return text, bool(decoder.getstate()[0])


def _decoded(data: bytes, encoding: str) -> DecodedText:
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    text = decoder.decode(data)
    return DecodedText(text.lstrip("\ufeff"), encoding, bool(decoder.getstate()[0]))


def likeliest(data: bytes) -> str:
    """Return the likeliest encoding of a text that is whole in none of the usual ones."""
    # Damaged in places: the first line, the header, still tells UTF-8 from GBK.
    head = data[:_HEAD].partition(b"\n")[0]
    if any(byte > 0x7F for byte in head):
        for encoding in ("utf-8", "gb18030"):
            if _strict(head, encoding)[0] is not None:
                return encoding
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_HEAD]).best()
    encoding = best.encoding if best is not None else "gb18030"
    return "gb18030" if encoding in {"gb2312", "gbk", "hz", "ascii"} else encoding


def sniff_delimiter(text: str) -> str:
    """Return what separates the cells, judged by the first line that holds any, outside quotes."""
    for line in text[:_HEAD].splitlines()[:10]:
        outside = "".join(line.split('"')[::2])
        best = max(_DELIMITERS, key=outside.count)
        if line.lower().startswith("sep=") and len(line) >= 5:
            return line[4]
        if outside.count(best):
            return best
    return ","
