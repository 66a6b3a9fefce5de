"""What a practice conversation is made of: its lines, what is heard, how it ends."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from app.language import Hit


class Outcome(StrEnum):
    """How a practice conversation ended."""

    SATISFIED = "satisfied"
    SETTLED = "settled"
    STUCK = "stuck"
    LEFT = "left"
    ANGRY = "angry"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the conversation; `at` in seconds from its beginning.

    Of an agent's line: the intents it carried, the needs it met, what the language check and the
    facts objected to, and how many seconds typing it took where that is known. `mood` is the
    customer's after it. With an `action` it is something done in the desk, not something said.
    """

    at: float
    agent: bool
    text: str
    mood: int
    intents: frozenset[str] = frozenset()
    met: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    hits: tuple[Hit, ...] = ()
    waited: float | None = None
    typed_s: float | None = None
    action: str = ""

    @property
    def understood(self) -> bool:
        """Whether an agent's line carried anything the customer knows."""
        return bool(self.intents or self.action)


@dataclass(frozen=True, slots=True)
class Heard:
    """Something an agent sent; `intents` are those it carries beside its words, as a card does."""

    text: str
    at: float
    intents: frozenset[str] = frozenset()
    typed_s: float | None = None


@dataclass(slots=True)
class State:
    """How far a conversation has come; `waiting_since` and moments of lines in seconds."""

    lines: list[Line] = field(default_factory=list)
    met: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    mood: int = 1
    waiting_since: float | None = None
    called: int = 0
    pushed: bool = False
    vague: bool = False
    puzzled: int = 0
    farewells: int = 0
    outcome: Outcome | None = None
