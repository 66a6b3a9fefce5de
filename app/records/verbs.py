"""`kefu conversations import` (DESIGN §8)."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Final

from app.core.i18n import _
from app.core.outcome import Outcome, Subparsers, verb
from app.sources import expanded, file_lines, import_outcome

if TYPE_CHECKING:
    from app.records.report import RecordReport
    from app.services import Services

_FORMATS: Final = ("auto", "jsonl", "qianniu", "tsv", "chatwoot", "rocketchat")


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
    files = [path for name in args.files for path in expanded(name)]
    act = services.record_import.preview if args.dry_run else services.record_import.run
    report = act(files, format=args.format, shop=args.shop, agents=args.agent)
    return import_outcome(report, _lines(report))


def _lines(report: RecordReport) -> list[str]:
    lines: list[str] = []
    head = _("{file}: {rows} messages, {new} new, {same} the same, {bad} rejected")
    for file in report.files:
        counts = {name: getattr(file, name) for name in ("file", "rows", "new", "same")}
        lines += file_lines(file, head.format(**counts, bad=len(file.rejected)))
    talks = report.document()["conversations"]
    words = _("Conversations: {new} new, {changed} with new messages, {same} the same")
    lines.append(words.format(**talks))
    if report.former_staff:
        names = ", ".join(report.former_staff)
        lines.append(_("Kept as former staff who can't sign in: {names}").format(names=names))
    return lines
