"""Which unpaid orders an agent's session reminded of, and whether they were paid after it.

No record says that a message is a reminder. One that an agent begins, to a buyer whose fresh order
is not paid, is taken for one; what is said in a talk the customer began is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple


class Due(NamedTuple):
    """An order of a customer, times in Unix ms; `closed_at` where it was closed.

    `agent` has it by the time it was made.
    """

    order: bytes
    created_at: int
    paid_at: int | None
    closed_at: int | None
    agent: bytes | None = None


def reminded(orders: Iterable[Due], at: int, window_ms: int) -> Iterator[tuple[bytes, bool]]:
    """The orders made in the window before `at` and unpaid then; whether paid in the one after."""
    for due in orders:
        fresh = 0 < at - due.created_at <= window_ms
        paid = due.paid_at is not None and due.paid_at <= at
        closed = due.closed_at is not None and due.closed_at <= at
        if fresh and not paid and not closed:
            yield due.order, due.paid_at is not None and due.paid_at - at <= window_ms
