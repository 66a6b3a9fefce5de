"""What a shop may set of the language check."""

from __future__ import annotations

from typing import Any

from app.core.settings import Setting
from app.language.model import Level

CHECK_LANGUAGE: Setting[bool] = Setting("language.check", bool, True)
"""Whether replies are looked at at all."""
PACK_LEVELS: Setting[dict[str, Level]] = Setting("language.levels", dict[str, Level], {})
"""Levels that differ from the packs' own, by the pack's key."""
OWN_WORDS: Setting[list[dict[str, Any]]] = Setting("language.own_words", list[dict[str, Any]], [])
"""Words of the shop's own: {"word", "level", "instead"}."""
