"""What a shop decides about its quality checks."""

from __future__ import annotations

from typing import Final

from app.core.settings import Setting

PER_AGENT: Final = Setting("quality.per_agent", int, 5)
"""So many conversations of each agent are looked at in a week."""

RANDOM_WEIGHT: Final = Setting("quality.random_weight", int, 1)
BAD_RATING_WEIGHT: Final = Setting("quality.bad_rating_weight", int, 6)
LONG_WAIT_WEIGHT: Final = Setting("quality.long_wait_weight", int, 3)
"""How much likelier a conversation is drawn: any, one with a bad rating, one with a long wait."""

LONG_WAIT_S: Final = Setting("quality.long_wait_s", int, 180)
"""An answer that took longer is a long wait."""

BAD_LEVEL: Final = 2
"""A rating of this many stars or fewer (of five) is bad."""
