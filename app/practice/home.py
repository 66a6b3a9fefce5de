"""The practice home: made when first wanted, thrown away and made again by a reset."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from app.core.errors import UserError
from app.core.i18n import _
from app.homes import Home, create_home, home_exists, open_home
from db.ids import natural_id

DEMO_AGENT: Final = natural_id("practice_staff", "xiaoli")
"""Who sits at the desk of the practice shop."""


def open_practice_home(path: Path) -> Home:
    """Open the practice home, making it if needed; refuses a folder that holds live data."""
    if not home_exists(path):
        return create_home(path, "practice")
    home = open_home(path)
    if not home.practice:
        raise UserError(
            _("This folder holds a real shop, not the practice shop."),
            hint=str(path),
            code="not_practice",
        )
    return home


def reset_practice_home(path: Path) -> Home:
    """Throw the practice data away and make it anew; never touches a live home."""
    if home_exists(path):
        open_practice_home(path)
        shutil.rmtree(path)
    return create_home(path, "practice")
