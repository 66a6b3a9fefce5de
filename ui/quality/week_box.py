"""The weeks one can look at, with what is left to do in each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from PySide6.QtWidgets import QComboBox

from app.core.i18n import _
from app.quality import WeekChecks
from ui.quality.words import monday, week_text
from ui.widgets.format import today

_WIDTH: Final = 230
_WEEK: Final = timedelta(days=7)


class WeekBox(QComboBox):
    """`with_empty`: this week and the last one are there before anything was drawn."""

    def __init__(self, *, with_empty: bool) -> None:
        super().__init__()
        self._with_empty = with_empty
        self.setAccessibleName(_("Week"))
        self.setMinimumWidth(_WIDTH)
        self.show_weeks([])

    def week(self) -> str:
        """Monday of the week that is chosen, empty for all."""
        return str(self.currentData() or "")

    def choose(self, week: str) -> None:
        """Choose without telling."""
        self.setCurrentIndex(max(0, self.findData(week)))

    def show_weeks(self, weeks: Sequence[WeekChecks]) -> None:
        """Offer other weeks; the choice stays where it is still there."""
        chosen = self.week()
        known = {week.week: week for week in weeks}
        if self._with_empty:
            for day in (monday(today()), monday(today()) - _WEEK):
                known.setdefault(day.isoformat(), WeekChecks(day.isoformat(), 0, 0))
        self.clear()
        self.addItem(_("All weeks"), "")
        for week in sorted(known, reverse=True):
            self.addItem(_words(known[week]), week)
        self.choose(chosen)


def _words(week: WeekChecks) -> str:
    words = week_text(week.week)
    if week.open:
        return words + " · " + _("{n} to do").format(n=week.open)
    return words + (f" · {week.total}" if week.total else "")
