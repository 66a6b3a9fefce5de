"""`kefu phrases import`, `phrases find` and `phrases export` (DESIGN §8)."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from app.core.errors import NotFound
from app.core.i18n import _, ngettext
from app.core.outcome import Outcome, Subparsers, verb
from app.phrases.model import PhraseFilter
from db.models.phrases import Scope

if TYPE_CHECKING:
    from app.phrases.exchange.report import FileReport, ImportReport
    from app.services import Services
    from app.staff import Member

_SHOWN_REJECTS: Final = 20


def register(verbs: Subparsers[argparse.ArgumentParser]) -> None:
    """Add the verbs."""
    about = _("quick phrases")
    group = verbs.add_parser("phrases", help=about, description=about).add_subparsers(
        dest="phrases_verb", required=True, metavar="VERB"
    )
    importing = verb(group, "import", import_phrases, about=_("import phrase files"))
    importing.add_argument("files", nargs="+", type=Path, metavar="FILE", help=_("phrase files"))
    importing.add_argument("--dry-run", action="store_true", help=_("only tell what would change"))
    importing.add_argument(
        "--scope", choices=[str(scope) for scope in Scope], default=str(Scope.SHOP),
        help=_("for the whole shop, or for one person"),
    )  # fmt: skip
    importing.set_defaults(may_create=True)
    importing.add_argument("--staff", default="", metavar="LOGIN", help=_("whose they shall be"))
    finding = verb(group, "find", find_phrases, about=_("find phrases as the desk would"))
    finding.add_argument("text", nargs="+", help=_("code, pinyin, initials or words"))
    finding.add_argument("--limit", type=int, default=20, help=_("at most so many"))
    exporting = verb(group, "export", export_phrases, about=_("write phrases to a file"))
    exporting.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help=_("a .csv or .json file")
    )


def import_phrases(services: Services, args: argparse.Namespace) -> Outcome:
    """Import files, or tell what an import would do."""
    importer = services.phrases.importer()
    owner = _member(services, args.staff) if args.staff else None
    act = importer.preview if args.dry_run else importer.run
    report = act(args.files, Scope(args.scope), owner)
    document = report.document()
    if not report.taken:
        document["error"] = _refusal(report)
    _complain(report)
    return Outcome(document, _lines(report), report.exit_code)


def find_phrases(services: Services, args: argparse.Namespace) -> Outcome:
    """Find phrases."""
    hits = services.phrases.find(" ".join(args.text), limit=max(args.limit, 1))
    shape = [
        {"code": h.code, "group": h.group, "title": h.title, "text": h.text, "score": h.score}
        for h in hits
    ]
    lines = ["  ".join((h.code or "-", h.group, h.text.replace("\n", " "))) for h in hits]
    return Outcome({"phrases": shape}, lines)


def export_phrases(services: Services, args: argparse.Namespace) -> Outcome:
    """Write all phrases of the shop to a file."""
    count = services.phrases.export(args.out, PhraseFilter(scope=Scope.SHOP))
    line = ngettext("{n} phrase written.", "{n} phrases written.", count).format(n=count)
    return Outcome({"file": str(args.out), "phrases": count}, [line])


def _member(services: Services, login: str) -> Member:
    for member in services.staff.members():
        if member.login == login:
            return member
    raise NotFound(_("There is no member of staff with this login."))


def _refusal(report: ImportReport) -> dict[str, str]:
    file = next((file for file in report.files if file.problem), None)
    if file is not None:
        return {"code": file.code or "error", "message": file.problem, "hint": file.hint}
    return {"code": "nothing_taken", "message": _("No row could be taken."), "hint": ""}


def _complain(report: ImportReport) -> None:
    for file in report.files:
        for line in _faults(file):
            sys.stderr.write(line + "\n")


def _faults(file: FileReport) -> list[str]:
    if file.problem:
        return [" ".join(filter(None, (f"{file.file}:", file.problem, file.hint)))]
    lines = [
        _("{file}, row {row}: {reason}").format(
            file=file.file, row=r.row, reason=f"{r.column}: {r.reason}" if r.column else r.reason
        )
        for r in file.rejected[:_SHOWN_REJECTS]
    ]
    if (more := len(file.rejected) - _SHOWN_REJECTS) > 0:
        lines.append(_("… and {n} more").format(n=more))
    if file.unknown:
        names = " ".join(file.unknown)
        lines.append(
            _("{file}: unknown variables left as they are: {names}").format(
                file=file.file, names=names
            )
        )
    return lines


def _lines(report: ImportReport) -> list[str]:
    text = _("{new} new, {changed} changed, {same} the same, {rejected} rejected")
    if report.dry_run:
        text = _("Would be: {new} new, {changed} changed, {same} the same, {rejected} rejected")
    return [
        text.format(
            new=report.counted("new"), changed=report.counted("changed"),
            same=report.counted("same"), rejected=report.rejected,
        )
    ]  # fmt: skip
