"""The administrative divisions of China as of 2026, and the names people give them (FORMATS §7).

Three levels, as on a parcel: province, city, district. What the province runs itself (仙桃市) is a
city without districts; the four municipalities have one city of their own name. Loaded when first
asked for, about 20 ms, from `resources/regions/divisions.json`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, Generic, NamedTuple, TypeVar

import msgspec

from app.core.paths import resource
from app.regions.names import province_stem, short_forms, stem

_MUNICIPALITIES: Final = frozenset({"11", "12", "31", "50"})
_CITY_NICKNAMES: Final = {
    "巴音郭楞蒙古自治州": ("巴州",),
    "克孜勒苏柯尔克孜自治州": ("克州",),
    "博尔塔拉蒙古自治州": ("博州",),
}
_PROVINCE_NICKNAMES: Final = {
    "内蒙古自治区": ("内蒙",),
    "广西壮族自治区": ("广西省", "广西自治区"),
    "新疆维吾尔自治区": ("新疆省", "新疆自治区", "新疆维吾尔族自治区"),
    "西藏自治区": ("西藏省",),
    "宁夏回族自治区": ("宁夏省", "宁夏自治区"),
    "香港特别行政区": ("香港特区", "中国香港"),
    "澳门特别行政区": ("澳门特区", "中国澳门"),
    "台湾省": ("中国台湾",),
}

Thing = TypeVar("Thing")


class Found(NamedTuple, Generic[Thing]):
    """A name found at the start of a text: what it means, its length, whether written in full."""

    thing: Thing
    length: int
    full: bool


class NameIndex(Generic[Thing]):
    """Names and their short forms; full names win over short ones, doubtful short ones are out."""

    def __init__(
        self, entries: Iterable[tuple[Thing, str, Iterable[str]]], barred: str = ""
    ) -> None:
        self._exact: dict[str, Found[Thing]] = {}
        doubtful: set[str] = {barred}
        full, short = [], []
        for thing, name, forms in entries:
            full.append((name, thing))
            short += [(form, thing) for form in forms]
        for name, thing in short:
            known = self._exact.get(name)
            if known is not None and known.thing is not thing:
                doubtful.add(name)
            self._exact[name] = Found(thing, len(name), full=False)
        for name in doubtful:
            self._exact.pop(name, None)
        for name, thing in full:
            self._exact[name] = Found(thing, len(name), full=True)
        self._lengths = self._lengths_by_first()

    def _lengths_by_first(self) -> dict[str, tuple[int, ...]]:
        lengths: dict[str, set[int]] = defaultdict(set)
        for name in self._exact:
            if name:
                lengths[name[0]].add(len(name))
        return {first: tuple(sorted(sizes, reverse=True)) for first, sizes in lengths.items()}

    def get(self, name: str) -> Thing | None:
        """What `name` means, in full or in a short form that is beyond doubt."""
        found = self._exact.get(name)
        return None if found is None else found.thing

    def at(self, text: str, start: int = 0) -> Found[Thing] | None:
        """The longest name that `text` has at `start`."""
        if start >= len(text):
            return None
        for length in self._lengths.get(text[start], ()):
            if found := self._exact.get(text[start : start + length]):
                return found
        return None


@dataclass(frozen=True, slots=True)
class District:
    """A district, county or county-level city; `kind` is "district", "zone" or "town"."""

    code: str
    name: str
    kind: str = "district"


@dataclass(frozen=True, slots=True, eq=False)
class City:
    """A city, prefecture or what the province runs itself; without `districts` it has towns."""

    code: str
    name: str
    province_code: str
    districts: tuple[District, ...]
    towns: tuple[District, ...]
    index: NameIndex[District] = field(repr=False)

    @property
    def below(self) -> tuple[District, ...]:
        """What stands on the third line of an address here."""
        return self.districts or self.towns


@dataclass(frozen=True, slots=True, eq=False)
class Province:
    """A province, autonomous region, municipality or special region."""

    code: str
    name: str
    cities: tuple[City, ...]
    index: NameIndex[City] = field(repr=False)

    @property
    def short(self) -> str:
        """The name without its kind, e.g. 广西."""
        return province_stem(self.name)

    @property
    def municipality(self) -> bool:
        """直辖市: the province is its own only city."""
        return self.code in _MUNICIPALITIES


class Place(NamedTuple):
    """A city and one of its districts."""

    province: Province
    city: City
    district: District


class Divisions:
    """All divisions and their indexes by name."""

    def __init__(self, document: Any, former: Any) -> None:
        self.provinces = tuple(_province(entry) for entry in document["provinces"])
        self.index = NameIndex(
            (p, p.name, (p.short, *_PROVINCE_NICKNAMES.get(p.name, ()))) for p in self.provinces
        )
        self._by_code = {province.code: province for province in self.provinces}
        self.cities = NameIndex(
            (city, city.name, _city_forms(city.name)) for p in self.provinces for city in p.cities
        )
        self.former = {(code, old): tuple(new) for code, old, new in former["former"]}
        self._places: dict[str, list[Place]] = defaultdict(list)
        for place in self._all_places():
            for name in {place.district.name, *short_forms(place.district.name)}:
                self._places[name].append(place)
        self.districts = NameIndex(
            (tuple(places), name, ()) for name, places in self._places.items() if len(name) >= 3
        )

    def _all_places(self) -> Iterator[Place]:
        for province in self.provinces:
            for city in province.cities:
                for district in city.districts:
                    yield Place(province, city, district)

    def province_of(self, city: City) -> Province:
        """The province a city lies in."""
        return self._by_code[city.province_code]

    def places(self, district: str, province: Province | None = None) -> list[Place]:
        """All places a district of this name (or short form) is found, full names first."""
        found = self._places.get(district, [])
        if province is not None:
            found = [place for place in found if place.province is province]
        exact = [place for place in found if place.district.name == district]
        return exact or list(found)

    def former_district(self, city: City, name: str) -> tuple[str, ...]:
        """Today's names of a district that was merged or renamed; empty if it never was."""
        return self.former.get((city.code, name), ())


