"""How many customers were served today, hour by hour, on the live board."""

from __future__ import annotations

from typing import Final

from app.core.i18n import _
from app.stats import Report
from ui.jobs import Jobs
from ui.stats.chart import ChartCard
from ui.stats.figures import course, places, so_far
from ui.stats.series import Series
from ui.stats.words import count_text, customers_text
from ui.widgets.format import today

SERVED: Final = "customers_served"
_LOW: Final = 130


class HoursCard(ChartCard):
    """Bars of today; empty until somebody was served."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__(_("Customers served today, by hour"), jobs, _LOW)

    def show_hours(self, report: Report) -> None:
        """Show a report of today by hour."""
        hours = places(today(), today())
        values = so_far(course(report, hours, SERVED))
        self.show_series(
            Series(
                [place.label for place in hours],
                [place.name for place in hours],
                values if any(values) else (),
                whole=True,
                words=customers_text,
                axis=count_text,
            ),
            _("Nobody was served today."),
        )
