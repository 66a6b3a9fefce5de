"""Makes products and SKUs known that orders name and the desk has not met yet."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from app.orders.import_store import Writes
from app.sources import batches, undone_stamps
from db.ids import natural_id
from db.models import Product, Sku
from db.registry import DELETED_FIELD

_BATCH: Final = 1_000


def add_goods(
    session: Session,
    platform: str,
    items: Sequence[tuple[str, Mapping[str, Any]]],
    writes: Writes,
) -> None:
    """Add what is unknown among (shop, item row) pairs.

    A SKU is known by its code. A product is known by its number, or by its title where another
    file gave it another number.
    """
    fresh = _unknown(session, {key: item for item in items if (key := _key(item[1]))})
    if not fresh:
        return
    by_title = _products_by_title(session, platform, {row["title"] for _shop, row in fresh})
    ids = {_product_id(platform, shop, row) for shop, row in fresh}
    known = _among(session, Product.id, ids)
    for shop, row in fresh:
        product_id = by_title.get((shop, row["title"])) or _product_id(platform, shop, row)
        if product_id not in known and (shop, row["title"]) not in by_title:
            writes.inserts[Product].append(_product(product_id, platform, shop, row))
            known.add(product_id)
        by_title[shop, row["title"]] = product_id
        if code := row.get("sku_code", ""):
            writes.inserts[Sku].append(
                {
                    "id": natural_id("sku", product_id.hex(), code),
                    "product_id": product_id,
                    "code": code,
                    "properties": row.get("sku", ""),
                    "price_fen": row.get("price_fen") or 0,
                }
            )


def _key(row: Mapping[str, Any]) -> str:
    return row.get("sku_code") or row.get("product_number") or ""


def _unknown(
    session: Session, by_key: Mapping[str, tuple[str, Mapping[str, Any]]]
) -> list[tuple[str, Mapping[str, Any]]]:
    codes = {key for key, (_shop, row) in by_key.items() if row.get("sku_code")}
    known = _among(session, Sku.code, codes)
    known |= _among(session, Product.number, by_key.keys() - codes)
    return [item for key, item in by_key.items() if key not in known]


def _products_by_title(
    session: Session, platform: str, titles: Collection[str]
) -> dict[tuple[str, str], bytes]:
    query = select(Product.shop, Product.title, Product.id).where(
        Product.platform == platform, Product.deleted.is_(False)
    )
    return {
        (shop, title): product_id
        for batch in batches(titles, _BATCH)
        for shop, title, product_id in session.execute(query.where(Product.title.in_(batch)))
    }


def _among(session: Session, column: Any, values: Collection[Any]) -> set[Any]:
    found: set[Any] = set()
    known = _not_taken_back(session, column.class_)
    for batch in batches(values, _BATCH):
        found.update(session.scalars(select(column).where(column.in_(batch), known)))
    return found


def _not_taken_back(session: Session, model: type[Product | Sku]) -> ColumnElement[bool]:
    """What a person has deleted is known; what an undo took back is not."""
    deleted_at = func.json_extract(model.field_clocks, f'$."{DELETED_FIELD}"[0]')
    return or_(model.deleted.is_(False), deleted_at.not_in(undone_stamps(session)))


def _product_id(platform: str, shop: str, row: Mapping[str, Any]) -> bytes:
    return natural_id("product", platform, shop, row.get("product_number") or _key(row))


def _product(product_id: bytes, platform: str, shop: str, row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": product_id,
        "platform": platform,
        "shop": shop,
        "number": row.get("product_number") or _key(row),
        "title": row["title"],
        "price_fen": row.get("price_fen") or 0,
        "updated_at": row["source_at"],
    }
