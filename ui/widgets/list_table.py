"""A table over what lies in memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtGui import QFontMetrics

from ui.jobs import Jobs
from ui.theme import current_tokens
from ui.widgets.columns import Column
from ui.widgets.table import DataTable
from ui.widgets.table_delegate import PAD, cell_font

_SLACK: Final = 2
"""Widths are told as whole pixels: a text may need a little more than its own."""


class ListTable(DataTable):
    """A table over what lies in memory."""

    def __init__(self, columns: Sequence[Column], jobs: Jobs, name: str, key: Any) -> None:
        self._rows: Sequence[Any] = ()
        self._told = False
        super().__init__(columns, self._slice, self._size, jobs, row_id=key, name=name)

    def show_rows(self, rows: Sequence[Any]) -> None:
        """Show other rows; columns of numbers grow so that none of them is cut."""
        self._rows, self._told = rows, True
        self.set_source(self._slice, self._size)
        self.fit_numbers()

    def fit_numbers(self) -> None:
        """Widen columns of numbers to their longest one."""
        tokens = current_tokens()
        for number, column in enumerate(self.model.columns):
            if column.align != "right" or column.stretch or not self._rows:
                continue
            longest = max(map(column.text, self._rows), key=len)
            width = QFontMetrics(cell_font(column, tokens)).horizontalAdvance(longest)
            if width + 2 * PAD + _SLACK > self.view.columnWidth(number):
                self.view.setColumnWidth(number, width + 2 * PAD + _SLACK)

    def _show_rows_or_reason(self) -> None:
        # Before anything was read there is no reason yet why it is empty.
        if self._told:
            super()._show_rows_or_reason()

    def _slice(self, offset: int, limit: int) -> list[Any]:
        return list(self._rows[offset : offset + limit])

    def _size(self) -> int:
        return len(self._rows)
