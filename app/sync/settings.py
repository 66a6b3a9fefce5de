"""Settings of the sync, each for this station alone."""

from __future__ import annotations

from typing import Final

from app.core.settings import Setting
from app.sync.place import Place

PLACE: Final = Setting("sync.place", str, Place.AUTO.value, scope="station")
"""Kind of the shared folder (`Place`); found out by itself unless it is a copied one."""

WISHED_SHOP: Final = Setting("sync.wished_shop", str, "", scope="station")
"""Name of the shop this station asked to join; its own name comes once it is let in."""
