"""What a reader of chat records hands over: one message at a time, whatever file it stood in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from app.core.i18n import N_
from app.sources import RejectedRow
from db.models import Author, MessageKind

FORMATS: Final = {
    "jsonl": N_("JSON Lines"),
    "qianniu": N_("Qianniu, copied"),
    "tsv": N_("JD sessions (TSV)"),
    "chatwoot": N_("Chatwoot"),
    "rocketchat": N_("Rocket.Chat"),
}
"""The formats by the names that `--format` takes."""


@dataclass(frozen=True, slots=True)
class Person:
    """The customer as a record names them; `nick` is the identity on the channel."""

    nick: str = ""
    name: str = ""
    phone: str = ""
    email: str = ""


NOBODY: Final = Person()


@dataclass(slots=True)
class RecordMessage:
    """One message. `at` is Unix ms, None where the record tells no time; `own_id` the record's id."""

    row: int
    channel: str
    conversation: str
    author: Author
    text: str
    at: int | None = None
    customer: Person = NOBODY
    agent: str = ""
    own_id: str = ""
    kind: MessageKind = MessageKind.TEXT
    read: bool = False
    payload: Mapping[str, Any] | None = None


Rows = Iterator[RecordMessage | RejectedRow]


class BadRecord(Exception):
    """A message that can't be taken: the field and a translated sentence."""

    def __init__(self, reason: str, column: str = "") -> None:
        super().__init__(reason)
        self.reason, self.column = reason, column


@dataclass(slots=True)
class ReadingNotes:
    """What a reader left out on purpose, to be told: lines that are no messages, by what they are."""

    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Hints:
    """What the person says about files that don't say it: the shop, and which names are agents."""

    shop: str = ""
    agents: frozenset[str] = field(default_factory=frozenset)
