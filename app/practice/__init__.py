"""The practice shop: a home full of invented customers, dated as if it were today."""

from app.practice.channel import PRACTICE_CHANNEL, PracticeChannel
from app.practice.home import open_practice_home, reset_practice_home
from app.practice.loader import DEMO_AGENT, is_loaded, load_practice_shop

__all__ = [
    "DEMO_AGENT",
    "PRACTICE_CHANNEL",
    "PracticeChannel",
    "is_loaded",
    "load_practice_shop",
    "open_practice_home",
    "reset_practice_home",
]
