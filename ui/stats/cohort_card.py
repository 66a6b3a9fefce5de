"""Who bought again, month by month after the first order."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from app.core.i18n import _, ngettext
from app.stats import Unit
from app.stats.worth import Cohort
from ui.stats.heat_cards import HeatCard
from ui.stats.heat_map import Field, HeatMap
from ui.stats.words import value_text
from ui.stats.worth_columns import COHORTS, MONTHS, share_text
from ui.widgets import EmptyState

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext

_MONTH: Final = 26
_COHORT_NAME: Final = 132


class CohortCard(HeatCard):
    """Of those who first bought in a month, how many bought again in the months after."""

    def __init__(self, context: UiContext) -> None:
        title = _("Who bought again, by month of the first order")
        heat = HeatMap(title, _COHORT_NAME, _MONTH, above=True)
        super().__init__(context, title, COHORTS, heat, attrgetter("month"))
        self._known = False
        self._nothing = EmptyState("customers", "")
        self.stack.addWidget(self._nothing)
        self.stack.setMinimumHeight(200)

    def show_cohorts(self, cohorts: Sequence[Cohort]) -> None:
        """Show the cohorts, the newest on top."""
        lines = [cohort for cohort in reversed(cohorts) if cohort.customers]
        parts = [_parts(cohort) for cohort in lines]
        top = max((part for row in parts for part in row if part is not None), default=0.0) or 1.0
        field = Field(
            [f"{line.month}  ·  {line.customers:,}" for line in lines],
            [f"+{month}" for month in range(1, MONTHS + 1)],
            [[None if part is None else part / top for part in row] for row in parts],
            [[_month_words(line, month) for month in range(1, MONTHS + 1)] for line in lines],
            [["" if part is None else f"{part:.0%}" for part in row] for row in parts],
        )
        people = sum(line.customers for line in lines)
        total = ngettext("{n} customer", "{n} customers", people).format(n=f"{people:,}")
        self.say(field, lines, total if lines else "")
        self._known = any(part is not None for row in parts for part in row)
        self._explain(bought=bool(lines))
        self.toggle.setVisible(self._known)
        self._switch(self.toggle.isChecked())

    def _switch(self, table: bool) -> None:
        self.stack.setCurrentIndex(int(table) if self._known else 2)

    def _explain(self, *, bought: bool) -> None:
        if bought:
            hint = _("Who comes back shows from the month after the first order.")
            self._nothing.say(_("Nothing to compare yet"), hint)
        else:
            self._nothing.say(_("No paid orders yet"), _("Import order files to see them here."))


def _parts(cohort: Cohort) -> list[float | None]:
    """The parts of a cohort that bought in each month after its first, None for months to come."""
    return [
        cohort.kept[month] / cohort.customers if month < len(cohort.kept) else None
        for month in range(1, MONTHS + 1)
    ]


def _month_words(cohort: Cohort, month: int) -> str:
    if month >= len(cohort.kept):
        return ""
    words = ngettext(
        "{month}, {n} month later: {kept} of {all} ({share}), {amount}",
        "{month}, {n} months later: {kept} of {all} ({share}), {amount}",
        month,
    )
    return words.format(
        month=cohort.month,
        n=month,
        kept=f"{cohort.kept[month]:,}",
        all=f"{cohort.customers:,}",
        share=share_text(cohort.kept[month] / cohort.customers),
        amount=value_text(Unit.FEN, cohort.amounts[month]),
    )
