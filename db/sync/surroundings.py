"""What the engine takes from outside, so that a simulated world can give it instead."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from db.clock import now_ms
from db.sync.files import Files


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The files, clock (Unix ms, UTC), randomness and waiting (seconds) of this machine."""

    files: Files = field(default_factory=Files)
    now_ms: Callable[[], int] = now_ms
    random: Callable[[int], bytes] = os.urandom
    sleep: Callable[[float], None] = time.sleep
