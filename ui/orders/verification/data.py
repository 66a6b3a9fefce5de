"""What the panel shows, read in one job."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from app.orders import Correction, Level, OrderFacts, OrderFilter, Verdict

if TYPE_CHECKING:
    from app.services import Services

LIMIT: Final = 50
FOUND: Final = 20


@dataclass(frozen=True, slots=True)
class PanelOrders:
    """Orders newest first, their verdicts, and which of them were looked up by number."""

    orders: tuple[OrderFacts, ...] = ()
    verdicts: Mapping[bytes, Verdict] | None = None
    found: frozenset[bytes] = frozenset()

    def verdict(self, order_id: bytes) -> Verdict:
        """An order's verdict; one that came in between has none yet and passes."""
        known = (self.verdicts or {}).get(order_id)
        return known or Verdict(order_id, "", Level.PASS)

    @property
    def open(self) -> int:
        """How many findings of the customer's own orders want something done."""
        own = [order.id for order in self.orders if order.id not in self.found]
        return sum(self.verdict(order_id).open for order_id in own)


def read_orders(services: Services, customer_id: bytes, text: str) -> PanelOrders:
    """The customer's orders; with a search text, what fits it among all orders, too."""
    orders = list(services.orders.of_customer(customer_id, LIMIT))
    found: frozenset[bytes] = frozenset()
    if text:
        wanted = services.orders.find(OrderFilter(text=text), limit=FOUND)
        found = frozenset(o.id for o in wanted if o.customer_id != customer_id)
        orders = wanted
    ids = [order.id for order in orders]
    report = services.verification.verify(order_ids=ids)
    return PanelOrders(tuple(orders), {v.order_id: v for v in report.verdicts}, found)


@dataclass(frozen=True, slots=True)
class OrderHistory:
    """What was corrected on the selected order, oldest first."""

    order_id: bytes
    corrections: tuple[Correction, ...] = ()


def read_history(services: Services, order_id: bytes) -> OrderHistory:
    """The corrections of one order."""
    return OrderHistory(order_id, tuple(services.verification.corrections(order_id)))
