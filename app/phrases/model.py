"""What the area tells others: groups, phrases and hits."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from app.core.i18n import N_
from app.phrases.filling import Filled
from db.models.phrases import Scope

MAX_CODE: Final = 20
MAX_TITLE: Final = 60
MAX_TEXT: Final = 2000
MAX_GROUP: Final = 40
LANGUAGES: Final = ("zh", "en")

Span = tuple[int, int]


class Step(StrEnum):
    """What a phrase is for: a step of the conversation (DOMAIN §2) or what comes after the sale."""

    GREET = "greet"
    ANSWER = "answer"
    RECOMMEND = "recommend"
    OBJECTION = "objection"
    CLOSE = "close"
    CONFIRM = "confirm"
    FAREWELL = "farewell"
    LOGISTICS = "logistics"
    AFTER_SALES = "after_sales"
    NONE = ""


STEP_TITLES: Final[dict[Step, str]] = {
    Step.GREET: N_("Greet"),
    Step.ANSWER: N_("Answer"),
    Step.RECOMMEND: N_("Recommend"),
    Step.OBJECTION: N_("Handle objection"),
    Step.CLOSE: N_("Close the sale"),
    Step.CONFIRM: N_("Confirm the order"),
    Step.FAREWELL: N_("Say goodbye"),
    Step.LOGISTICS: N_("Shipping"),
    Step.AFTER_SALES: N_("After the sale"),
    Step.NONE: N_("No step"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """A folder of phrases; `language` is that of most of them, empty where there are none."""

    id: bytes
    name: str
    scope: Scope
    position: int
    phrases: int = 0
    language: str = ""


@dataclass(frozen=True, slots=True)
class PhraseText:
    """What a person writes when making or changing a phrase."""

    group_id: bytes
    text: str
    code: str = ""
    title: str = ""
    language: str = "zh"
    step: str = Step.NONE


@dataclass(frozen=True, slots=True)
class PhraseView:
    """A phrase as lists and the editor show it; `twins` other phrases answer to the same code."""

    id: bytes
    group_id: bytes
    group: str
    scope: Scope
    code: str
    title: str
    text: str
    language: str
    step: str
    updated_at: int
    uses: int = 0
    twins: int = 0


@dataclass(frozen=True, slots=True)
class PhraseFilter:
    """Which phrases a list shows; empty fields let everything pass."""

    text: str = ""
    group_id: bytes | None = None
    scope: Scope | None = None
    step: str | None = None
    language: str = ""


@dataclass(frozen=True, slots=True)
class Hits:
    """What to light up: spans in the code, the title and the filled text."""

    code: tuple[Span, ...] = ()
    title: tuple[Span, ...] = ()
    text: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class PhraseHit:
    """A phrase found: `filled` is what would be inserted, `score` says how well it fits."""

    id: bytes
    code: str
    group: str
    title: str
    text: str
    language: str
    filled: Filled
    score: float
    hits: Hits = field(default_factory=Hits)
