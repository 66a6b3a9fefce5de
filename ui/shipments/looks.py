"""How parcels look: the kind of each state, ages in words, lines for rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.core.i18n import _, ngettext
from app.shipments import STATE_NAMES, ParcelRow, ShipmentState, reason_text
from db.clock import now_ms
from ui.widgets import Kind
from ui.widgets.format import moment

_S = ShipmentState
STATE_KINDS: Final[Mapping[str, Kind]] = {
    _S.WAITING: "neutral",
    _S.PICKED_UP: "info",
    _S.IN_TRANSIT: "info",
    _S.CUSTOMS: "info",
    _S.OUT_FOR_DELIVERY: "info",
    _S.AWAITING_PICKUP: "warning",
    _S.SIGNED: "success",
    _S.PROBLEM: "danger",
    _S.RETURNING: "warning",
    _S.RETURNED: "warning",
    _S.REFUSED: "danger",
    _S.STALLED: "danger",
    _S.UNKNOWN: "neutral",
}


def state_text(row: ParcelRow) -> str:
    """The shown state in words."""
    return _(STATE_NAMES[row.state])


def state_kind(row: ParcelRow) -> Kind:
    """The meaning of the state's colour; a parcel in trouble is never calm."""
    kind = STATE_KINDS[row.state]
    return "warning" if row.trouble and kind in {"neutral", "info"} else kind


def dot_token(state: str) -> str:
    """The theme's colour for a state in the history."""
    kind = STATE_KINDS.get(state, "neutral")
    return "text_faint" if kind == "neutral" else kind


def news_text(row: ParcelRow) -> str:
    """What one should know of the parcel in one line: its trouble first, then the last trace."""
    said = row.last_text
    if not said and row.query_error == "no_record":
        said = _("The carrier has no record yet.")
    elif not said and row.shipped_at:
        said = _("Shipped {time}").format(time=moment(row.shipped_at))
    return " · ".join(filter(None, (reason_text(row), said)))


def carrier_text(row: ParcelRow) -> str:
    """The carrier's name, or that nobody knows it."""
    return row.carrier_name or _("Unknown carrier")


def ago(ms: int) -> str:
    """How long ago something was: 3 min ago, 5 h ago, 2 days ago."""
    minutes = max(0, (now_ms() - ms) // 60_000)
    if minutes < 1:
        return _("just now")
    if minutes < 60:
        return ngettext("{n} min ago", "{n} min ago", minutes).format(n=minutes)
    if minutes < 48 * 60:
        return ngettext("{n} h ago", "{n} h ago", minutes // 60).format(n=minutes // 60)
    days = minutes // 1440
    return ngettext("{n} day ago", "{n} days ago", days).format(n=days)


def moment_and_age(ms: int) -> str:
    """When it was, and how long ago."""
    return f"{moment(ms)} · {ago(ms)}"
