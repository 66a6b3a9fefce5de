"""What every service that knows about parcels can be asked, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from app.core.errors import UserError
from db.models import ShipmentState

__all__ = [
    "Carrier",
    "CarrierError",
    "NoAnswer",
    "NoRecord",
    "NotAsked",
    "ParcelNews",
    "Question",
    "TraceLine",
]


class CarrierError(UserError):
    """No news: the account, the phone, the number …

    `asked` is False where the service was not even asked, so that the question does not count.
    """

    code = "carrier_refused"
    asked = True


class NoRecord(CarrierError):
    """The carrier has nothing on this number (yet)."""

    code = "no_record"


class NotAsked(CarrierError):
    """The question can't be asked as it is."""

    asked = False


class NoAnswer(CarrierError):
    """The service was not reached at all."""

    code = "carrier_unreachable"
    asked = False


@dataclass(frozen=True, slots=True)
class Question:
    """A parcel to ask about. `phone` is a whole number or its last four digits."""

    carrier: str
    number: str
    phone: str = ""
    origin: str = ""
    destination: str = ""


@dataclass(frozen=True, slots=True)
class TraceLine:
    """One line of a parcel's history; `at` is Unix ms, `code` the service's own state."""

    at: int
    text: str
    place: str = ""
    state: ShipmentState | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class ParcelNews:
    """All that is known of a parcel now; `traces` in the order of the service."""

    carrier: str
    number: str
    state: ShipmentState
    traces: tuple[TraceLine, ...]


class Carrier(Protocol):
    """A service that knows where parcels are."""

    min_interval_s: int
    """How long to wait between two questions about one number."""

    def ready(self) -> bool:
        """Whether an account is set, so that asking makes sense."""
        ...

    def serves(self, carrier: str) -> bool:
        """Whether parcels of this carrier (the desk's code) can be asked about."""
        ...

    def ask(self, question: Question) -> ParcelNews:
        """Ask now; blocking, some seconds. Raises `CarrierError`."""
        ...
