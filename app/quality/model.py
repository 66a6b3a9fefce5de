"""What the area tells others; times are Unix ms."""

from __future__ import annotations

from dataclasses import dataclass

from db.models import CheckReason, CheckState


@dataclass(frozen=True, slots=True)
class Criterion:
    """A line of the sheet in the language in use, worth up to `points`."""

    id: bytes
    stage: str
    name: str
    hint: str
    points: int
    active: bool = True


@dataclass(frozen=True, slots=True)
class CheckFilter:
    """Which checks: of a week (its Monday, YYYY-MM-DD), an agent, states; None and empty: all."""

    week: str = ""
    agent_id: bytes | None = None
    states: tuple[CheckState, ...] = ()


@dataclass(frozen=True, slots=True)
class Answerer:
    """Somebody who answered in a conversation, and when last (Unix ms)."""

    agent_id: bytes
    name: str
    last_at: int


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One line of the list. `score` is a part of 1, None until it is done.

    `fresh` tells that the person who asks has something to look at here: a finished check of
    one's own, changed points, or a comment nobody has read yet.
    """

    id: bytes
    week: str
    agent_id: bytes
    agent: str
    conversation_id: bytes
    customer: str
    starts_at: int
    ends_at: int
    reason: CheckReason
    state: CheckState
    score: float | None
    reviewer: str
    done_at: int | None
    seen_at: int | None
    points: int = 0
    possible: int = 0
    comments: int = 0
    fresh: bool = False

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to judge it."""
        return self.state in {CheckState.PLANNED, CheckState.STARTED}


@dataclass(frozen=True, slots=True)
class ScoreView:
    """What a line of the sheet was given: `points` None where it does not apply or is open.

    `possible` is what the line is worth, or was when it was judged.
    """

    criterion: Criterion
    points: int | None
    judged: bool
    possible: int


@dataclass(frozen=True, slots=True)
class CommentView:
    """A comment, pinned to a message or (None) to the whole."""

    id: bytes
    message_id: bytes | None
    staff_id: bytes | None
    staff: str
    text: str
    at: int
    seen_at: int | None = None


@dataclass(frozen=True, slots=True)
class CheckView:
    """A check with its sheet and what was said about it."""

    row: CheckRow
    scores: tuple[ScoreView, ...]
    comments: tuple[CommentView, ...]

    @property
    def open_lines(self) -> int:
        """Lines nobody judged yet."""
        return sum(not score.judged for score in self.scores)


@dataclass(frozen=True, slots=True)
class WeekChecks:
    """How many checks a week has (`week`: its Monday), and how many are still to be done."""

    week: str
    total: int
    open: int


@dataclass(frozen=True, slots=True)
class AgentChecks:
    """An agent's checks: those left out don't count. `score` is the mean of what is done."""

    agent_id: bytes
    agent: str
    total: int
    done: int
    score: float | None

    @property
    def id(self) -> bytes:
        """The agent."""
        return self.agent_id


@dataclass(frozen=True, slots=True)
class PlanReport:
    """What planning a week did: conversations drawn anew, of how many there were, by agent."""

    week: str
    seed: int
    planned: int
    candidates: int
    agents: dict[str, int]
