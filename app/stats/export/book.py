"""Tables as a file holds them, whatever they are of and whatever the format."""

from __future__ import annotations

from dataclasses import dataclass

from app.stats.definitions import Unit


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and what it is counted in (fen, seconds, parts of 1 …); None is not known."""

    unit: Unit
    value: float | None


Cell = str | Figure


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its name, the heads of its columns, and rows of as many cells."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Book:
    """What a page shows: facts about it (name, words), then its tables."""

    title: str
    facts: tuple[tuple[str, str], ...]
    grids: tuple[Grid, ...]
