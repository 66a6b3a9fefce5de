"""`kefu conversations import` (DESIGN §8)."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from app.core.i18n import _, ngettext
from app.core.outcome import Outcome, Subparsers, verb

if TYPE_CHECKING:
    from app.orders import FileReport
    from app.records.report import RecordReport
    from app.services import Services

_FORMATS: Final = ("auto", "jsonl", "qianniu", "tsv", "chatwoot", "rocketchat")
_SHOWN_REJECTS: Final = 20


def register(verbs: Subparsers[argparse.ArgumentParser]) -> None:
    """Add the verb."""
    parser = verbs.add_parser("conversations", help=_("bring chats of the past along"))
    group = parser.add_subparsers(required=True, metavar="VERB")
    importing = verb(group, "import", import_records, about=_("import chat records"))
    importing.add_argument("files", nargs="+", metavar="FILE", help=_("chat records"))
    importing.add_argument(
        "--format", choices=_FORMATS, default="auto", help=_("the files' format, if not found out")
    )
    importing.add_argument("--dry-run", action="store_true", help=_("only tell what would change"))
    importing.add_argument("--shop", default="", help=_("the shop, where there are several"))
    importing.add_argument(
        "--agent", action="append", default=[], metavar="NAME",
        help=_("a name of the shop's own in copied text; may be repeated"),
    )  # fmt: skip
    importing.set_defaults(may_create=True)


def import_records(services: Services, args: argparse.Namespace) -> Outcome:
    """Import files, or tell what an import would do."""
    files = [path for name in args.files for path in _expanded(name)]
    act = services.record_import.preview if args.dry_run else services.record_import.run
    report = act(files, format=args.format, shop=args.shop, agents=args.agent)
    document = report.document()
    if not report.taken:
        document["error"] = _refusal(report)
    _complain(report)
    return Outcome(document, _lines(report), report.exit_code)


def _expanded(name: str) -> list[Path]:
    # Windows' shell leaves * to the program.
    path = Path(name)
    if path.exists() or not any(mark in path.name for mark in "*?["):
        return [path]
    return sorted(path.parent.glob(path.name)) or [path]


def _refusal(report: RecordReport) -> dict[str, str]:
    if len(report.files) == 1:
        file = report.files[0]
        return {"code": file.code, "message": file.problem, "hint": file.hint}
    message = _("Nothing could be taken from the {n} files.").format(n=len(report.files))
    return {"code": "nothing_taken", "message": message, "hint": ""}


def _complain(report: RecordReport) -> None:
    """Problems go to stderr in one sentence each, whatever is printed on stdout."""
    for file in report.files:
        if file.problem:
            words = " ".join(filter(None, (file.problem, file.hint)))
            sys.stderr.write(f"{file.file}: {words}\n")
        elif file.rejected:
            count = ngettext("{n} row rejected", "{n} rows rejected", len(file.rejected))
            sys.stderr.write(f"{file.file}: {count.format(n=len(file.rejected))}\n")


def _lines(report: RecordReport) -> list[str]:
    lines: list[str] = []
    for file in report.files:
        if not file.problem or file.rows:
            lines += _file_lines(file)
    counts = report.document()["conversations"]
    words = _("Conversations: {new} new, {changed} with new messages, {same} the same")
    lines.append(words.format(**counts))
    if report.former_staff:
        names = ", ".join(report.former_staff)
        lines.append(_("Kept as former staff who can't sign in: {names}").format(names=names))
    if report.dry_run:
        lines.append(_("Nothing was written (dry run)."))
    return lines


def _file_lines(file: FileReport) -> list[str]:
    head = _("{file}: {rows} messages, {new} new, {same} the same, {bad} rejected").format(
        file=file.file, rows=file.rows, new=file.new, same=file.same, bad=len(file.rejected)
    )
    rejected = [
        "  "
        + _("row {row}: {reason}").format(
            row=row.row, reason=" ".join(filter(None, (row.column, row.reason)))
        )
        for row in file.rejected[:_SHOWN_REJECTS]
    ]
    more = ["  …"] if len(file.rejected) > _SHOWN_REJECTS else []
    return [head, *rejected, *more, *([f"  {file.note}"] if file.note else [])]
