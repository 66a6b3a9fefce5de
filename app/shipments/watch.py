"""Which parcels need somebody: the rules of the watch list (DOMAIN §6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.shipments.model import Trouble
from app.shipments.settings import Limits
from db.models import ShipmentState

__all__ = ["QUIET_STATES", "Facts", "judge", "shown_state", "urgency"]

_S = ShipmentState
_SAID: Final[Mapping[str, Trouble]] = {
    _S.PROBLEM: Trouble.PROBLEM,
    _S.RETURNING: Trouble.RETURNING,
    _S.RETURNED: Trouble.RETURNED,
    _S.REFUSED: Trouble.REFUSED,
}
_MOVING: Final = frozenset({_S.PICKED_UP, _S.IN_TRANSIT, _S.CUSTOMS, _S.STALLED})
_NOT_MOVING: Final = frozenset({_S.WAITING, _S.UNKNOWN})
_ORDER: Final = {trouble: number for number, trouble in enumerate(Trouble)}

QUIET_STATES: Final = frozenset({_S.SIGNED})
"""States that never need anybody, so that the watch list need not read them."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules look at; times are Unix ms.

    `asked_at` is when the carrier was last asked; `received` says that the customer confirmed an
    order in the parcel, which outweighs any silence.
    """

    state: str
    carrier: str = ""
    destination: str = ""
    shipped_at: int | None = None
    picked_up_at: int | None = None
    last_at: int | None = None
    asked_at: int | None = None
    received: bool = False


def judge(facts: Facts, limits: Limits, now: int) -> tuple[Trouble, int] | None:
    """Return the parcel's trouble and since when, or None; old stories are left alone."""
    last = facts.last_at or facts.picked_up_at or facts.shipped_at
    if last is None or now - last > limits.watched:
        return None
    if said := _SAID.get(facts.state):
        return said, last
    if facts.received or _is_unheard(facts):
        return None
    if facts.state in _NOT_MOVING and facts.picked_up_at is None:
        begun = facts.shipped_at or last
        return _after(begun, limits.no_pickup, now, Trouble.NO_PICKUP)
    if facts.state == _S.OUT_FOR_DELIVERY:
        return _after(last, limits.stuck, now, Trouble.STUCK)
    if facts.state == _S.AWAITING_PICKUP:
        return _after(last, limits.uncollected, now, Trouble.UNCOLLECTED)
    if facts.state in _MOVING or facts.state in _NOT_MOVING:
        silence = limits.silence(facts.carrier, facts.destination)
        return _after(last, silence, now, Trouble.STALLED)
    return None


def _is_unheard(facts: Facts) -> bool:
    """Nobody asked and nothing was told: silence of this kind says nothing of the parcel."""
    return facts.state == _S.UNKNOWN and facts.last_at is None and facts.asked_at is None


def _after(begun: int, limit: int, now: int, trouble: Trouble) -> tuple[Trouble, int] | None:
    return (trouble, begun) if now - begun > limit else None


def shown_state(state: str, trouble: Trouble | None) -> ShipmentState:
    """The state to show: silence outweighs what the carrier said last."""
    if trouble == Trouble.STALLED:
        return _S.STALLED
    return next((known for known in _S if known == state and known != _S.STALLED), _S.UNKNOWN)


def urgency(trouble: Trouble, since: int) -> tuple[int, int]:
    """Sort key of the watch list: the worst first, within it the longest."""
    return _ORDER[trouble], since
