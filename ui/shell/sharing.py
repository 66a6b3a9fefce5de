"""How the sharing fares, in the status line: current, so many waiting, offline since, or needs you."""

from __future__ import annotations

from typing import Literal, NamedTuple

from app.core.i18n import _, ngettext
from app.sync import SyncState, SyncStatus
from ui.widgets.format import moment

Colour = Literal["success", "info", "warning"]


class Words(NamedTuple):
    """A state in words, the icon and the colour of its dot, and what the tip adds."""

    text: str
    icon: str
    colour: Colour
    tip: str


def describe(status: SyncStatus) -> Words:
    """Say in a few words how the sharing fares."""
    count = status.outbox
    others = sum(not (s.mine or s.revoked) for s in status.stations)
    tip = ngettext(
        "Shared with {n} other station through {folder}",
        "Shared with {n} other stations through {folder}",
        others,
    ).format(n=others, folder=status.folder)
    match status.state:
        case SyncState.ALONE:
            text = _("On this computer")
            return Words(
                text, "database", "success", _("All data of this shop lies on this computer.")
            )
        case SyncState.WAITING:
            return Words(
                _("Waiting to be let in"),
                "clock",
                "warning",
                _("A supervisor has to let this station in."),
            )
        case SyncState.OUT:
            return Words(
                _("Shut out of the shop"),
                "warning",
                "warning",
                _("This station keeps what it has and gets nothing new."),
            )
        case SyncState.OFFLINE:
            since = moment(status.offline_since)
            text = _("Offline since {time}").format(time=since)
            tip = _(
                "The shared folder is not there. Work on; everything is kept and goes there later."
            )
            return Words(text, "offline", "warning", tip)
        case SyncState.ATTENTION:
            return Words(_("Sharing needs you"), "warning", "warning", tip)
        case SyncState.BEHIND if count:
            text = ngettext("{n} change waits", "{n} changes wait", count).format(n=count)
            return Words(text, "sync", "info", tip)
        case SyncState.BEHIND:
            return Words(_("Reading what others wrote"), "sync", "info", tip)
        case _:
            return Words(_("Up to date"), "check", "success", tip)
