"""Quick phrases and their groups (DOMAIN §2, DESIGN §6)."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy.orm import Mapped, mapped_column

from db.columns import Id, Moment
from db.models.base import Base, Synced


class Scope(StrEnum):
    """Whose a phrase or group is."""

    SHOP = "shop"
    MINE = "mine"


class PhraseGroup(Synced, Base):
    """A folder of phrases; `staff_id` owns it where the scope is `mine`."""

    __tablename__ = "phrase_groups"

    name: Mapped[str]
    scope: Mapped[str] = mapped_column(default=Scope.SHOP)
    staff_id: Mapped[Id | None] = mapped_column(default=None)
    position: Mapped[int] = mapped_column(default=0)


class Phrase(Synced, Base):
    """A reply saved once and sent often. `step` is one of the seven steps or of after-sales.

    `pinyin` and `initials` are made at write time from code and text, for the lookup.
    """

    __tablename__ = "phrases"

    group_id: Mapped[Id] = mapped_column(index=True)
    scope: Mapped[str] = mapped_column(default=Scope.SHOP)
    staff_id: Mapped[Id | None] = mapped_column(default=None)
    code: Mapped[str] = mapped_column(default="")
    title: Mapped[str] = mapped_column(default="")
    text: Mapped[str]
    language: Mapped[str] = mapped_column(default="zh")
    step: Mapped[str] = mapped_column(default="")
    attachment_id: Mapped[Id | None] = mapped_column(default=None)
    position: Mapped[int] = mapped_column(default=0)
    pinyin: Mapped[str] = mapped_column(default="")
    initials: Mapped[str] = mapped_column(default="")
    updated_at: Mapped[Moment] = mapped_column(default=0)


class PhraseUse(Base):
    """How often this station used a phrase; stays on the machine, so it never conflicts."""

    __tablename__ = "phrase_uses"

    phrase_id: Mapped[Id] = mapped_column(primary_key=True)
    staff_id: Mapped[Id] = mapped_column(primary_key=True)
    uses: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[Moment] = mapped_column(default=0)
