"""Tags and their groups, and which customer has which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import msgspec
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.errors import NotFound, UserError
from app.core.i18n import _, current_language
from app.core.paths import resource
from app.core.permissions import Permission
from app.core.undo import Undo, fields_of, put_back, undo_of
from app.customers.default_tags import load_default_tags
from app.staff import StaffService
from db.clock import now_ms
from db.database import Database
from db.ids import natural_id
from db.models import CustomerTag, Tag, TagGroup, TagKind, TagOrigin

COLOURS: Final = (
    "grey",
    "blue",
    "teal",
    "green",
    "amber",
    "orange",
    "red",
    "pink",
    "violet",
    "brown",
)
MAX_NAME: Final = 20


@dataclass(frozen=True, slots=True)
class TagView:
    """A tag as shown; `colour` is one of `COLOURS`, `hint` tells how to treat such a customer."""

    id: bytes
    group_id: bytes
    name: str
    colour: str
    hint: str
    kind: str
    origin: str = TagOrigin.MANUAL


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group with its tags, in order."""

    id: bytes
    name: str
    colour: str
    kind: str
    tags: tuple[TagView, ...]


class Tags:
    """The shop's tags; tagging needs the right to edit customers, the list itself one of its own."""

    def __init__(self, db: Database, staff: StaffService) -> None:
        self._db, self._staff = db, staff

    def groups(self) -> list[GroupView]:
        """Return all groups with their tags."""
        with self._db.read() as session:
            groups = session.scalars(
                select(TagGroup)
                .where(TagGroup.deleted.is_(False))
                .order_by(TagGroup.position, TagGroup.rid)
            ).all()
            tags = session.scalars(
                select(Tag).where(Tag.deleted.is_(False)).order_by(Tag.position, Tag.rid)
            ).all()
        return [
            GroupView(
                g.id,
                _in_language(g.name, g.name_en),
                g.colour,
                g.kind,
                tuple(_view(t, g) for t in tags if t.group_id == g.id),
            )
            for g in groups
        ]

    def of(self, customer_id: bytes) -> tuple[TagView, ...]:
        """Return a customer's tags."""
        with self._db.read() as session:
            return tags_of(session, [customer_id]).get(customer_id, ())

    def add(
        self,
        customer_id: bytes,
        tag_id: bytes,
        origin: TagOrigin = TagOrigin.MANUAL,
        reason: str = "",
    ) -> Undo | None:
        """Put a tag on a customer; twice is once."""
        member = self._staff.require(Permission.EDIT_CUSTOMERS)
        with self._db.write() as session:
            row = _element(session, customer_id, tag_id)
            if row is None:
                row = CustomerTag(
                    id=element_id(customer_id, tag_id), customer_id=customer_id, tag_id=tag_id, at=0
                )
                session.add(row)
            elif not row.deleted:
                return None
            row.deleted, row.origin, row.reason = False, origin, reason
            row.staff_id, row.at = member.id, now_ms()
            return Undo(row.id, {"deleted": True}, {"deleted": False})

    def remove(self, customer_id: bytes, tag_id: bytes) -> Undo | None:
        """Take a tag off a customer; harmless if it was not there."""
        self._staff.require(Permission.EDIT_CUSTOMERS)
        with self._db.write() as session:
            row = _element(session, customer_id, tag_id)
            if row is None:
                return None
            before = fields_of(row, ("deleted",))
            row.deleted = True
            return undo_of(row, before)

    def take_back(self, undo: Undo) -> None:
        """Take adding or removing back; raises `UserError` where that changed since."""
        self._staff.require(Permission.EDIT_CUSTOMERS)
        with self._db.write() as session:
            put_back(session.scalar(select(CustomerTag).where(CustomerTag.id == undo.row_id)), undo)

    def add_group(self, name: str, colour: str = "grey") -> bytes:
        """Make a group of the shop's own."""
        self._staff.require(Permission.EDIT_TAGS)
        with self._db.write() as session:
            last = session.scalar(select(func.max(TagGroup.position))) or 0
            group = TagGroup(
                kind=TagKind.OWN, name=_name(name), colour=_colour(colour), position=last + 1
            )
            session.add(group)
            session.flush()
            return group.id

    def add_tag(self, group_id: bytes, name: str, colour: str = "", hint: str = "") -> bytes:
        """Make a tag in a group; raises `UserError` where the group has that name already."""
        self._staff.require(Permission.EDIT_TAGS)
        name = _name(name)
        with self._db.write() as session:
            if any(t.name == name for t in _living_tags(session, group_id)):
                message = _("The group already has a tag “{name}”.").format(name=name)
                raise UserError(message, code="tag_taken")
            last = session.scalar(select(func.max(Tag.position)).where(Tag.group_id == group_id))
            tag = Tag(
                group_id=group_id,
                name=name,
                colour=_colour(colour) if colour else "",
                hint=hint.strip(),
                position=(last or 0) + 1,
            )
            session.add(tag)
            session.flush()
            return tag.id

    def change_tag(
        self,
        tag_id: bytes,
        *,
        name: str | None = None,
        colour: str | None = None,
        hint: str | None = None,
    ) -> None:
        """Rename or recolour a tag, or change its hint."""
        self._staff.require(Permission.EDIT_TAGS)
        with self._db.write() as session:
            tag = session.scalar(select(Tag).where(Tag.id == tag_id, Tag.deleted.is_(False)))
            if tag is None:
                raise NotFound(_("This tag was deleted meanwhile."))
            english = current_language() == "en" and tag.name_en
            if name is not None and english:
                tag.name_en = _name(name)
            elif name is not None:
                tag.name = _name(name)
            tag.colour = tag.colour if colour is None else _colour(colour)
            if hint is not None and english:
                tag.hint_en = hint.strip()
            elif hint is not None:
                tag.hint = hint.strip()

    def delete_tag(self, tag_id: bytes) -> int:
        """Delete a tag and take it off everybody; returns how many customers had it."""
        self._staff.require(Permission.EDIT_TAGS)
        with self._db.write() as session:
            tag = session.scalars(select(Tag).where(Tag.id == tag_id)).one()
            tag.deleted = True
            elements = session.scalars(
                select(CustomerTag).where(
                    CustomerTag.tag_id == tag_id, CustomerTag.deleted.is_(False)
                )
            ).all()
            for element in elements:
                element.deleted = True
            return len(elements)

    def delete_group(self, group_id: bytes) -> None:
        """Delete an empty group; raises `UserError` while it still has tags."""
        self._staff.require(Permission.EDIT_TAGS)
        with self._db.write() as session:
            if _living_tags(session, group_id):
                raise UserError(
                    _("The group still has tags."),
                    hint=_("Delete its tags first."),
                    code="group_not_empty",
                )
            session.scalars(select(TagGroup).where(TagGroup.id == group_id)).one().deleted = True

    def load_defaults(self) -> None:
        """Add the starter groups and tags that are missing: style, motive, value, service."""
        self._staff.require(Permission.EDIT_TAGS)
        groups = msgspec.json.decode(resource("tags", "default.json").read_bytes())
        with self._db.write() as session:
            load_default_tags(session, groups)

    def counts(self) -> dict[bytes, int]:
        """Return how many customers have each tag."""
        query = (
            select(CustomerTag.tag_id, func.count())
            .where(CustomerTag.deleted.is_(False))
            .group_by(CustomerTag.tag_id)
        )
        with self._db.read() as session:
            return dict(session.execute(query).all())


