"""One practice customer on stage, and what the stage leans on."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from app.channels import Presence
from app.training.attempts import Attempts
from app.training.customer import Heard, Line, PracticeCustomer
from app.training.guests import Guest
from app.training.score import Score
from db.database import Database


@dataclass(slots=True)
class Playing:
    """A customer on stage; `arrives` is in the stage's seconds, all other times in their own."""

    attempt_id: bytes
    staff_id: bytes
    conversation_id: bytes
    account: str
    visitor: str
    guest: Guest
    customer: PracticeCustomer
    arrives: float
    chance: random.Random
    haste: float = 1.0
    heard: list[Heard] = field(default_factory=list)
    hear_at: float = 0.0
    unsaid: deque[Line] = field(default_factory=deque)
    cards: deque[bytes] = field(default_factory=deque)
    told: int = 0
    sent: int = 0
    seen: set[tuple[str, str]] = field(default_factory=set)
    saved: int = 0
    saved_at: float = 0.0
    briefed: bool = False

    @property
    def begun(self) -> bool:
        """Whether the customer is there."""
        return self.told > 0


@dataclass(frozen=True, slots=True)
class Helpers:
    """What the stage leans on; `answer_card` answers a confirmation card as the customer would.

    `waited_less` takes the conversations that stood still, and for how many milliseconds.
    """

    db: Database
    attempts: Attempts
    presence: Presence
    read: Callable[[bytes, int], None]
    answer_card: Callable[[bytes, bytes], None]
    began: Callable[[Playing], None]
    ended: Callable[[Playing, Score], None]
    stopped: Callable[[Playing], None]
    waited_less: Callable[[Sequence[bytes], int], None]
