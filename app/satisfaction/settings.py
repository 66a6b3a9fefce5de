"""What a shop decides about the satisfaction question."""

from __future__ import annotations

from typing import Final

from app.core.settings import Setting

ASK_ON_CLOSE: Final = Setting("satisfaction.ask_on_close", bool, True)
"""Ask when an agent closes a conversation in which they answered; else only by hand."""
