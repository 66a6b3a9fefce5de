"""A table over what lies in memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ui.jobs import Jobs
from ui.widgets.columns import Column
from ui.widgets.table import DataTable


class ListTable(DataTable):
    """A table over what lies in memory."""

    def __init__(self, columns: Sequence[Column], jobs: Jobs, name: str, key: Any) -> None:
        self._rows: Sequence[Any] = ()
        super().__init__(columns, self._slice, self._size, jobs, row_id=key, name=name)

    def show_rows(self, rows: Sequence[Any]) -> None:
        """Show other rows."""
        self._rows = rows
        self.set_source(self._slice, self._size)

    def _slice(self, offset: int, limit: int) -> list[Any]:
        return list(self._rows[offset : offset + limit])

    def _size(self) -> int:
        return len(self._rows)
