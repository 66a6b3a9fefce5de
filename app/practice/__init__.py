"""The practice shop: a home full of invented customers, dated as if it were today.

What fills it is in `refill`, which only a home that is still empty, or a reset, needs.
"""

from app.practice.channel import PRACTICE_CHANNEL
from app.practice.home import (
    DEMO_AGENT,
    discard_practice_home,
    open_practice_home,
    practice_home_of,
)

__all__ = [
    "DEMO_AGENT",
    "PRACTICE_CHANNEL",
    "discard_practice_home",
    "open_practice_home",
    "practice_home_of",
]
