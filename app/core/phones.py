"""Telephone numbers as shops write them: read, classify, mask, find in pasted text.

The plan for the mainland (FORMATS §7): mobiles are 1 [3-9] and nine more digits, landlines an area
code and 7 or 8 digits; platforms hand out privacy numbers (隐私号): a mobile and an extension.
Other countries' numbers are judged by the phonenumbers library, loaded when first needed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

__all__ = ["Phone", "PhoneKind", "find_phones", "mask_phone", "normal_width", "read_phone"]

_DASHES: Final = str.maketrans(dict.fromkeys("‐‑‒–—―−－ー", "-"))
_PREFIX: Final = re.compile(r"(?:\(?(?:\+|00)86\)?|(?<!\d)86(?=[ -]*1[3-9]\d))[ -]*")
_EXTENSION: Final = r"(?:\s*(?:转|分机号?|ext\.?|[-#x])\s*(\d{1,6})|\s*\[(\d{3,6})\])"
_TEXT_EXTENSION: Final = r"(?:\s*(?:转|分机号?|ext\.?|-)\s*\d{2,5}(?!\d)|\s*\[\d{3,6}\])?"
_MOBILE: Final = re.compile(
    rf"(1[3-9]\d)[ -]?(\d{{4}})[ -]?(\d{{4}})(?!\d)(?:{_EXTENSION}|-)?", re.IGNORECASE
)
_BARE_MOBILE: Final = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE: Final = re.compile(
    rf"\(?(0(?:10|2\d|[3-9]\d{{2}}))\)?[ -]?([2-9]\d{{6,7}})(?!\d)(?:{_EXTENSION})?", re.IGNORECASE
)
_HOTLINE: Final = re.compile(r"([48]00)[ -]?(\d{3,4})[ -]?(\d{3,4})(?!\d)")
_RELAY: Final = re.compile(rf"(95\d{{3,9}})(?!\d)(?:{_EXTENSION})?", re.IGNORECASE)
_LOCAL: Final = re.compile(r"[2-9]\d{6,7}(?:-\d{1,6})?")
_MASKED: Final = re.compile(r"[\d*+ -]*\*{2,}[\d* -]*")
_IN_TEXT: Final = re.compile(
    rf"(?<!\d)(?:(?:\(?(?:\+|00)86\)?|86(?=[ -]*1[3-9]\d))[ -]*)?"
    rf"(?:1[3-9]\d[ -]?\d{{4}}[ -]?\d{{4}}(?!\d){_TEXT_EXTENSION}"
    rf"|1[3-9]\d\*{{3,6}}\d{{2,4}}(?!\d)"
    rf"|\(?0(?:10|2\d|[3-9]\d{{2}})(?:\)[ -]?|[ -]?)[2-9]\d{{6,7}}(?!\d){_TEXT_EXTENSION})",
    re.IGNORECASE,
)


class PhoneKind(StrEnum):
    """What a written number is."""

    MOBILE = "mobile"
    PRIVACY = "privacy"
    LANDLINE = "landline"
    LOCAL = "local"
    HOTLINE = "hotline"
    RELAY = "relay"
    FOREIGN = "foreign"
    MASKED = "masked"
    INVALID = "invalid"
    EMPTY = "empty"


_REACHABLE: Final = frozenset(
    {PhoneKind.MOBILE, PhoneKind.PRIVACY, PhoneKind.LANDLINE, PhoneKind.FOREIGN, PhoneKind.HOTLINE}
)


@dataclass(frozen=True, slots=True)
class Phone:
    """A number in its normal form, e.g. 13800138000, 0571-88888888, +85291234567.

    LOCAL is a landline without its area code, RELAY a platform's relay number (95…), which only
    works with its `extension`; a MASKED one has stars in it.
    """

    kind: PhoneKind
    number: str
    extension: str = ""

    @property
    def reachable(self) -> bool:
        """Whether a courier can call it as it stands."""
        return self.kind in _REACHABLE or (self.kind is PhoneKind.RELAY and bool(self.extension))

    @property
    def text(self) -> str:
        """The number and its extension, as platforms write it."""
        return f"{self.number}-{self.extension}" if self.extension else self.number


_NO_PHONE: Final = Phone(PhoneKind.EMPTY, "")


def normal_width(text: str) -> str:
    """`text` with full-width digits, letters and signs made plain and all dashes made alike."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFKC", text).translate(_DASHES)


