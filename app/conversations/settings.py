"""Settings of the reception desk."""

from __future__ import annotations

from typing import Final

from app.core.settings import Setting

WARN_AFTER_S: Final = Setting("desk.warn_after_s", int, 60)
"""A waiting clock turns to the warning colour after this many seconds."""

LATE_AFTER_S: Final = Setting("desk.late_after_s", int, 180)
"""A waiting clock turns red after this many seconds."""

REMIND_AFTER_S: Final = Setting("desk.remind_after_s", int, 100, scope="mine")
"""Late customers are called to mind after this many seconds; 0 turns the reminder off."""

ENTER_SENDS: Final = Setting("desk.enter_sends", bool, True, scope="mine")
"""Enter sends and Ctrl+Enter breaks the line, or the other way round."""

RECENT_EMOJI: Final = Setting("desk.recent_emoji", list[str], [], scope="mine")
"""Emoji used last, newest first."""

HANDED_SEEN: Final = Setting("desk.handed_seen", dict[str, int], {}, scope="station")
"""By person (id in hex) behind which message hand-overs are news; row numbers are of this home."""

Told = tuple[int, str]
"""When a follow-up was due (Unix ms), and the desk that tells of it."""

FOLLOW_UPS_TOLD: Final = Setting("desk.follow_ups_told", dict[str, Told], {}, scope="mine")
"""By conversation (id in hex) what one was told of, so that no other desk tells it again."""

LAYOUT: Final = Setting("desk.layout", dict[str, str], {}, scope="station")
"""Where the splitters of the desk stand and which panes are hidden, on this screen."""
