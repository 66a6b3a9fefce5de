"""`kefu language …`: try the check on a text, see and set the rule packs."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from app.core.errors import UserError
from app.core.i18n import _, current_language
from app.core.outcome import DONE, PROBLEMS, Outcome, Subparsers, verb
from app.language.model import Hit, Level, Pack

if TYPE_CHECKING:
    from app.services import Services


def register(verbs: Subparsers[argparse.ArgumentParser]) -> None:
    """Add the verbs of this area."""
    parser = verbs.add_parser("language", help=_("what should not go out to customers"))
    group = parser.add_subparsers(required=True, metavar="VERB")
    check = verb(group, "check", check_text, about=_("look at a reply before it goes out"))
    check.add_argument("text", nargs="+", metavar="TEXT", help=_("the reply"))
    packs = verb(group, "packs", list_packs, about=_("list the rule packs with their levels"))
    packs.add_argument(
        "--set", action="append", default=[], metavar="PACK=LEVEL", dest="levels",
        help=_("set a level: off, hint, warn or block"),
    )  # fmt: skip


def check_text(services: Services, args: argparse.Namespace) -> Outcome:
    """Print what was found; exit code 1 where something should not go out."""
    hits = services.language.check(" ".join(args.text))
    lines = [_line(hit) for hit in hits] or [_("Nothing to object to.")]
    document = {"hits": [hit_document(hit) for hit in hits]}
    return Outcome(document, lines, PROBLEMS if hits else DONE)


def hit_document(hit: Hit) -> dict[str, Any]:
    """A hit's part of the JSON answer."""
    return {
        "start": hit.start,
        "end": hit.end,
        "found": hit.found,
        "level": str(hit.level),
        "pack": hit.pack,
        "rule": hit.rule,
        "why": hit.why,
        "instead": list(hit.instead),
    }


def _line(hit: Hit) -> str:
    head = f"[{hit.level}] {hit.pack}/{hit.rule}: {hit.found}"
    return "\n".join([head, *(f"  → {text}" for text in hit.instead)])


def list_packs(services: Services, args: argparse.Namespace) -> Outcome:
    """Print the packs, after setting the levels asked for."""
    for wish in args.levels:
        services.language.set_level(*_wish(wish))
    english = current_language() == "en"
    rows = services.language.levels()
    lines = [f"{pack.key:14}{level:6}{_title(pack, english)}" for pack, level in rows]
    documents = [
        {
            "key": pack.key,
            "title": _title(pack, english),
            "level": str(level),
            "default": str(pack.level),
            "rules": len(pack.rules),
        }
        for pack, level in rows
    ]
    return Outcome({"packs": documents}, lines)


def _title(pack: Pack, english: bool) -> str:
    return pack.title_en if english else pack.title


def _wish(text: str) -> tuple[str, Level]:
    pack, _sign, level = text.partition("=")
    try:
        return pack, Level(level)
    except ValueError:
        raise UserError(
            _("“{text}” names no pack and level.").format(text=text),
            hint=_("For example: superlatives=hint"),
            code="usage",
        ) from None
