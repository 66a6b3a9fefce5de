"""`kefu training scenarios list|check|export|import`: the shop's own practice customers as files."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from app.core.i18n import _, current_language
from app.core.outcome import DONE, PROBLEMS, Outcome, Subparsers, verb
from app.training.files import read_bytes
from app.training.intents import intents
from app.training.scenario_check import read_document
from app.training.scenario_store import completed

if TYPE_CHECKING:
    from app.services import Services


def register(verbs: Subparsers[argparse.ArgumentParser]) -> None:
    """Add the verbs below `kefu training`."""
    parser = verbs.add_parser("scenarios", help=_("practice customers of the shop's own"))
    group = parser.add_subparsers(required=True, metavar="VERB")
    listing = verb(group, "list", list_own, about=_("list all, the shop's own first"))
    listing.set_defaults(in_practice=True)
    check = verb(group, "check", check_files, about=_("say what is wrong with files, and where"))
    check.add_argument("files", type=Path, nargs="+", metavar="FILE", help=_("a scenario"))
    check.set_defaults(without_home=True)
    export = verb(group, "export", export_one, about=_("write one to a file"))
    export.add_argument("key", metavar="SCENARIO", help=_("its id"))
    export.add_argument("file", type=Path, help=_("the file to write"))
    export.set_defaults(in_practice=True)
    take = verb(group, "import", import_files, about=_("bring files in"))
    take.add_argument("files", type=Path, nargs="+", metavar="FILE", help=_("a scenario"))
    take.set_defaults(in_practice=True)


def list_own(services: Services, _args: argparse.Namespace) -> Outcome:
    """List scenarios with where they are from."""
    rows = services.scenarios.rows()
    english = current_language() == "en"
    document = [
        {
            "id": row.key,
            "title": row.title[english],
            "own": row.own,
            "bundled": row.bundled,
            "active": row.active,
            "faults": row.faults,
        }
        for row in rows
    ]
    lines = [
        f"{'*' if row.own else ' '} {row.key:24}{row.title[english]}"
        + (f"  ✗ {row.faults}" if row.faults else "")
        for row in rows
    ]
    return Outcome({"scenarios": document}, lines)


def check_files(_services: Services | None, args: argparse.Namespace) -> Outcome:
    """Check files; exit code 1 where one has a fault."""
    files, lines = [], []
    for path in args.files:
        try:
            document = msgspec.json.decode(read_bytes(path))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            files.append({"file": str(path), "faults": [{"where": "", "what": str(error)}]})
            lines.append(f"{path.name}: ✗ {error}")
            continue
        whole = completed(document) if isinstance(document, dict) else document
        found = read_document(whole, intents())[1]
        faults = [{"where": one.where, "what": one.words} for one in found]
        files.append({"file": str(path), "faults": faults})
        lines += [f"{path.name}: ✗ {one.where}: {one.words}" for one in found]
        lines += [] if found else [_("{name}: sound").format(name=path.name)]
    return Outcome({"files": files}, lines, PROBLEMS if any(f["faults"] for f in files) else DONE)


def export_one(services: Services, args: argparse.Namespace) -> Outcome:
    """Write one to a file."""
    services.scenarios.export(args.key, args.file)
    return Outcome({"file": str(args.file)}, [_("Written: {file}").format(file=args.file)])


def import_files(services: Services, args: argparse.Namespace) -> Outcome:
    """Bring files in; exit code 1 where one is kept but not in force yet."""
    rows = [services.scenarios.take(path) for path in args.files]
    lines = [
        f"{row.key}: "
        + (_("{n} faults, not in force yet").format(n=row.faults) if row.faults else _("in force"))
        for row in rows
    ]
    document = [{"id": row.key, "faults": row.faults} for row in rows]
    return Outcome(
        {"scenarios": document}, lines, PROBLEMS if any(r.faults for r in rows) else DONE
    )
