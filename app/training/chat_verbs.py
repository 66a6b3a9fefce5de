"""`kefu training chats export|import|list`: real chats, masked, for the practice shop."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.core.i18n import _, ngettext
from app.core.outcome import DONE, PROBLEMS, Outcome, Subparsers, verb
from app.training.replaying import ChatsTold
from app.training.replays import USUAL

if TYPE_CHECKING:
    from app.services import Services


def register(verbs: Subparsers[argparse.ArgumentParser]) -> None:
    """Add the verbs below `kefu training`."""
    parser = verbs.add_parser("chats", help=_("real chats to practise with"))
    group = parser.add_subparsers(required=True, metavar="VERB")
    export = verb(
        group, "export", export_chats, about=_("write chats of this shop, masked, to a file")
    )
    export.add_argument("file", type=Path, help=_("the file to write"))
    export.add_argument(
        "--last", type=int, default=USUAL, metavar="N", help=_("so many of the newest closed ones")
    )
    export.add_argument("--find", default="", metavar="WORD", help=_("only those with this word"))
    take = verb(group, "import", import_chats, about=_("bring chats into the practice shop"))
    take.add_argument(
        "files", type=Path, nargs="+", metavar="FILE", help=_("masked chats, or chat records")
    )
    take.set_defaults(in_practice=True)
    listing = verb(group, "list", list_chats, about=_("list the chats of the practice shop"))
    listing.set_defaults(in_practice=True)


def export_chats(services: Services, args: argparse.Namespace) -> Outcome:
    """Mask chats of this shop into a file."""
    told = services.replays.export(args.file, last=max(1, args.last), find=args.find)
    line = ngettext(
        "{n} masked chat written to {file}; look through it before you hand it on.",
        "{n} masked chats written to {file}; look through them before you hand them on.",
        told.chats,
    ).format(n=told.chats, file=args.file)
    return Outcome({"file": str(args.file), **_document(told)}, [line, *_masked(told)])


def import_chats(services: Services, args: argparse.Namespace) -> Outcome:
    """Bring files in; exit code 1 where one of them held nothing to practise with."""
    files, lines, empty = [], [], False
    for path in args.files:
        told = services.replays.take(path)
        files.append({"file": str(path), **_document(told)})
        lines += [
            _("{name}: {n} new, {same} there already, {short} too short").format(
                name=path.name, n=told.chats, same=told.same, short=told.short
            ),
            *_masked(told),
        ]
        empty = empty or not told.chats + told.same
    return Outcome({"files": files}, lines, PROBLEMS if empty else DONE)


def list_chats(services: Services, _args: argparse.Namespace) -> Outcome:
    """List them."""
    rows = services.replays.rows()
    document = [
        {"id": row.id.hex(), "title": row.title, "source": row.source, "turns": row.turns}
        for row in rows
    ]
    return Outcome({"chats": document}, [f"{row.turns:4}  {row.title}" for row in rows])


def _document(told: ChatsTold) -> dict[str, Any]:
    return {
        "chats": told.chats,
        "turns": told.turns,
        "same": told.same,
        "short": told.short,
        "masked": {secret.name.lower(): count for secret, count in told.masked},
    }


def _masked(told: ChatsTold) -> list[str]:
    return [f"  【{secret}】 {count}" for secret, count in told.masked]
