"""`kefu backup`, `kefu restore`, `kefu doctor`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from app.core.i18n import _
from app.core.outcome import DONE, PROBLEMS, Outcome, Subparsers, verb
from app.core.paths import home_dir
from app.maintenance.backup import back_up, restore
from app.maintenance.doctor import examine

if TYPE_CHECKING:
    from app.services import Services


def register(verbs: Subparsers[argparse.ArgumentParser]) -> None:
    """Add the verbs of this area."""
    backup = verb(verbs, "backup", run_backup, about=_("write a verified backup"))
    backup.add_argument("--out", type=Path, help=_("the archive to write"))
    again = verb(verbs, "restore", run_restore, about=_("restore a backup into a new folder"))
    again.add_argument("file", type=Path, help=_("the archive"))
    again.add_argument("--into", type=Path, help=_("the folder, by default the shop's own"))
    again.set_defaults(without_home=True)
    verb(verbs, "doctor", run_doctor, about=_("look at the shop's health"))


def run_backup(services: Services, args: argparse.Namespace) -> Outcome:
    """Write a backup and say where it lies."""
    report = back_up(services.home, services.db, args.out)
    document = {"file": str(report.file), "size": report.size, "files": report.files}
    return Outcome(document, [_("Backup written: {file}").format(file=report.file)])


def run_restore(_services: None, args: argparse.Namespace) -> Outcome:
    """Restore a backup and say where."""
    home = restore(args.file, home_dir(args.into or args.home_path))
    return Outcome({"home": str(home.path)}, [_("Restored: {home}").format(home=home.path)])


def run_doctor(services: Services, _args: argparse.Namespace) -> Outcome:
    """Print the findings; exit code 1 where something needs action."""
    findings = examine(services.home, services.db)
    document = [{"subject": f.subject, "ok": f.ok, "text": f.text} for f in findings]
    lines = [f"{'✓' if f.ok else '✗'} {f.subject}: {f.text}" for f in findings]
    code = DONE if all(f.ok for f in findings) else PROBLEMS
    return Outcome({"findings": document}, lines, code)
