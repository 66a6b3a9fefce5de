"""Pasted address texts into their parts, e.g. 张三 13800138000 浙江杭州余杭区文一西路969号."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from app.core.phones import Phone, find_phones, normal_width
from app.regions.divisions import City, District, Divisions, Province
from app.regions.names import is_zone
from app.regions.people import is_person, name_at_end, without_receiver_mark

_LABEL: Final = re.compile(
    r"(?:(?P<name>收货人姓名|收件人姓名|收货人|收件人|联系人|姓名)"
    r"|(?P<phone>联系电话|联系方式|手机号码|电话号码|手机号|手机|电话)"
    r"|(?P<zip>邮政编码|邮编)"
    r"|(?P<area>收货地址|收件地址|详细地址|所在地区|所在地|地址|地区|街道|省市区)(?=\s*:))"
    r"\s*(?::|(?=\s))\s*"
)
_ZIP: Final = re.compile(r"[(\[]\s*(\d{6})\s*[)\]]|(?<![\d-])(?<!号)(\d{6})(?!\d|[号室楼栋幢弄\-])")
_BREAK: Final = re.compile(r"[\n\r]+")
_SOFT: Final = re.compile(r"[\s,;|/、。]+")
_SEPARATORS: Final = " \t,;|/、。-_>→·"
_COUNTRY: Final = re.compile(r"^(?:中国大陆|中国|中华人民共和国)[\s,]*(?!香港|澳门|台湾)")
_ROAD: Final = re.compile(
    r"(?:[东南西北中][一二三四五六七八九十\d]*)?(?:路|街(?!道)|大道|大街|巷|弄|胡同|[0-9]|小区|花园|大厦|广场|大学|学院|医院|公司|酒店|人家|新村|新城|国际)"
)
_STREET: Final = re.compile(
    r"[\s,]*([\u3400-\u9fff]{1,10}?(?:街道办事处|街道|地区办事处|苏木|镇|乡(?!镇)))(?!路|街|大道|中心|[东南西北]路)"
)
_HOLDS_CITY: Final = re.compile(
    r"(?:市辖区|(?:省|自治区)直辖县级行政区划|省直辖县(?:级行政单位)?|县(?=\s))"
)
_OTHER_DISTRICT: Final = re.compile(r"其[它他]区")
_ZONE_AT: Final = re.compile(
    r"[\u3400-\u9fff]{0,6}?(?:高新技术产业开发区|高新技术开发区|新技术开发区|经济技术开发区|经济开发区|高新区|经开区|开发区|工业园区|示范区|新区|保税区|度假区|管理区)"
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


class _Chain(NamedTuple):
    """A run of division names in a text and how much it can be trusted."""

    start: int
    end: int
    score: int
    province: Province | None
    city: City | None
    district: str


class AddressParser:
    """Parses texts over one set of divisions."""

    def __init__(self, known: Divisions) -> None:
        self._known = known

    def parse(self, text: str) -> ParsedAddress:
        """Take a pasted text apart; what is not there stays empty."""
        plain = normal_width(text).replace("\u3000", " ").strip()
        plain, phone = _take_phone(plain)
        plain, code = _take_zip(plain)
        plain, name = _take_labels(plain)
        chain = self._best_chain(plain)
        found = _leftover(plain, name) if chain is None else self._around(plain, chain, name)
        return replace(found, phone=phone, zip=code)

    # --- the run of division names -----------------------------------------------------------

    def _best_chain(self, text: str) -> _Chain | None:
        best: _Chain | None = None
        for start in range(len(text)):
            chain = self._chain_at(text, start)
            if chain is not None and (best is None or chain.score > best.score):
                best = chain
            if best is not None and (best.score >= 9 or start > best.start + 24):
                break
        return best

    def _chain_at(self, text: str, start: int) -> _Chain | None:
        known = self._known
        if (found := known.index.at(text, start)) and _ends_well(text, start, found.length):
            full = found.full or _followed_by(text, start + found.length, found.thing)
            score = 6 if full else 4
            return self._below_province(text, start, start + found.length, score, found.thing)
        city = known.cities.at(text, start)
        if city is not None and _ends_well(text, start, city.length):
            wider = known.districts.at(text, start)
            if wider is None or wider.length <= city.length:
                province = known.province_of(city.thing)
                score = 5 if city.full else 3
                end = start + city.length
                return self._below_city(text, start, end, score, province, city.thing)
        if district := known.districts.at(text, start):
            return self._lone_district(text, start, start + district.length, district.thing)
        return None

    def _lone_district(
        self, text: str, start: int, end: int, places: tuple[tuple[Province, City, District], ...]
    ) -> _Chain | None:
        if len(places) > 1:
            return _Chain(start, end, 2, None, None, places[0][2].name)
        province, city, district = places[0]
        if text[start:end] != district.name:
            return None
        return _Chain(start, end, 3, province, city, district.name)

    def _below_province(
        self, text: str, start: int, end: int, score: int, province: Province
    ) -> _Chain:
        at = _skip(text, end)
        if province.municipality:
            while again := province.index.at(text, at):  # 上海 上海市
                at = _skip(text, at + again.length)
        if held := _HOLDS_CITY.match(text, at):
            at = _skip(text, held.end())
        if province.municipality:
            return self._below_city(text, start, at, score + 3, province, province.cities[0])
        city = province.index.at(text, at)
        if city is not None and not city.full:
            wider = self._known.districts.at(text, at)
            inside = wider and any(place[0] is province for place in wider.thing)
            if (wider and inside and wider.length > city.length) or not _ends_well(
                text, at, city.length
            ):
                city = None
        if city is not None:
            gain = 5 if city.full else 4
            return self._below_city(
                text, start, at + city.length, score + gain, province, city.thing
            )
        return self._district_of_province(text, start, end, score, province)

    def _district_of_province(
        self, text: str, start: int, end: int, score: int, province: Province
    ) -> _Chain:
        """The city was left out: 浙江省义乌市."""
        at = _skip(text, end)
        found = self._known.districts.at(text, at)
        places = [p for p in found.thing if p.province is province] if found else []
        if found is None or len(places) != 1:
            return _Chain(start, end, score, province, None, "")
        place = places[0]
        name = place.district.name
        return _Chain(start, at + found.length, score + 4, province, place.city, name)

    def _below_city(
        self, text: str, start: int, end: int, score: int, province: Province, city: City
    ) -> _Chain:
        at = _skip(text, end)
        again = province.index.at(text, at)
        if again and again.thing is city and again.full and city.index.at(text, at) is None:
            at = _skip(text, at + again.length)  # 仙桃市 仙桃市
            end = at
        if other := _OTHER_DISTRICT.match(text, at):
            return _Chain(start, other.end(), score + 3, province, city, other[0])
        found = city.index.at(text, at)
        if found is not None and found.thing.kind == "town":
            return _Chain(start, end, score + 3, province, city, "")
        if found is not None and (found.full or _ends_well(text, at, found.length)):
            gain = 4 if found.full else 3
            return _Chain(start, at + found.length, score + gain, province, city, found.thing.name)
        return self._unlisted(text, (start, end, at), score, province, city)

    def _unlisted(
        self, text: str, where: tuple[int, int, int], score: int, province: Province, city: City
    ) -> _Chain:
        """A former district, a zone, or a district that lies in another city."""
        start, end, at = where
        for length in (5, 4, 3, 2):
            if self._known.former_district(city, text[at : at + length]):
                name = text[at : at + length]
                return _Chain(start, at + length, score + 3, province, city, name)
        if city.districts:
            stray = self._known.districts.at(text, at)
            if stray is not None:
                name = text[at : at + stray.length]
                return _Chain(start, at + stray.length, score + 1, province, city, name)
            zone = _ZONE_AT.match(text, at)
            if zone is not None and is_zone(zone[0]):
                return _Chain(start, zone.end(), score + 2, province, city, zone[0])
        return _Chain(start, end, score, province, city, "")

    # --- what stands around it ---------------------------------------------------------------

    def _around(self, text: str, chain: _Chain, name: str) -> ParsedAddress:
        before = _COUNTRY.sub("", text[: chain.start])
        name, rest = _name_before(before, name)
        detail, name, behind = _detail_after(text[chain.end :], name)
        street = ""
        if match := _STREET.match(detail):
            street, detail = match[1], detail[match.end() :].lstrip(_SEPARATORS)
        return ParsedAddress(
            province=chain.province.name if chain.province else "",
            city=chain.city.name if chain.city else "",
            district=chain.district,
            street=street,
            detail=detail,
            rest=" ".join(part for part in (rest, behind) if part),
            name=name,
        )


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in _SEPARATORS:
        at += 1
    return at


def _ends_well(text: str, start: int, length: int) -> bool:
    """A short name before 路, 街 or 大厦 names a road or a house: 上海路, 北京大厦."""
    return _ROAD.match(text, start + length) is None


def _followed_by(text: str, end: int, province: Province) -> bool:
    """Whether a city or district of the province comes next, which confirms a short name."""
    at = _skip(text, end)
    return province.index.at(text, at) is not None


def _take_phone(text: str) -> tuple[str, Phone | None]:
    """Cut out the numbers and keep the first; a hard break stands where each one was."""
    found = list(find_phones(text))
    for start, end, _phone in reversed(found):
        text = f"{text[:start]}\n{text[end:]}"
    return text, found[0][2] if found else None


def _take_zip(text: str) -> tuple[str, str]:
    found: str = ""
    for match in _ZIP.finditer(text):
        code = match[1] or match[2]
        if code != "000000" or match[1]:
            found = "" if code == "000000" else code
            return f"{text[: match.start()]}\n{text[match.end() :]}", found
    return text, found


def _take_labels(text: str) -> tuple[str, str]:
    """Remove labels; what follows a name's label is the name."""
    parts: list[str] = []
    name, last, kind = "", 0, ""

    def close(end: int) -> None:
        nonlocal name
        piece = text[last:end].strip(" \t\n,;")
        if kind == "name" and not name:
            name, piece = _name_first(piece)
        parts.append(piece)

    for match in _LABEL.finditer(text):
        close(match.start())
        last, kind = match.end(), match.lastgroup or ""
    close(len(text))
    return "\n".join(part for part in parts if part), name


