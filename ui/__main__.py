"""Composition root. Verbs go to the command line, which never loads Qt; otherwise the window."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from ui.shell import garbage

_OPTIONS_WITH_VALUE = ("--home", "--shots")


def main(argv: Sequence[str] | None = None) -> int:
    """Open the window, or run a verb; returns the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if _is_for_cli(arguments):
        from app.cli import main as run_verb

        return run_verb(arguments)
    options = _parser().parse_args(arguments)
    garbage.hold()
    if options.shots is not None:
        from ui.shell.shots import main as take_pictures

        return take_pictures([str(options.shots)])
    from ui.shell.run import run_window

    return run_window(options.home, practice=options.practice)


def _is_for_cli(arguments: Sequence[str]) -> bool:
    """Whether there is a verb among the options, or help is asked for."""
    words = iter(arguments)
    for word in words:
        if word in _OPTIONS_WITH_VALUE:
            next(words, None)
        elif word in {"-h", "--help", "--json"} or not word.startswith("-"):
            return True
    return False


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kefu")
    parser.add_argument("--home", type=Path)
    parser.add_argument("--practice", action="store_true")
    parser.add_argument("--shots", type=Path)
    return parser


if __name__ == "__main__":
    sys.exit(main())
