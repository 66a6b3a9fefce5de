"""Order files of Taobao and Tmall in all their header generations (FORMATS §1).

Columns are found by their stripped names, of which each fact may have several; never by position.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.core.i18n import _
from app.core.phones import PhoneKind, read_phone
from app.sources.address import split_address
from app.sources.cells import clean, cleaned, is_missing, money, order_number
from app.sources.protocol import (
    BadCell,
    ItemFields,
    OrderFields,
    ParsedItem,
    ParsedOrder,
    RowReader,
    SheetKind,
)
from app.sources.taobao_columns import (
    ADDRESS,
    CARRIER,
    CHECKED_COLUMNS,
    CLOSED_BECAUSE,
    ITEM_COLUMNS,
    NEW_ADDRESS,
    NO_REFUND,
    NUMBERS,
    ORDER_COLUMNS,
    PHONES,
    PRESALE,
    REFUND,
    SHOP,
    SKU_LABELS,
    STAGES,
    STATUS,
    YES,
    Reader,
)
from app.sources.taobao_words import close_reason, order_status


class Taobao:
    """Recognises the order lists and item lists of Taobao and Tmall."""

    platform = "taobao"

    def recognise(self, header: Sequence[str]) -> RowReader | None:
        """Return a reader for a header, or None if it is not one of theirs."""
        names = [clean(name) for name in header]
        known = set(names)
        if {"子订单编号", "主订单编号"} <= known and known & {"商品标题", "购买数量"}:
            return TaobaoReader("taobao_order_sub", SheetKind.ITEMS, names, "主订单编号")
        if "订单编号" not in known:
            return None
        if known & {"标题", "商品标题"} and "购买数量" in known:
            return TaobaoReader("taobao_order_detail_list", SheetKind.ITEMS, names, "订单编号")
        signs = {"买家会员名", "买家应付邮费", "买家实付金额", "买家实际支付金额", "买家下单时间"}
        if not known & signs or STATUS not in known:
            return None
        if known & {"宝贝规格", "商品属性"}:
            return TaobaoReader("taobao_order_rows", SheetKind.BOTH, names, "订单编号")
        name = "taobao_order_list" if "买家会员名" in known else "taobao_order_main"
        return TaobaoReader(name, SheetKind.ORDERS, names, "订单编号")


class TaobaoReader:
    """Reads the rows below one header."""

    def __init__(self, name: str, kind: SheetKind, names: list[str], key: str) -> None:
        self.format, self.kind = name, kind
        self._at = _first_places(names)
        self._key = self._at[key]
        self._phone_cells = [self._at[name] for name in PHONES if name in self._at]
        items = ITEM_COLUMNS if kind is not SheetKind.ORDERS else {}
        self._order_cells = _plan(names, ORDER_COLUMNS, skip=items)
        self._item_cells = _plan(names, items, skip={})
        self._checks = [
            (self._at[n], n, read) for n, read in CHECKED_COLUMNS.items() if n in self._at
        ]
        self._extra_cells = _leftovers(names, self._order_cells, self._item_cells)

    def read(self, row: int, cells: Sequence[str]) -> ParsedOrder:
        """Return what a row says; raises `BadCell`."""
        cells = cleaned(cells)
        number = _convert(order_number, cells[self._key], "订单编号")
        for place, name, reader in self._checks:
            _convert(reader, cells[place], name)
        fields = self._order_fields(cells)
        item = None if self.kind is SheetKind.ORDERS else self._item(cells)
        if self.kind is SheetKind.ITEMS:
            _drop_item_sums(fields)
        return ParsedOrder(
            row=row,
            number=number,
            fields=fields,
            shop=self._text(cells, SHOP),
            parcels=self._parcels(cells),
            item=item,
            partial=self.kind is SheetKind.ITEMS,
            extra={} if self.kind is SheetKind.ITEMS else self._extra(cells),
        )

    def _order_fields(self, cells: Sequence[str]) -> OrderFields:
        found = _facts(cells, self._order_cells)
        self._add_status(cells, found)
        self._add_phone(cells, found)
        self._add_address(cells, found)
        if REFUND in self._at and self.kind is SheetKind.ORDERS:
            found["refund_fen"] = self._refund(cells)
        if PRESALE in self._at or STAGES in self._at:
            stages = self._text(cells, STAGES)
            found["presale"] = self._text(cells, PRESALE) in YES or bool(stages)
        if self.kind is SheetKind.ITEMS and "备注" in self._at:
            found["buyer_message"] = self._text(cells, "备注")
        if "created_at" in found and found["created_at"] is None:
            del found["created_at"]
        if "total_fen" not in found and "paid_fen" in found:
            found["total_fen"] = found["paid_fen"]
        fields: OrderFields = found  # type: ignore[assignment] # built by column, typed by plan
        return fields

    def _add_status(self, cells: Sequence[str], found: dict[str, Any]) -> None:
        if STATUS not in self._at:
            return
        word = self._text(cells, STATUS)
        found["platform_status"], found["status"] = word, order_status(word)
        if self.kind is SheetKind.ITEMS:
            return
        if CLOSED_BECAUSE in self._at or found["status"] == "closed":
            found["close_reason"] = close_reason(
                found["status"],
                self._text(cells, CLOSED_BECAUSE),
                paid=bool(found.get("paid_at") or found.get("paid_fen")),
                refunded=self._refund(cells) > 0,
            )

    def _add_phone(self, cells: Sequence[str], found: dict[str, Any]) -> None:
        if not self._phone_cells:
            return
        found.update(phone="", phone_extension="", landline="")
        for place in self._phone_cells:
            text = cells[place]
            if not text:
                continue
            if len(text) == 11 and text[0] == "1" and text.isdecimal() and not found["phone"]:
                found["phone"] = text
                continue
            phone = read_phone(text)
            if phone.kind in {PhoneKind.LANDLINE, PhoneKind.LOCAL, PhoneKind.HOTLINE}:
                found["landline"] = found["landline"] or phone.text
            elif not found["phone"]:
                found["phone"], found["phone_extension"] = phone.number, phone.extension

    def _add_address(self, cells: Sequence[str], found: dict[str, Any]) -> None:
        if ADDRESS not in self._at and NEW_ADDRESS not in self._at:
            return
        text = self._text(cells, NEW_ADDRESS) or self._text(cells, ADDRESS)
        place = split_address(text)
        found.update(
            raw_address=text,
            province=place.province,
            city=place.city,
            district=place.district,
            detail=place.detail,
            zip=place.zip,
        )

    def _refund(self, cells: Sequence[str]) -> int:
        text = self._text(cells, REFUND)
        return 0 if text == NO_REFUND else int(_convert(money, text, REFUND))

    def _item(self, cells: Sequence[str]) -> ParsedItem:
        found = _facts(cells, self._item_cells)
        for label in SKU_LABELS:
            found["sku"] = found.get("sku", "").removeprefix(label).strip()
        if not found.get("title"):
            raise BadCell(_("The item has no title."), "标题")
        word = self._text(cells, STATUS)
        found["platform_status"], found["status"] = word, order_status(word)
        if self.kind is SheetKind.ITEMS:
            found["refund_fen"] = self._refund(cells)
            paid = self._text(cells, "买家实付金额")
            found["paid_fen"] = _convert(money, paid, "买家实付金额") if paid else None
        fields: ItemFields = found  # type: ignore[assignment] # built by column, typed by plan
        return ParsedItem(self._text(cells, "子订单编号"), fields)

    def _parcels(self, cells: Sequence[str]) -> tuple[tuple[str, str], ...]:
        for name in NUMBERS:
            if text := self._text(cells, name):
                carrier = self._text(cells, CARRIER)
                return tuple((carrier, number) for number in _tracking_numbers(text))
        return ()

    def _extra(self, cells: Sequence[str]) -> dict[str, str]:
        extra: dict[str, str] = {}
        for place, name in self._extra_cells:
            if text := cells[place]:
                extra[name] = text
        return extra

    def _text(self, cells: Sequence[str], name: str) -> str:
        place = self._at.get(name)
        return "" if place is None else cells[place]


_Plan = list[tuple[int, str, str, Reader]]


def _first_places(names: list[str]) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, name in enumerate(names):
        places.setdefault(name, place)
    return places


def _plan(names: list[str], columns: dict[str, tuple[str, Reader]], skip: dict[str, Any]) -> _Plan:
    return [
        (place, name, *columns[name])
        for name, place in _first_places(names).items()
        if name in columns and name not in skip
    ]


def _leftovers(names: list[str], *plans: _Plan) -> list[tuple[int, str]]:
    used = {place for plan in plans for place, *_rest in plan}
    # The buyer's payment account is personal data that no work at the desk needs.
    named = {
        "买家支付宝账号",
        STATUS,
        ADDRESS,
        NEW_ADDRESS,
        SHOP,
        "订单编号",
        *PHONES,
        *NUMBERS,
        REFUND,
    }
    return [
        (place, name or f"#{place + 1}")
        for place, name in enumerate(names)
        if place not in used and name not in named
    ]


def _facts(cells: Sequence[str], plan: _Plan) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for place, name, field, reader in plan:
        text = cells[place]
        if found.get(field) or (not text and field in found):
            continue
        found[field] = text if reader is str else _convert(reader, text, name)
    return found


def _convert(reader: Reader, text: str, column: str) -> Any:
    try:
        return reader(text)
    except BadCell as error:
        raise BadCell(error.reason, error.column or column) from None


def _drop_item_sums(fields: OrderFields) -> None:
    # In an item list these are the item's, not the order's.
    fields.pop("paid_fen", None)
    fields.pop("total_fen", None)


def _tracking_numbers(text: str) -> list[str]:
    if text.isalnum():
        return [text]
    for mark in ",;，；、/|\n":
        text = text.replace(mark, " ")
    words = (word.removeprefix("No:").removeprefix("NO:") for word in text.split())
    return list(dict.fromkeys(word for word in words if word and not is_missing(word)))