def read_phone(text: str, extension: str = "") -> Phone:
    """Read one number; never fails, what it can't be is INVALID.

    `extension` is one that was kept apart from the number.
    """
    if not text:
        return _NO_PHONE
    if not extension and _BARE_MOBILE.fullmatch(text):  # nearly all of a shop's numbers
        return Phone(PhoneKind.MOBILE, text)
    plain = normal_width(text).strip(" \t\r\n'\"=;,.")
    if not plain:
        return _NO_PHONE
    bare = _PREFIX.sub("", plain, count=1) if plain[0] in "+0(8" else plain
    phone = _chinese(bare) or (bare != plain and _chinese("0" + bare)) or _other(plain, bare)
    extension = "".join(filter(str.isdigit, extension)) or phone.extension
    kind = phone.kind
    if kind is PhoneKind.MOBILE and extension:
        kind = PhoneKind.PRIVACY
    return Phone(kind, phone.number, extension)


def _chinese(bare: str) -> Phone | None:
    if match := _MOBILE.fullmatch(bare):
        extension = match[4] or match[5] or ""
        kind = PhoneKind.PRIVACY if extension else PhoneKind.MOBILE
        return Phone(kind, match[1] + match[2] + match[3], extension)
    if match := _LANDLINE.fullmatch(bare):
        return Phone(PhoneKind.LANDLINE, f"{match[1]}-{match[2]}", match[3] or match[4] or "")
    if (match := _HOTLINE.fullmatch(bare)) and len(number := "".join(match.groups())) == 10:
        return Phone(PhoneKind.HOTLINE, number)
    if match := _RELAY.fullmatch(bare):
        return Phone(PhoneKind.RELAY, match[1], match[2] or match[3] or "")
    return None


def _other(plain: str, bare: str) -> Phone:
    if _MASKED.fullmatch(plain):
        return Phone(PhoneKind.MASKED, plain)
    if plain[0] == "+" or plain.startswith("00"):
        return _foreign("+" + plain.lstrip("+0")) or Phone(PhoneKind.INVALID, plain)
    if _LOCAL.fullmatch(bare):
        number, _dash, extension = bare.partition("-")
        return Phone(PhoneKind.LOCAL, number, extension)
    return Phone(PhoneKind.INVALID, plain)


def _foreign(text: str) -> Phone | None:
    import phonenumbers

    try:
        number = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        return None
    if number.country_code == 86 or not phonenumbers.is_possible_number(number):
        return None
    normal = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Phone(PhoneKind.FOREIGN, normal)


def mask_phone(text: str) -> str:
    """The number with its middle hidden: 13800138000 → 138****8000, 0571-88888888 → 0571****8888.

    An extension stays, being worthless without the number. An unreadable text keeps two characters.
    """
    if not text:
        return ""
    phone = read_phone(text)
    if phone.kind is PhoneKind.MASKED:
        return phone.number
    tail = f"-{phone.extension}" if phone.extension else ""
    number = phone.number.replace(" ", "")
    if phone.kind is PhoneKind.LANDLINE:
        return f"{number.partition('-')[0]}****{number[-4:]}{tail}"
    if len(number) >= 8:
        return f"{number[:3]}****{number[-4:]}{tail}"
    return f"{number[:1]}***{number[-1:]}{tail}"


def find_phones(text: str) -> Iterator[tuple[int, int, Phone]]:
    """Mobiles, privacy numbers and landlines with area code in `text`: (start, end, number).

    `text` should have normal width (`normal_width`), else the positions are those of the original
    only where no character changed its length.
    """
    for match in _IN_TEXT.finditer(text):
        yield match.start(), match.end(), read_phone(match[0])
