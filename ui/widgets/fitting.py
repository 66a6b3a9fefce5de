"""Columns as wide as their words are in the window's language, and which give way in a narrow window."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

from PySide6.QtGui import QFontMetrics, QResizeEvent

from app.core.i18n import _
from ui.theme import current_tokens, sized
from ui.widgets.columns import Column
from ui.widgets.table import DataTable
from ui.widgets.table_delegate import BADGE_PAD, PAD, cell_font

_MOST: Final = 180
_SORT_MARK: Final = 6
_LEAST_STRETCH: Final = 96


def fitted(column: Column, words: Iterable[str], most: int = _MOST) -> Column:
    """The column, wide enough for the widest of `words` and its own head, up to `most` pixels."""
    tokens = current_tokens()
    font = sized(tokens.text_xs) if column.role == "badge" else cell_font(column, tokens)
    metrics = QFontMetrics(font)
    frame = 2 * PAD + (BADGE_PAD if column.role == "badge" else 0) + 2
    widest = max((metrics.horizontalAdvance(word) for word in words), default=0) + frame
    head = QFontMetrics(sized(tokens.text_xs, strong=True)).horizontalAdvance(_(column.title))
    return replace(column, width=min(max(widest, head + 2 * PAD + _SORT_MARK), most))


class SparingTable(DataTable):
    """A table that leaves out columns, `spared` in this order, until the rest finds room.

    What is left out stands in the detail beside the list.
    """

    def __init__(
        self, columns: Sequence[Column], *rest: Any, spared: Sequence[str] = (), **named: Any
    ) -> None:
        self._spared = tuple(spared)
        super().__init__(columns, *rest, **named)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        columns = self.model.columns
        need = sum(max(c.width, _LEAST_STRETCH) if c.stretch else c.width for c in columns)
        for key in self._spared:
            number = next(n for n, column in enumerate(columns) if column.key == key)
            self.view.setColumnHidden(number, need > self.view.viewport().width())
            if self.view.isColumnHidden(number):
                need -= columns[number].width
