"""Pasted address texts into their parts, e.g. 张三 13800138000 浙江杭州余杭区文一西路969号."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from app.core.phones import Phone, normal_width
from app.regions.chain import SEPARATORS, Chain, ChainFinder
from app.regions.divisions import Divisions
from app.regions.pasted import (
    detail_after,
    name_before,
    pieces,
    take_labels,
    take_phone,
    take_zip,
)
from app.regions.people import is_person

_COUNTRY: Final = re.compile(r"^(?:中国大陆|中国|中华人民共和国)[\s,]*(?!香港|澳门|台湾)")
_STREET: Final = re.compile(
    r"[\s,]*([\u3400-\u9fff]{1,10}?(?:街道办事处|街道|地区办事处|苏木|镇|乡(?!镇)))(?!路|街|大道|中心|[东南西北]路)"
)


@dataclass(frozen=True, slots=True)
class ParsedAddress:
    """What was found; `rest` is text that has no place in an address (remarks, order numbers).

    Region names are canonical where known, `street` is the town or 街道, `detail` all behind it.
    """

    province: str = ""
    city: str = ""
    district: str = ""
    street: str = ""
    detail: str = ""
    zip: str = ""
    rest: str = ""
    name: str = ""
    phone: Phone | None = None

    @property
    def street_and_detail(self) -> str:
        """Everything below the district, as platforms keep it in one field."""
        return self.street + self.detail


class AddressParser:
    """Parses texts over one set of divisions."""

    def __init__(self, known: Divisions) -> None:
        self._chains = ChainFinder(known)

    def parse(self, text: str) -> ParsedAddress:
        """Take a pasted text apart; what is not there stays empty."""
        plain = normal_width(text).replace("\u3000", " ").strip()
        plain, phone = take_phone(plain)
        plain, code = take_zip(plain)
        plain, name = take_labels(plain)
        chain = self._chains.best(plain)
        found = _leftover(plain, name) if chain is None else _around(plain, chain, name)
        return replace(found, phone=phone, zip=code)


def _around(text: str, chain: Chain, name: str) -> ParsedAddress:
    """The parts before and behind the run of division names."""
    before = _COUNTRY.sub("", text[: chain.start])
    name, rest = name_before(before, name)
    detail, name, behind = detail_after(text[chain.end :], name)
    street = ""
    if match := _STREET.match(detail):
        street, detail = match[1], detail[match.end() :].lstrip(SEPARATORS)
    return ParsedAddress(
        province=chain.province.name if chain.province else "",
        city=chain.city.name if chain.city else "",
        district=chain.district,
        street=street,
        detail=detail,
        rest=" ".join(part for part in (rest, behind) if part),
        name=name,
    )


def _leftover(text: str, name: str) -> ParsedAddress:
    """No division was found: only a name may be told apart."""
    rest: list[str] = []
    for piece in pieces(text):
        if not name and is_person(piece):
            name = piece
        else:
            rest.append(piece)
    return ParsedAddress(name=name, detail=" ".join(rest))
