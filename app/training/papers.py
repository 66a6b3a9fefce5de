"""The papers one may sit: those of `resources/training/papers.json`, and one's own mix.

{"KEY": {"title": [zh, en], "about": [zh, en], "areas": [areas; none means all],
"counts": {"tf|single|multiple|case": number}, "minutes": 20, "pass": 80}}
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

import msgspec

from app.core.errors import UserError
from app.core.i18n import _
from app.core.paths import resource
from app.training.paper import AREAS, Blueprint
from app.training.questions import Kind, Question

LEAST: Final = 5
MOST_MINUTES: Final = 180
_SHARES: Final[Mapping[Kind, float]] = {
    Kind.SINGLE: 0.45,
    Kind.TRUE_FALSE: 0.3,
    Kind.MULTIPLE: 0.2,
    Kind.CASE: 0.05,
}


class ExamForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A paper by name; `pass_percent` is the least part of the points that passes."""

    title: tuple[str, str]
    about: tuple[str, str]
    areas: tuple[str, ...]
    counts: dict[Kind, int]
    minutes: int
    pass_percent: int = msgspec.field(name="pass")

    @property
    def blueprint(self) -> Blueprint:
        """What is drawn for it."""
        areas = self.areas or AREAS
        return Blueprint(self.counts, areas, self.pass_percent / 100, self.minutes)

    @property
    def questions(self) -> int:
        """How many questions it has."""
        return sum(self.counts.values())


@cache
def exam_forms() -> dict[str, ExamForm]:
    """The papers that come with the desk, in the order of the path."""
    data = resource("training", "papers.json").read_bytes()
    return msgspec.json.decode(data, type=dict[str, ExamForm])


def own_blueprint(
    questions: Sequence[Question],
    count: int,
    areas: Sequence[str] = AREAS,
    *,
    minutes: int = 20,
    pass_percent: int = 80,
) -> Blueprint:
    """A mix of `count` questions of some areas, the kinds as in a full paper as far as there are.

    Raises `UserError` where the areas hold fewer.
    """
    there = Counter(question.kind for question in questions if question.area in areas)
    if not LEAST <= count <= there.total():
        message = _("These topics allow {least} to {most} questions.")
        raise UserError(message.format(least=LEAST, most=there.total()), code="too_few_questions")
    if not 1 <= minutes <= MOST_MINUTES:
        raise UserError(_("An exam takes 1 to {n} minutes.").format(n=MOST_MINUTES), code="usage")
    counts = {kind: min(there[kind], round(count * share)) for kind, share in _SHARES.items()}
    return Blueprint(_evened(counts, there, count), tuple(areas), pass_percent / 100, minutes)


def _evened(counts: dict[Kind, int], there: Mapping[Kind, int], wanted: int) -> dict[Kind, int]:
    """Add or take single questions until the sum is right, the commonest kinds first."""
    while (missing := wanted - sum(counts.values())) != 0:
        for kind in _SHARES:
            if missing > 0 and counts[kind] < there[kind]:
                counts[kind] += 1
                break
            if missing < 0 and counts[kind] > 0:
                counts[kind] -= 1
                break
    return counts
