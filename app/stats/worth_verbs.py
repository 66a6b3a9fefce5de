"""`kefu stats worth`."""

from __future__ import annotations

import argparse
import datetime as dt
from typing import TYPE_CHECKING, Any

from app.core.i18n import _
from app.core.outcome import Outcome

if TYPE_CHECKING:
    from app.services import Services
    from app.stats.model import Measure
    from app.stats.worth.model import Repeat, WorthReport


def add_options(parser: argparse.ArgumentParser) -> None:
    """Describe `kefu stats worth`; its period has the options of `kefu stats`."""
    parser.add_argument(
        "--tag", action="store_true", help=_("tag each customer with its segment as well")
    )


def show_worth(services: Services, args: argparse.Namespace) -> Outcome:
    """Print what customers are worth; without a period over the last 365 days."""
    from app.stats.days import day_of

    last = day_of(args.last) if args.last else services.stats.today()
    first = day_of(args.first) if args.first else last - dt.timedelta(days=364)
    report = services.worth.report(first, last)
    document = worth_document(report)
    if args.tag:
        done = services.worth.tag()
        document["tags"] = {"added": done.added, "kept": done.kept, "removed": done.removed}
    return Outcome(document, _lines(report))


def worth_document(report: WorthReport) -> dict[str, Any]:
    """The report as a document: money in fen, days as numbers, shares as parts of 1."""
    came = report.returns
    return {
        "from": report.first_day,
        "to": report.last_day,
        "customers": report.customers,
        "segments": [
            {
                "dimensions": one.dimensions,
                "name": _(one.name),
                "customers": one.customers,
                "orders": one.orders,
                "amount_fen": one.amount,
            }
            for one in report.segments
        ],
        "stages": report.stages,
        "returns": {
            name: {"came": pair[0], "of": pair[1], "rate": pair[0] / pair[1] if pair[1] else None}
            for name, pair in (
                ("old", came.old),
                ("new", came.new),
                ("pre_lost", came.pre_lost),
                ("lost", came.lost),
            )
        },
        "shop": _repeat(report.shop),
        "products": [_repeat(one) for one in report.products],
        "categories": [_repeat(one) for one in report.categories],
        "cohorts": [
            {
                "month": one.month,
                "customers": one.customers,
                "kept": list(one.kept),
                "amounts_fen": list(one.amounts),
            }
            for one in report.cohorts
        ],
        "tiers": [
            {
                "name": _(one.name),
                "reached_at_fen": one.reached_at,
                "customers": one.customers,
                "share": one.share,
                "planned": one.planned,
            }
            for one in report.tiers
        ],
    }


def _repeat(one: Repeat) -> dict[str, Any]:
    return {
        "name": one.name,
        "customers": one.customers,
        "new": one.new,
        "returners": one.returners,
        "rate": one.rate,
        "cycle_days": _measure(one.cycles.all),
        "cycle_days_per_customer": _measure(one.cycles.per_customer),
        "cycles_days": [_measure(step) for step in one.cycles.steps],
    }


def _measure(one: Measure) -> dict[str, Any]:
    return {"value": one.value, "n": one.n, "median": one.median}


def _lines(report: WorthReport) -> list[str]:
    from app.stats.worth.lifecycle import STAGES, Stage

    lines = [f"{report.first_day} – {report.last_day}"]
    lines.append(_("Customers who paid: {n}").format(n=report.customers))
    lines += [f"  {_(STAGES[Stage(key)])}: {count}" for key, count in report.stages.items()]
    for one in report.segments:
        if one.dimensions == "RFM":
            lines.append(f"{_(one.name)}: {one.customers}, ¥{one.amount / 100:,.2f}")
    for tier in report.tiers:
        share = "–" if tier.share is None else f"{tier.share:.1%}"
        words = _("{tier}: {share}, planned {planned}")
        lines.append(words.format(tier=_(tier.name), share=share, planned=f"{tier.planned:.0%}"))
    return lines
