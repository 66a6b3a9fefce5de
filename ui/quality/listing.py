"""Which checks the list shows, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from app.core.i18n import N_
from app.quality import CheckFilter, CheckRow, CheckState, Quality
from ui.quality.columns import SORTS

CHOICES: Final = {
    "all": N_("All"),
    "open": N_("To do"),
    "done": N_("Checked"),
    "news": N_("New answers"),
}
STATES: Final = {
    "open": (CheckState.PLANNED, CheckState.STARTED),
    "done": (CheckState.DONE,),
}


class Listing:
    """The checks of one filter, read anew by `count`."""

    def __init__(
        self, quality: Quality, wanted: CheckFilter, *, news: bool, sort: tuple[str, bool] | None
    ) -> None:
        self._quality, self._wanted, self._news, self._sort = quality, wanted, news, sort
        self.rows: Sequence[CheckRow] = ()

    def count(self) -> int:
        """Read the list anew; called at every reload."""
        rows = self._quality.checks(self._wanted)
        if self._news:
            rows = [row for row in rows if row.fresh]
        if self._sort is not None:
            key, descending = self._sort
            rows.sort(key=SORTS[key], reverse=descending)
        self.rows = rows
        return len(rows)

    def fetch(self, offset: int, limit: int) -> list[CheckRow]:
        """One page of it."""
        return list(self.rows[offset : offset + limit])
