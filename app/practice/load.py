"""Rows of the practice shop on their way into the database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from db.ids import order_id
from db.models import Base, Customer

Rows = dict[type[Base], list[dict[str, Any]]]


@dataclass(slots=True)
class Load:
    """What is on its way into the database, and how moments and people are found."""

    moment: Callable[[Any], int]
    shop: str
    platform: str
    staff: list[bytes] = field(default_factory=list)
    customers: list[bytes] = field(default_factory=list)
    rows: Rows = field(default_factory=dict)

    def order_id(self, number: str) -> bytes:
        """The id of an order of this shop."""
        return order_id(self.platform, self.shop, number)

    def add(self, model: type[Base], **values: Any) -> None:
        """Put a row on its way."""
        self.rows.setdefault(model, []).append(values)

    def see(self, customer: int, at: int) -> None:
        """Note that a customer, by number, was here."""
        row = self.rows[Customer][customer]
        row["last_seen_at"] = max(row["last_seen_at"], at)
