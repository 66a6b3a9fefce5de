"""The segments the scores make, and their tags on customers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.paths import resource
from app.customers import element_id
from app.stats.worth.model import Segment
from app.stats.worth.rfm import (
    BY_FREQUENCY,
    BY_FREQUENCY_MONEY,
    BY_FREQUENCY_RECENCY,
    BY_MONEY,
    BY_RECENCY,
    EIGHT,
    Rfm,
)
from db.bulk import insert_rows
from db.clock import now_ms
from db.ids import natural_id
from db.models import CustomerTag, Tag, TagGroup, TagKind, TagOrigin

_FILE: Final = ("tags", "segments.json")


def segments_of(found: Iterable[Rfm], high: int) -> tuple[Segment, ...]:
    """All segments of one, two and three dimensions, empty ones as well."""
    alike: dict[tuple[int, int, int], list[int]] = defaultdict(lambda: [0, 0, 0])
    for one in found:
        total = alike[one.r, one.f, one.m]
        total[0] += 1
        total[1] += one.amount
        total[2] += one.orders
    sums = {
        (dimensions, name): [0, 0, 0]
        for dimensions, names in _NAMES.items()
        for name in dict.fromkeys(names.values())
    }
    for scores, values in alike.items():
        for place in _places(*scores, high):
            sums[place] = [one + more for one, more in zip(sums[place], values, strict=True)]
    return tuple(Segment(*place, *values) for place, values in sums.items())


def _places(r: int, f: int, m: int, high: int) -> Iterator[tuple[str, str]]:
    """The segments these scores are in: their dimensions and names."""
    often, lately, much = f >= high, r >= high, m >= high
    yield "R", BY_RECENCY[r]
    yield "F", BY_FREQUENCY[f]
    yield "M", BY_MONEY[m]
    yield "FR", BY_FREQUENCY_RECENCY[often, lately]
    yield "FM", BY_FREQUENCY_MONEY[often, much]
    yield "RFM", EIGHT[lately, often, much]


_NAMES: Final[dict[str, dict[Any, str]]] = {
    "R": BY_RECENCY,
    "F": BY_FREQUENCY,
    "M": BY_MONEY,
    "FR": BY_FREQUENCY_RECENCY,
    "FM": BY_FREQUENCY_MONEY,
    "RFM": EIGHT,
}


@dataclass(frozen=True, slots=True)
class Tagged:
    """How many customers got a segment's tag, changed to another, and lost theirs."""

    added: int
    kept: int
    removed: int


def tag(session: Session, found: Iterable[Rfm], high: int) -> Tagged:
    """Give each customer the tag of its segment of three dimensions, and take former ones off.

    Only tags that a rule gave are taken off: a person's choice stays.
    """
    tags = _ensure_tags(session)
    wanted = {(one.customer, tags[EIGHT[one.high(high)]]): one.scores for one in found}
    rows = session.scalars(select(CustomerTag).where(CustomerTag.tag_id.in_(tags.values()))).all()
    known = {(row.customer_id, row.tag_id): row for row in rows}
    added = removed = 0
    for key, row in known.items():
        if key not in wanted and not row.deleted and row.origin == TagOrigin.RULE:
            row.deleted = True
            removed += 1
        elif key in wanted and (row.deleted or row.reason != wanted[key]):
            if row.deleted:
                row.origin = TagOrigin.RULE
                added += 1
            row.deleted = False
            if row.origin == TagOrigin.RULE:
                row.reason, row.at = wanted[key], now_ms()
    fresh = [_element(*key, reason) for key, reason in wanted.items() if key not in known]
    insert_rows(session, CustomerTag, fresh)
    return Tagged(added + len(fresh), len(wanted) - added - len(fresh), removed)


def _element(customer: bytes, tag_id: bytes, reason: str) -> dict[str, Any]:
    return {
        "id": element_id(customer, tag_id),
        "customer_id": customer,
        "tag_id": tag_id,
        "origin": TagOrigin.RULE,
        "reason": reason,
        "at": now_ms(),
    }


def _ensure_tags(session: Session) -> dict[str, bytes]:
    """The tags by segment; made where they are not there, brought back where they were deleted."""
    known = msgspec.json.decode(resource(*_FILE).read_bytes())
    group_id = natural_id("tag_group", "worth")
    group = session.scalar(select(TagGroup).where(TagGroup.id == group_id))
    if group is None:
        group = TagGroup(id=group_id, position=50, kind=TagKind.VALUE, **known["group"])
        session.add(group)
    group.deleted = False
    found = {}
    for place, (name, facts) in enumerate(known["tags"].items()):
        tag_id = natural_id("tag", "worth", name)
        row = session.scalar(select(Tag).where(Tag.id == tag_id))
        if row is None:
            row = Tag(id=tag_id, group_id=group_id, name_en=name, position=place, **facts)
            session.add(row)
        row.deleted = False
        found[name] = tag_id
    return found
