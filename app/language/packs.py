"""The rule packs that come with the desk: data files, read once."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final

import msgspec

from app.core.paths import resource
from app.language.model import Level, Pack, Rule

FOLDER: Final = "language"
PLACE: Final = "…"
"""Stands in a wording where the agent writes a fact; twice in Chinese."""
_PLACE: Final = re.compile(f"[^{PLACE}，。；：,.;:]{{0,8}}[：:]? ?{PLACE}+")


class PackError(ValueError):
    """A pack can't be used: the message names the pack, the rule and the fault."""


@cache
def packs() -> tuple[Pack, ...]:
    """All packs, the gravest first."""
    files = sorted(resource(FOLDER).glob("*.json"))
    read = [read_pack(path.name, path.read_bytes()) for path in files]
    return tuple(sorted(read, key=lambda pack: (-pack.level.weight, pack.key)))


def unfilled(text: str) -> list[str]:
    """The places of wordings from the packs that nobody has filled in yet, as in "预计……"."""
    open_ = [wording for wording in _with_places() if wording in text]
    return [place.group() for wording in open_ for place in _PLACE.finditer(wording)]


@cache
def _with_places() -> tuple[str, ...]:
    rules = (rule for pack in packs() for rule in pack.rules)
    wordings = {w for rule in rules for w in (*rule.instead, *rule.instead_en)}
    return tuple(sorted(w for w in wordings if _PLACE.search(w)))


def read_pack(name: str, data: bytes) -> Pack:
    """Read a pack; raises `PackError`."""
    try:
        raw = msgspec.json.decode(data)
        pack = _pack(raw)
    except (msgspec.DecodeError, KeyError, TypeError, ValueError) as error:
        raise PackError(f"{name}: {error}") from error
    return pack


def _pack(raw: dict[str, Any]) -> Pack:
    rules = tuple(_rule(rule) for rule in raw["rules"])
    names = [rule.id for rule in rules]
    if len(set(names)) != len(names):
        raise ValueError("a rule's id stands twice")
    texts = {name: str(raw[name]) for name in ("key", "title", "title_en", "why", "why_en")}
    return Pack(**texts, level=Level(raw["level"]), rules=rules)


def _rule(raw: dict[str, Any]) -> Rule:
    for pattern in (*raw["find"], *raw.get("unless", ())):
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"{raw['id']}: {pattern}: {error}") from error
    if not raw["find"] or not raw["instead"] or not raw["instead_en"]:
        raise ValueError(f"{raw['id']}: find, instead and instead_en can't be empty")
    return Rule(
        id=raw["id"],
        find=tuple(raw["find"]),
        instead=tuple(raw["instead"]),
        instead_en=tuple(raw["instead_en"]),
        unless=tuple(raw.get("unless", ())),
        level=Level(raw["level"]) if "level" in raw else None,
        deniable=bool(raw.get("deniable", False)),
    )
