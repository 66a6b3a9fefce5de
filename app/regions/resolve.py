"""Do province, city and district belong together, and if not, which one is wrong?"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from app.regions.divisions import City, District, Divisions, Place, Province
from app.regions.names import is_other, is_placeholder, is_zone

_TOWN_ENDS: Final = ("街道", "镇", "乡", "区", "团", "农场", "苏木", "街道办事处", "办事处")


class Field(StrEnum):
    """The part of an address that a fault is about."""

    PROVINCE = "province"
    CITY = "city"
    DISTRICT = "district"


class Fault(StrEnum):
    """What is wrong with a part; OTHER (其它区) and FORMER (renamed) do no harm."""

    MISSING = "missing"
    UNKNOWN = "unknown"
    ELSEWHERE = "elsewhere"
    OTHER = "other"
    FORMER = "former"

    @property
    def harmless(self) -> bool:
        """Whether couriers deliver all the same."""
        return self in {Fault.OTHER, Fault.FORMER}


class Region(NamedTuple):
    """Canonical names of the three levels; an unknown level is empty."""

    province: str = ""
    city: str = ""
    district: str = ""


@dataclass(frozen=True, slots=True)
class RegionFault:
    """One fault: `written` is what stood there, `found_in` where such a name does lie."""

    field: Field
    fault: Fault
    written: str = ""
    found_in: str = ""


@dataclass(frozen=True, slots=True)
class Resolution:
    """The division as understood; `suggestion` is a whole region that would be right."""

    region: Region
    faults: tuple[RegionFault, ...] = ()
    suggestion: Region | None = None

    @property
    def consistent(self) -> bool:
        """Whether a courier can find the region as it is written."""
        return all(fault.fault.harmless for fault in self.faults)


class _Judge:
    """One address under judgement; the steps fill what they find."""

    def __init__(self, known: Divisions, detail: str) -> None:
        self.known, self.detail = known, detail
        self.province: Province | None = None
        self.city: City | None = None
        self.district = ""
        self.faults: list[RegionFault] = []
        self.suggestion: Region | None = None

    def note(self, field: Field, fault: Fault, written: str = "", found_in: str = "") -> None:
        self.faults.append(RegionFault(field, fault, written, found_in))

    def suggest(self, place: Place | None) -> None:
        if place is not None:
            names = (place.province.name, place.city.name, place.district.name)
            self.suggestion = Region(*names)

    def result(self) -> Resolution:
        province = self.province.name if self.province else ""
        city = self.city.name if self.city else ""
        region = Region(province, city, self.district)
        suggestion = self.suggestion if self.suggestion != region else None
        return Resolution(region, tuple(self.faults), suggestion)

    # --- the three levels ------------------------------------------------------------------

    def judge(self, province: str, city: str, district: str) -> Resolution:
        self.province = self.known.index.get(province)
        if self.province is None:
            self._without_province(province, city, district)
        else:
            self._in_province(self.province, city, district)
        return self.result()

    def _without_province(self, written: str, city: str, district: str) -> None:
        """The city may tell the province; a city may also stand in the province's place."""
        fault = Fault.UNKNOWN if written else Fault.MISSING
        self.note(Field.PROVINCE, fault, written)
        found = self.known.cities.get(city) or self.known.cities.get(written)
        if found is None:
            self._from_district(district or city)
            return
        self.city = found
        if not self._judge_district(found, district or (city if found.name != city else "")):
            return
        home = self.known.province_of(found)
        self.suggestion = Region(home.name, found.name, self.district)

    def _from_district(self, district: str) -> None:
        places = self.known.places(district, self.province) if len(district) > 1 else []
        if len(places) == 1:
            self.suggest(places[0])

    def _in_province(self, province: Province, city: str, district: str) -> None:
        found = self._find_city(province, city, district)
        if found is not None:
            self.city, name = found
            self._judge_district(self.city, name)
            return
        if not city or is_placeholder(city):
            self.note(Field.CITY, Fault.MISSING)
            self._from_district(district)
            return
        self._wrong_city(province, city, district)

    def _find_city(self, province: Province, city: str, district: str) -> tuple[City, str] | None:
        """The city and what is left for the district line."""
        if province.municipality:
            own = province.cities[0]
            if not city or is_placeholder(city) or province.index.get(city.removesuffix("市辖区")):
                return own, district
            if own.index.get(city):  # 上海 徐汇区, the district a line too high
                return own, city
            return None
        if found := province.index.get(city):
            return found, district
        if is_placeholder(city) and (found := province.index.get(district)):
            return found, ""
        return None

    def _wrong_city(self, province: Province, city: str, district: str) -> None:
        """The city is a district of this province, lies in another one, or is not known at all."""
        if places := self.known.places(city, province):
            self.note(Field.CITY, Fault.MISSING, city, places[0].city.name)
            self.suggest(places[0] if len(places) == 1 else None)
            return
        elsewhere = self.known.cities.get(city)
        if elsewhere is None:
            self.note(Field.CITY, Fault.UNKNOWN, city)
            self._from_district(district)
            return
        home = self.known.province_of(elsewhere)
        inside = elsewhere.index.get(district)
        owners = self.known.places(district, province) if district else []
        if inside is not None or not owners:
            self.note(
                Field.PROVINCE, Fault.ELSEWHERE, province.name, f"{home.name}{elsewhere.name}"
            )
            if inside is not None or not district:
                self.suggestion = Region(home.name, elsewhere.name, inside.name if inside else "")
            return
        self.note(Field.CITY, Fault.ELSEWHERE, elsewhere.name, home.name)
        self.suggest(owners[0] if len(owners) == 1 else None)

    # --- the district ----------------------------------------------------------------------

    def _judge_district(self, city: City, written: str) -> bool:
        """Judge the third line; True if it does for this city."""
        found = city.index.get(written) if written else None
        if found is not None:
            self.district = found.name
            return True
        if is_other(written):
            self.district = written
            self.note(Field.DISTRICT, Fault.OTHER, written)
            self._suggest_from_detail(city)
            return True
        if not city.districts:
            self.district = written
            return self._judge_town(city, written)
        if not written or written in {city.name, "市辖区"}:
            self.note(Field.DISTRICT, Fault.MISSING)
            self._suggest_from_detail(city)
            return False
        return self._judge_unlisted(city, written)

    def _judge_town(self, city: City, written: str) -> bool:
        if not written or written.endswith(_TOWN_ENDS) or written == city.name:
            return True
        self.note(Field.DISTRICT, Fault.UNKNOWN, written)
        return False

    def _judge_unlisted(self, city: City, written: str) -> bool:
        if successors := self.known.former_district(city, written):
            self.district = written
            self.note(Field.DISTRICT, Fault.FORMER, written, "、".join(successors))
            self._suggest_in(city, city.index.get(successors[0]))
            return True
        owners = self.known.places(written)
        if not owners and is_zone(written):
            self.district = written
            return True
        near = [place for place in owners if place.province.code == city.province_code]
        owners = near or owners
        if not owners:
            self.note(Field.DISTRICT, Fault.UNKNOWN, written)
            self._suggest_from_detail(city)
            return False
        place = owners[0]
        where = "、".join(dict.fromkeys(p.city.name for p in owners[:3]))
        self.note(Field.DISTRICT, Fault.ELSEWHERE, place.district.name, where)
        self._suggest_from_detail(city)
        if self.suggestion is None and len(owners) == 1:
            self.suggest(place)
        return False

    def _suggest_in(self, city: City, district: District | None) -> None:
        if district is not None:
            self.suggest(Place(self.known.province_of(city), city, district))

    def _suggest_from_detail(self, city: City) -> None:
        """The street line often begins with the right district."""
        for start in range(min(len(self.detail), 12)):
            found = city.index.at(self.detail, start)
            if found is not None and found.full and found.thing.kind == "district":
                self._suggest_in(city, found.thing)
                return


def resolve(
    known: Divisions, province: str, city: str, district: str, detail: str = ""
) -> Resolution:
    """Judge the three lines of an address; `detail` is searched for a district where one lacks."""
    lines = ("".join(line.split()) for line in (province, city, district))
    return _Judge(known, detail).judge(*lines)
