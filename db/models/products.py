"""Products and their SKUs (DOMAIN §4)."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from db.columns import Document, Fen, Id, Moment
from db.models.base import Base, Synced


class Product(Synced, Base):
    """A product of the shop: id = natural_id("product", platform, shop, number).

    `fab` holds feature → advantage → benefit rows: [{"feature","advantage","benefit"}].
    """

    __tablename__ = "products"

    platform: Mapped[str] = mapped_column(default="")
    shop: Mapped[str] = mapped_column(default="")
    number: Mapped[str]
    title: Mapped[str]
    category: Mapped[str] = mapped_column(default="", index=True)
    price_fen: Mapped[Fen] = mapped_column(default=0)
    currency: Mapped[str] = mapped_column(default="CNY")
    url: Mapped[str] = mapped_column(default="")
    attachment_id: Mapped[Id | None] = mapped_column(default=None)
    material: Mapped[str] = mapped_column(default="")
    weight_g: Mapped[int] = mapped_column(default=0)
    care: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(default="")
    fab: Mapped[Document | None] = mapped_column(default=None)
    active: Mapped[bool] = mapped_column(default=True)
    updated_at: Mapped[Moment] = mapped_column(default=0)


class Sku(Synced, Base):
    """A sellable variant: id = natural_id("sku", product hex, code)."""

    __tablename__ = "skus"

    product_id: Mapped[Id] = mapped_column(index=True)
    code: Mapped[str] = mapped_column(index=True)
    properties: Mapped[str] = mapped_column(default="")
    price_fen: Mapped[Fen] = mapped_column(default=0)
    stock: Mapped[int | None] = mapped_column(default=None)
