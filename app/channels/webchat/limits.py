"""How much one visitor and one address may ask of the desk."""

from __future__ import annotations

import ipaddress
import time
from collections import Counter, OrderedDict
from collections.abc import Callable
from typing import Final

MAX_TEXT: Final = 2_000
"""Characters of one message."""
MAX_NAME: Final = 60
"""Characters of what a visitor calls themselves."""
MAX_FRAME: Final = 64 * 1024
"""Bytes of one WebSocket frame or JSON body."""
MAX_PICTURE: Final = 5 * 1024 * 1024
"""Bytes of one picture."""
PICTURES: Final = 30
"""Pictures of one visitor at once: they fill the disk faster than anybody types."""
PICTURES_PER_SECOND: Final = 0.1
PICTURE_BYTES_A_DAY: Final = 100 * 1024 * 1024
"""Bytes of all pictures of one visitor in 24 hours."""
STORED_A_DAY: Final = 2 * 1024**3
"""Bytes of everything kept in 24 hours, after which visitors' pictures must wait: tokens are free."""
MARKS: Final = 120
"""Typing and read marks of one visitor at once; they are small, but each reaches the desk."""
MARKS_PER_SECOND: Final = 10.0
READS: Final = 240
"""Pages of history, pictures and polls of one visitor at once."""
READS_PER_SECOND: Final = 10.0
MAX_CONNECTIONS: Final = 2_000
"""Open connections over all visitors."""
NEWCOMERS: Final = 120
"""New visitors from one address at once; a whole office may share one."""
NEWCOMERS_PER_SECOND: Final = 1.0

_KEPT_BUCKETS: Final = 10_000


class Bucket:
    """A token bucket: `burst` at once, then `per_second`."""

    def __init__(self, burst: float, per_second: float, now: float) -> None:
        self._burst, self._rate = burst, per_second
        self._tokens, self._at = burst, now

    def take(self, now: float) -> int:
        """Take one token; 0 if there was one, else the milliseconds until there will be."""
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate)
        self._at = now
        if self._tokens >= 1:
            self._tokens -= 1
            return 0
        return max(1, round((1 - self._tokens) / self._rate * 1000))


class RateLimit:
    """One bucket per key; the keys used longest ago are forgotten first."""

    def __init__(
        self, burst: float, per_second: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._burst, self._rate, self._clock = burst, per_second, clock
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def take(self, key: str) -> int:
        """Count one use by `key`: 0 if it is allowed, else the milliseconds to wait."""
        now = self._clock()
        bucket = self._buckets.pop(key, None) or Bucket(self._burst, self._rate, now)
        self._buckets[key] = bucket
        if len(self._buckets) > _KEPT_BUCKETS:
            self._buckets.popitem(last=False)
        return bucket.take(now)


class Connections:
    """Counts open connections per address; programs on this machine share the overall limit only."""

    def __init__(self, per_address: int, overall: int = MAX_CONNECTIONS) -> None:
        self._per_address, self._overall = per_address, overall
        self._open: Counter[str] = Counter()

    def enter(self, address: str) -> bool:
        """Count one more connection of `address`; False where the limit is reached."""
        if self._open.total() >= self._overall:
            return False
        if self._open[address] >= self._per_address and not is_loopback(address):
            return False
        self._open[address] += 1
        return True

    def leave(self, address: str) -> None:
        """Count one connection less."""
        self._open[address] -= 1
        if self._open[address] <= 0:
            del self._open[address]


def is_loopback(address: str) -> bool:
    """Whether an IP address is this machine's own."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
