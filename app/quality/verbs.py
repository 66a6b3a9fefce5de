"""`kefu quality plan`, `kefu quality list`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from app.core.i18n import _
from app.core.outcome import Outcome, Subparsers, verb
from app.stats import day_of

if TYPE_CHECKING:
    from app.quality.model import CheckRow
    from app.services import Services


def register(verbs: Subparsers[argparse.ArgumentParser]) -> None:
    """Add the verbs of this area."""
    parser = verbs.add_parser("quality", help=_("quality checks of what agents said"))
    group = parser.add_subparsers(required=True, metavar="VERB")
    planning = verb(group, "plan", plan, about=_("draw conversations to be checked"))
    planning.add_argument("--week", default="", help=_("a day of the week, YYYY-MM-DD"))
    planning.add_argument("--seed", type=int, help=_("draw in another way, but the same again"))
    planning.add_argument("--count", type=int, default=0, help=_("so many of each agent"))
    listing = verb(group, "list", show, about=_("list the checks and their scores"))
    listing.add_argument("--week", default="", help=_("a day of the week, YYYY-MM-DD"))


def plan(services: Services, args: argparse.Namespace) -> Outcome:
    """Draw the sample of a week."""
    day = day_of(args.week) if args.week else services.stats.today()
    found = services.quality.plan(day, seed=args.seed, per_agent=max(0, args.count))
    document = {
        "week": found.week,
        "seed": found.seed,
        "planned": found.planned,
        "candidates": found.candidates,
        "agents": found.agents,
    }
    words = _("{n} of {total} conversations drawn for the week of {week}")
    line = words.format(n=found.planned, total=found.candidates, week=found.week)
    return Outcome(document, [line])


def show(services: Services, args: argparse.Namespace) -> Outcome:
    """List the checks."""
    from datetime import timedelta

    from app.quality.model import CheckFilter

    day = day_of(args.week) if args.week else None
    week = (day - timedelta(days=day.weekday())).isoformat() if day else ""
    rows = services.quality.checks(CheckFilter(week=week))
    return Outcome({"checks": [_document(row) for row in rows]}, [_line(row) for row in rows])


def _document(row: CheckRow) -> dict[str, Any]:
    return {
        "id": row.id.hex(),
        "week": row.week,
        "agent": row.agent,
        "conversation": row.conversation_id.hex(),
        "customer": row.customer,
        "reason": row.reason.value,
        "state": row.state.value,
        "score": row.score,
        "reviewer": row.reviewer or None,
    }


def _line(row: CheckRow) -> str:
    score = "–" if row.score is None else f"{row.score:.0%}"
    return f"{row.week}  {row.agent}  {row.customer}  {row.state.value}  {score}"
