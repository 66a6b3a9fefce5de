"""What the language check is made of: packs of rules, and what they find in a text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How hard a rule is (DOMAIN §8)."""

    OFF = "off"
    HINT = "hint"
    """Shown beside the text; goes out as it is."""
    WARN = "warn"
    """Held once; sent by a second Enter."""
    BLOCK = "block"
    """Must be changed before it may go out."""

    @property
    def weight(self) -> int:
        """0 (off) to 3 (block), to compare levels."""
        return list(Level).index(self)


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of wording. Patterns are regular expressions over the folded text.

    `unless` voids a hit that such a match covers or touches. `level` is the pack's where None.
    A `deniable` rule is void where the wording is denied (“请不要…”).
    """

    id: str
    find: tuple[str, ...]
    instead: tuple[str, ...]
    instead_en: tuple[str, ...]
    unless: tuple[str, ...] = ()
    level: Level | None = None
    deniable: bool = False


@dataclass(frozen=True, slots=True)
class Pack:
    """Rules of one purpose, switched together; `why` is the reason people are told."""

    key: str
    title: str
    title_en: str
    why: str
    why_en: str
    level: Level
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class OwnWord:
    """A word of the shop's own that should not go out, and what to write instead ("" = nothing)."""

    word: str
    level: Level
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """Wording found at [start, end) of the text, in characters."""

    start: int
    end: int
    found: str
    level: Level
    pack: str
    rule: str
    why: str
    instead: tuple[str, ...]
