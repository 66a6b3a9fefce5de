"""Settings of the window itself: kept for this station, or for the person."""

from __future__ import annotations

from typing import Final

from app.core.settings import Setting

FONT_SCALE: Final = Setting("ui.font_scale", int, 100, scope="station")
"""Size of texts in per cent, one of `ui.theme.apply.SCALES`."""

SOUND: Final = Setting("ui.sound", bool, True, scope="station")
"""Whether a customer who begins to wait is heard while the window is in the background."""

GEOMETRY: Final = Setting("ui.geometry", str, "", scope="station")
"""Place and size of the window, as Qt writes them, in base 64."""

LAST_VIEW: Final = Setting("ui.last_view", str, "", scope="station")
"""The view one was in, to begin there next time."""
