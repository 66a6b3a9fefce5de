"""What the replay of real chats answers, frozen, and how it stands in the database."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from app.language import Hit
from app.training.attempts import kept_parts
from app.training.customer import Line
from app.training.marks import Rows, corrected_parts, corrected_total
from app.training.masking import Secret
from app.training.real_chats import RealChat, Turn
from app.training.score import Judged
from db.ids import natural_id
from db.models import TrainingAttempt, TrainingReplay


@dataclass(frozen=True, slots=True)
class ChatsTold:
    """What an export or import did: chats and turns written, those there already, those too short.

    `masked` counts pieces of personal data by kind.
    """

    chats: int = 0
    turns: int = 0
    same: int = 0
    short: int = 0
    masked: tuple[tuple[Secret, int], ...] = ()


@dataclass(frozen=True, slots=True)
class ReplayRow:
    """A chat one may practise with; `best` is one's own best result so far, 0 to 100."""

    id: bytes
    title: str
    source: str
    turns: int
    at: int
    tries: int
    best: float | None


@dataclass(frozen=True, slots=True)
class Answered:
    """A turn as far as it has come: with one's own answer the original one is shown."""

    customer: tuple[str, ...]
    own: str | None = None
    hits: tuple[Hit, ...] = ()
    original: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Replaying:
    """An attempt: its turns up to the one to be answered; judged (`total` 0 to 100) at the end."""

    attempt_id: bytes
    replay_id: bytes
    title: str
    shown: tuple[Answered, ...]
    turns: int
    total: float | None = None
    parts: tuple[Judged, ...] = ()

    @property
    def over(self) -> bool:
        """Whether every turn is answered."""
        return self.total is not None


def key_of(chat: RealChat) -> bytes:
    """The same chat has the same id wherever it is brought in."""
    turns = msgspec.json.encode(chat.turns)
    return natural_id("training_replay", hashlib.sha256(turns).hexdigest())


def turns_of(chat: TrainingReplay) -> tuple[Turn, ...]:
    """The turns of a chat that is kept."""
    return msgspec.convert(chat.turns, tuple[Turn, ...])


def lines_of(row: TrainingAttempt) -> list[Line]:
    """What was said in an attempt so far."""
    return msgspec.convert(row.lines or [], list[Line])


def write_lines(row: TrainingAttempt, lines: Iterable[Line]) -> None:
    """Keep what was said in an attempt."""
    written: list[Any] = msgspec.to_builtins(list(lines))
    row.lines = written


def said(at: float, text: str) -> Line:
    """A line of the customer's."""
    return Line(at=at, agent=False, text=text, mood=0)


def row_of(row: TrainingReplay, totals: Sequence[int]) -> ReplayRow:
    """A chat as the list shows it; `totals` are one's own results in tenths."""
    best = max(totals) / 10 if totals else None
    return ReplayRow(row.id, row.title, row.source, len(turns_of(row)), row.at, len(totals), best)


def replaying(row: TrainingAttempt, chat: TrainingReplay, marks: Rows | None = None) -> Replaying:
    """An attempt as far as it has come; `marks` are those set by hand."""
    own = [line for line in lines_of(row) if line.agent]
    turns = turns_of(chat)
    shown = [
        Answered(turn.customer, line.text, line.hits, turn.agent)
        for turn, line in zip(turns, own, strict=False)
    ]
    if len(own) < len(turns):
        shown.append(Answered(turns[len(own)].customer))
    total = row.total if (by_hand := corrected_total(row, marks or {})) is None else by_hand
    parts = corrected_parts(kept_parts(row), marks or {})
    worth = None if total is None else total / 10
    return Replaying(row.id, chat.id, row.title, tuple(shown), len(turns), worth, parts)


def told(
    chats: Sequence[RealChat], short: int, same: int, counts: Iterable[Counter[Secret]]
) -> ChatsTold:
    """Count what was brought along."""
    masked: Counter[Secret] = sum(counts, Counter[Secret]())
    turns = sum(len(chat.turns) for chat in chats)
    ordered = tuple((secret, masked[secret]) for secret in Secret if masked[secret])
    return ChatsTold(len(chats), turns, same, short, ordered)
