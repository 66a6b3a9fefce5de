"""What a table shows: one column, and what stands in one of its cells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

ColumnRole = Literal["text", "strong", "muted", "mono", "badge"]
Align = Literal["left", "right", "center"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    `title` is marked with `N_` and translated where shown; `width` is in pixels at first.
    `color` names a token ("danger") or `#RRGGBB`, or for `role="badge"` a kind of badge.
    `about` explains the column where the mouse rests on its head.
    A `sortable` column sorts by a click on its head; the owner of the table does the sorting.
    """

    key: str
    title: str
    width: int = 120
    align: Align = "left"
    role: ColumnRole = "text"
    text: Callable[[Any], str] = str
    color: Callable[[Any], str | None] | None = None
    sortable: bool = False
    stretch: bool = False
    tip: Callable[[Any], str] | None = None
    about: str = ""
