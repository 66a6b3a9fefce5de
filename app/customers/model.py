"""What the area tells others: cards, list rows, notes, filters."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.customers.tags import TagView


class CustomerSort(StrEnum):
    """Order of the customer list."""

    LAST_SEEN = "last_seen"
    NAME = "name"
    CREATED = "created"


@dataclass(frozen=True, slots=True)
class CustomerFilter:
    """Which customers are meant: words and all of the tags, of one stage or value class."""

    text: str = ""
    tags: tuple[bytes, ...] = ()
    lifecycle: str = ""
    value_class: str = ""


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """One line of the customer list; the phone is masked."""

    id: bytes
    shown_name: str
    nick: str
    platform: str
    phone: str
    place: str
    lifecycle: str
    value_class: str
    tags: tuple[TagView, ...]
    last_seen_at: int


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note on a customer."""

    id: bytes
    text: str
    staff_name: str
    at: int


@dataclass(frozen=True, slots=True)
class OrderSummary:
    """One order in a customer's history; money in fen, nothing paid is 0."""

    id: bytes
    number: str
    status: str
    items: str
    paid_fen: int
    total_fen: int
    created_at: int


@dataclass(frozen=True, slots=True)
class CustomerCard:
    """Everything the desk knows of a customer (DOMAIN §3); `phone` is bare only for who may see it.

    `paid_fen` and `order_count` are over orders that were paid and not closed. `erased_at` tells
    when the person was last erased; what the card shows was written since.
    """

    id: bytes
    platform: str
    shop: str
    nick: str
    name: str
    salutation: str
    phone: str
    email: str
    province: str
    city: str
    district: str
    detail: str
    zip: str
    lifecycle: str
    value_class: str
    birthday: str
    family: str
    occupation: str
    personality: str
    education: str
    spending_view: str
    blocked: bool
    created_at: int
    last_seen_at: int
    tags: tuple[TagView, ...]
    notes: tuple[NoteView, ...]
    orders: tuple[OrderSummary, ...]
    order_count: int
    paid_fen: int
    same_phone: tuple[tuple[bytes, str], ...]
    erased_at: int | None = None
    erased_by: str = ""

    @property
    def shown_name(self) -> str:
        """What the desk calls this customer."""
        return self.salutation or self.name or self.nick
