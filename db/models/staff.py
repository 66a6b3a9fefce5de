"""People who work at the desk."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy.orm import Mapped, mapped_column

from db.columns import Moment
from db.models.base import Base, Synced


class Role(StrEnum):
    """What a member of staff may do, from least to most (DESIGN §7)."""

    TRAINEE = "trainee"
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


class Staff(Synced, Base):
    """One member of staff; `reception_name` is what customers see, e.g. 小丽."""

    __tablename__ = "staff"

    login: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    reception_name: Mapped[str] = mapped_column(default="")
    role: Mapped[str] = mapped_column(default=Role.AGENT)
    password_hash: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[Moment]
