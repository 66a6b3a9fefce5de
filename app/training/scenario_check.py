"""What is wrong with a scenario and where: dead ends, unknown names, needs nobody can meet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from app.core.i18n import N_, _
from app.training.intents import Intents
from app.training.patterns import MOST_PATTERN, BadPattern, groups_of
from app.training.scenario_model import ACTIONS, FACTS, Need, Scenario, Text, manners

_HOLE: Final = re.compile(r"\{(\w+)\}")
_ID: Final = re.compile(r"[a-z0-9][a-z0-9_-]{1,40}")
_AT: Final = re.compile(r" - at `\$(.*)`$")
_PARTS: Final = ("steps", "actions")
_TONGUES: Final = (N_("Chinese"), N_("English"))


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault at a field, such as `needs.2.when`; "" where it is nobody's but the whole's."""

    where: str
    message: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def plain(self) -> str:
        """The fault in English, for files and logs."""
        return self.message.format(**self.values)

    @property
    def words(self) -> str:
        """The fault in the language of the moment."""
        values = dict(self.values)
        if (tongue := values.get("tongue")) is not None:
            values["tongue"] = _(tongue)
        return _(self.message).format(**values)


def findings(scenario: Scenario, known: Intents) -> list[Finding]:
    """What is wrong; empty if it is sound."""
    return [
        *_unknown(scenario, known),
        *_dead_ends(scenario),
        *_bad_texts(scenario),
        *_bad_truths(scenario),
        *_unmet_by_model(scenario, known),
    ]


def read_document(document: Any, known: Intents) -> tuple[Scenario | None, list[Finding]]:
    """Read what an editor or a file holds; what is no scenario at all is a finding too."""
    try:
        scenario = msgspec.convert(document, Scenario)
    except msgspec.ValidationError as error:
        text = str(error)
        at = _AT.search(text)
        where = re.sub(r"\[(\d+)\]", r".\1", at[1]).strip(".") if at else ""
        return None, [Finding(where, N_("can't be read: {why}"), {"why": _AT.sub("", text)})]
    found = findings(scenario, known)
    if not _ID.fullmatch(scenario.id):
        found.insert(0, Finding("id", N_("small letters, digits and hyphens, at least two")))
    return scenario, found


def _unknown(scenario: Scenario, known: Intents) -> Iterator[Finding]:
    if scenario.manner not in manners():
        yield Finding("manner", N_("there is no manner {name}"), {"name": scenario.manner})
    for group in ("needs", "knows", "minds"):
        for place, part in enumerate(getattr(scenario, group)):
            for name in part.when:
                if name not in known.names:
                    where = f"{group}.{place}.when"
                    yield Finding(where, N_("there is no intent {name}"), {"name": name})
            if group != "needs" and not part.when:
                yield Finding(f"{group}.{place}.when", N_("nothing brings it about"))
            if group != "needs" and not part.say:
                yield Finding(f"{group}.{place}.say", N_("can't be empty"))
    for place, need in enumerate(scenario.needs):
        yield from _unknown_need(f"needs.{place}", need)


def _unknown_need(where: str, need: Need) -> Iterator[Finding]:
    if need.action not in ACTIONS:
        yield Finding(f"{where}.action", N_("there is no action {name}"), {"name": need.action})
    if need.part not in _PARTS:
        yield Finding(f"{where}.part", N_("part is steps or actions"))
    if not need.id.strip():
        yield Finding(f"{where}.id", N_("a need must have a name"))
    if not need.when and not need.action:
        yield Finding(f"{where}.when", N_("nothing can meet it"))


def _dead_ends(scenario: Scenario) -> Iterator[Finding]:
    met: set[str] = set()
    left = dict(enumerate(scenario.needs))
    while ready := {place: need for place, need in left.items() if set(need.after) <= met}:
        met |= {need.id for need in ready.values()}
        left = {place: need for place, need in left.items() if place not in ready}
    for place, need in left.items():
        missing = ", ".join(sorted(set(need.after) - met))
        values = {"names": missing}
        yield Finding(f"needs.{place}.after", N_("waits for {names}, which never comes"), values)
    names = [need.id for need in scenario.needs]
    for place, name in enumerate(names):
        if name in names[:place]:
            yield Finding(f"needs.{place}.id", N_("a need's id stands twice"))
    for where in ("opening", "needs", "end", "model"):
        if not getattr(scenario, where):
            yield Finding(where, N_("can't be empty"))


def _bad_texts(scenario: Scenario) -> Iterator[Finding]:
    for where, pair in _texts(scenario):
        if not all(text.strip() for text in pair):
            yield Finding(where, N_("a text is empty"))
        for hole in sorted({hole for text in pair for hole in _HOLE.findall(text)} - set(FACTS)):
            yield Finding(where, N_("there is no fact {name}"), {"name": f"{{{hole}}}"})
    for where in ("title", "goal"):
        if not all(text.strip() for text in getattr(scenario, where)):
            yield Finding(where, N_("a text is empty"))
    if scenario.patience < 1:
        yield Finding("patience", N_("at least one second"))


def _texts(scenario: Scenario) -> Iterator[tuple[str, Text]]:
    for where in ("opening", "end", "model", "slips"):
        yield from ((where, pair) for pair in getattr(scenario, where))
    for group in ("needs", "knows", "minds"):
        for place, part in enumerate(getattr(scenario, group)):
            yield from ((f"{group}.{place}.say", pair) for pair in part.say)
    for place, need in enumerate(scenario.needs):
        yield from ((f"needs.{place}.nudge", pair) for pair in need.nudge)


def _bad_truths(scenario: Scenario) -> Iterator[Finding]:
    for place, truth in enumerate(scenario.truths):
        where = f"truths.{place}"
        yield from _bad_pattern(f"{where}.find", truth.find)
        if not truth.right:
            yield Finding(f"{where}.right", N_("needs a right value"))
    if scenario.slips and not scenario.truths:
        yield Finding("slips", N_("slips are told by truths, and there are none"))


def _bad_pattern(where: str, pattern: str) -> Iterator[Finding]:
    if len(pattern) > MOST_PATTERN:
        yield Finding(where, N_("too long a pattern"))
        return
    try:
        groups = groups_of(pattern)
    except BadPattern as error:
        message = N_("no pattern: {why}")
        if error.slow_kind:
            message = N_(
                "can't be searched fast ({why}): no look-ahead, look-behind or back reference; "
                "put what stands around outside the brackets"
            )
        yield Finding(where, message, {"why": str(error)})
        return
    if groups != 1:
        yield Finding(where, N_("needs one group in brackets"))


def _unmet_by_model(scenario: Scenario, known: Intents) -> Iterator[Finding]:
    """Every goal is reachable: what the model agent writes meets each need, in both languages."""
    for tongue, name in enumerate(_TONGUES):
        said = [known.found(pair[tongue]) for pair in scenario.model]
        for place, need in enumerate(scenario.needs):
            if need.when and not any(set(need.when) & one for one in said):
                where = f"needs.{place}.when"
                values = {"tongue": name}
                yield Finding(where, N_("no line of the model meets it in {tongue}"), values)
