"""Membership records as files of the relay: read with patience, put back where they were lost."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from db.sync.records import Record, RecordFault, parse_record_name, read_named
from db.sync.relay import NameTaken, NotThere, Relay, RelayError

log = logging.getLogger(__name__)

_LONGEST_WAIT_MS: Final = 60_000
_DAMAGED_AFTER: Final = 4
"""Looks at a record, some seconds apart, that must find it damaged before it is removed."""


class RecordFiles:
    """Reads the records of one shop; what is half there or a stranger's waits, longer each time."""

    def __init__(self, shop: bytes, now_ms: Callable[[], int]) -> None:
        self._shop, self._now_ms = shop, now_ms
        self._bad: dict[str, tuple[int, int]] = {}

    def fetch(self, relay: Relay, name: str) -> Record | None:
        """Return a record; None where it can't be read now."""
        tries, after = self._bad.get(name, (0, 0))
        now = self._now_ms()
        if 0 < after - now <= _LONGEST_WAIT_MS:
            return None
        data = None
        try:
            data = relay.get(name)
            record = read_named(name, data, self._shop)
        except (RecordFault, NotThere):
            wait = min(_LONGEST_WAIT_MS, 1000 << min(tries, 6))
            self._bad[name] = (tries + 1, now + wait)
            if data is not None and tries + 1 >= _DAMAGED_AFTER:
                _make_room(relay, name, data)
            return None
        self._bad.pop(name, None)
        return record


def put_record(relay: Relay, name: str, data: bytes) -> bool:
    """Put a record; False where it is left to a later look at the folder."""
    try:
        try:
            relay.put_new(name, data)
        except NameTaken:
            # The name tells the hash of these bytes: what is there is of no use to anybody.
            relay.delete(name)
            relay.put_new(name, data)
    except RelayError:
        log.info("a record waits for the folder")
        return False
    return True


def _make_room(relay: Relay, name: str, data: bytes) -> None:
    """Remove a damaged record, so that whoever holds it puts it back: nobody else can tell."""
    parsed = parse_record_name(name)
    if parsed is None or hashlib.sha256(data).digest()[: len(parsed[1])] == parsed[1]:
        return  # whole: a newer program's
    with suppress(RelayError):
        relay.delete(name)
