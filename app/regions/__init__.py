"""Where parcels go: China's administrative divisions, and addresses read from any text."""

from __future__ import annotations

from functools import cache, lru_cache, partial

from app.regions.chain import ends_well
from app.regions.divisions import City, District, Divisions, Place, Province, divisions
from app.regions.parse import AddressParser, ParsedAddress
from app.regions.people import is_person
from app.regions.resolve import Fault, Field, Region, RegionFault, Resolution
from app.regions.resolve import resolve as _resolve

__all__ = [
    "City",
    "District",
    "Fault",
    "Field",
    "ParsedAddress",
    "Place",
    "Province",
    "Region",
    "RegionFault",
    "Regions",
    "Resolution",
    "is_person",
    "regions",
]

_PLACES = 8_192


class Regions:
    """Look-ups over all divisions; one shared instance is `regions()`."""

    def __init__(self, known: Divisions) -> None:
        self._known = known
        self._parser = AddressParser(known)
        # Orders repeat a few thousand places; the street line only helps where these are at odds.
        self._resolved = lru_cache(_PLACES)(partial(_resolve, known))

    @property
    def provinces(self) -> tuple[Province, ...]:
        """All 34, in the order of their codes; Hong Kong, Macao and Taiwan last."""
        return self._known.provinces

    def province(self, name: str) -> Province | None:
        """A province by its name or short form."""
        return self._known.index.get(name.strip())

    def city(self, province: str, name: str) -> City | None:
        """A city of a province, both by name or short form; a municipality needs no city."""
        found = self.province(province)
        if found is None:
            return None
        if found.municipality and not name:
            return found.cities[0]
        return found.index.get(name.strip())

    def children(self, province: str = "", city: str = "") -> tuple[str, ...]:
        """Names one level down: provinces, a province's cities, a city's districts or towns."""
        if not province:
            return tuple(p.name for p in self.provinces)
        if not city:
            found = self.province(province)
            return tuple(c.name for c in found.cities) if found else ()
        below = self.city(province, city)
        return tuple(d.name for d in below.below) if below else ()

    def resolve(self, province: str, city: str, district: str, detail: str = "") -> Resolution:
        """Judge whether the three lines belong together; see `Resolution`."""
        found = self._resolved(province, city, district)
        if detail and found.faults:
            return _resolve(self._known, province, city, district, detail)
        return found

    def consistent(self, province: str, city: str, district: str) -> bool:
        """Whether a courier can find the region as written (其它区 and former names included)."""
        return self.resolve(province, city, district).consistent

    def begins_with_region(self, text: str) -> bool:
        """Whether a province's or city's name opens `text` (no 上海路); a cheap look before `parse`."""
        found = self._known.index.at(text), self._known.cities.at(text)
        return any(place is not None and ends_well(text, 0, place.length) for place in found)

    def parse(self, text: str) -> ParsedAddress:
        """Take a pasted address text apart, name and phone included."""
        return self._parser.parse(text)


@cache
def regions() -> Regions:
    """The divisions shipped with the program; loaded on the first call."""
    return Regions(divisions())
