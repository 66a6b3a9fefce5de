"""Persons who were erased: which of their records, and up to when (DESIGN §3)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from sqlalchemy.orm import Mapped, mapped_column

from db.columns import Id, Moment
from db.models.base import Base, Synced

ERASED: Final = ' {"erased":true}'
"""What a document, as it is stored, holds instead of what it held.

By its blank it comes before any other: of two values with one clock the greater stands, should the
erasure turn out not to count.
"""


class ErasureReason(StrEnum):
    """Why a person was erased; a choice, for words might name the person again."""

    REQUEST = "request"
    OBJECTION = "objection"
    RETENTION = "retention"
    OTHER = "other"


class Erasure(Synced, Base):
    """One record of a person whose data are gone: id = natural_id("erasure", act hex, area, row hex).

    `area` is the table and `row_id` the record; what hangs on it (messages of a conversation, the
    tags of a customer) goes with it. What was written with a stamp up to `cutoff` is blank on every
    station. `act` joins the records of one erasure. It holds no personal data, and stays for ever:
    `deleted` has no meaning here.
    """

    __tablename__ = "erasures"

    act: Mapped[Id]
    area: Mapped[str]
    row_id: Mapped[Id] = mapped_column(index=True)
    cutoff: Mapped[int]
    at: Mapped[Moment]
    staff_id: Mapped[Id | None] = mapped_column(default=None)
    reason: Mapped[str] = mapped_column(default=ErasureReason.REQUEST)
