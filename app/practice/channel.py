"""The name of the channel on which the practice shop's customers write."""

from __future__ import annotations

from typing import Final

PRACTICE_CHANNEL: Final = "practice"
