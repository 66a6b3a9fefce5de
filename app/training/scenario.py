"""The scenarios that come with the desk, read and checked; their parts are in `scenario_model`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

from app.core.paths import resource
from app.training.intents import Intents, intents
from app.training.scenario_check import findings
from app.training.scenario_model import (
    ACTIONS,
    FACTS,
    Answer,
    Manner,
    Need,
    Scenario,
    ScenarioError,
    Text,
    Truth,
    filled,
    manners,
    spoken,
)

__all__ = [
    "ACTIONS",
    "FACTS",
    "Answer",
    "Manner",
    "Need",
    "Scenario",
    "ScenarioError",
    "Text",
    "Truth",
    "check",
    "filled",
    "manners",
    "read_scenario",
    "scenarios",
    "spoken",
]


@cache
def scenarios() -> dict[str, Scenario]:
    """Every scenario that comes with the desk, checked; raises `ScenarioError`."""
    paths = sorted(resource("training", "scenarios").glob("*.json"))
    return {scenario.id: scenario for scenario in map(read_scenario, paths)}


def read_scenario(path: Path) -> Scenario:
    """Read and check a file; raises `ScenarioError` naming it and its first fault."""
    try:
        scenario = msgspec.json.decode(path.read_bytes(), type=Scenario)
    except msgspec.DecodeError as error:
        raise ScenarioError(f"{path.name}: {error}") from error
    faults = check(scenario, intents())
    if scenario.id != path.stem:
        faults = [f"its id is {scenario.id}", *faults]
    if faults:
        raise ScenarioError(f"{path.name}: {faults[0]}")
    return scenario


def check(scenario: Scenario, known: Intents) -> list[str]:
    """What is wrong with a scenario: dead ends, unknown names, contradictions; empty if sound."""
    return [f"{found.where}: {found.plain}" for found in findings(scenario, known)]
