"""What every order source speaks: rows of a table become orders, items, or a named rejection."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, TypedDict


class SheetKind(StrEnum):
    """What one row of a table tells: an order, an item of an order, or both."""

    ORDERS = "orders"
    ITEMS = "items"
    BOTH = "both"


class OrderFields(TypedDict, total=False):
    """What a row says of an order; a key that is absent was not in the table at all.

    Names are those of `db.models.Order`. Money is fen, times are Unix ms.
    """

    status: str
    platform_status: str
    close_reason: str
    buyer_nick: str
    recipient: str
    phone: str
    phone_extension: str
    landline: str
    province: str
    city: str
    district: str
    detail: str
    zip: str
    raw_address: str
    buyer_message: str
    seller_remark: str
    seller_flag: str
    invoice_title: str
    total_fen: int
    postage_fen: int
    paid_fen: int
    refund_fen: int
    currency: str
    quantity: int
    presale: bool
    created_at: int
    paid_at: int | None
    shipped_at: int | None
    ended_at: int | None
    promised_at: int | None


class ItemFields(TypedDict, total=False):
    """What a row says of an item; names are those of `db.models.OrderItem`."""

    title: str
    product_number: str
    sku_code: str
    sku: str
    price_fen: int
    quantity: int
    paid_fen: int | None
    status: str
    platform_status: str
    refund_status: str
    refund_fen: int


@dataclass(slots=True)
class ParsedItem:
    """An item of an order; `number` is the platform's own number of it, if it has one."""

    number: str
    fields: ItemFields


@dataclass(slots=True)
class ParsedOrder:
    """What one row of a file says of an order.

    `parcels` are (carrier's name, tracking number). `partial` marks a row of an item list: it
    describes the order only as far as an order list has not done so.
    """

    row: int
    number: str
    fields: OrderFields
    shop: str = ""
    parcels: tuple[tuple[str, str], ...] = ()
    item: ParsedItem | None = None
    partial: bool = False
    extra: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that was not taken: its row in the file (1 = first), the column, and why."""

    row: int
    column: str
    reason: str
    sheet: str = ""


class BadCell(Exception):
    """A cell that can't be what its column says; `reason` is a translated sentence."""

    def __init__(self, reason: str, column: str = "") -> None:
        super().__init__(reason)
        self.reason, self.column = reason, column


class RowReader(Protocol):
    """Reads the rows below one header."""

    format: str
    kind: SheetKind

    def read(self, row: int, cells: Sequence[str]) -> ParsedOrder:
        """Return what a row says; raises `BadCell`."""


class OrderSource(Protocol):
    """A platform whose export files the desk reads."""

    platform: str

    def recognise(self, header: Sequence[str]) -> RowReader | None:
        """Return a reader if this is a header of the platform's order files."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One recognised table of a file; `size` is about how many rows it has."""

    name: str
    size: int
    platform: str
    format: str
    kind: SheetKind
    rows: Iterator[ParsedOrder | RejectedRow]


@dataclass(frozen=True, slots=True)
class OrderFile:
    """An opened file: its tables, and how it was read.

    `exported_at` is when the platform wrote it, Unix ms: from its name where `dated`, else the
    file's own time.
    """

    name: str
    encoding: str
    exported_at: int
    dated: bool
    sheets: tuple[Sheet, ...]
