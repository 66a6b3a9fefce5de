"""`kefu messages find`."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from app.core.i18n import _
from app.core.outcome import Outcome, Subparsers, verb
from app.search.service import MessageHit
from db.clock import is_timed

if TYPE_CHECKING:
    from app.services import Services


def register(verbs: Subparsers[argparse.ArgumentParser]) -> None:
    """Add the verbs of this area."""
    messages = verbs.add_parser("messages", help=_("look through all conversations"))
    parsers = messages.add_subparsers(dest="action", required=True)
    find = verb(parsers, "find", find_messages, about=_("find messages that hold the words"))
    find.add_argument("text", help=_("words, Chinese ones of any length"))
    find.add_argument("--limit", type=int, default=50, help=_("at most so many, newest first"))


def find_messages(services: Services, args: argparse.Namespace) -> Outcome:
    """Print the messages that hold the words."""
    found = services.search.messages(args.text, max(1, args.limit))
    lines = [f"{_moment(hit.at) or '—'}  {hit.customer}  {hit.text}" for hit in found]
    return Outcome({"messages": [_document(hit) for hit in found]}, lines)


def _document(hit: MessageHit) -> dict[str, Any]:
    return {
        "conversation": hit.conversation_id.hex(),
        "customer": hit.customer,
        "at": _moment(hit.at),
        "author": hit.author,
        "text": hit.text,
        "hits": [list(span) for span in hit.hits],
    }


def _moment(at: int) -> str | None:
    if not is_timed(at):
        return None
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="seconds")
