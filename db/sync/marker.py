"""The file that says whose folder it is: the shop's id and root key, nothing to be kept secret."""

from __future__ import annotations

import json
from dataclasses import dataclass

from db.sync.records import FORMAT, shop_id


class MarkerDamaged(ValueError):
    """The bytes are no marker; a newer program's are not either (`newer`)."""

    def __init__(self, *, newer: bool = False) -> None:
        super().__init__("newer" if newer else "damaged")
        self.newer = newer


@dataclass(frozen=True, slots=True)
class Marker:
    """The shop a folder belongs to, by the root key it was founded with."""

    root: bytes
    practice: bool

    @property
    def shop(self) -> bytes:
        """The shop's id, 8 bytes."""
        return shop_id(self.root)

    def pack(self) -> bytes:
        """Return the marker's bytes, always the same."""
        kind = "practice" if self.practice else "live"
        fields = {"format": FORMAT, "kind": kind, "root": self.root.hex(), "shop": self.shop.hex()}
        return json.dumps(fields, sort_keys=True).encode() + b"\n"


def read_marker(data: bytes) -> Marker:
    """Read a marker; raises `MarkerDamaged`."""
    try:
        fields = json.loads(data)
        if fields["format"] > FORMAT:
            raise MarkerDamaged(newer=True)
        marker = Marker(bytes.fromhex(fields["root"]), fields["kind"] == "practice")
    except (ValueError, KeyError, TypeError) as error:
        if isinstance(error, MarkerDamaged):
            raise
        raise MarkerDamaged from error
    if marker.pack() != data:
        raise MarkerDamaged
    return marker
