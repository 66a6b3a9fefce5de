"""Why a station is not let in, in words for the one who waits at it."""

from __future__ import annotations

from typing import Final

from app.core.i18n import N_, _
from db.sync.refusals import Refusal

__all__ = ["REFUSED", "Refusal", "refused_words"]

REFUSED: Final = {
    Refusal.DECLINED: N_("The request was turned down at a computer that manages the shop."),
    Refusal.VOID: N_("Who invited this station, or let it in, may not do that any more."),
    Refusal.USED: N_("Another station was let in by this code: each code is good for one."),
    Refusal.EXPIRED: N_("The time of this code is over."),
}


def refused_words(refusal: Refusal) -> str:
    """Say it in the language of now."""
    return _(REFUSED[refusal])
