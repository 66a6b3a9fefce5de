"""Checks of single fields, shared by all readers; what they refuse has a name and a reason."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any, Final

from app.core.i18n import _
from app.records.model import BadRecord
from db.clock import UNTIMED_BELOW

_LATEST: Final = 4_102_444_800_000
"""The year 2100: what lies beyond is no time of a chat."""
_ZONE_WORD: Final = re.compile(r"\s*(?:UTC|GMT)$")
_HEAD: Final = re.compile(r"\d{4}-?\d\d-?\d\d[T ]\d\d")


def text_of(row: Mapping[str, Any], name: str, *, needed: bool = False) -> str:
    """Return a field as text, "" where it is missing; raises `BadRecord`."""
    value = row.get(name)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = str(value)
    if value is None:
        value = ""
    if not isinstance(value, str):
        raise BadRecord(_("This is no text."), name)
    if needed and not value.strip():
        raise BadRecord(_("This field is missing."), name)
    return value.strip()


def said(value: Any, name: str) -> str:
    """Return the words of a message, as they are; raises `BadRecord` for what is no text."""
    if not isinstance(value, str):
        raise BadRecord(_("The message has no text."), name)
    if "\0" in value:
        raise BadRecord(_("This text holds a NUL character."), name)
    return storable(value, name)


def storable(text: str, name: str) -> str:
    """Return the text if every character of it is one; half a character pair is not."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BadRecord(_("This text holds half a character."), name) from None
    return text


def moment(value: Any, zone: dt.tzinfo, name: str) -> int:
    """Return a time as Unix ms: ISO 8601, or a number of seconds or milliseconds since 1970.

    A time without an offset is the shop's. Raises `BadRecord`.
    """
    if isinstance(value, Mapping):
        value = value.get("$date")
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise BadRecord(_("This is no time."), name)
    at = _from_text(value, zone, name) if isinstance(value, str) else _from_number(value)
    if not UNTIMED_BELOW <= at < _LATEST:
        raise BadRecord(_("This time is not of this age: {value}").format(value=value), name)
    return at


def _from_number(value: float) -> int:
    if not abs(value) <= 1e15:  # no number at all included
        return 0
    # Seconds stay below this until the year 5138; milliseconds have been above it since 1973.
    return round(value if abs(value) >= 1e11 else value * 1000)


def _from_text(value: str, zone: dt.tzinfo, name: str) -> int:
    text = value.strip()
    if text.lstrip("+-").isdecimal() and len(text) >= 9:
        return _from_number(int(text)) if len(text) < 16 else 0
    zoned = _ZONE_WORD.sub("+00:00", text)
    try:
        # A bare date would be taken for a midnight nobody wrote at.
        then = dt.datetime.fromisoformat(zoned if _HEAD.match(zoned) else "")
        if then.tzinfo is None:
            then = then.replace(tzinfo=zone)
        return round(then.timestamp() * 1000)
    except (ValueError, OverflowError):
        raise BadRecord(
            _("This is no ISO 8601 time: {value}").format(value=text[:40]), name
        ) from None
