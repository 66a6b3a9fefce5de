"""Where things lie: data files of the program, and the home of a shop's data."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import platformdirs

_RESOURCES: Final = Path(__file__).resolve().parents[2] / "resources"
_APP_NAME: Final = "kefu-desk"

HOME_VARIABLE: Final = "KEFU_HOME"
PRACTICE_NAME: Final = "practice"


def resource(*parts: str) -> Path:
    """Path of a data file shipped with the program, e.g. `resource("icons", "send.svg")`."""
    return _RESOURCES.joinpath(*parts)


def home_dir(explicit: Path | None = None) -> Path:
    """The home of the live shop: `--home`, else KEFU_HOME, else the user's data folder.

    The folder need not exist yet.
    """
    if explicit is not None:
        return explicit.expanduser().resolve()
    if chosen := os.environ.get(HOME_VARIABLE):
        return Path(chosen).expanduser().resolve()
    return Path(platformdirs.user_data_dir(_APP_NAME, appauthor=False)) / "shop"


def practice_dir(explicit: Path | None = None) -> Path:
    """The home of the practice shop: beside the live one, under its name and "-practice".

    Window and command line must come to the same, whichever way they were told of the live home.
    """
    home = home_dir(explicit)
    return home.with_name(f"{home.name}-{PRACTICE_NAME}")


def log_dir(home: Path) -> Path:
    """Where the desk on this home writes its logs and crash reports."""
    return home / "logs"


def cache_dir() -> Path:
    """A folder for things that can be made again; losing it costs only time."""
    return Path(platformdirs.user_cache_dir(_APP_NAME, appauthor=False))
