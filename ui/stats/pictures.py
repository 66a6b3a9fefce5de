"""The lower part of a period: heat map, distribution of waits, funnel, carriers, phrases."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from app.core.i18n import _, ngettext
from app.satisfaction import LEVEL_NAMES, LEVELS
from app.stats import Unit
from app.stats.board import conversion
from app.stats.shapes import STEPS_S, Answers, CarrierLine, CaseLine, PhraseLine, Waits, Week
from ui.stats.chart import ChartCard
from ui.stats.figures import Figures
from ui.stats.funnel import Funnel, Step
from ui.stats.heat_cards import WeekCard
from ui.stats.loading import when_drawing_is_loaded
from ui.stats.picture_columns import CARRIERS, CASES, PHRASES
from ui.stats.series import Mark, Series
from ui.stats.words import answers_text, count_text, ratings_text, value_text
from ui.widgets import Column
from ui.widgets.card import Card
from ui.widgets.list_table import ListTable

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext

_LOW: Final = 250


class Pictures(QWidget):
    """`entered` carries the key of a metric."""

    entered = Signal(str)

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context, self._prepared = context, False
        jobs = context.jobs
        self.week = WeekCard(context)
        self.waits = ChartCard(_("Response times"), jobs, _LOW - 50)
        self.funnel_card, self.funnel = Card(_("From inquiry to payment")), Funnel()
        self.funnel_card.body.addWidget(self.funnel)
        self.funnel_card.body.addStretch(1)
        self.case_card, self.cases = self._table(_("After-sales by reason"), CASES)
        self.answers = ChartCard(_("Satisfaction"), jobs, _LOW - 50)
        self.carrier_card, self.carriers = self._table(_("Carriers"), CARRIERS)
        self.phrase_card, self.phrases = self._table(_("Phrases used most"), PHRASES)
        self.phrase_card.remark.setText(_("at this computer, ever"))
        self._cards: tuple[Card, ...] = (
            self.week,
            self.funnel_card,
            self.waits,
            self.case_card,
            self.answers,
            self.carrier_card,
            self.phrase_card,
        )
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 8, 0, 0)
        self._grid.setSpacing(12)
        self._grid.setColumnStretch(0, 11)
        self._grid.setColumnStretch(1, 9)
        self._optional = (self.case_card, self.answers, self.carrier_card, self.phrase_card)
        self._left_out: set[Card] = set(self._optional)
        self._place()
        self.funnel.entered.connect(self.entered)
        self.waits.entered.connect(self._enter_waits)

    def prepare(self) -> None:
        """Load what draws, once, when the page shows."""
        if not self._prepared:
            self._prepared = True
            for chart in (self.waits, self.answers):
                when_drawing_is_loaded(chart, self._context.jobs, chart.ready)

    def offer(self, *filled: object) -> None:
        """Show each card that may be left out if there is something for it; the others close up."""
        left_out = {card for card, there in zip(self._optional, filled, strict=True) if not there}
        if left_out != self._left_out:
            self._left_out = left_out
            self._place()

    def _place(self) -> None:
        there = [card for card in self._cards if card not in self._left_out]
        for card in self._cards:
            self._grid.removeWidget(card)
            card.setParent(self)
            card.setVisible(card in there)
        for number, card in enumerate(there):
            alone = number == len(there) - 1 and number % 2 == 0
            self._grid.addWidget(card, number // 2, number % 2, 1, 2 if alone else 1)

    def show_funnel(self, figures: Figures) -> None:
        """Show how many of those who asked ordered and paid."""
        served, inquirers = figures.measure("customers_served"), figures.measure("inquirers")
        steps = (
            Step(_("Served"), int(served.value or 0), "customers_served"),
            Step(_("Inquiring"), int(inquirers.value or 0), "inquirers"),
            Step(
                _("Placed an order"),
                conversion(figures.measure("inquiry_conversion")),
                "inquiry_conversion",
            ),
            Step(
                _("Paid for it"), conversion(figures.measure("paid_conversion")), "paid_conversion"
            ),
        )
        self.funnel.show_steps(steps)
        # What is made late would come last: Tab goes as one reads.
        for before, after in pairwise([self.week.table.view, *self.funnel.bars]):
            self.setTabOrder(before, after)

    def show_week(self, week: Week) -> None:
        """Show arrivals."""
        self.week.show_week(week)

    def show_waits(self, waits: Waits) -> None:
        """Show the distribution, with marks at the median and the 90th percentile."""
        names = [_step_words(n) for n in range(len(STEPS_S))]
        found = waits.measure
        marks = [
            Mark(_place_of(value), f"{word} {value_text(Unit.SECONDS, value)}", height)
            for word, value, height in (
                (_("median"), found.median, 0.94),
                (_("P90"), found.p90, 0.80),
            )
            if value is not None
        ]
        self.waits.show_series(
            Series(
                [_("{n} s").format(n=step) for step in STEPS_S],
                names,
                waits.counts if found.n else (),
                marks=marks,
                alarming=frozenset(n for n, step in enumerate(STEPS_S) if step >= 180),
                whole=True,
                words=answers_text,
                axis=count_text,
            ),
            _("Nobody was answered in this period."),
        )
        mean = value_text(Unit.SECONDS, found.value)
        words = _("{total}, mean {mean}").format(total=answers_text(found.n), mean=mean)
        self.waits.remark.setText(words if found.n else "")

    def show_cases(self, lines: Sequence[CaseLine]) -> None:
        """Show after-sales by reason and responsibility."""
        self.cases.show_rows(lines)
        total = sum(line.amount_fen for line in lines)
        count = sum(line.cases for line in lines)
        words = ngettext("{n} case, {amount}", "{n} cases, {amount}", count)
        amount = value_text(Unit.FEN, total)
        self.case_card.remark.setText(words.format(n=f"{count:,}", amount=amount))

    def show_answers(self, answers: Answers) -> None:
        """Show what customers said."""
        names = [_(LEVEL_NAMES[level]) for level in LEVELS]
        self.answers.show_series(
            Series(
                names,
                names,
                [float(n) for n in answers.levels] if answers.answered else (),
                whole=True,
                words=ratings_text,
                axis=count_text,
                alarming=frozenset({3, 4}),
            ),
            _("Nobody has answered yet."),
        )
        words = _("{answered} of {asked} answered").format(
            answered=f"{answers.answered:,}", asked=f"{answers.asked:,}"
        )
        self.answers.remark.setText(words)

    def show_carriers(self, lines: Sequence[CarrierLine]) -> None:
        """Show parcels by carrier."""
        self.carriers.show_rows(lines)

    def show_phrases(self, lines: Sequence[PhraseLine]) -> None:
        """Show the phrases used most."""
        self.phrases.show_rows(lines)

    def _table(self, title: str, columns: Sequence[Column]) -> tuple[Card, ListTable]:
        card = Card(title)
        table = ListTable(columns, self._context.jobs, title, _key)
        table.setMinimumHeight(_LOW - 50)
        table.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        card.body.addWidget(table, 1)
        return card, table

    def _enter_waits(self, _place: int) -> None:
        self.entered.emit("response")


def _key(line: Any) -> Any:
    return getattr(line, "carrier", None) or getattr(line, "title", "") or line.id


def _step_words(number: int) -> str:
    start = STEPS_S[number]
    if number + 1 == len(STEPS_S):
        return _("{from_s} s and more").format(from_s=start)
    return _("{from_s} to {to_s} s").format(from_s=start, to_s=STEPS_S[number + 1])


def _place_of(value: float) -> float:
    """Where a time lies on the axis of steps: bars reach half a place to either side."""
    number = max(n for n, step in enumerate(STEPS_S) if step <= value)
    if number + 1 == len(STEPS_S):
        return float(number)
    width = STEPS_S[number + 1] - STEPS_S[number]
    return number - 0.5 + (value - STEPS_S[number]) / width
