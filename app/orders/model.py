"""What an order is to the rest of the desk: facts as imported, corrections beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from app.core.i18n import N_
from db.models import OrderStatus

STATUS_RANK: Final[Mapping[str, int]] = {
    OrderStatus.UNKNOWN: 0,
    OrderStatus.UNPAID: 1,
    OrderStatus.PAID: 2,
    OrderStatus.FROZEN: 2,
    OrderStatus.PART_SHIPPED: 3,
    OrderStatus.SHIPPED: 4,
    OrderStatus.RECEIVED: 5,
    OrderStatus.COMPLETED: 6,
    OrderStatus.CLOSED: 7,
}
"""How far an order has come; an import moves it up, and down only with newer facts (DESIGN §3)."""

STATUS_NAMES: Final[Mapping[str, str]] = {
    OrderStatus.UNPAID: N_("Unpaid"),
    OrderStatus.PAID: N_("To ship"),
    OrderStatus.PART_SHIPPED: N_("Partly shipped"),
    OrderStatus.SHIPPED: N_("Shipped"),
    OrderStatus.RECEIVED: N_("Received"),
    OrderStatus.COMPLETED: N_("Completed"),
    OrderStatus.CLOSED: N_("Closed"),
    OrderStatus.FROZEN: N_("Frozen"),
    OrderStatus.UNKNOWN: N_("Unknown"),
}
"""Message ids of the order states."""

FLAG_NAMES: Final[Mapping[str, str]] = {
    "red": N_("Red flag"),
    "yellow": N_("Yellow flag"),
    "green": N_("Green flag"),
    "blue": N_("Blue flag"),
    "purple": N_("Purple flag"),
}
"""Message ids of the remark flags, in the platform's order."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who gets the parcel, where, and how to call them."""

    name: str = ""
    phone: str = ""
    extension: str = ""
    landline: str = ""
    province: str = ""
    city: str = ""
    district: str = ""
    detail: str = ""
    zip: str = ""

    @property
    def region(self) -> str:
        """Province, city and district, each once."""
        return " ".join(dict.fromkeys(filter(None, (self.province, self.city, self.district))))

    @property
    def address(self) -> str:
        """The whole address in one line."""
        return " ".join(filter(None, (self.region, self.detail)))

    @property
    def full_phone(self) -> str:
        """The mobile with its extension, as platforms write it; else the landline."""
        if self.phone and self.extension:
            return f"{self.phone}-{self.extension}"
        return self.phone or self.landline


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """One line of an order; `price_fen` is None where the source names no price."""

    title: str
    sku: str = ""
    sku_code: str = ""
    quantity: int = 1
    price_fen: int | None = None
    paid_fen: int | None = None
    number: str = ""
    product_number: str = ""
    status: str = OrderStatus.UNKNOWN
    platform_status: str = ""
    refund_status: str = ""
    refund_fen: int = 0
    id: bytes = b""


@dataclass(frozen=True, slots=True)
class ParcelFacts:
    """A parcel of an order and where it stands."""

    id: bytes
    carrier: str
    carrier_name: str
    number: str
    state: str
    last_at: int | None = None
    last_text: str = ""


@dataclass(frozen=True, slots=True)
class RemarkFacts:
    """A remark made at the desk; `flag` is red, yellow, green, blue, purple or empty."""

    id: bytes
    text: str
    flag: str
    at: int
    staff_name: str = ""


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """All there is to know of one order.

    `imported` is the receiver as the platform told it, `receiver` the one that holds: corrected
    fields replace imported ones. Times are Unix ms (0 or None = unknown), money is fen.
    """

    id: bytes
    platform: str
    shop: str
    number: str
    status: str
    platform_status: str = ""
    close_reason: str = ""
    reviewed: bool = False
    after_sale: bool = False
    customer_id: bytes | None = None
    buyer: str = ""
    imported: Receiver = field(default_factory=Receiver)
    receiver: Receiver = field(default_factory=Receiver)
    raw_address: str = ""
    fixed_by: str = ""
    fixed_at: int | None = None
    buyer_message: str = ""
    seller_remark: str = ""
    seller_flag: str = ""
    invoice_title: str = ""
    total_fen: int = 0
    postage_fen: int = 0
    paid_fen: int = 0
    refund_fen: int = 0
    currency: str = "CNY"
    quantity: int = 0
    presale: bool = False
    created_at: int = 0
    paid_at: int | None = None
    shipped_at: int | None = None
    ended_at: int | None = None
    promised_at: int | None = None
    source_at: int = 0
    review: str = ""
    review_reason: str = ""
    review_at: int | None = None
    confirmation: str = ""
    confirmed_at: int | None = None
    items: tuple[ItemFacts, ...] = ()
    parcels: tuple[ParcelFacts, ...] = ()
    remarks: tuple[RemarkFacts, ...] = ()
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def corrected(self) -> bool:
        """Whether the desk holds a correction of the receiver."""
        return self.receiver != self.imported


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order as a line of the list."""

    id: bytes
    platform: str
    shop: str
    number: str
    buyer: str
    recipient: str
    phone: str
    region: str
    items: str
    quantity: int
    paid_fen: int
    total_fen: int
    currency: str
    status: str
    after_sale: bool
    review: str
    corrected: bool
    confirmation: str
    created_at: int
    paid_at: int | None
    promised_at: int | None
    parcel_number: str
    parcel_state: str
