"""How many agents an hour needs: the arrivals of a period, what one wants, and what if."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLabel, QPushButton, QScrollArea, QSizePolicy, QWidget

from app.core.i18n import N_, _, ngettext
from app.stats.export import Book
from app.stats.shapes import Week
from app.stats.staffing import Basis, HourPlan, Wishes, plan_hours
from ui.stats.books import staffing_book
from ui.stats.chart import ChartCard
from ui.stats.dials import Dial
from ui.stats.loading import when_drawing_is_loaded
from ui.stats.period import Period
from ui.stats.series import Series
from ui.stats.staffing_columns import COLUMNS
from ui.stats.words import count_text, people_text
from ui.theme import role
from ui.widgets import (
    FilterChips,
    NoticeBar,
    stack_horizontally,
    stack_vertically,
)
from ui.widgets.card import Card
from ui.widgets.format import duration
from ui.widgets.list_table import ListTable

if TYPE_CHECKING:
    from app.services import Services
    from ui.shell.plugs import UiContext

_DAYS: Final = {
    "all": (N_("All days"), range(7)),
    "work": (N_("Mon – Fri"), range(5)),
    "end": (N_("Sat, Sun"), range(5, 7)),
}
_SOON_MS: Final = 60
_AT_ONCE: Final = 3


def _seconds(value: int) -> str:
    return _("{n} s").format(n=value) if value < 120 else duration(value)


def _percent(value: int) -> str:
    return f"{value}%"


def _patience(value: int) -> str:
    return _seconds(value) if value else _("nobody gives up")


def _growth(value: int) -> str:
    return f"{value:+d}%" if value else _("as it was")


@dataclass(frozen=True, slots=True)
class _Past:
    week: Week
    basis: Basis


def _read(services: Services, period: Period) -> _Past:
    basis = services.board.basis(period.first, period.last)
    return _Past(services.board.week(period.first, period.last), basis)


class StaffingPage(QScrollArea):
    """Every slider answers at once; the sums are done in a job."""

    def __init__(self, context: UiContext, period: Period) -> None:
        super().__init__()
        self._context, self._period, self._stale = context, period, True
        self._past: _Past | None = None
        self.plans: list[HourPlan] = []
        self._soon = QTimer(self, interval=_SOON_MS, singleShot=True)
        self._soon.timeout.connect(self._plan)
        self.trouble = NoticeBar()
        self.days = FilterChips([(k, _(t)) for k, (t, _d) in _DAYS.items()], "all", _("Days"))
        self._make_dials()
        self.summary = role(QLabel(wordWrap=True), "heading")
        self.basis = role(QLabel(wordWrap=True), "muted")
        self.chart = ChartCard(_("People to plan by hour"), context.jobs, 150)
        self.table = ListTable(COLUMNS, context.jobs, _("Staffing by hour"), lambda p: p.hour)
        self.table.setMinimumHeight(180)
        nobody = _("Nobody wrote in these days.")
        self.table.set_empty("stats", nobody, _("Choose other days."))
        self._arrange()
        for dial in self.dials:
            dial.changed.connect(self._soon.start)
        self.days.changed.connect(self._on_days)
        self.measured.clicked.connect(self._use_measured)
        self.trouble.action.connect(self.reload)
        when_drawing_is_loaded(self, context.jobs, self.chart.ready)

    def show_period(self, period: Period) -> None:
        """Look at the arrivals of other days."""
        self._period, self._stale = period, True
        if self.isVisible():
            self.reload()

    def reload(self) -> None:
        """Read the past again."""
        self._stale = False
        work = partial(_read, self._context.services, self._period)
        self._context.jobs.run(self, work, self._show_past, failed=self._failed, key="past")

    def focus_first(self) -> None:
        """Put the keyboard on the first slider."""
        self.share.slider.setFocus()

    def book(self) -> Book | None:
        """What an export takes along."""
        if not self.plans:
            return None
        days = _(_DAYS[str(self.days.value())][0])
        return staffing_book(self._period, days, self.basis.text(), self.dials, self.plans)

    def wishes(self) -> Wishes:
        """What the sliders say."""
        return Wishes(
            share=self.share.value() / 100,
            target_s=self.target.value(),
            handling_s=self.handling.value(),
            at_once=self.at_once.value(),
            patience_s=self.patience.value() or None,
            shrinkage=self.shrinkage.value() / 100,
            growth=1 + self.growth.value() / 100,
        )

    # --- parts -----------------------------------------------------------------------------

    def _make_dials(self) -> None:
        self.share = Dial(_("Answered in time"), (50, 99), 80, _percent)
        self.target = Dial(_("Time to the answer"), (5, 300), 30, _seconds, step=5)
        self.handling = Dial(
            _("Handling time"), (30, 1_800), 240, _seconds, step=10,
            hint=_("How long an agent has a customer; as measured unless you move it"),
        )  # fmt: skip
        self.at_once = Dial(_("Customers at the same time"), (1, 10), _AT_ONCE, str)
        self.patience = Dial(
            _("Patience"), (0, 1_800), 0, _patience, step=30,
            hint=_("After what time a customer gives up on average; 0: nobody does"),
        )  # fmt: skip
        self.shrinkage = Dial(
            _("Away from the desk"), (0, 50), 15, _percent,
            hint=_("Breaks, training, illness: the part of paid time nobody answers in"),
        )  # fmt: skip
        self.growth = Dial(_("More customers"), (-50, 300), 0, _growth, step=5)
        self.dials = (
            self.share,
            self.target,
            self.handling,
            self.at_once,
            self.patience,
            self.shrinkage,
            self.growth,
        )

    def _arrange(self) -> None:
        self.measured = role(QPushButton(_("As measured")), "link")
        self.measured.setAccessibleName(_("Handling time as measured"))
        side = Card(_("What if"), self.measured)
        side.setFixedWidth(272)
        side.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        side.body.addWidget(self.days)
        for dial in self.dials:
            side.body.addWidget(dial)
        side.body.addWidget(self.basis)
        side.body.addStretch(1)
        lower = Card(_("Staffing by hour"))
        lower.body.addWidget(self.table, 1)
        main = stack_vertically(None, self.trouble, self.summary, spacing=10)
        main.addWidget(self.chart, 4)
        main.addWidget(lower, 5)
        inside = QWidget()
        inside.setObjectName("statsPage")
        row = stack_horizontally(inside, side, main, spacing=12)
        row.setStretch(1, 1)
        row.setContentsMargins(16, 12, 16, 16)
        self.setWidget(inside)
        self.setWidgetResizable(True)

    # --- numbers ---------------------------------------------------------------------------

    def _show_past(self, past: _Past) -> None:
        self.trouble.say("")
        first, self._past = self._past is None, past
        measured = past.basis.handling_s
        self.measured.setVisible(measured is not None)
        if first and measured is not None:
            self._set_measured(measured)
        self.basis.setText(self._basis_words(past))
        self._plan()

    def _basis_words(self, past: _Past) -> str:
        if not past.week.total:
            return _("Nobody wrote in these days: choose others above.")
        count, days = past.week.total, sum(past.week.days)
        sessions = ngettext("{n} session", "{n} sessions", count).format(n=f"{count:,}")
        if past.basis.handling_s is None:
            words = ngettext(
                "From {sessions} in {days} day.", "From {sessions} in {days} days.", days
            )
            return words.format(sessions=sessions, days=days)
        words = ngettext(
            "From {sessions} in {days} day. A reception took {time} on average.",
            "From {sessions} in {days} days. A reception took {time} on average.",
            days,
        )
        return words.format(sessions=sessions, days=days, time=duration(past.basis.handling_s))

    def _use_measured(self) -> None:
        if self._past is not None and self._past.basis.handling_s is not None:
            self._set_measured(self._past.basis.handling_s)
            self._plan()

    def _set_measured(self, seconds: float) -> None:
        self.handling.set_value(max(30, min(1_800, round(seconds))))

    def _on_days(self, _key: object) -> None:
        self._plan()

    def _plan(self) -> None:
        if self._past is None:
            return
        arrivals = self._past.week.by_hour(_DAYS[str(self.days.value())][1])
        work = partial(plan_hours, arrivals, self.wishes())
        self._context.jobs.run(self, work, self._show, failed=self._failed, key="plan")

    def _show(self, plans: list[HourPlan]) -> None:
        self.trouble.say("")
        self.plans = plans
        self.table.show_rows(plans if any(plan.arrivals for plan in plans) else [])
        hours = [f"{plan.hour:02d}" for plan in plans]
        self.chart.show_series(
            Series(
                hours,
                [self._names(plan) for plan in plans],
                [float(plan.people) for plan in plans] if any(p.people for p in plans) else (),
                whole=True,
                words=people_text,
                axis=count_text,
            ),
            _("Nobody wrote in these days."),
        )
        words = self._summary(plans)
        self.summary.setText(words)
        self.summary.setVisible(bool(words))

    def _names(self, plan: HourPlan) -> str:
        return _("{hour}:00, {arrivals} customers an hour").format(
            hour=f"{plan.hour:02d}", arrivals=f"{plan.arrivals:.1f}"
        )

    def _summary(self, plans: list[HourPlan]) -> str:
        most = max(plans, key=lambda plan: plan.people)
        if not most.people:
            return ""
        words = ngettext(
            "At most {people} person, at {hour}:00; {total} hours of work a day",
            "At most {people} people, at {hour}:00; {total} hours of work a day",
            most.people,
        )
        return words.format(
            people=most.people, hour=f"{most.hour:02d}", total=sum(plan.people for plan in plans)
        )

    def _failed(self, error: Any) -> None:
        if isinstance(error, ValueError):
            text = _(
                "No number of agents reaches that. Ask for less, or shorten the handling time."
            )
            self.trouble.say(text, "warning")
        else:
            self.trouble.say(str(error), "danger", _("Try again"))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.reload()
