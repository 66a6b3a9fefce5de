"""`kefu practice reset`."""

from __future__ import annotations

import argparse

from app.core.i18n import _
from app.core.outcome import Outcome, Subparsers, verb
from app.core.paths import practice_dir
from app.homes import home_exists, open_home
from app.practice.home import reset_practice_home


def register(verbs: Subparsers[argparse.ArgumentParser]) -> None:
    """Add the verbs of this area."""
    practice = verbs.add_parser("practice", help=_("the practice shop"))
    parsers = practice.add_subparsers(dest="action", required=True)
    reset = verb(parsers, "reset", run_reset, about=_("make the practice shop anew, as of today"))
    reset.set_defaults(without_home=True)


def run_reset(_services: None, args: argparse.Namespace) -> Outcome:
    """Throw the practice data away; the next opening loads it as of that day."""
    path = args.home_path
    if not (home_exists(path) and open_home(path).practice):
        path = practice_dir(path)
    home = reset_practice_home(path)
    return Outcome({"home": str(home.path)}, [_("The practice shop is as new.")])
