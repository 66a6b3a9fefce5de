"""`kefu practice reset|discard`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from app.core.errors import UserError
from app.core.i18n import _
from app.core.outcome import Outcome, Subparsers, verb
from app.practice.home import discard_practice_home, practice_home_of

if TYPE_CHECKING:
    from app.services import Services


def register(verbs: Subparsers[argparse.ArgumentParser]) -> None:
    """Add the verbs of this area."""
    practice = verbs.add_parser("practice", help=_("the practice shop"))
    parsers = practice.add_subparsers(dest="action", required=True)
    about = _("make the practice shop anew, as of today; results stay")
    verb(parsers, "reset", run_reset, about=about).set_defaults(in_practice=True)
    about = _("throw the practice shop away as a whole, results too")
    discard = verb(parsers, "discard", run_discard, about=about)
    discard.add_argument("--yes", action="store_true", help=_("it is meant"))
    discard.set_defaults(without_home=True)


def run_reset(services: Services, _args: argparse.Namespace) -> Outcome:
    """Make the practice data as new; staff, settings, sharing and results of training stay."""
    services.practice.reset()
    document = {"home": str(services.home.path)}
    return Outcome(document, [_("The practice shop is as new.")])


def run_discard(_services: None, args: argparse.Namespace) -> Outcome:
    """Throw everything away; the next opening fills it anew."""
    if not args.yes:
        raise UserError(
            _("All results of training would be lost."),
            hint=_("“kefu practice reset” keeps them; say --yes to lose them."),
            code="usage",
        )
    home = discard_practice_home(practice_home_of(args.home_path))
    return Outcome({"home": str(home.path)}, [_("The practice shop is as new.")])
