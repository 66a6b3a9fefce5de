"""The verbs of `kefu`: one JSON document or a few lines, an exit code, never a traceback."""

from __future__ import annotations

import argparse
import importlib
import json
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

from app.core.errors import UserError
from app.core.i18n import _
from app.core.outcome import REFUSED, Outcome
from app.core.paths import home_dir, log_dir, practice_dir
from app.core.storage import storage_trouble

if TYPE_CHECKING:
    from app.homes import Home

VERB_MODULES: Final = (
    "app.orders.verbs",
    "app.orders.verify_verbs",
    "app.records.verbs",
    "app.after_sales.verbs",
    "app.phrases.verbs",
    "app.language.verbs",
    "app.shipments.verbs",
    "app.search.verbs",
    "app.customers.verbs",
    "app.stats.verbs",
    "app.quality.verbs",
    "app.channels.verbs",
    "app.maintenance.verbs",
    "app.practice.verbs",
    "app.training.verbs",
    "app.sync.verbs",
    "app.sync.shop_verbs",
)
log = logging.getLogger(__name__)


class _Parser(argparse.ArgumentParser):
    """Wrong use is an error of ours, so that `--json` holds for it too."""

    def error(self, message: str) -> NoReturn:
        raise UserError(message, hint=self.format_usage().strip(), code="usage")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb; returns the exit code (0 done, 1 problems found, 2 refused)."""
    arguments, home, practice, as_json = _global_options(
        sys.argv[1:] if argv is None else list(argv)
    )
    try:
        args = build_parser().parse_args(arguments)
        args.as_json = as_json  # for verbs that print before they end
        args.practice = practice
        args.home_named = home != home_dir()
        outcome = _run(args, home)
    except UserError as error:
        _print_error(error, as_json=as_json)
        return REFUSED
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # noqa: BLE001 - noted in the log folder, without values
        if trouble := storage_trouble(error):
            _print_error(trouble, as_json=as_json)
            return REFUSED
        _log_crash(home)
        message = _("Something went wrong inside the program.")
        _print_error(
            UserError(message, hint=_("The log folder says more."), code="bug"), as_json=as_json
        )
        return REFUSED
    _print_outcome(outcome, as_json=as_json)
    return outcome.exit_code


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all verbs, each area adding its own."""
    parser = _Parser(prog="kefu", description=_("Kefu Desk on the command line"))
    parser.add_argument("--home", help=_("the shop's folder"))
    parser.add_argument("--practice", action="store_true", help=_("use the practice shop"))
    parser.add_argument("--json", action="store_true", help=_("print one JSON document"))
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for module in VERB_MODULES:
        importlib.import_module(module).register(verbs)
    return parser


def _global_options(argv: list[str]) -> tuple[list[str], Path, bool, bool]:
    # They may stand before or after the verb, which argparse's subparsers can't do.
    rest: list[str] = []
    home: Path | None = None
    practice = as_json = False
    words = iter(argv)
    for word in words:
        if word == "--":
            rest += [word, *words]
        elif word == "--json":
            as_json = True
        elif word == "--practice":
            practice = True
        elif word == "--home":
            home = Path(next(words, "."))
        elif word.startswith("--home="):
            home = Path(word.removeprefix("--home="))
        else:
            rest.append(word)
    return rest, practice_dir(home) if practice else home_dir(home), practice, as_json


def _run(args: argparse.Namespace, path: Path) -> Outcome:
    if getattr(args, "without_home", False):
        args.home_path = path
        outcome: Outcome = args.run(None, args)
        return outcome
    from app.practice import open_practice_home, practice_home_of
    from app.services import build_services

    if getattr(args, "in_practice", False) and not args.practice:
        path, args.practice = practice_home_of(path), True
    home = open_practice_home(path) if args.practice else _live_home(args, path)
    services = build_services(home)
    try:
        services.staff.act_as_operator()
        outcome = args.run(services, args)
        while services.db.index_pending(20_000):
            pass
        return outcome
    finally:
        services.close()


def _live_home(args: argparse.Namespace, path: Path) -> Home:
    """Open the shop; verbs that bring data along may make one, but never at a mistyped place."""
    from app.homes import create_home, home_exists, open_home

    if home_exists(path):
        return open_home(path)
    if not getattr(args, "may_create", False):
        raise UserError(
            _("There is no shop in this folder."),
            hint=_(
                "{path}: check --home. The window or an import of files makes a new shop."
            ).format(path=path),
            code="no_home",
        )
    _refuse_strange_place(path, named=args.home_named)
    home = create_home(path)
    sys.stderr.write(_("A new shop was made in {path}.").format(path=path) + "\n")
    return home


def _refuse_strange_place(path: Path, *, named: bool) -> None:
    if named and not path.parent.is_dir():
        raise UserError(
            _("The folder {path} does not exist.").format(path=path.parent),
            hint=_("Check --home, or make the folder first."),
            code="no_folder",
        )
    if path.is_dir() and any(_is_strange(found.name) for found in path.iterdir()):
        raise UserError(
            _("The folder {path} holds other things and no shop.").format(path=path),
            hint=_("Check --home, or choose an empty folder."),
            code="not_empty",
        )


def _is_strange(name: str) -> bool:
    return not name.startswith(".") and name not in {"logs", "lost+found"}


def _print_outcome(outcome: Outcome, *, as_json: bool) -> None:
    if not outcome.document and not outcome.lines:
        return  # it has printed already
    if as_json:
        _print_json(outcome.document)
    else:
        for line in outcome.lines:
            print(line)


def _print_error(error: UserError, *, as_json: bool) -> None:
    if as_json:
        _print_json({"error": {"code": error.code, "message": error.message, "hint": error.hint}})
    print(" ".join(filter(None, (error.message, error.hint))), file=sys.stderr)


def _print_json(document: dict[str, Any]) -> None:
    sys.stdout.buffer.write(json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n")
    sys.stdout.flush()


def _log_crash(home: Path) -> None:
    import traceback

    try:
        if not home.is_dir():
            return
        log_dir(home).mkdir(exist_ok=True)
        with (log_dir(home) / "cli.log").open("a", encoding="utf-8") as file:
            # Where it happened, not what was in hand: that may be somebody's name or phone.
            kind, _error, trace = sys.exc_info()
            file.writelines(traceback.format_tb(trace))
            file.write(f"{kind.__name__ if kind else ''}\n")
    except OSError:
        log.warning("the log folder can't be written")
