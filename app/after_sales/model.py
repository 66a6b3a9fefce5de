"""What an after-sales record is to the rest of the desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from app.after_sales.judgement import cost_fen
from app.core.undo import Undo
from db.models import AfterSale, AfterSaleKind, AfterSaleState

OPEN: Final = frozenset({AfterSaleState.REQUESTED, AfterSaleState.AGREED, AfterSaleState.REFUSED})
"""States in which something may still come; a refused customer can insist."""

STEPS: Final[Mapping[str, tuple[AfterSaleState, ...]]] = {
    AfterSaleState.REQUESTED: (
        *(AfterSaleState.AGREED, AfterSaleState.REFUSED),
        *(AfterSaleState.DONE, AfterSaleState.WITHDRAWN),
    ),
    AfterSaleState.AGREED: (
        *(AfterSaleState.DONE, AfterSaleState.REFUSED, AfterSaleState.WITHDRAWN),
    ),
    AfterSaleState.REFUSED: (AfterSaleState.AGREED, AfterSaleState.WITHDRAWN),
}
"""Where a record made at the desk can go from a state."""

FIELDS: Final = (
    *("id", "kind", "platform", "shop", "number", "order_id", "order_number", "item_id"),
    *("item_title", "quantity", "customer_id", "conversation_id", "staff_id", "state"),
    *("platform_status", "reason_group", "reason", "platform_reason", "responsibility"),
    *("freight_payer", "judged_at", "amount_fen", "freight_fen", "currency", "grade", "text"),
    *("outcome", "reaction", "disputed", "return_carrier", "return_number", "requested_at"),
    *("agreed_at", "refused_at", "done_at", "withdrawn_at", "deadline_at", "approved_by"),
    *("approved_at", "source_at"),
)


@dataclass(frozen=True, slots=True)
class AfterSaleFacts:
    """All there is to know of a record; money is fen, times are Unix ms.

    `number` is the platform's own; a record that has one follows the platform's exports.
    """

    id: bytes
    kind: str
    platform: str
    shop: str
    number: str
    order_id: bytes | None
    order_number: str
    item_id: bytes | None
    item_title: str
    quantity: int
    customer_id: bytes | None
    conversation_id: bytes | None
    staff_id: bytes | None
    state: str
    platform_status: str
    reason_group: str
    reason: str
    platform_reason: str
    responsibility: str
    freight_payer: str
    judged_at: int | None
    amount_fen: int
    freight_fen: int
    currency: str
    grade: str
    text: str
    outcome: str
    reaction: str
    disputed: bool
    return_carrier: str
    return_number: str
    requested_at: int
    agreed_at: int | None
    refused_at: int | None
    done_at: int | None
    withdrawn_at: int | None
    deadline_at: int | None
    approved_by: bytes | None
    approved_at: int | None
    source_at: int
    staff_name: str = ""
    approver_name: str = ""
    buyer: str = ""
    over_limit: bool = False
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def imported(self) -> bool:
        """Whether the platform says how far it is."""
        return bool(self.number)

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done about it."""
        return self.state in OPEN

    @property
    def cost_fen(self) -> int:
        """What it costs the shop."""
        return cost_fen(self.amount_fen, self.freight_payer, self.freight_fen)

    @property
    def steps(self) -> tuple[AfterSaleState, ...]:
        """Where a person may take it from here; what to do about a review no platform decides."""
        decided = self.imported and self.kind != AfterSaleKind.REVIEW
        return () if decided else STEPS.get(self.state, ())


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person says of a case. `requested_at` None is now; money is fen."""

    kind: str = AfterSaleKind.REFUND
    order_id: bytes | None = None
    item_id: bytes | None = None
    quantity: int = 0
    customer_id: bytes | None = None
    conversation_id: bytes | None = None
    reason: str = ""
    responsibility: str = ""
    freight_payer: str = ""
    freight_fen: int = 0
    amount_fen: int = 0
    grade: str = ""
    text: str = ""
    requested_at: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A record after a step, and how to take the step back."""

    record: AfterSaleFacts
    undo: Undo


def facts_of(row: AfterSale, **shown: Any) -> AfterSaleFacts:
    """The facts in a row, with what is shown beside them."""
    plain = {name: getattr(row, name) for name in FIELDS}
    return AfterSaleFacts(**plain, **shown, extra=row.extra or {})
