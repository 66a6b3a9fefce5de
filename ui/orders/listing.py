"""What the order list shows: lines of orders with their verdicts, read page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from app.core.permissions import Permission
from app.orders import TO_SHIP, Level, OrderFilter, OrderRow, Verdict

if TYPE_CHECKING:
    from app.services import Services

JUDGED: Final = frozenset(TO_SHIP)
_MANY: Final = 3_000
"""Up to so many orders to be shipped are judged just to show a number."""
_TO_CHECK: Final = frozenset({Level.HOLD, Level.BLOCK})


@dataclass(frozen=True, slots=True)
class Line:
    """An order of the list; orders that are not to be shipped have no verdict."""

    order: OrderRow
    verdict: Verdict | None

    @property
    def id(self) -> bytes:
        """The order's id."""
        return self.order.id


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to list and in which order; `to_check` are orders held or blocked by verification."""

    orders: OrderFilter = field(default_factory=OrderFilter)
    to_check: bool = False
    sort: str = "created_at"
    descending: bool = True


class Listing:
    """The orders of one filter: their row numbers are read once, their lines page by page."""

    def __init__(self, services: Services, wanted: Wanted) -> None:
        self._services, self._wanted = services, wanted
        self._rids: Sequence[int] | None = None
        self._masked = not services.staff.may(Permission.SEE_PERSONAL_DATA)

    def count(self) -> int:
        """Read the list anew; called at every reload."""
        wanted, orders = self._wanted, self._wanted.orders
        if wanted.to_check:
            orders = replace(orders, ids=orders_to_check(self._services))
        self._rids = self._services.orders.listing(
            orders, wanted.sort, descending=wanted.descending
        )
        return len(self._rids)

    def fetch(self, offset: int, limit: int) -> list[Line]:
        """One page of it."""
        if self._rids is None:
            self.count()
        rids = (self._rids or [])[offset : offset + limit]
        rows = self._services.orders.rows(rids)
        ids = [row.id for row in rows if row.status in JUDGED]
        verdicts = self._services.verification.verify(order_ids=ids).verdicts if ids else ()
        known = {verdict.order_id: verdict for verdict in verdicts}
        return [Line(self._shown(row), known.get(row.id)) for row in rows]

    def _shown(self, row: OrderRow) -> OrderRow:
        if not self._masked:
            return row
        return replace(row, recipient=row.recipient and row.recipient[:1] + "**")


def orders_to_check(services: Services) -> frozenset[bytes]:
    """Orders to be shipped that verification holds or blocks."""
    verdicts = services.verification.verify().verdicts
    return frozenset(v.order_id for v in verdicts if v.level in _TO_CHECK)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many orders want somebody; `to_check` is None where counting would take too long."""

    to_check: int | None
    late: int


def tally(services: Services) -> Tally:
    """Count them."""
    late = services.orders.count(OrderFilter(late=True))
    if services.orders.count(OrderFilter(statuses=JUDGED)) > _MANY:
        return Tally(None, late)
    return Tally(len(orders_to_check(services)), late)
