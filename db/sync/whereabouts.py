"""What a station says of itself; apart from the rest, so that a desk loads no more than this."""

from __future__ import annotations

import msgspec


class Here(msgspec.Struct, array_like=True, frozen=True):
    """What a station says of itself: the person at its desk, and the conversation before them.

    `types` where that person types in it; `online` and `typing` are conversations whose customer
    is on the line at this station.
    """

    staff: bytes = b""
    name: str = ""
    views: bytes = b""
    types: bool = False
    at: int = 0
    online: tuple[bytes, ...] = ()
    typing: tuple[bytes, ...] = ()
