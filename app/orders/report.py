"""What an import of orders found and did, per file and per order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.sources import FilesReport, RowState, note_state


@dataclass(frozen=True, slots=True)
class OrderChange:
    """An order that is new or changed: {field: (old, new)}, fields as in `db.models.Order`."""

    number: str
    buyer: str
    state: RowState
    changes: Mapping[str, tuple[Any, Any]]


@dataclass(slots=True)
class ImportReport(FilesReport):
    """What an import, or its dry run, found and did."""

    orders: dict[str, RowState] = field(default_factory=dict)
    changes: list[OrderChange] = field(default_factory=list)
    batch: int | None = None
    """The import's number in the history, if it changed anything: it can be undone."""

    def note_order(self, number: str, state: RowState) -> None:
        """Count an order once over all files."""
        note_state(self.orders, number, state)

    def counted(self, state: RowState) -> int:
        """How many orders are new, changed or the same."""
        return sum(found is state for found in self.orders.values())

    def document(self) -> dict[str, Any]:
        """The JSON answer (DESIGN §8)."""
        counts = {str(state): self.counted(state) for state in RowState}
        return FilesReport.document(self) | {"orders": counts}
