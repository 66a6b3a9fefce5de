"""Names and codes of carriers: what files and people call them, and what an API wants to hear.

The desk's own code of a carrier is Kuaidi100's; carriers of which only the public collection of
number formats knows (resources/carriers/couriers) keep the code they have there.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Final

from app.core.i18n import current_language
from app.core.paths import resource

__all__ = ["CarrierInfo", "carrier_code", "carrier_info", "carrier_name", "common_carriers"]

_BRACKETS: Final = re.compile(r"[(\[【].*?[)\]】]")
_KIND: Final = re.compile(r"(?:快递|速递|速运|快运|物流|包裹|公司|有限|股份|集团)+$")
_BLANK: Final = re.compile(r"[\s_·.-]+")


@dataclass(frozen=True, slots=True)
class CarrierInfo:
    """A carrier. `kuaidi100` is its code there, empty where it can't be asked there.

    `share` is its rough part of the parcels of a Chinese shop, in percent: it ranks what
    patterns leave open. `phone_needed`: Kuaidi100 wants a phone of sender or recipient.
    """

    code: str
    kuaidi100: str
    zh: str
    en: str
    phone_needed: bool = False
    hotline: str = ""
    share: int = 0

    @property
    def name(self) -> str:
        """The name in the language in use."""
        return self.en if current_language() == "en" else self.zh


@cache
def _table() -> dict[str, CarrierInfo]:
    """The carriers the desk knows well, by code, as the file orders them."""
    return {row["code"]: _info(row) for row in _rows()}


def _rows() -> list[dict[str, str]]:
    path = resource("carriers", "carriers.csv")
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def _info(row: dict[str, str]) -> CarrierInfo:
    return CarrierInfo(
        code=row["code"],
        kuaidi100=row["kuaidi100"],
        zh=row["zh"],
        en=row["en"],
        phone_needed=row["phone_needed"] == "1",
        hotline=row["hotline"],
        share=int(row["share"]),
    )


@cache
def _companies() -> dict[str, str]:
    """Kuaidi100's own list: name by code, some 1,400 of them; the first name of a code holds."""
    names: dict[str, str] = {}
    path = resource("carriers", "kuaidi100_companies.csv")
    rows = csv.reader(path.read_text(encoding="utf-8-sig").splitlines()[1:])
    for row in rows:
        if len(row) >= 2:
            names.setdefault(row[1].strip(), row[0].strip())
    return names


@cache
def _codes_by_name() -> dict[str, str]:
    """Every name and foreign code a carrier is known by, folded, to the desk's code."""
    rows, companies = _rows(), _companies()
    words = [
        *((row[column], row["code"]) for column in ("code", "kuaidi100") for row in rows),
        *((code, code) for code in companies),
        *((row[column], row["code"]) for column in ("zh", "en") for row in rows),
        *((alias, row["code"]) for row in rows for alias in row["aliases"].split("|")),
        *((code, row["code"]) for row in rows for code in row["foreign_codes"].split("|")),
        *((name, code) for code, name in companies.items()),
    ]
    known: dict[str, str] = {}
    for word, code in words:  # the first to claim a word keeps it: codes before names
        known.setdefault(_fold(word), known.get(_fold(code), code))
    known.pop("", None)
    return known


def _fold(name: str) -> str:
    return _BLANK.sub("", unicodedata.normalize("NFKC", name).casefold())


def carrier_code(name: str) -> str:
    """Return the desk's code for a carrier as a file or a person names it; "" if unknown.

    Takes Chinese and English names with or without 快递, 速递, 物流 …, and the codes of
    Kuaidi100, KDNiao and Taobao: 圆通速递, 圆通, YTO, 101 and yuantong are one carrier.
    """
    known = _codes_by_name()
    if code := known.get(_fold(name)):
        return code
    plain = _fold(_BRACKETS.sub("", unicodedata.normalize("NFKC", name)))
    return known.get(plain) or known.get(_KIND.sub("", plain), "")


@cache
def carrier_info(code: str) -> CarrierInfo:
    """Return what is known of a carrier by code; an unknown code speaks for itself."""
    if info := _table().get(code):
        return info
    name = _companies().get(code, "")
    return CarrierInfo(code, code if name else "", name or code, name or code)


def carrier_name(code: str) -> str:
    """The carrier's name in the language in use; "" for no carrier."""
    return carrier_info(code).name if code else ""


def common_carriers() -> tuple[CarrierInfo, ...]:
    """The carriers to offer in a list, the most used first."""
    known = (info for info in _table().values() if info.code != "s10")
    return tuple(sorted(known, key=lambda info: -info.share))
