"""Typing practice: texts from the shop's own phrases, measured, and kept as a history."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from app.core.errors import UserError
from app.core.i18n import _
from app.core.permissions import Permission
from app.phrases import PhraseFilter, Phrases, Variable, holes, without_variables
from app.staff import StaffService
from app.training.keystrokes import Typed, align
from app.training.scenario import scenarios, spoken
from db.clock import now_ms
from db.database import Database
from db.models import TrainingTyping

BAR: Final = 60
"""Characters a minute an agent should reach (DOMAIN §11)."""
BAR_ACCURACY: Final = 0.95
LAST: Final = 5
"""How many of the newest texts tell where somebody stands."""
_FASTEST: Final = 1_200
"""Faster than this nobody types: it was put in another way."""
_ALL: Final = 20_000
_LENGTHS: Final = {"zh": (12, 60), "en": (40, 160)}
_GAP: Final = re.compile(r"[：:，,、；;（(“]\s*(?:[。！？!?，,；;）)”.]|$)")
"""Where a variable that was taken out has left a hole."""
_SENTENCE: Final = re.compile(r"[^。！？!?.\n]*[。！？!?.\n]+|[^。！？!?.\n]+$")


@dataclass(frozen=True, slots=True)
class PracticeText:
    """A text to type; `source` is the phrase's title, or that of the scenario it is from."""

    source: str
    text: str


@dataclass(frozen=True, slots=True)
class TypingRow:
    """One text somebody typed."""

    id: bytes
    at: int
    source: str
    typed: Typed


@dataclass(frozen=True, slots=True)
class TypingSummary:
    """Where somebody stands: `recent` and `accuracy` over the newest `LAST` texts, None at first."""

    n: int
    best: float | None
    recent: float | None
    accuracy: float | None

    @property
    def reached(self) -> bool:
        """Whether the bar is reached, with few enough mistakes."""
        return meets(self.recent, self.accuracy, BAR)


class Typing:
    """Everybody practises and sees own results; with the right to train, everybody's."""

    def __init__(
        self,
        db: Database,
        staff: StaffService,
        phrases: Callable[[], Phrases],
        now: Callable[[], int] = now_ms,
    ) -> None:
        self._db, self._staff, self._phrases, self._now = db, staff, phrases, now

    def texts(self, count: int = 20, *, english: bool = False, seed: int = 0) -> list[PracticeText]:
        """Different texts of a language in an order of chance; few phrases: model lines besides."""
        tongue = "en" if english else "zh"
        rows = self._phrases().rows(PhraseFilter(language=tongue), 0, _ALL)
        found = {
            text: PracticeText(row.title or row.code, text)
            for row in rows
            if all(one.fallback is not None or one.variable is Variable.CURSOR
                   for one in holes(row.text))
            for text in typeable(without_variables(row.text), tongue)
        }  # fmt: skip
        if len(found) < count:
            found = _model_lines(tongue) | found
        texts = list(found.values())
        random.Random(seed).shuffle(texts)
        return texts[:count]

    def keep(self, text: PracticeText, typed: str, ms: int) -> Typed:
        """Measure and keep a text that was typed to its end; `typed` is committed text only."""
        me = self._staff.require(Permission.REPLY)
        measured = Typed(len(typed), ms, align(text.text, typed, whole=True).errors)
        if not typed or ms <= 0 or measured.per_minute > _FASTEST:
            raise UserError(_("This was not typed, so it does not count."), code="not_typed")
        with self._db.write() as session:
            row = TrainingTyping(
                staff_id=me.id, at=self._now(), source=text.source, chars=measured.chars,
                ms=measured.ms, errors=measured.errors,
            )  # fmt: skip
            session.add(row)
        return measured

    def history(self, staff_id: bytes | None = None, limit: int = 200) -> list[TypingRow]:
        """The texts of a person, newest first; by default one's own."""
        me = self._staff.require(Permission.REPLY)
        if staff_id not in {None, me.id}:
            self._staff.require(Permission.TRAIN)
        query = (
            select(TrainingTyping)
            .where(
                TrainingTyping.staff_id == (staff_id or me.id), TrainingTyping.deleted.is_(False)
            )
            .order_by(TrainingTyping.at.desc(), TrainingTyping.id.desc())
            .limit(limit)
        )
        with self._db.read() as session:
            return [
                TypingRow(row.id, row.at, row.source, Typed(row.chars, row.ms, row.errors))
                for row in session.scalars(query)
            ]

    def summary(self, staff_id: bytes | None = None) -> TypingSummary:
        """Where a person stands."""
        return summed([row.typed for row in self.history(staff_id, _ALL)])


def meets(per_minute: float | None, accuracy: float | None, bar: float) -> bool:
    """Whether a speed reaches a bar with few enough mistakes."""
    if per_minute is None or accuracy is None:
        return False
    return per_minute >= bar and accuracy >= BAR_ACCURACY


def summed(newest_first: Sequence[Typed]) -> TypingSummary:
    """A history in four numbers."""
    if not newest_first:
        return TypingSummary(0, None, None, None)
    last = newest_first[:LAST]
    whole = Typed(sum(t.chars for t in last), sum(t.ms for t in last), sum(t.errors for t in last))
    best = max(typed.per_minute for typed in newest_first)
    return TypingSummary(len(newest_first), best, whole.per_minute, whole.accuracy)


def typeable(text: str, tongue: str) -> list[str]:
    """What of a text is worth typing: pieces of whole sentences, without signs no keyboard has."""
    least, most = _LENGTHS[tongue]
    pieces = [""]
    for sentence in _SENTENCE.findall(_clean(text)):
        if len(pieces[-1]) + len(sentence) > most and pieces[-1]:
            pieces.append("")
        pieces[-1] += sentence
    pieces = [" ".join(piece.split()) if tongue == "en" else _joined(piece) for piece in pieces]
    return [one for one in pieces if least <= len(one) <= most and not _GAP.search(one)]


def _clean(text: str) -> str:
    keep = (char for char in text if char == "\n" or unicodedata.category(char)[0] in "LNPZ")
    return "".join(keep)


def _joined(text: str) -> str:
    return "".join(text.split())


def _model_lines(tongue: str) -> dict[str, PracticeText]:
    lines: Iterable[tuple[str, str]] = (
        (scenario.title[tongue == "en"], line)
        for scenario in scenarios().values()
        for line in spoken(scenario.model, english=tongue == "en")
        if "{" not in line
    )
    return {
        text: PracticeText(source, text)
        for source, line in lines
        for text in typeable(line, tongue)
    }
