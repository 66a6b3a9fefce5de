"""Sales given by hand: what granted appeals say, whichever rule is in force."""

from __future__ import annotations

from typing import Any, Final

# Decided on two stations at once, the later decision stands.
_GRANTED: Final = (
    "SELECT order_id, agent_id FROM appeals WHERE state = 'granted' AND _del = 0 "
    "AND agent_id IS NOT NULL ORDER BY decided_at, id"
)


def awards(run: Any) -> dict[bytes, bytes]:
    """The agent who gets an order, by its id."""
    return dict(run.execute(_GRANTED).fetchall())
