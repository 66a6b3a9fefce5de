"""Number formats of couriers around the world, read from resources/carriers/couriers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from app.carriers.check_digits import agrees
from app.core.paths import resource

__all__ = ["Check", "Format", "Match", "formats"]

Check = Literal["ok", "bad", "none"]

_NAMED_GROUP: Final = re.compile(r"\(\?<(?=[A-Za-z])")


@dataclass(frozen=True, slots=True)
class Match:
    """What a format made of a number. `country` is the two-letter country of postal items."""

    check: Check
    country: str = ""
    service: str = ""
    issuer: str = ""


@dataclass(frozen=True, slots=True)
class Format:
    """One way in which a courier numbers its parcels."""

    id: str
    courier: str
    name: str
    pattern: re.Pattern[str]
    validation: Mapping[str, Any]
    lookups: tuple[Mapping[str, Any], ...]

    def match(self, number: str) -> Match | None:
        """Fit the whole number (capitals, no blanks); None where it is none of this format.

        A number whose country or service the courier does not have is none of this format.
        """
        found = self.pattern.fullmatch(number)
        if found is None:
            return None
        groups = {name: text or "" for name, text in found.groupdict().items()}
        known = {entry["name"]: self._look_up(entry, groups) for entry in self.lookups}
        needed = self.validation.get("additional", {}).get("exists", ())
        if any(known.get(name) is None for name in needed):
            return None
        issuer = (known.get("Courier") or {}).get("courier", "")
        return Match(
            self._check(groups),
            groups.get("CountryCode", ""),
            groups.get("ServiceType", ""),
            issuer,
        )

    def _check(self, groups: Mapping[str, str]) -> Check:
        rules = self.validation.get("checksum")
        if not rules:
            return "none"
        serial = self._serial(groups["SerialNumber"])
        return "ok" if agrees(rules["name"], serial, groups["CheckDigit"], rules) else "bad"

    def _serial(self, serial: str) -> str:
        change = self.validation.get("serial_number_format", {}).get("prepend_if")
        if change and re.match(change["matches_regex"], serial):
            return str(change["content"]) + serial
        return serial

    @staticmethod
    def _look_up(entry: Mapping[str, Any], groups: Mapping[str, str]) -> Mapping[str, Any] | None:
        text = groups.get(entry["regex_group_name"], "")
        for line in entry["lookup"]:
            exact, pattern = line.get("matches"), line.get("matches_regex")
            if exact == text or (pattern and re.fullmatch(pattern, text)):
                return dict(line)
        return None


@cache
def formats() -> tuple[Format, ...]:
    """All formats, courier by courier."""
    files = sorted(resource("carriers", "couriers").glob("*.json"))
    return tuple(entry for path in files for entry in _read(path))


def _read(path: Path) -> Iterator[Format]:
    courier = msgspec.json.decode(path.read_bytes())
    for entry in courier["tracking_numbers"]:
        parts = entry["regex"]
        pattern = parts if isinstance(parts, str) else "".join(parts)
        yield Format(
            id=entry.get("id") or entry["name"].lower().translate(_SLUG),
            courier=courier["courier_code"],
            name=entry["name"],
            pattern=re.compile(_NAMED_GROUP.sub("(?P<", pattern)),
            validation=entry["validation"],
            lookups=tuple(entry.get("additional", ())),
        )


_SLUG: Final = str.maketrans({" ": "-", "(": "", ")": ""})