def _city_forms(name: str) -> Iterator[str]:
    yield from short_forms(name)
    yield from _CITY_NICKNAMES.get(name, ())


def _province(entry: Any) -> Province:
    code = entry["code"]
    cities = tuple(_city(city, code) for city in entry["cities"])
    index = NameIndex((city, city.name, _city_forms(city.name)) for city in cities)
    return Province(code, entry["name"], cities, index)


def _city(entry: Any, province_code: str) -> City:
    name = entry["name"]
    districts = tuple(District(*pair) for pair in entry["districts"].items())
    zones = [District(code, zone, "zone") for code, zone in entry.get("zones", {}).items()]
    towns = tuple(
        District(f"{entry['code']:0<6}{number:03}", town, "town")
        for number, town in enumerate(entry.get("towns", []), 1)
    )
    index = NameIndex(
        ((d, d.name, _district_forms(d, name)) for d in (*districts, *zones, *towns)),
        barred=stem(name),
    )
    return City(entry["code"], name, province_code, districts, towns, index)


def _district_forms(district: District, city: str) -> Iterator[str]:
    if district.kind == "district":
        yield from short_forms(district.name)
        yield from _other_kinds(district.name)
    elif district.kind == "zone":
        yield district.name.removeprefix(city).removeprefix(stem(city))
    else:
        yield from _town_forms(district.name)


def _other_kinds(name: str) -> Iterator[str]:
    """A county that became a district or a city is still written the old way: 崇明县, 宁乡县."""
    short = stem(name)
    if len(name) - len(short) == 1 and len(short) >= 2:
        yield from (short + kind for kind in "区县市" if not name.endswith(kind))


def _town_forms(name: str) -> Iterator[str]:
    for end in ("街道", "镇", "乡"):
        if name.endswith(end) and len(name) - len(end) >= 2:
            short = name.removesuffix(end)
            yield short
            yield from (short + kind for kind in ("街道", "镇", "区", "乡") if kind != end)


@cache
def divisions() -> Divisions:
    """The divisions shipped with the program, loaded once."""
    folder = resource("regions")
    return Divisions(
        msgspec.json.decode((folder / "divisions.json").read_bytes()),
        msgspec.json.decode((folder / "former.json").read_bytes()),
    )
