"""What a parcel is to the rest of the desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from app.core.i18n import N_
from db.models import ShipmentState

__all__ = [
    "ADVICE",
    "STATE_NAMES",
    "TROUBLE_NAMES",
    "OrderRef",
    "ParcelDetail",
    "ParcelFilter",
    "ParcelRow",
    "SortKey",
    "TraceView",
    "Trouble",
]


class Trouble(StrEnum):
    """Why a parcel needs somebody, the worst first (DOMAIN §6)."""

    NO_PICKUP = "no_pickup"
    STALLED = "stalled"
    PROBLEM = "problem"
    STUCK = "stuck"
    UNCOLLECTED = "uncollected"
    RETURNING = "returning"
    RETURNED = "returned"
    REFUSED = "refused"


STATE_NAMES: Final[Mapping[str, str]] = {
    ShipmentState.WAITING: N_("Waiting for pickup"),
    ShipmentState.PICKED_UP: N_("Picked up"),
    ShipmentState.IN_TRANSIT: N_("In transit"),
    ShipmentState.OUT_FOR_DELIVERY: N_("Out for delivery"),
    ShipmentState.AWAITING_PICKUP: N_("To be collected"),
    ShipmentState.SIGNED: N_("Signed for"),
    ShipmentState.PROBLEM: N_("Problem"),
    ShipmentState.RETURNING: N_("Coming back"),
    ShipmentState.RETURNED: N_("Returned"),
    ShipmentState.REFUSED: N_("Refused"),
    ShipmentState.CUSTOMS: N_("At customs"),
    ShipmentState.STALLED: N_("No news"),
    ShipmentState.UNKNOWN: N_("No record"),
}
"""Message ids of the parcel states."""

TROUBLE_NAMES: Final[Mapping[Trouble, str]] = {
    Trouble.NO_PICKUP: N_("Not picked up for {time}"),
    Trouble.STALLED: N_("No news for {time}"),
    Trouble.PROBLEM: N_("The carrier reports a problem"),
    Trouble.STUCK: N_("Out for delivery for {time}"),
    Trouble.UNCOLLECTED: N_("Not collected for {time}"),
    Trouble.RETURNING: N_("On its way back"),
    Trouble.RETURNED: N_("Came back to the shop"),
    Trouble.REFUSED: N_("Refused by the recipient"),
}
"""Message ids of the reasons; `{time}` is how long it has lasted."""

ADVICE: Final[Mapping[Trouble, str]] = {
    Trouble.NO_PICKUP: N_("Hurry the pickup, then tell the customer when it will move."),
    Trouble.STALLED: N_("Ask the carrier where it is and tell the customer before they ask."),
    Trouble.PROBLEM: N_("Ask the delivering branch what is wrong, then tell the customer."),
    Trouble.STUCK: N_("Ask the courier; check phone and address with the customer."),
    Trouble.UNCOLLECTED: N_("Remind the customer to collect it before it goes back."),
    Trouble.RETURNING: N_("Ask the customer why; offer to send it again or to refund."),
    Trouble.RETURNED: N_("Check the goods, then refund or send again."),
    Trouble.REFUSED: N_("Ask the customer for the reason and agree what comes next."),
}
"""Message ids of the next action for each trouble."""


@dataclass(frozen=True, slots=True)
class OrderRef:
    """An order that (partly) travels in a parcel; names are masked for who may not see them.

    `received`: the customer confirmed it, or the platform closed it as delivered.
    """

    id: bytes
    number: str
    recipient: str
    phone: str
    customer_id: bytes | None = None
    received: bool = False


@dataclass(frozen=True, slots=True)
class ParcelRow:
    """A parcel as a line of a list. Times are Unix ms.

    `state` is the shown state: a silent parcel is `stalled` whatever its carrier said last.
    `since` is when its trouble began. `carrier` is the desk's code, empty while unknown.
    """

    id: bytes
    carrier: str
    carrier_name: str
    number: str
    state: ShipmentState
    trouble: Trouble | None
    since: int | None
    order: OrderRef | None
    phone_tail: str
    destination: str
    shipped_at: int | None
    last_at: int | None
    last_text: str
    queried_at: int | None
    query_error: str


@dataclass(frozen=True, slots=True)
class TraceView:
    """One line of a parcel's history; `state` is "" where the carrier gave none."""

    at: int
    text: str
    place: str
    state: str


@dataclass(frozen=True, slots=True)
class ParcelDetail:
    """A parcel with its orders and its history, the newest trace first."""

    row: ParcelRow
    orders: tuple[OrderRef, ...]
    traces: tuple[TraceView, ...]


SortKey = Literal["", "number", "carrier", "state", "shipped", "news"]


@dataclass(frozen=True, slots=True)
class ParcelFilter:
    """Which parcels to list. Empty fields filter nothing; `text` is a number, name or phone tail.

    The order is newest news first; with `trouble` the worst first. `sort` overrides both.
    """

    states: frozenset[ShipmentState] = frozenset()
    carrier: str = ""
    trouble: bool = False
    text: str = ""
    sort: SortKey = ""
    descending: bool = False
