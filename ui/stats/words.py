"""How numbers of the stats read: values by their unit, changes, names of rules and channels."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

from app.core.i18n import N_, _, ngettext
from app.stats import Good, Measure, Metric, Unit
from app.stats.appeals import AppealState, AppealView
from ui.widgets.format import duration, money

NOTHING: Final = "–"

RULE_NAMES: Final[Mapping[str, str]] = {
    "order": N_("By the order"),
    "payment": N_("By the payment"),
    "order_first": N_("Order first"),
    "jd": N_("JD's rule"),
    "hand": N_("By hand"),
}
"""Names of the rules by which somebody gets a sale."""

RULE_HINTS: Final[Mapping[str, str]] = {
    "order": N_("Whoever talked to the buyer when the order was made."),
    "payment": N_("Whoever talked to the buyer when it was paid."),
    "order_first": N_("By the order; where nobody talked then, by the payment."),
    "jd": N_("Asked within 24 h before the order, about its product first; counted when ordered."),
    "hand": N_("A supervisor granted an appeal."),
}

CHANNELS: Final[Mapping[str, str]] = {
    "webchat": N_("Web chat"),
    "practice": N_("Practice"),
    "qianniu": N_("Taobao/Tmall"),
    "taobao": N_("Taobao/Tmall"),
    "jd": N_("JD"),
    "pdd": N_("Pinduoduo"),
    "douyin": N_("Douyin"),
}
WEEKDAYS: Final = (
    N_("Mon"),
    N_("Tue"),
    N_("Wed"),
    N_("Thu"),
    N_("Fri"),
    N_("Sat"),
    N_("Sun"),
)
_BIG_FEN: Final = 1_000_000
_LONG_S: Final = 100
_BEYOND: Final = 9.99
"""A change of more than that says only that there was hardly anything before."""


APPEAL_STATES: Final = {
    AppealState.OPEN: (N_("Undecided"), "info"),
    AppealState.GRANTED: (N_("Granted"), "success"),
    AppealState.REFUSED: (N_("Turned down"), "neutral"),
    AppealState.WITHDRAWN: (N_("Withdrawn"), "neutral"),
}


def appeal_state(view: AppealView) -> str:
    """How far an appeal is."""
    return _(APPEAL_STATES[view.state][0])


def appeal_outcome(view: AppealView) -> str:
    """What was decided."""
    if view.state is AppealState.GRANTED:
        return _("to {agent}").format(agent=view.agent)
    return view.answer or ("" if view.state is AppealState.OPEN else NOTHING)


def channel_name(channel: str) -> str:
    """A channel as people call it."""
    return _(CHANNELS[channel]) if channel in CHANNELS else channel


def value_text(unit: Unit, value: float | None, *, short: bool = False) -> str:
    """A value in its unit, large amounts without their fen if `short`; nothing is a dash."""
    if value is None or not math.isfinite(value):
        return NOTHING
    match unit:
        case Unit.FEN:
            if short and abs(value) >= _BIG_FEN:
                return f"¥{value / 100:,.0f}"
            return money(round(value))
        case Unit.SHARE:
            return f"{value:.1%}"
        case Unit.SECONDS:
            return _seconds(value)
        case Unit.DAYS:
            return _("{n} d").format(n=f"{value:,.1f}")
        case Unit.RATIO:
            return f"{value:,.2f}"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def _seconds(value: float) -> str:
    if round(value) >= _LONG_S:
        return duration(round(value))
    return _("{n} s").format(n=f"{value:.1f}" if value < 10 else f"{value:.0f}")


def axis_of(unit: Unit, values: Iterable[float | None]) -> Callable[[float], str]:
    """How values stand beside the axis of these: times all alike, whatever the largest needs."""
    clock = max((value for value in values if value is not None), default=0.0) >= _LONG_S
    return partial(axis_text, unit, clock=clock)


def axis_text(unit: Unit, value: float, *, clock: bool = False) -> str:
    """A value beside an axis: no more digits than round numbers need; `clock`: times as mm:ss."""
    if clock and unit is Unit.SECONDS:
        return duration(value)
    match unit:
        case Unit.FEN:
            return f"¥{value / 100:,.0f}"
        case Unit.SHARE:
            return f"{value * 100:g}%"
        case Unit.SECONDS if value < _LONG_S:
            return _("{n} s").format(n=f"{value:g}")
    return value_text(unit, value, short=True)


def count_text(value: float) -> str:
    """How many, beside an axis whose heading says of what."""
    return f"{value:,.0f}"


def answers_text(value: float) -> str:
    """So many answers of agents."""
    return ngettext("{n} answer", "{n} answers", round(value)).format(n=count_text(value))


def ratings_text(value: float) -> str:
    """So many ratings of customers."""
    return ngettext("{n} rating", "{n} ratings", round(value)).format(n=count_text(value))


def customers_text(value: float) -> str:
    """So many customers."""
    return ngettext("{n} customer", "{n} customers", round(value)).format(n=count_text(value))


def people_text(value: float) -> str:
    """So many agents to plan."""
    return ngettext("{n} person", "{n} people", round(value)).format(n=count_text(value))


@dataclass(frozen=True, slots=True)
class Change:
    """How a value moved against another: words, and "success", "danger" or "text_muted"."""

    text: str
    tone: str


def change(metric: Metric, now: Measure, before: Measure | None, *, partly: bool = False) -> Change:
    """The change against the period before; `partly`: this period is not over.

    What only grows with time is then set beside the old value instead.
    """
    if before is None or before.value is None or now.value is None:
        return Change("", "text_muted")
    if partly and metric.unit not in {Unit.SHARE, Unit.SECONDS, Unit.RATIO, Unit.DAYS}:
        return Change(
            _("before {value}").format(value=value_text(metric.unit, before.value)), "text_muted"
        )
    moved = now.value - before.value
    text = _moved(metric.unit, moved, before.value)
    if not text:
        return Change("" if moved else _("as before"), "text_muted")
    return Change(f"{'↑' if moved > 0 else '↓'} {text}", _tone(metric.good, moved))


def _moved(unit: Unit, moved: float, before: float) -> str:
    if unit is Unit.SHARE:
        return "" if abs(moved) < 0.0005 else _("{n} pts").format(n=f"{abs(moved) * 100:.1f}")
    if not before:
        return ""
    part = abs(moved / before)
    if part >= _BEYOND:
        return f">{_BEYOND:.0%}"
    return "" if part < 0.0005 else f"{part:.0%}" if part >= 0.1 else f"{part:.1%}"


def _tone(good: Good, moved: float) -> str:
    if good is Good.NEITHER:
        return "text_muted"
    return "success" if (moved > 0) is (good is Good.UP) else "danger"


def day_text(day: date) -> str:
    """A day on an axis."""
    return f"{day:%m-%d}"


def day_words(day: date) -> str:
    """A day with its weekday."""
    return f"{day:%Y-%m-%d} {_(WEEKDAYS[day.weekday()])}"


def row_name(by: str, key: object, name: str) -> str:
    """What a row of a table is called."""
    if key is None:
        return _("without a time") if by in {"hour", "day"} else _("nobody")
    if by == "hour":
        return f"{name}:00"
    return channel_name(name) or _("none") if by == "channel" else name