def _name_first(text: str) -> tuple[str, str]:
    """What follows the label of a name: the name, and what is not it any more."""
    line, _gap, more = text.partition("\n")
    first, _gap, extra = line.strip().partition(" ")
    if not is_person(first):
        first, extra = line.strip(), ""
    return first.strip(" ,;"), f"{extra}\n{more}".strip()


def _pieces(text: str) -> Iterator[str]:
    return (piece for line in _BREAK.split(text) for piece in _SOFT.split(line) if piece)


def _name_before(before: str, name: str) -> tuple[str, str]:
    """The name in front of the address and what else stood there."""
    rest: list[str] = []
    for piece in _pieces(before):
        if not name and is_person(piece):
            name = piece
        else:
            rest.append(piece)
    return name, " ".join(rest)


def _detail_after(text: str, name: str) -> tuple[str, str, str]:
    """The street line behind the region, a name behind or glued to it, and the rest."""
    lines: list[str] = []
    for piece in _BREAK.split(text):
        line, name = _split_name(piece.strip(_SEPARATORS), name, first=not lines)
        if line:
            lines.append(line)
    return lines[0] if lines else "", name, " ".join(lines[1:])


def _split_name(line: str, name: str, *, first: bool) -> tuple[str, str]:
    """Take a name off the end (or the whole) of a line."""
    if name:
        return line, name
    marked, line = line, without_receiver_mark(line)
    pieces = [piece for piece in _SOFT.split(line) if piece]
    for index in (-1, 0):
        if pieces and is_person(pieces[index]) and (len(pieces) > 1 or not first):
            found = pieces.pop(index)
            return " ".join(pieces), found
    if glued := name_at_end(line):
        return line.removesuffix(glued), glued
    return marked, name


def _leftover(text: str, name: str) -> ParsedAddress:
    """No division was found: only a name may be told apart."""
    rest: list[str] = []
    for piece in _pieces(text):
        if not name and is_person(piece):
            name = piece
        else:
            rest.append(piece)
    return ParsedAddress(name=name, detail=" ".join(rest))
