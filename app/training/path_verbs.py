"""`kefu training report|clear|import-clearing`."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.core.errors import NotFound
from app.core.i18n import _, listing, ngettext
from app.core.outcome import Outcome, Subparsers, verb
from app.staff import Member
from app.training.clearing_model import Offered, results_of
from app.training.tasks import Task, Trainee, bar_words

if TYPE_CHECKING:
    from app.services import Services


def register(group: Subparsers[argparse.ArgumentParser]) -> None:
    """Add the verbs to those of training."""
    report = verb(group, "report", run_report, about=_("tell how trainees are doing"))
    report.set_defaults(in_practice=True)
    report.add_argument("--who", metavar="LOGIN", help=_("only this one, task by task"))
    clear = verb(group, "clear", run_clear, about=_("clear a trainee for live work"))
    clear.set_defaults(in_practice=True)
    clear.add_argument("login", metavar="LOGIN")
    clear.add_argument("--by", metavar="LOGIN", required=True, help=_("the supervisor who clears"))
    clear.add_argument("--reason", default="", help=_("why, if not every bar is reached"))
    clear.add_argument("--out", type=Path, required=True, metavar="FILE")
    bring = verb(group, "import-clearing", run_import, about=_("bring a clearing to the real shop"))
    bring.add_argument("file", type=Path, metavar="FILE")
    bring.add_argument("--code", help=_("as the issuer tells it; without it the file is shown"))


def run_report(services: Services, args: argparse.Namespace) -> Outcome:
    """How everybody is doing, or one person task by task."""
    if args.who:
        team = [services.path.trainee(member_of(services, args.who).id)]
    else:
        team = services.path.team()
    lines: list[str] = []
    for one in team:
        lines.append(_line(one))
        if args.who:
            lines += [_task_line(task) for task in one.tasks]
    return Outcome({"trainees": [_document(one) for one in team]}, lines)


def run_clear(services: Services, args: argparse.Namespace) -> Outcome:
    """Sign a clearing and write it to a file."""
    services.staff.sign_in_as(member_of(services, args.by).id)
    trainee = member_of(services, args.login)
    issued = services.clearings.issue_to(trainee.id, args.out, reason=args.reason)
    document = {"file": str(args.out), "code": issued.code, "words": issued.words}
    told = _("Code: {code} ({words})").format(code=issued.code, words=issued.words)
    return Outcome(document, [str(args.out), told])


def run_import(services: Services, args: argparse.Namespace) -> Outcome:
    """Show a clearing, or with its code take it in."""
    text, offered = services.clearings.look_into(args.file)
    document = _offer(offered)
    lines = [
        _("{name} ({login}), cleared by {issuer}").format(
            name=offered.name, login=offered.login, issuer=offered.issuer
        )
    ]
    if not args.code:
        return Outcome(document | {"taken": False}, lines)
    known = offered.member or not offered.fits(args.code)
    password = "" if known else sys.stdin.readline().rstrip("\n")
    member = services.clearings.take(text, args.code, password=password)
    role = str(member.role)
    lines.append(_("{name} may serve customers now.").format(name=member.shown_name))
    return Outcome(document | {"taken": True, "role": role}, lines)


def member_of(services: Services, login: str) -> Member:
    """Who has a login; raises `NotFound`."""
    for member in services.staff.members():
        if member.login == login:
            return member
    raise NotFound(_("Nobody here has the login “{login}”.").format(login=login))


def _document(one: Trainee) -> dict[str, Any]:
    return {
        "login": one.login,
        "name": one.name,
        "role": one.role,
        "on_path": one.on_path,
        "ready": one.ready,
        "done": one.done,
        "late": one.late,
        "stuck": list(one.stuck),
        "idle": one.idle,
        "last_at": _moment(one.last_at),
        "cleared_at": _moment(one.cleared_at),
        **results_of(one),
    }


def _offer(offered: Offered) -> dict[str, Any]:
    return {
        "login": offered.login,
        "name": offered.name,
        "issuer": offered.issuer,
        "shop": offered.shop,
        "issued_at": _moment(offered.issued_at),
        "reason": offered.reason,
        "results": offered.results,
        "member": offered.member.login if offered.member else None,
        "known_issuer": offered.known,
    }


def _moment(ms: int | None) -> str | None:
    return None if ms is None else datetime.fromtimestamp(ms / 1000, UTC).isoformat()


def _line(one: Trainee) -> str:
    words = [f"{one.name} ({one.login})", f"{one.done}/{len(one.tasks)}"]
    if one.late:
        words.append(ngettext("{n} overdue", "{n} overdue", one.late).format(n=one.late))
    if one.stuck:
        words.append(_("Stuck at: {list}").format(list=listing(one.stuck)))
    if one.ready:
        words.append(_("ready"))
    return "  ".join(words)


def _task_line(task: Task) -> str:
    mark = "✓" if task.finished else " "
    best = "" if task.best is None else f"  {task.best:.0f}"
    bar = bar_words(task.kind, task.count, task.at_least)
    return f" {mark} {task.day or '+'}  {task.title}: {bar}  {task.done}/{task.count}{best}"
