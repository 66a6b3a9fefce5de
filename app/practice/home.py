"""The practice home: made when first wanted, and thrown away as a whole where nothing else helps."""

from __future__ import annotations

import secrets
import shutil
from pathlib import Path
from typing import Final

from sqlalchemy.exc import DBAPIError

from app.core.errors import UserError
from app.core.i18n import _
from app.core.paths import practice_dir
from app.homes import Home, check_kind, create_home, home_exists, is_practice_home, open_home
from db.engine import make_engine
from db.errors import DatabaseError
from db.ids import natural_id

DEMO_AGENT: Final = natural_id("practice_staff", "xiaoli")
"""Who sits at the desk of the practice shop."""


def open_practice_home(path: Path) -> Home:
    """Open the practice home, making it if needed; refuses a folder that holds live data."""
    if not home_exists(path):
        return create_home(path, "practice")
    home = open_home(path)
    if not home.practice:
        raise not_practice(path)
    return home


def practice_home_of(path: Path) -> Path:
    """Return the folder itself if it is a practice home, else where the practice home beside it is."""
    return path if is_practice_home(path) else practice_dir(path)


def discard_practice_home(path: Path) -> Home:
    """Throw the whole practice home away, results too, and make it anew; never touches a live one.

    One whose database its key does not open may be a real shop's under a practice shop's files:
    it is only put aside, beside its place.
    """
    path = path.resolve()
    if home_exists(path):
        if _is_proven(open_practice_home(path)):
            shutil.rmtree(path)
        else:
            path.rename(path.with_name(f"{path.name}-aside-{secrets.token_hex(4)}"))
    return create_home(path, "practice")


def _is_proven(home: Home) -> bool:
    """Whether the database is a practice shop's; raises `KindMismatch` if it is another one's."""
    if not home.database.exists():
        return True
    engine = make_engine(home.database, home.key)
    try:
        check_kind(home, engine)
    except (DatabaseError, DBAPIError):
        return False
    finally:
        engine.dispose()
    return True


def not_practice(path: Path) -> UserError:
    """The refusal of everything that belongs into a practice home only."""
    return UserError(
        _("This folder holds a real shop, not the practice shop."),
        hint=str(path),
        code="not_practice",
    )
