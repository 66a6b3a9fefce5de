"""What a report's file holds, whatever its format: facts about it, numbers, rows, definitions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from app.core.i18n import N_, _
from app.stats.definitions import BY_KEY, Metric, Unit
from app.stats.model import By, Measure, Report

BY_NAMES: Final = {
    By.AGENT: N_("Agent"),
    By.HOUR: N_("Hour"),
    By.CHANNEL: N_("Channel"),
    By.PRODUCT: N_("Product"),
    By.DAY: N_("Day"),
}
RULE_NAMES: Final = {
    "order": N_("by the order"),
    "payment": N_("by the payment"),
    "order_first": N_("by the order, else by the payment"),
    "jd": N_("JD's rule"),
}
UNIT_NAMES: Final = {
    Unit.CUSTOMERS: N_("customers"),
    Unit.MESSAGES: N_("messages"),
    Unit.CHARACTERS: N_("characters"),
    Unit.RECEPTIONS: N_("receptions"),
    Unit.SESSIONS: N_("sessions"),
    Unit.ORDERS: N_("orders"),
    Unit.ITEMS: N_("items"),
    Unit.SECONDS: N_("time"),
    Unit.DAYS: N_("days"),
    Unit.FEN: N_("yuan"),
    Unit.SHARE: "%",
    Unit.RATIO: N_("ratio"),
}


@dataclass(frozen=True, slots=True)
class Paper:
    """A report and what its first page says of it."""

    report: Report
    shop: str
    made_at: str

    def facts(self) -> list[tuple[str, str]]:
        """What the first page says."""
        report = self.report
        return [
            (_("Shop"), self.shop),
            (_("Period"), f"{report.first_day} – {report.last_day}"),
            (_("Who gets the sale"), _(RULE_NAMES.get(report.rule, report.rule))),
            (_("Written"), self.made_at),
        ]

    def metrics(self) -> list[Metric]:
        """The numbers of the report, in the order of their table."""
        return [BY_KEY[key] for key in self.report.measures]

    def numbers(self) -> Iterator[tuple[Metric, Measure]]:
        """Each number of the whole."""
        for metric in self.metrics():
            yield metric, self.report.measures[metric.key]

    def row_head(self) -> str:
        """What the rows stand for."""
        by = self.report.by
        return _(BY_NAMES[by]) if by is not None else ""


def unit_name(metric: Metric) -> str:
    """The unit in words; a share is shown in per cent, an amount in yuan."""
    return _(UNIT_NAMES.get(metric.unit, metric.unit.value))


def in_unit(unit: Unit, value: float | None) -> float | None:
    """A value as a file holds it: amounts in yuan, times in days, shares as parts of 1."""
    if value is None:
        return None
    if unit is Unit.FEN:
        return value / 100
    return value / 86_400 if unit is Unit.SECONDS else value


def shown(unit: Unit, value: float | None) -> str:
    """A value as a person reads it."""
    if value is None:
        return "–"
    match unit:
        case Unit.FEN:
            return f"¥{value / 100:,.2f}"
        case Unit.SHARE:
            return f"{value:.1%}"
        case Unit.SECONDS:
            minutes, seconds = divmod(round(value), 60)
            hours, minutes = divmod(minutes, 60)
            return f"{hours}:{minutes:02d}:{seconds:02d}"
    return f"{value:,.2f}".removesuffix(".00")
