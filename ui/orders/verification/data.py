"""What the panel shows, read in one job."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from app.conversations import Author, ConversationContext
from app.orders import Correction, Level, OrderFacts, OrderFilter, Verdict

if TYPE_CHECKING:
    from app.services import Services

LIMIT: Final = 50
FOUND: Final = 20
SAID: Final = 40
"""So many messages back an order that was named is the one meant."""
_NUMBER: Final = re.compile(r"[0-9A-Za-z-]{6,32}", re.ASCII)


@dataclass(frozen=True, slots=True)
class PanelOrders:
    """Orders newest first, their verdicts, and which of them were looked up by number."""

    orders: tuple[OrderFacts, ...] = ()
    verdicts: Mapping[bytes, Verdict] | None = None
    found: frozenset[bytes] = frozenset()
    named: bytes | None = None
    """The order whose number the customer wrote last."""

    def verdict(self, order_id: bytes) -> Verdict:
        """An order's verdict; one that came in between has none yet and passes."""
        known = (self.verdicts or {}).get(order_id)
        return known or Verdict(order_id, "", Level.PASS)

    @property
    def open(self) -> int:
        """How many findings of the customer's own orders want something done."""
        own = [order.id for order in self.orders if order.id not in self.found]
        return sum(self.verdict(order_id).open for order_id in own)


def read_orders(services: Services, talk: ConversationContext, text: str) -> PanelOrders:
    """The customer's orders; with a search text, what fits it among all orders, too."""
    customer_id = talk.customer_id
    orders = list(services.orders.of_customer(customer_id, LIMIT))
    found: frozenset[bytes] = frozenset()
    if text:
        wanted = services.orders.find(OrderFilter(text=text), limit=FOUND)
        found = frozenset(o.id for o in wanted if o.customer_id != customer_id)
        orders = wanted
    ids = [order.id for order in orders]
    report = services.verification.verify(order_ids=ids)
    verdicts = {v.order_id: v for v in report.verdicts}
    return PanelOrders(tuple(orders), verdicts, found, _named(services, talk, orders))


def _named(
    services: Services, talk: ConversationContext, orders: Sequence[OrderFacts]
) -> bytes | None:
    """Of a few orders the one the customer means; one alone needs no reading."""
    if len(orders) < 2:
        return None
    ids = {order.number: order.id for order in orders}
    said = services.conversations.thread(talk.conversation_id, limit=SAID)
    texts = [m.text for m in reversed(said) if m.author == Author.CUSTOMER]
    numbers = (number for text in texts for number in reversed(_NUMBER.findall(text)))
    return next((ids[number] for number in numbers if number in ids), None)


@dataclass(frozen=True, slots=True)
class OrderHistory:
    """What was corrected on the selected order, oldest first."""

    order_id: bytes
    corrections: tuple[Correction, ...] = ()


def read_history(services: Services, order_id: bytes) -> OrderHistory:
    """The corrections of one order."""
    return OrderHistory(order_id, tuple(services.verification.corrections(order_id)))