def element_id(customer_id: bytes, tag_id: bytes) -> bytes:
    """Return the id of a tag's place in a customer's set, the same on every station."""
    return natural_id("customer_tag", customer_id.hex(), tag_id.hex())


def tags_of(session: Session, customer_ids: Sequence[bytes]) -> dict[bytes, tuple[TagView, ...]]:
    """Return the tags of several customers at once."""
    found: dict[bytes, list[TagView]] = {}
    for start in range(0, len(customer_ids), 500):
        query = (
            select(CustomerTag.customer_id, CustomerTag.origin, Tag, TagGroup)
            .join(Tag, Tag.id == CustomerTag.tag_id)
            .join(TagGroup, TagGroup.id == Tag.group_id)
            .where(CustomerTag.customer_id.in_(customer_ids[start : start + 500]))
            .where(CustomerTag.deleted.is_(False), Tag.deleted.is_(False))
            .order_by(TagGroup.position, Tag.position, Tag.rid)
        )
        for customer, origin, tag, group in session.execute(query):
            found.setdefault(customer, []).append(_view(tag, group, origin))
    return {customer: tuple(tags) for customer, tags in found.items()}


def _view(tag: Tag, group: TagGroup, origin: str = TagOrigin.MANUAL) -> TagView:
    return TagView(
        tag.id,
        group.id,
        _in_language(tag.name, tag.name_en),
        tag.colour or group.colour,
        _in_language(tag.hint, tag.hint_en),
        group.kind,
        origin,
    )


def _living_tags(session: Session, group_id: bytes) -> list[Tag]:
    query = select(Tag).where(Tag.group_id == group_id, Tag.deleted.is_(False))
    return list(session.scalars(query))


def _element(session: Session, customer_id: bytes, tag_id: bytes) -> CustomerTag | None:
    query = select(CustomerTag).where(CustomerTag.id == element_id(customer_id, tag_id))
    return session.scalar(query)


def _in_language(chinese: str, english: str) -> str:
    return english if current_language() == "en" and english else chinese


def _name(name: str) -> str:
    name = name.strip()
    if not name or len(name) > MAX_NAME:
        raise UserError(_("A name has 1 to {n} characters.").format(n=MAX_NAME), code="bad_name")
    return name


def _colour(colour: str) -> str:
    if colour not in COLOURS:
        raise UserError(_("There is no colour “{name}”.").format(name=colour), code="bad_colour")
    return colour
