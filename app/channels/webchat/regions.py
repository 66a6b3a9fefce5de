"""The administrative divisions for the address form: {province: {city: [district, …]}}."""

from __future__ import annotations

from functools import cache

import msgspec

from app.regions import regions


@cache
def regions_json() -> bytes:
    """The document, made once."""
    return msgspec.json.encode(
        {
            province.name: {city.name: [d.name for d in city.below] for city in province.cities}
            for province in regions().provinces
        }
    )
