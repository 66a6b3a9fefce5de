"""Tags on customers, in groups with colours (DOMAIN §3)."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy.orm import Mapped, mapped_column

from db.columns import Id, Moment
from db.models.base import Base, Synced


class TagKind(StrEnum):
    """What a tag group says of a customer."""

    STYLE = "style"
    MOTIVE = "motive"
    VALUE = "value"
    OWN = "own"


class TagOrigin(StrEnum):
    """How a tag came on to a customer."""

    MANUAL = "manual"
    RULE = "rule"
    IMPORT = "import"


class TagGroup(Synced, Base):
    """A group of tags, e.g. shopping style. `colour` names a theme colour: blue, green, …"""

    __tablename__ = "tag_groups"

    kind: Mapped[str] = mapped_column(default=TagKind.OWN)
    name: Mapped[str]
    name_en: Mapped[str] = mapped_column(default="")
    colour: Mapped[str] = mapped_column(default="grey")
    position: Mapped[int] = mapped_column(default=0)


class Tag(Synced, Base):
    """One tag; `hint` tells how to treat a customer who has it. Empty colour: the group's."""

    __tablename__ = "tags"

    group_id: Mapped[Id] = mapped_column(index=True)
    name: Mapped[str]
    name_en: Mapped[str] = mapped_column(default="")
    colour: Mapped[str] = mapped_column(default="")
    hint: Mapped[str] = mapped_column(default="")
    hint_en: Mapped[str] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)


class CustomerTag(Synced, Base):
    """Element of a customer's tag set: id = natural_id("customer_tag", customer hex, tag hex)."""

    __tablename__ = "customer_tags"

    customer_id: Mapped[Id] = mapped_column(index=True)
    tag_id: Mapped[Id] = mapped_column(index=True)
    origin: Mapped[str] = mapped_column(default=TagOrigin.MANUAL)
    staff_id: Mapped[Id | None] = mapped_column(default=None)
    reason: Mapped[str] = mapped_column(default="")
    at: Mapped[Moment]
