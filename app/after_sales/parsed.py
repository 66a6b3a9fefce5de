"""What one row of an export says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from app.sources import BadCell


@dataclass(slots=True)
class ParsedCase:
    """What one row says: `fields` as in `db.models.AfterSale`; absent = not in the table.

    `item` is the platform's number of the order's item.
    """

    row: int
    number: str
    order: str
    item: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, str] = field(default_factory=dict)
    known_state: bool = True


class CaseRows(Protocol):
    """Reads the rows of one recognised table.

    `platform` is empty where the columns are no single one's; numbers are unique in a `family`.
    """

    platform: str
    family: str
    format: str

    def read(self, row: int, cells: Sequence[str]) -> ParsedCase:
        """What a row says; raises `BadCell`."""


def convert(reader: Callable[[str], Any], text: str, column: str) -> Any:
    """Read a cell; raises `BadCell` that names the column."""
    try:
        return reader(text)
    except BadCell as error:
        raise BadCell(error.reason, error.column or column) from None
