"""Heat maps with their heading, the value one reads, and the same numbers as a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from app.core.i18n import _, ngettext
from app.stats.shapes import Week
from ui.stats.chart import TableToggle
from ui.stats.heat_map import Field, HeatMap
from ui.stats.picture_columns import WEEK
from ui.stats.words import WEEKDAYS
from ui.widgets import Column, Pages
from ui.widgets.card import Card
from ui.widgets.list_table import ListTable

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext

_HOUR_STEP: Final = 3
_DAY: Final = 24


class HeatCard(Card):
    """`say` puts the numbers in; the cell one reads stands at the right of the heading."""

    def __init__(
        self,
        context: UiContext,
        title: str,
        columns: Sequence[Column],
        heat: HeatMap,
        key: Callable[[Any], Any],
    ) -> None:
        self.toggle = TableToggle(title)
        super().__init__(title, self.toggle)
        self.map = heat
        self.table = ListTable(columns, context.jobs, title, key)
        self.stack = Pages()
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
        super().__init__(context, title, WEEK, HeatMap(title, 36, _DAY), itemgetter(0))
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


def _hour_words(week: Week, day: int, hour: int) -> str:
    return _("{day} {hour}:00   {mean} a day, {n} in all").format(
        day=_(WEEKDAYS[day]),
        hour=f"{hour:02d}",
        mean=f"{week.mean(day, hour):.1f}",
        n=f"{week.counts[day][hour]:,}",
    )
