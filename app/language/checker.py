"""Looks for wording that should not go out. Pure: packs, levels and own words are handed in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.language.folding import Folded, fold
from app.language.model import Hit, Level, OwnWord, Pack, Rule
from app.language.negation import is_denied

OWN: Final = "own"
"""Pack of a hit on a word of the shop's own."""
_MARKS: Final = " ,.!?~，。！？～、\n"
"""Marks after a wording belong to the sentence, not to the wording."""
MOST_LETTERS: Final = 4_000
"""Longer texts are looked at as far as this: nobody types more into one message."""


@dataclass(frozen=True, slots=True)
class _Armed:
    """A rule in force, its patterns ready."""

    pack: str
    rule: str
    level: Level
    why: str
    instead: tuple[str, ...]
    find: re.Pattern[str]
    unless: re.Pattern[str] | None
    deniable: bool


class Checker:
    """Finds wording by the rules in force, in the language the desk speaks.

    `levels` holds what the shop set apart from a pack's own level, by the pack's key.
    """

    def __init__(
        self,
        packs: Sequence[Pack],
        levels: Mapping[str, Level] | None = None,
        own: Sequence[OwnWord] = (),
        *,
        english: bool = False,
    ) -> None:
        self._rules = [
            armed for pack in packs for armed in _arm(pack, (levels or {}).get(pack.key), english)
        ]
        self._own = [word for word in own if word.word.strip() and word.level is not Level.OFF]

    def check(self, text: str) -> list[Hit]:
        """What should not go out, in the order of the text; of overlapping hits the gravest."""
        folded = fold(text[:MOST_LETTERS])
        found = [*self._by_rules(folded, text), *self._by_words(folded, text)]
        found.sort(key=lambda hit: (-hit.level.weight, hit.start, hit.start - hit.end))
        kept: list[Hit] = []
        for hit in found:
            if all(hit.end <= other.start or hit.start >= other.end for other in kept):
                kept.append(hit)
        return sorted(kept, key=lambda hit: hit.start)

    def _by_rules(self, folded: Folded, text: str) -> Iterator[Hit]:
        for rule in self._rules:
            excused: list[tuple[int, int]] | None = None
            for match in rule.find.finditer(folded.text):
                if rule.unless is not None and excused is None:
                    excused = [found.span() for found in rule.unless.finditer(folded.text)]
                if rule.deniable and is_denied(folded.text, *match.span()):
                    continue
                start, end = match.start(), match.start() + len(match.group().rstrip(_MARKS))
                if end > start and not _touches(match.span(), excused or ()):
                    yield _hit(rule, folded.span(start, end), text)

    def _by_words(self, folded: Folded, text: str) -> Iterator[Hit]:
        for own in self._own:
            word = fold(own.word.strip()).text
            at = folded.text.find(word) if word else -1
            while at >= 0:
                start, end = folded.span(at, at + len(word))
                instead = (own.instead,) if own.instead else ()
                yield Hit(start, end, text[start:end], own.level, OWN, own.word, "", instead)
                at = folded.text.find(word, at + len(word))


def _touches(span: tuple[int, int], others: Sequence[tuple[int, int]]) -> bool:
    return any(span[0] <= end and start <= span[1] for start, end in others)


def _hit(rule: _Armed, span: tuple[int, int], text: str) -> Hit:
    start, end = span
    return Hit(
        start, end, text[start:end], rule.level, rule.pack, rule.rule, rule.why, rule.instead
    )


def _arm(pack: Pack, level: Level | None, english: bool) -> Iterator[_Armed]:
    for rule in pack.rules:
        in_force = _level(pack, rule, level)
        if in_force is not Level.OFF:
            yield _Armed(
                pack.key,
                rule.id,
                in_force,
                pack.why_en if english else pack.why,
                rule.instead_en if english else rule.instead,
                _one(rule.find),
                _one(rule.unless) if rule.unless else None,
                rule.deniable,
            )


def _level(pack: Pack, rule: Rule, level: Level | None) -> Level:
    """A rule milder than its pack stays milder by as much when the shop sets the pack's level."""
    own = rule.level or pack.level
    if level is None or level is Level.OFF:
        return own if level is None else level
    grades = list(Level)
    return grades[min(len(grades) - 1, max(1, level.weight + own.weight - pack.level.weight))]


def _one(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.MULTILINE)
