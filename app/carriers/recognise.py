"""Whose number is it? Ranked candidates, never one silent answer (DOMAIN §6, FORMATS §3)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

import msgspec

from app.carriers.codes import carrier_info
from app.carriers.formats import Check, Format, Match, formats
from app.core.paths import resource

__all__ = ["Candidate", "Hints", "clean_number", "parcel_number", "recognise"]

LONGEST: Final = 50
FEWEST_DIGITS: Final = 4
BAD_CHECK: Final = 0.08
"""A wrong check digit leaves this much of a format's weight: a slip of the pen is possible."""
BY_CHANCE: Final = 0.35
"""Bare digits that fit a foreign courier mostly do so by chance, even the check digit."""

_NOISE: Final = re.compile(r"[\s'\"`,;,。;|*=]+")
_LABEL: Final = re.compile(r"^(?:NO|TRACKING|(?:快递|物流|运|快件|包裹)?单?号码?)[.]?:")
_DASHES: Final = re.compile(r"[‐‑‒–—―−﹣-]")
_NUMBER: Final = re.compile(r"[A-Z0-9](?:[A-Z0-9-]*)")
_PARCEL_SUFFIX: Final = re.compile(r"^(JD[A-Z]{0,2}\d+)-\d+-\d+-?$")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A carrier the number may belong to. `confidence` is between 0 and 1.

    `check_digit` is "none" where the carrier's numbers have no known check digit.
    """

    carrier: str
    name: str
    confidence: float
    check_digit: Check
    format: str = ""


@dataclass(frozen=True, slots=True)
class Hints:
    """What is known beside the number.

    `carrier` is the code of the carrier that the file or a person names; `history` counts the
    shop's (or the customer's) earlier parcels by carrier.
    """

    carrier: str = ""
    history: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Pattern:
    carrier: str
    pattern: re.Pattern[str]
    weight: float
    lettered: bool


@cache
def _data() -> tuple[tuple[_Pattern, ...], Mapping[str, float]]:
    data = msgspec.json.decode(resource("carriers", "patterns.json").read_bytes())
    return tuple(_pattern(entry) for entry in data["patterns"]), data["formats"]


def _pattern(entry: Mapping[str, Any]) -> _Pattern:
    return _Pattern(
        entry["carrier"],
        re.compile(entry["pattern"], re.ASCII),
        entry["weight"],
        entry["kind"] == "letters",
    )


def clean_number(text: str) -> str:
    """Bring a number into its plain form: capitals, half-width, no blanks, no label before it."""
    plain = "".join(
        c for c in unicodedata.normalize("NFKC", text) if c.isprintable() or c.isspace()
    )
    plain = _NOISE.sub("", _DASHES.sub("-", plain)).upper()
    return _LABEL.sub("", plain)


def parcel_number(number: str) -> str:
    """The waybill's number without the suffix of one of its parcels (JD…-1-2-)."""
    found = _PARCEL_SUFFIX.match(number)
    return found[1] if found else number


def recognise(text: str, hints: Hints | None = None) -> tuple[Candidate, ...]:
    """Return the carriers whose numbers look like this one, the likeliest first.

    Anything that can be no tracking number gives no candidates.
    """
    number = clean_number(text)
    if len(number) > LONGEST or not _NUMBER.fullmatch(number) or not number.isascii():
        return ()
    if sum(c.isdigit() for c in number) < FEWEST_DIGITS:
        return ()
    found: dict[str, Candidate] = {}
    for candidate in (*_international(number), *_chinese(number)):
        rival = found.get(candidate.carrier)
        if rival is None or candidate.confidence > rival.confidence:
            found[candidate.carrier] = candidate
    return _ranked(found, hints or Hints())


def _international(number: str) -> Iterator[Candidate]:
    _patterns, weights = _data()
    for entry in formats():
        match = entry.match(number)
        if match is None:
            continue
        weight = weights.get(entry.id, 0.3)
        if number.isdigit() and len(number) < 20:
            weight *= BY_CHANCE
        if match.check == "bad":
            weight *= BAD_CHECK
        yield from _carriers(entry, match, weight)


def _carriers(entry: Format, match: Match, weight: float) -> Iterator[Candidate]:
    """The format's courier; for postal items of China and the US the post that delivers them."""
    if entry.id != "s10":
        yield _candidate(entry.courier, weight, match.check, entry.name)
        return
    post = {"CN": _china_post(match.service), "US": "usps"}.get(match.country, "")
    if post:
        yield _candidate(post, weight, match.check, entry.name)
    name = f"{match.issuer} ({match.country})"
    weight = weight * 0.5 if post else weight
    yield Candidate("s10", name, round(weight, 3), match.check, entry.name)


def _china_post(service: str) -> str:
    return "ems" if service.startswith("E") else "youzhengguoji"


def _candidate(carrier: str, weight: float, check: Check, form: str) -> Candidate:
    return Candidate(carrier, carrier_info(carrier).name, round(weight, 3), check, form)


def _chinese(number: str) -> Iterator[Candidate]:
    """Patterns that speak for one carrier add up; its share of the market weighs bare digits."""
    doubts: dict[str, float] = {}
    certain: dict[str, float] = {}
    for entry in _data()[0]:
        if not entry.pattern.fullmatch(number):
            continue
        if entry.lettered:
            certain[entry.carrier] = max(entry.weight, certain.get(entry.carrier, 0))
        else:
            doubts[entry.carrier] = doubts.get(entry.carrier, 1) * (1 - entry.weight)
    for carrier in certain.keys() | doubts.keys():
        share = min(1.0, 0.6 + carrier_info(carrier).share / 30)
        guess = (1 - doubts.get(carrier, 1)) * share
        yield _candidate(carrier, max(certain.get(carrier, 0), guess), "none", "")


def _ranked(found: dict[str, Candidate], hints: Hints) -> tuple[Candidate, ...]:
    if hints.carrier and hints.carrier not in found:
        # A person may know more than our patterns, so their word stands, with reserve.
        found[hints.carrier] = _candidate(hints.carrier, 0, "none", "")
    parcels = max(1, sum(hints.history.values()))
    judged = [
        _lifted(candidate, hints, hints.history.get(candidate.carrier, 0) / parcels)
        for candidate in found.values()
    ]
    return tuple(sorted(judged, key=lambda c: (-c.confidence, c.carrier)))


def _lifted(candidate: Candidate, hints: Hints, past: float) -> Candidate:
    """Raise a candidate by what the file says and by how often the shop used the carrier."""
    doubt = (1 - candidate.confidence) * (1 - 0.4 * past * (candidate.confidence > 0))
    if candidate.carrier == hints.carrier:
        doubt *= 0.4 if candidate.check_digit != "bad" else 0.9
    return Candidate(
        candidate.carrier,
        candidate.name,
        round(min(0.99, 1 - doubt), 3),
        candidate.check_digit,
        candidate.format,
    )
