"""`kefu stats …` (DESIGN §8)."""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from app.core.errors import UserError
from app.core.i18n import _
from app.core.outcome import Outcome, Subparsers, verb
from app.stats.days import day_of
from app.stats.worth_verbs import add_options as add_worth_options
from app.stats.worth_verbs import show_worth

if TYPE_CHECKING:
    from app.services import Services
    from app.stats.model import Credit, Measure, Report

_BY: Final = ("agent", "hour", "channel", "product", "day")


def register(verbs: Subparsers[argparse.ArgumentParser]) -> None:
    """Add `stats` and its verbs."""
    area = verb(verbs, "stats", show, about=_("the shop's numbers over a period"))
    _add_options(area)
    parsers = area.add_subparsers(dest="action", metavar="ACTION")
    verb(parsers, "rebuild", rebuild, about=_("work the facts behind the numbers out anew"))
    asked = verb(parsers, "explain", explain, about=_("say who gets an order, and by which rule"))
    asked.add_argument("number", metavar="ORDER")
    report = verb(parsers, "report", write_report, about=_("write the numbers to a file"))
    _add_options(report)
    report.add_argument(
        "--out", required=True, type=Path, metavar="FILE", help=_("name.xlsx, name.csv or name.pdf")
    )
    worth = verb(parsers, "worth", show_worth, about=_("what customers are worth"))
    _add_period(worth)
    add_worth_options(worth)
    verb(parsers, "metrics", metrics, about=_("list all metrics and how they are worked out"))


