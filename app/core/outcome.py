"""What a verb of the command line answers (DESIGN §8)."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

DONE: Final = 0
PROBLEMS: Final = 1
REFUSED: Final = 2


@dataclass(frozen=True, slots=True)
class Outcome:
    """A JSON document, the same in lines for people, and the exit code."""

    document: dict[str, Any]
    lines: list[str] = field(default_factory=list)
    exit_code: int = DONE


Handler = Callable[[Any, argparse.Namespace], Outcome]
"""Takes the `Services` and the parsed arguments."""

Subparsers = argparse._SubParsersAction  # noqa: SLF001 - argparse gives its type no public name


def verb(
    parsers: Subparsers[argparse.ArgumentParser], name: str, run: Handler, *, about: str
) -> argparse.ArgumentParser:
    """Add a verb whose parsed arguments carry their handler as `run`."""
    parser = parsers.add_parser(name, help=about, description=about)
    parser.set_defaults(run=run)
    return parser
