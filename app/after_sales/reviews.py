"""Rows of the platforms' exports of reviews as cases.

None of these exports was seen: the names are the words of the seller back ends, so several are
known for each fact, and a file is taken as soon as it has an order, a time and a judgement.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from app.after_sales.export_columns import plain_name
from app.after_sales.parsed import ParsedCase, convert
from app.core.i18n import _
from app.sources import BadCell, cleaned, is_missing, moment, order_number
from db.models import AfterSaleKind, AfterSaleState, Grade

FAMILY: Final = "review"
FORMAT: Final = "reviews"

_MAX_TEXT: Final = 2_000
_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "number": ("评价ID", "评价id", "评价编号", "评价单号", "评论ID", "评论id", "评论编号"),
    "order": ("订单编号", "订单号", "主订单编号", "交易编号"),
    "item": ("子订单编号", "子订单号", "商品单号"),
    "title": ("商品名称", "宝贝标题", "宝贝名称", "商品标题", "商品"),
    "spec": ("商品规格", "商品属性", "规格", "SKU", "SKU名称"),
    "grade": ("评价等级", "评价类型", "评价结果", "好中差评", "评价级别", "评论类型"),
    "stars": (
        *("评价星级", "评分", "星级", "商品评分", "综合评分", "评价得分", "评论星级", "用户评分"),
        *("评价分数", "描述相符", "商品质量"),
    ),
    "time": ("评价时间", "评论时间", "初评时间", "首评时间", "首次评价时间", "评价创建时间"),
    "text": ("评价内容", "评论内容", "初评内容", "首评内容", "首次评价", "买家评价", "用户评价"),
    "again": ("追评内容", "追加评价", "追评", "追加评价内容"),
    "answer": ("商家回复", "卖家回复", "掌柜回复", "回复内容", "卖家解释", "商家回复内容"),
}
_SIGNS: Final = (
    ("taobao", frozenset({"宝贝标题", "宝贝名称", "子订单编号", "掌柜回复", "卖家解释"})),
    ("douyin", frozenset({"商品单号", "达人昵称"})),
    ("pdd", frozenset({"描述相符", "团ID", "样式ID"})),
    ("jd", frozenset({"商品编号", "评论星级", "商家SKU", "用户PIN"})),
)
_GRADES: Final = (
    # "不好" and "不满意" say the contrary of a part of them, so the bad words come first.
    (Grade.BAD, ("差", "不")),
    (Grade.MIDDLING, ("中", "一般")),
    (Grade.GOOD, ("好", "满意")),
)
_STARS: Final = re.compile(r"([0-5](?:\.[0-9]+)?)\s*(?:星|分|/\s*5)?")


def reviews_in(names: Sequence[str]) -> ReviewReader | None:
    """A reader for a header with cleaned names, where it is one of reviews."""
    here = {plain_name(name) for name in names}
    found = {fact: [n for n in known if n in here] for fact, known in _COLUMNS.items()}
    judged = found["grade"] or found["stars"]
    spoken = any(word in name for name in names for word in ("评价", "评论", "评分"))
    if not (found["order"] and found["time"] and judged and spoken):
        return None
    return ReviewReader(names, found)


class ReviewReader:
    """Reads the rows below one header."""

    def __init__(self, names: Sequence[str], columns: Mapping[str, Sequence[str]]) -> None:
        self._columns = columns
        self.family, self.format = FAMILY, FORMAT
        self._names = list(names)
        self._at = {plain_name(name): n for n, name in reversed(list(enumerate(names)))}
        known = self._at.keys()
        self.platform = next((platform for platform, signs in _SIGNS if known & signs), "")

    def read(self, row: int, cells: Sequence[str]) -> ParsedCase:
        """What a row says; raises `BadCell`."""
        cells = cleaned(cells)
        order, column = self._first(cells, "order")
        if not order:
            raise BadCell(_("The order number is missing."), column)
        order = str(convert(order_number, order, column))
        item, title = self._first(cells, "item")[0], self._first(cells, "title")[0]
        case = ParsedCase(row, self._number(cells, order, item or title), order, item)
        grade, word = self._grade(cells)
        at, column = self._first(cells, "time")
        said = convert(moment, at, column)
        if said is None:
            raise BadCell(_("When it was written is missing."), column)
        good = grade is Grade.GOOD
        case.fields = {
            "kind": AfterSaleKind.REVIEW,
            "grade": grade,
            "text": self._text(cells),
            "item_title": title,
            "platform_status": word,
            "requested_at": said,
            # One that is not good is a task until somebody says what was done about it.
            "state": AfterSaleState.DONE if good else AfterSaleState.REQUESTED,
            "done_at": said if good else None,
            "withdrawn_at": None,
        }
        if answer := self._first(cells, "answer")[0]:
            case.extra = {self._first(cells, "answer")[1]: answer[:_MAX_TEXT]}
        return case

    # --- parts -----------------------------------------------------------------------------

    def _number(self, cells: Sequence[str], order: str, about: str) -> str:
        """The review's own number; else there is one of each item of an order."""
        if number := self._first(cells, "number")[0]:
            return str(number)
        parts = (order, about, self._first(cells, "spec")[0])
        return " ".join(part for part in parts if part)

    def _grade(self, cells: Sequence[str]) -> tuple[Grade, str]:
        word, column = self._first(cells, "grade")
        for grade, parts in _GRADES:
            if any(part in word for part in parts):
                return grade, word
        stars, starred = self._first(cells, "stars")
        match = _STARS.fullmatch(stars or word)
        if match is None:
            said = (stars or word)[:40]
            raise BadCell(
                _("“{word}” is neither good, middling nor bad, nor stars.").format(word=said),
                starred or column,
            )
        value = float(match[1])
        grade = Grade.GOOD if value >= 4 else Grade.MIDDLING if value >= 3 else Grade.BAD
        return grade, stars or word

    def _text(self, cells: Sequence[str]) -> str:
        parts = (self._first(cells, "text")[0], self._first(cells, "again")[0])
        return "\n".join(part for part in parts if part)[:_MAX_TEXT]

    def _first(self, cells: Sequence[str], fact: str) -> tuple[str, str]:
        """The first column of a fact with a value: the value and the column's name."""
        here = self._columns[fact]
        for name in here:
            if not is_missing(cells[self._at[name]]):
                return cells[self._at[name]], self._names[self._at[name]]
        return "", self._names[self._at[here[0]]] if here else ""
