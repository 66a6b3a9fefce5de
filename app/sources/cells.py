"""What a cell of an export says: text, money, times, numbers, addresses, with the platforms' quirks."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Final

from app.core.i18n import _
from app.sources.protocol import BadCell

CHINA: Final = dt.timezone(dt.timedelta(hours=8))
"""Exports of Chinese platforms give Beijing time without saying so."""

_BLANKS: Final = frozenset(" \t\r\n\u00a0\u3000")
_WRAPPING: Final = _BLANKS | frozenset("='\ufeff")
_MISSING: Final = frozenset({"", "-", "--", "null", "NULL", "None", "无", "\\N"})
_MONEY: Final = re.compile(r"[¥￥]?\s*([+-]?[\d,]*\.?\d*)\s*元?")
_MAX_FEN: Final = 10**13
_MOMENT: Final = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
    r"(?:[ T]+(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.\d+)?)?)?"
)
_SCIENTIFIC: Final = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")
_ORDER_NUMBER: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{4,39}")


def clean(cell: str) -> str:
    """Take off what exports wrap around a value: `="…"`, a leading `'` or tab, outer blanks."""
    if not cell or (cell[0] not in _WRAPPING and cell[-1] not in _BLANKS):
        return cell
    cell = cell.strip()
    if cell.startswith("="):
        cell = cell[1:].strip()
        if len(cell) >= 2 and cell[0] == cell[-1] == '"':
            cell = cell[1:-1]
        elif cell == '"':
            cell = ""
    return cell.lstrip("'\t\ufeff").strip()


def cleaned(cells: Sequence[str]) -> list[str]:
    """Clean a row's cells; a literal `null` is nothing."""
    return [
        clean(cell)
        if cell and (cell[0] in _WRAPPING or cell[-1] in _BLANKS)
        else ("" if cell == "null" else cell)
        for cell in cells
    ]


def is_missing(cell: str) -> bool:
    """Whether a clean cell says that there is nothing."""
    return cell in _MISSING


@lru_cache(maxsize=65_536)
def money(cell: str) -> int:
    """Read an amount as fen: `59.00`, `0元`, `¥1,234.50`; nothing is 0. Raises `BadCell`."""
    if cell in _MISSING:
        return 0
    match = _MONEY.fullmatch(unicodedata.normalize("NFKC", cell))
    try:
        yuan = Decimal(match[1].replace(",", "")) if match else None
    except InvalidOperation:
        yuan = None
    if yuan is None:
        raise BadCell(_("“{text}” is not an amount of money.").format(text=_short(cell)))
    fen = yuan * 100
    rounded = int(fen.to_integral_value())
    # A spreadsheet's 59.900001 is 59.90; more than that is no amount in yuan and fen.
    if abs(fen - rounded) > Decimal("0.01") or not 0 <= rounded <= _MAX_FEN:
        raise BadCell(_("“{text}” is not an amount of money.").format(text=_short(cell)))
    return rounded


@lru_cache(maxsize=8_192)
def _day_ms(year: int, month: int, day: int) -> int:
    return int(dt.datetime(year, month, day, tzinfo=CHINA).timestamp()) * 1000


def _plain_moment(cell: str) -> int | None:
    """The common form, 2026-03-01 10:00:00, read without a regular expression."""
    day, clock = _known_day(cell[:10]), cell[11:13] + cell[14:16] + cell[17:]
    if day is None or cell[10:17:3] != " ::" or not clock.isdecimal():
        return None
    hour, minute, second = int(clock[:2]), int(clock[2:4]), int(clock[4:])
    if hour > 23 or minute > 59 or second > 59:
        return None
    return day + ((hour * 60 + minute) * 60 + second) * 1000


@lru_cache(maxsize=8_192)
def _known_day(text: str) -> int | None:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return _day_ms(day.year, day.month, day.day) if 1990 <= day.year <= 2200 else None


def moment(cell: str) -> int | None:
    """Read a date and time of Beijing as Unix ms; nothing is None. Raises `BadCell`."""
    if len(cell) == 19 and (plain := _plain_moment(cell)) is not None:
        return plain
    if not cell or cell in _MISSING or cell.startswith("0000-00-00"):
        return None
    match = _MOMENT.fullmatch(cell)
    if match is not None:
        year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
        if 1990 <= year <= 2200 and hour < 24 and minute < 60 and second < 60:
            try:
                start = _day_ms(year, month, day)
            except ValueError:
                start = -1
            if start >= 0:
                return start + ((hour * 60 + minute) * 60 + second) * 1000
    raise BadCell(_("“{text}” is not a date and time.").format(text=_short(cell)))


@lru_cache(maxsize=1_024)
def count(cell: str) -> int:
    """Read a number of pieces; nothing is 0. Raises `BadCell`."""
    if cell in _MISSING:
        return 0
    plain = unicodedata.normalize("NFKC", cell).removesuffix(".0").removesuffix(".00")
    if not plain.isascii() or not plain.isdigit() or len(plain) > 9:
        raise BadCell(_("“{text}” is not a number of pieces.").format(text=_short(cell)))
    return int(plain)


def order_number(cell: str) -> str:
    """Read an order number; raises `BadCell` where it is missing or lost its last digits."""
    if cell in _MISSING:
        raise BadCell(_("The order number is missing."))
    if _SCIENTIFIC.fullmatch(cell) and not cell.isdigit():
        raise BadCell(
            _(
                "“{text}” has lost its last digits in a spreadsheet program; "
                "import the file as the platform wrote it."
            ).format(text=_short(cell))
        )
    if not _ORDER_NUMBER.fullmatch(cell) or not any(map(str.isdigit, cell)):
        raise BadCell(_("“{text}” is not an order number.").format(text=_short(cell)))
    return cell


def _short(cell: str) -> str:
    return cell if len(cell) <= 40 else cell[:39] + "…"
