"""Which pictures a visitor may send: judged by their bytes, whatever they call themselves."""

from __future__ import annotations

from typing import Final

from app.channels.webchat.limits import MAX_PICTURE
from app.channels.webchat.refusal import Refusal
from app.conversations import sniff

MAX_SIDE: Final = 12_000
"""Pixels; a larger picture could exhaust the memory of who opens it."""
MAX_PIXELS: Final = 50_000_000

_SUFFIXES: Final = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/webp": "webp",
}


def picture_suffix(data: bytes, client_id: str) -> str:
    """File name ending of a picture; raises `Refusal` for anything else and for huge ones."""
    if len(data) > MAX_PICTURE:
        raise Refusal("too_large", client_id)
    media = sniff("", data)
    if media is None or media.type not in _SUFFIXES or not media.is_image:
        raise Refusal("no_picture", client_id)
    if max(media.width, media.height) > MAX_SIDE or media.width * media.height > MAX_PIXELS:
        raise Refusal("too_large", client_id)
    return _SUFFIXES[media.type]
