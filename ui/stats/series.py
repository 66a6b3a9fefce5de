"""What a chart shows: values at named places, what they are compared with, and marks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Mark:
    """An upright line with a word, at a place between the values; `height` of the word, 0 to 1."""

    place: float
    text: str
    height: float = 0.95


@dataclass(frozen=True, slots=True)
class Series:
    """Values over places. `names` tell a place in full, `labels` on the axis.

    `whole` values are counts: nothing between two of them stands beside the axis; `seconds` are
    marked where a clock has its steps.
    `title` and `before_title` name the two lines; `alarming` are places that stand out; `words` write a value in its unit, `axis` shorter beside the axis.
    """

    labels: Sequence[str] = ()
    names: Sequence[str] = ()
    values: Sequence[float | None] = ()
    before: Sequence[float | None] = ()
    line: bool = False
    whole: bool = False
    seconds: bool = False
    marks: Sequence[Mark] = ()
    alarming: frozenset[int] = field(default_factory=frozenset)
    words: Callable[[float], str] = str
    axis: Callable[[float], str] | None = None
    title: str = ""
    before_title: str = ""

    def top(self) -> float:
        """The largest value."""
        known = [v for v in (*self.values, *self.before) if v is not None]
        return max(known, default=0.0)

    def axis_words(self, value: float) -> str:
        """A value beside the axis."""
        return (self.axis or self.words)(value)

    def name(self, place: int) -> str:
        """A place in full."""
        names = self.names or self.labels
        return names[place] if place < len(names) else ""

    def value_words(self, place: int) -> str:
        """The value at a place, a dash for none."""
        value = self.values[place] if place < len(self.values) else None
        return "–" if value is None else self.words(value)

    def before_words(self, place: int) -> str:
        """What it is compared with."""
        value = self.before[place] if place < len(self.before) else None
        return "" if value is None else self.words(value)
