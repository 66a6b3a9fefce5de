"""What a shop decides about after-sales and the satisfaction question."""

from __future__ import annotations

from typing import Final

from app.core.settings import Setting

AGENT_LIMIT_FEN: Final = Setting("after_sales.agent_limit_fen", int, 20_000)
"""What costs the shop more than this is decided by a supervisor; 0 = everything is."""
