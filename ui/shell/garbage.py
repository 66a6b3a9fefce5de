"""Python's garbage collector at the start, where it finds nothing but costs a tenth of the time.

While the program loads, everything made stays: looking through it again and again is in vain.
Once it has settled, what is there is set apart, so that later rounds are short as well.
"""

from __future__ import annotations

import gc

SETTLED_MS = 3_000
"""When the window and all it starts with are there."""


def hold() -> None:
    """Collect nothing for now."""
    gc.disable()


def release() -> None:
    """Collect again, leaving out what the start has made."""
    gc.freeze()
    gc.enable()
