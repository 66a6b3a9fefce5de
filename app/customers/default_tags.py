"""The tags a new shop starts with: style, motive, value and service notes."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.ids import natural_id
from db.models import Tag, TagGroup


def load_default_tags(session: Session, groups: Iterable[dict[str, object]]) -> None:
    """Add the starter groups and tags, once: their ids come from their names."""
    for position, group in enumerate(groups):
        group_id = natural_id("tag_group", str(group["name"]))
        if session.scalar(select(TagGroup.rid).where(TagGroup.id == group_id)) is not None:
            continue
        tags = group.pop("tags")
        session.add(TagGroup(id=group_id, position=position, **group))
        assert isinstance(tags, list)  # noqa: S101 - our own resource file
        for place, tag in enumerate(tags):
            tag_id = natural_id("tag", group_id.hex(), tag["name"])
            session.add(Tag(id=tag_id, group_id=group_id, position=place, **tag))
