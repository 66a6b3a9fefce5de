"""What a score is made of: parts of 0 to 100 points, the reasons for each, in words when asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from app.core.i18n import N_, _, current_language
from app.language import packs
from app.training.customer import Outcome
from app.training.intents import intent_name


class Part(StrEnum):
    """What is judged."""

    TIMES = "times"
    STEPS = "steps"
    ACTIONS = "actions"
    FACTS = "facts"
    LANGUAGE = "language"
    TYPING = "typing"
    OUTCOME = "outcome"


WEIGHTS: Final[Mapping[Part, int]] = {
    Part.TIMES: 20,
    Part.STEPS: 25,
    Part.ACTIONS: 15,
    Part.FACTS: 15,
    Part.LANGUAGE: 10,
    Part.TYPING: 10,
    Part.OUTCOME: 15,
}
PART_NAMES: Final[Mapping[Part, str]] = {
    Part.TIMES: N_("Times to answer"),
    Part.STEPS: N_("Steps"),
    Part.ACTIONS: N_("Actions in the desk"),
    Part.FACTS: N_("Facts"),
    Part.LANGUAGE: N_("Wording"),
    Part.TYPING: N_("Typing speed"),
    Part.OUTCOME: N_("Outcome"),
}
OUTCOME_NAMES: Final = {
    Outcome.SATISFIED: N_("The customer was satisfied"),
    Outcome.SETTLED: N_("Settled, but the customer was displeased"),
    Outcome.STUCK: N_("It led nowhere"),
    Outcome.LEFT: N_("The customer left: too slow"),
    Outcome.ANGRY: N_("The customer left in anger"),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a part has fewer points: how many, by which line (None: by what never came), in words.

    `example` is what would have helped: a line of the scenario's model, or an action's name.
    """

    points: float
    line: int | None
    message: str
    values: Mapping[str, Any] = field(default_factory=dict)
    example: str = ""

    @property
    def words(self) -> str:
        """The reason in the language of the moment."""
        return _(self.message).format(**_told(self.values)) if self.values else _(self.message)


@dataclass(frozen=True, slots=True)
class Judged:
    """A part's points and what took the others away."""

    part: Part
    points: float
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured: seconds to the first answer, mean seconds to an answer, typing speed."""

    first_s: float | None = None
    mean_s: float | None = None
    chars_per_minute: float | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """A conversation judged; `not_understood` are agent's lines the customer could not follow."""

    parts: tuple[Judged, ...]
    outcome: Outcome
    not_understood: tuple[int, ...]
    figures: Figures = Figures()

    @property
    def total(self) -> float:
        """The weighted mean of the parts there are, 0 to 100."""
        return weighted(self.parts)

    def points(self, part: Part) -> float | None:
        """A part's points, None where the scenario does not judge it."""
        return next((one.points for one in self.parts if one.part is part), None)


def _told(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with what is named among them in words of the language spoken now.

    `what` are intents and needs, several with a space between; `pack` a rule pack, which says `why`.
    """
    english = current_language() == "en"
    for pack in packs():
        if pack.key == values.get("pack"):
            return {**values, "why": pack.why_en if english else pack.why}
    if "what" not in values:
        return dict(values)
    names = (intent_name(name, english=english) for name in str(values["what"]).split(" "))
    return {**values, "what": (", " if english else "、").join(names)}


def weighted(parts: Sequence[Judged]) -> float:
    """The weighted mean of parts, 0 to 100."""
    weight = sum(WEIGHTS[part.part] for part in parts)
    return sum(part.points * WEIGHTS[part.part] for part in parts) / weight
