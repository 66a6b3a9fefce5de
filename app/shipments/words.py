"""Tells a customer in one polite message where a parcel is.

The sentences are no texts of the window: they are written in the customer's language, whatever the
agent's is, and lie in resources/carriers/words.json.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from functools import cache
from typing import Final

import msgspec

from app.carriers import carrier_info
from app.core.i18n import Language, _, current_language, ngettext
from app.core.paths import resource
from app.shipments.model import TROUBLE_NAMES, ParcelDetail, ParcelRow
from app.shipments.settings import HOUR_MS
from db.clock import now_ms

__all__ = ["in_words", "language_of", "reason_text"]

BEIJING: Final = timezone(timedelta(hours=8))
"""Customers read the time of China, where the carriers note it."""

_WITHOUT_NEWS: Final = {"waiting", "no_pickup", "unknown"}
_END: Final = "。．.,，;；!！~～ "
_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")
_LATIN: Final = re.compile(r"[A-Za-z]{2,}")


@cache
def _sentences() -> dict[str, dict[str, str]]:
    data = resource("carriers", "words.json").read_bytes()
    return msgspec.json.decode(data, type=dict[str, dict[str, str]])


def in_words(detail: ParcelDetail, language: Language | None = None) -> str:
    """Return the message with carrier, number, and the latest time, text and state."""
    language = language or current_language()
    sentences, row = _sentences()[language], detail.row
    info = carrier_info(row.carrier)
    name = (info.en if language == "en" else info.zh) or row.carrier_name
    parcel = sentences["greeting"].format(carrier=name, number=row.number).replace("( ", "(")
    kind = row.trouble.value if row.trouble and row.trouble in sentences else row.state.value
    if row.last_at is None and kind not in _WITHOUT_NEWS:
        kind = "unknown"
    return sentences[kind].format(
        parcel=parcel.replace("（ ", "（"),
        time=_time(row.last_at, language),
        text=_plain(row.last_text),
    )


def language_of(texts: list[str]) -> Language:
    """The language of a customer's own words; where they say nothing of it, the window's."""
    for text in texts:
        if _CHINESE.search(text):
            return "zh_CN"
        if _LATIN.search(text):
            return "en"
    return current_language()


def _time(at: int | None, language: Language) -> str:
    if at is None:
        return ""
    then = datetime.fromtimestamp(at / 1000, BEIJING)
    return f"{then:%m-%d %H:%M}" if language == "en" else f"{then.month}月{then.day}日{then:%H:%M}"


def _plain(text: str) -> str:
    return " ".join(text.split()).rstrip(_END)


def reason_text(row: ParcelRow) -> str:
    """Why a parcel needs somebody, in the window's language; "" where it needs nobody."""
    if row.trouble is None or row.since is None:
        return ""
    return _(TROUBLE_NAMES[row.trouble]).format(time=_lasted(now_ms() - row.since))


def _lasted(ms: int) -> str:
    hours = ms // HOUR_MS
    if hours < 48:
        return ngettext("{n} hour", "{n} hours", hours).format(n=hours)
    return ngettext("{n} day", "{n} days", hours // 24).format(n=hours // 24)
