"""Appeals against who gets the sale of an order."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy.orm import Mapped, mapped_column

from db.columns import Id, Moment
from db.models.base import Base, Synced


class AppealState(StrEnum):
    """What became of an appeal."""

    OPEN = "open"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Appeal(Synced, Base):
    """Somebody says that an order is another's. Where it is granted `agent_id` gets the sale."""

    __tablename__ = "appeals"

    order_id: Mapped[Id] = mapped_column(index=True)
    staff_id: Mapped[Id] = mapped_column(index=True)
    reason: Mapped[str]
    at: Mapped[Moment]
    state: Mapped[str] = mapped_column(default=AppealState.OPEN)
    agent_id: Mapped[Id | None] = mapped_column(default=None)
    answer: Mapped[str] = mapped_column(default="")
    decided_by: Mapped[Id | None] = mapped_column(default=None)
    decided_at: Mapped[Moment | None] = mapped_column(default=None)
