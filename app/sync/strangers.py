"""Somebody else's folder where the shop's was: moved, renamed, or put there by mistake."""

from __future__ import annotations

from pathlib import Path

from db.sync.folder import MARKER
from db.sync.marker import Marker, MarkerDamaged, read_marker
from db.sync.membership import ShopMembership


def whose_folder(membership: ShopMembership, *, practice: bool) -> str:
    """Tell as a code whose folder lies where the shop's should; "" for its own, or none."""
    try:
        found = read_marker((Path(membership.folder) / MARKER).read_bytes())
    except (OSError, MarkerDamaged):
        return ""
    if found.practice != practice:
        return "other_practice" if found.practice else "other_live"
    own = Marker(membership.founding_root, practice)
    return "" if found == own else "other_shop"