def _add_period(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--from", dest="first", default="", help=_("first day, YYYY-MM-DD"))
    parser.add_argument("--to", dest="last", default="", help=_("last day, YYYY-MM-DD"))


def _add_options(parser: argparse.ArgumentParser) -> None:
    _add_period(parser)
    parser.add_argument(
        "--all",
        action="store_true",
        help=_("everything, with messages without a time; as where no day is named"),
    )
    parser.add_argument("--by", choices=_BY, help=_("what the rows stand for"))
    parser.add_argument(
        "--metric", action="append", default=[], help=_("only these metrics, comma-separated")
    )


def show(services: Services, args: argparse.Namespace) -> Outcome:
    """Print the numbers of a period."""
    report = _report(services, args)
    return Outcome(report_document(report), _lines(report))


def write_report(services: Services, args: argparse.Namespace) -> Outcome:
    """Write the numbers of a period to a file."""
    services.stats_exports.write(_report(services, args), args.out)
    words = _("Written: {file}").format(file=args.out)
    return Outcome({"file": str(args.out)}, [words])


def _report(services: Services, args: argparse.Namespace) -> Report:
    from app.stats import By

    if args.all and (args.first or args.last):
        raise UserError(_("Everything has no first or last day."), code="usage")
    first = day_of(args.first) if args.first else None
    last = day_of(args.last) if args.last else None
    keys = [key.strip() for text in args.metric for key in text.split(",") if key.strip()]
    by = By(args.by) if args.by else None
    return services.stats.report(first, last, by=by, metrics=keys)


def rebuild(services: Services, _args: argparse.Namespace) -> Outcome:
    """Work all facts out from scratch."""
    services.stats.rebuild()
    return Outcome({"rebuilt": True}, [_("The facts were worked out anew.")])


def explain(services: Services, args: argparse.Namespace) -> Outcome:
    """Say whose an order is by each rule."""
    found = services.stats.explain(args.number)
    zone = services.stats.zone
    document = {
        "order": found.number,
        "created": _iso(found.created_at, zone),
        "paid_at": _iso(found.paid_at, zone),
        "rule": found.credit.rule,
        "credit": _credit_document(found.credit, zone),
        "rules": {credit.rule: _credit_document(credit, zone) for credit in found.others},
    }
    lines = [_credit_line(credit, zone) for credit in (found.credit, *found.others)]
    return Outcome(document, lines[:1] + [f"  {line}" for line in lines[1:]])


def metrics(_services: Services, _args: argparse.Namespace) -> Outcome:
    """List the definitions."""
    from app.stats import METRICS

    rows = [
        {
            "metric": metric.key,
            "name": _(metric.name),
            "formula": _(metric.formula),
            "unit": metric.unit.value,
            "better": metric.good.value,
            "source": metric.source,
        }
        for metric in METRICS
    ]
    lines = [f"{row['metric']}  {row['name']}: {row['formula']}" for row in rows]
    return Outcome({"metrics": rows}, lines)


def report_document(report: Report) -> dict[str, Any]:
    """A report in the shape of `stats`; keys may be added to it."""
    from app.stats import BY_KEY

    def measure(key: str, found: Measure) -> dict[str, Any]:
        document = {"value": found.value, "unit": BY_KEY[key].unit.value, "n": found.n}
        if found.median is not None:
            document |= {"median": found.median, "p90": found.p90}
        return document

    document: dict[str, Any] = {
        "from": report.first_day,
        "to": report.last_day,
        "by": report.by.value if report.by else None,
        "rule": report.rule,
        "metrics": {key: measure(key, found) for key, found in report.measures.items()},
        "rows": [],
    }
    for row in report.rows:
        facts: dict[str, Any] = {str(report.by): row.name if row.key is not None else None}
        if isinstance(row.key, bytes):
            facts["agent_id"] = row.key.hex()
        facts |= {key: found.value for key, found in row.measures.items()}
        document["rows"].append(facts)
    if report.team is not None:
        document["team"] = {key: measure(key, found) for key, found in report.team.items()}
    return document


def _lines(report: Report) -> list[str]:
    from app.stats import BY_KEY

    lines = [f"{report.first_day} – {report.last_day}"]
    for key, found in report.measures.items():
        lines.append(f"{_(BY_KEY[key].name)}  {_shown(key, found)}")
    for row in report.rows:
        lines.append(row.name if row.key is not None else _("nobody"))
        lines += [
            f"  {_(BY_KEY[key].name)}  {_shown(key, found)}"
            for key, found in row.measures.items()
            if found.value
        ]
    return lines


def _shown(key: str, found: Measure) -> str:
    from app.stats import BY_KEY, Unit

    value, unit = found.value, BY_KEY[key].unit
    if value is None:
        return "–"
    if unit is Unit.FEN:
        return f"¥{value / 100:,.2f}"
    if unit is Unit.SHARE:
        return f"{value:.1%}"
    if unit in {Unit.SECONDS, Unit.DAYS}:
        word = _("{n} s") if unit is Unit.SECONDS else _("{n} days")
        return word.format(n=f"{value:,.1f}")
    return f"{value:,.2f}".removesuffix(".00")


def _credit_document(credit: Credit, zone: dt.tzinfo) -> dict[str, Any]:
    return {
        "agent": credit.agent or None,
        "agent_id": credit.agent_id.hex() if credit.agent_id is not None else None,
        "conversation": credit.conversation_id.hex() if credit.conversation_id else None,
        "session": [_iso(credit.starts_at, zone), _iso(credit.ends_at, zone)]
        if credit.starts_at is not None
        else None,
    }


def _credit_line(credit: Credit, zone: dt.tzinfo) -> str:
    rule = {
        "order": _("by the order"),
        "payment": _("by the payment"),
        "order_first": _("by the order, else by the payment"),
        "jd": _("JD's rule"),
        "hand": _("by hand, after an appeal"),
    }[credit.rule]
    if credit.agent_id is None:
        return _("{rule}: nobody").format(rule=rule)
    if credit.starts_at is None:
        return _("{rule}: {agent}").format(rule=rule, agent=credit.agent)
    return _("{rule}: {agent}, talked {start} to {end}").format(
        rule=rule,
        agent=credit.agent,
        start=_iso(credit.starts_at, zone),
        end=_iso(credit.ends_at, zone),
    )


def _iso(moment: int | None, zone: dt.tzinfo) -> str | None:
    if moment is None:
        return None
    return dt.datetime.fromtimestamp(moment / 1000, zone).isoformat()
