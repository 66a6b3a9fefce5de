"""Heat maps with their heading, the value one reads, and the same numbers as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtWidgets import QStackedWidget

from app.core.i18n import _, ngettext
from app.stats import Unit
from app.stats.shapes import Week
from app.stats.worth import Cohort
from ui.stats.chart import Card, TableToggle
from ui.stats.heat_map import Field, HeatMap
from ui.stats.picture_columns import WEEK
from ui.stats.words import WEEKDAYS, value_text
from ui.stats.worth_columns import COHORTS, MONTHS, share_text
from ui.widgets import Column, EmptyState
from ui.widgets.list_table import ListTable

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext

_HOUR_STEP: Final = 3
_DAY: Final = 24
_MONTH: Final = 26
_COHORT_NAME: Final = 132


class HeatCard(Card):
    """`say` puts the numbers in; the cell one reads stands at the right of the heading."""

    def __init__(
        self, context: UiContext, title: str, columns: Sequence[Column], heat: HeatMap
    ) -> None:
        self.toggle = TableToggle(title)
        super().__init__(title, self.toggle)
        self.map = heat
        self.table = ListTable(columns, context.jobs, title, _first)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.map)
        self.stack.addWidget(self.table)
        self.body.addWidget(self.stack, 1)
        self.toggle.toggled.connect(self._switch)
        self.map.read.connect(self._tell)

    def say(self, field: Field, lines: Sequence[Any], total: str) -> None:
        """Show a field, the same as lines of the table, and what it is over."""
        self.map.show_field(field)
        self.table.show_rows(lines)
        self.remark.setText(total)

    def _switch(self, table: bool) -> None:
        self.stack.setCurrentIndex(int(table))

    def _tell(self, row: int, column: int) -> None:
        self.remark.setText(self.map.words(row, column))


class WeekCard(HeatCard):
    """Arrivals over the week."""

    def __init__(self, context: UiContext) -> None:
        title = _("Arrivals by weekday and hour")
        super().__init__(context, title, WEEK, HeatMap(title, 36, _DAY))
        self.stack.setMinimumHeight(200)

    def show_week(self, week: Week) -> None:
        """Show other numbers."""
        means = [[week.mean(day, hour) for hour in range(24)] for day in range(7)]
        top = max(map(max, means)) or 1.0
        names = [_(WEEKDAYS[day]) for day in range(7)]
        field = Field(
            names,
            [f"{hour:02d}" for hour in range(24)],
            [[mean / top for mean in row] for row in means],
            [[_hour_words(week, day, hour) for hour in range(24)] for day in range(7)],
            step=_HOUR_STEP,
        )
        total = ngettext("{n} session of customers", "{n} sessions of customers", week.total)
        lines = [(day, names[day], [f"{mean:.1f}" for mean in means[day]]) for day in range(7)]
        self.say(field, lines, total.format(n=f"{week.total:,}"))


class CohortCard(HeatCard):
    """Of those who first bought in a month, how many bought again in the months after."""

    def __init__(self, context: UiContext) -> None:
        title = _("Who bought again, by month of the first order")
        heat = HeatMap(title, _COHORT_NAME, _MONTH, above=True)
        super().__init__(context, title, COHORTS, heat)
        self._nothing = EmptyState(
            "customers", _("No paid orders yet"), _("They come with the order files.")
        )
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
        self.toggle.setVisible(bool(lines))
        self.stack.setCurrentIndex(int(self.toggle.isChecked()) if lines else 2)


def _hour_words(week: Week, day: int, hour: int) -> str:
    return _("{day} {hour}:00   {mean} a day, {n} in all").format(
        day=_(WEEKDAYS[day]),
        hour=f"{hour:02d}",
        mean=f"{week.mean(day, hour):.1f}",
        n=f"{week.counts[day][hour]:,}",
    )


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


def _first(line: Any) -> Any:
    return line.month if isinstance(line, Cohort) else line[0]
