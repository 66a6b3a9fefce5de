"""The practice shop: a home full of invented customers, dated as if it were today.

What fills it is in `loader`, which only a home that is still empty needs.
"""

from app.practice.channel import PRACTICE_CHANNEL, PracticeChannel
from app.practice.home import DEMO_AGENT, open_practice_home, reset_practice_home

__all__ = [
    "DEMO_AGENT",
    "PRACTICE_CHANNEL",
    "PracticeChannel",
    "open_practice_home",
    "reset_practice_home",
]
