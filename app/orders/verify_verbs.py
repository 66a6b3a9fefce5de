"""`kefu orders verify`: the verdicts as a document (DESIGN §8)."""

from __future__ import annotations

import argparse
from collections import Counter
from typing import TYPE_CHECKING, Any

from app.core.errors import UserError
from app.core.i18n import _
from app.core.outcome import DONE, PROBLEMS, Outcome, Subparsers, verb
from app.orders.verb_group import orders_group
from app.orders.verification import LEVEL_NAMES
from db.models import OrderStatus

if TYPE_CHECKING:
    from app.orders.verification import Finding, Report, Verdict
    from app.services import Services


def register(verbs: Subparsers[argparse.ArgumentParser]) -> None:
    """Add `orders verify`."""
    about = _("Judge orders before dispatch.")
    parser = verb(orders_group(verbs), "verify", run, about=about)
    parser.add_argument("numbers", nargs="*", metavar="NUMBER", help=_("order numbers"))
    parser.add_argument(
        "--status",
        action="append",
        choices=[str(status) for status in OrderStatus],
        help=_("only orders of this status; without it, those to be shipped"),
    )


def run(services: Services, args: argparse.Namespace) -> Outcome:
    """Verify; exit code 1 where some of the numbers are not known, `UserError` where none is."""
    numbers: list[str] | None = args.numbers or None
    report = services.verification.verify(numbers=numbers, statuses=args.status)
    known = {verdict.number for verdict in report.verdicts}
    unknown = [number for number in args.numbers if number not in known]
    if unknown and not known:
        raise UserError(
            _("None of these orders is known."), hint=_("Import them first."), code="not_found"
        )
    document = _document(report) | ({"unknown": unknown} if unknown else {})
    lines = [line for verdict in report.verdicts for line in _lines(verdict)]
    lines += [_("Unknown: {number}").format(number=number) for number in unknown]
    return Outcome(document, [*lines, _summary(report)], PROBLEMS if unknown else DONE)


def _document(report: Report) -> dict[str, Any]:
    return {
        "orders": [
            {
                "number": verdict.number,
                "verdict": str(verdict.level),
                "findings": [_finding(finding) for finding in verdict.findings],
                "promise_at": verdict.promise_at,
                "promise": verdict.promise and str(verdict.promise),
                "released": verdict.released,
            }
            for verdict in report.verdicts
        ],
        "merge": [list(group) for group in report.merge],
        "split": list(report.split),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "level": str(finding.level),
        "reason": finding.reason,
        "remedy": finding.remedy.text,
        "action": finding.remedy.action and str(finding.remedy.action),
    }


def _lines(verdict: Verdict) -> list[str]:
    lines = [f"{verdict.number}  {_(LEVEL_NAMES[verdict.level])}"]
    lines += [
        f"    {_(LEVEL_NAMES[f.level])}  {f.reason}  → {f.remedy.text}" for f in verdict.findings
    ]
    return lines


def _summary(report: Report) -> str:
    counts = Counter(verdict.level for verdict in report.verdicts)
    shown = ", ".join(f"{_(LEVEL_NAMES[level])} {n}" for level, n in sorted(counts.items()))
    groups = _("{n} groups to merge").format(n=len(report.merge))
    return "; ".join(filter(None, (shown, groups if report.merge else "")))
