"""Tells what a file is by its first bytes, and how large an image is, without decoding it."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

_OFFICE: Final = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "zip": "application/zip",
}
_OLE: Final = {"doc": "application/msword", "xls": "application/vnd.ms-excel"}
_TEXT: Final = {"txt": "text/plain", "csv": "text/csv", "md": "text/plain"}

SUFFIXES: Final = (
    "png", "jpg", "jpeg", "gif", "webp", "bmp", "pdf", "mp4", *_OFFICE, *_OLE, *_TEXT
)  # fmt: skip
"""File name endings that can be attached, without the dot."""


@dataclass(frozen=True, slots=True)
class Media:
    """A media type; `width` and `height` in pixels, 0 for what is no image."""

    type: str
    width: int = 0
    height: int = 0

    @property
    def is_image(self) -> bool:
        """Whether browsers and the desk can show it as a picture."""
        return self.width > 0


def sniff(name: str, data: bytes) -> Media | None:
    """The kind of a file, judged by its content first; None for what may not be attached."""
    if image := _image(data):
        return image
    suffix = name.rpartition(".")[2].lower()
    if data.startswith(b"%PDF-"):
        return Media("application/pdf")
    if data[4:8] == b"ftyp":
        return Media("video/mp4")
    if data.startswith(b"PK\x03\x04"):
        return Media(_OFFICE.get(suffix, _OFFICE["zip"]))
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") and suffix in _OLE:
        return Media(_OLE[suffix])
    if suffix in _TEXT and b"\0" not in data:
        return Media(_TEXT[suffix])
    return None


def _image(data: bytes) -> Media | None:
    if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) >= 24:
        return _sized("image/png", *struct.unpack(">II", data[16:24]))
    if data[:6] in {b"GIF87a", b"GIF89a"} and len(data) >= 10:
        return _sized("image/gif", *struct.unpack("<HH", data[6:10]))
    if data.startswith(b"BM") and len(data) >= 26:
        width, height = struct.unpack("<ii", data[18:26])
        return _sized("image/bmp", width, abs(height))
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return _webp(data)
    if data.startswith(b"\xff\xd8\xff"):
        return _jpeg(data)
    return None


def _sized(media_type: str, width: int, height: int) -> Media | None:
    return Media(media_type, width, height) if width > 0 and height > 0 else None


def _webp(data: bytes) -> Media | None:
    chunk = data[12:16]
    if chunk == b"VP8 " and len(data) >= 30:
        width, height = struct.unpack("<HH", data[26:30])
        return _sized("image/webp", width & 0x3FFF, height & 0x3FFF)
    if chunk == b"VP8L" and len(data) >= 25:
        bits = int.from_bytes(data[21:25], "little")
        return _sized("image/webp", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if chunk == b"VP8X" and len(data) >= 30:
        width = int.from_bytes(data[24:27], "little") + 1
        return _sized("image/webp", width, int.from_bytes(data[27:30], "little") + 1)
    return None


def _jpeg(data: bytes) -> Media | None:
    """The size stands in the start-of-frame segment."""
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return _sized("image/jpeg", width, height)
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None
