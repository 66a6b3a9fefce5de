"""Finds the run of division names in a text: province, city and district in a row."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from app.regions.divisions import City, District, Divisions, Province
from app.regions.names import is_zone

SEPARATORS: Final = " \t,;|/、。-_>→·"
_ROAD: Final = re.compile(
    r"(?:[东南西北中][一二三四五六七八九十\d]*)?(?:路|街(?!道)|大道|大街|巷|弄|胡同|[0-9]|小区|花园|大厦|广场|大学|学院|医院|公司|酒店|人家|新村|新城|国际)"
)
_HOLDS_CITY: Final = re.compile(
    r"(?:市辖区|(?:省|自治区)直辖县级行政区划|省直辖县(?:级行政单位)?|县(?=\s))"
)
_OTHER_DISTRICT: Final = re.compile(r"其[它他]区")
_ZONE_AT: Final = re.compile(
    r"[\u3400-\u9fff]{0,6}?(?:高新技术产业开发区|高新技术开发区|新技术开发区|经济技术开发区|经济开发区|高新区|经开区|开发区|工业园区|示范区|新区|保税区|度假区|管理区)"
)


class Chain(NamedTuple):
    """A run of division names in a text and how much it can be trusted."""

    start: int
    end: int
    score: int
    province: Province | None
    city: City | None
    district: str


class ChainFinder:
    """Looks for division names, full and short, and trusts the longest run of them."""

    def __init__(self, known: Divisions) -> None:
        self._known = known

    def best(self, text: str) -> Chain | None:
        """The run that can be trusted most; None without any."""
        best: Chain | None = None
        for start in range(len(text)):
            chain = self._chain_at(text, start)
            if chain is not None and (best is None or chain.score > best.score):
                best = chain
            if best is not None and (best.score >= 9 or start > best.start + 24):
                break
        return best

    def _chain_at(self, text: str, start: int) -> Chain | None:
        known = self._known
        if (found := known.index.at(text, start)) and ends_well(text, start, found.length):
            full = found.full or _followed_by(text, start + found.length, found.thing)
            score = 6 if full else 4
            return self._below_province(text, start, start + found.length, score, found.thing)
        city = known.cities.at(text, start)
        if city is not None and ends_well(text, start, city.length):
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
    ) -> Chain | None:
        if len(places) > 1:
            return Chain(start, end, 2, None, None, places[0][2].name)
        province, city, district = places[0]
        if text[start:end] != district.name:
            return None
        return Chain(start, end, 3, province, city, district.name)

    def _below_province(
        self, text: str, start: int, end: int, score: int, province: Province
    ) -> Chain:
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
            if (wider and inside and wider.length > city.length) or not ends_well(
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
    ) -> Chain:
        """The city was left out: 浙江省义乌市."""
        at = _skip(text, end)
        found = self._known.districts.at(text, at)
        places = [p for p in found.thing if p.province is province] if found else []
        if found is None or len(places) != 1:
            return Chain(start, end, score, province, None, "")
        place = places[0]
        name = place.district.name
        return Chain(start, at + found.length, score + 4, province, place.city, name)

    def _below_city(
        self, text: str, start: int, end: int, score: int, province: Province, city: City
    ) -> Chain:
        at = _skip(text, end)
        again = province.index.at(text, at)
        if again and again.thing is city and again.full and city.index.at(text, at) is None:
            at = _skip(text, at + again.length)  # 仙桃市 仙桃市
            end = at
        if other := _OTHER_DISTRICT.match(text, at):
            return Chain(start, other.end(), score + 3, province, city, other[0])
        found = city.index.at(text, at)
        if found is not None and found.thing.kind == "town":
            return Chain(start, end, score + 3, province, city, "")
        if found is not None and (found.full or ends_well(text, at, found.length)):
            gain = 4 if found.full else 3
            return Chain(start, at + found.length, score + gain, province, city, found.thing.name)
        return self._unlisted(text, (start, end, at), score, province, city)

    def _unlisted(
        self, text: str, where: tuple[int, int, int], score: int, province: Province, city: City
    ) -> Chain:
        """A former district, a zone, or a district that lies in another city."""
        start, end, at = where
        for length in (5, 4, 3, 2):
            if self._known.former_district(city, text[at : at + length]):
                name = text[at : at + length]
                return Chain(start, at + length, score + 3, province, city, name)
        if city.districts:
            stray = self._known.districts.at(text, at)
            if stray is not None:
                name = text[at : at + stray.length]
                return Chain(start, at + stray.length, score + 1, province, city, name)
            zone = _ZONE_AT.match(text, at)
            if zone is not None and is_zone(zone[0]):
                return Chain(start, zone.end(), score + 2, province, city, zone[0])
        return Chain(start, end, score, province, city, "")


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in SEPARATORS:
        at += 1
    return at


def ends_well(text: str, start: int, length: int) -> bool:
    """A short name before 路, 街 or 大厦 names a road or a house: 上海路, 北京大厦."""
    return _ROAD.match(text, start + length) is None


def _followed_by(text: str, end: int, province: Province) -> bool:
    """Whether a city or district of the province comes next, which confirms a short name."""
    at = _skip(text, end)
    return province.index.at(text, at) is not None
