"""How a scenario is told to people: the customer's manner, what it trains, how hard it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.core.i18n import N_, _, current_language
from app.training.intents import intent_name
from app.training.scenario_model import Need, Scenario, manners

MANNER_NAMES: Final[Mapping[str, str]] = {
    "plain": N_("Matter-of-fact"),
    "half_informed": N_("Half-informed"),
    "bargaining": N_("Bargaining"),
    "picky": N_("Picky"),
    "long_winded": N_("Long-winded"),
    "rude": N_("Rude"),
    "hurry": N_("In a hurry"),
    "silent": N_("Says little"),
}
MANNER_HINTS: Final[Mapping[str, str]] = {
    "plain": N_("Says what it is about and answers what is asked."),
    "half_informed": N_("Does not know order numbers by heart: ask twice, or look them up."),
    "bargaining": N_("Wants a little more at the end, however much was given."),
    "picky": N_("Asks again whether it is really so: be exact."),
    "long_winded": N_("Tells a lot beside the matter: keep to the thread, kindly."),
    "rude": N_("Is angry before anything was said: listen, apologise, solve."),
    "hurry": N_("Waits half as long as others."),
    "silent": N_("Answers in few words: ask precisely."),
}
ACTION_NAMES: Final[Mapping[str, str]] = {
    "correct_address": N_("Correct the address of the order"),
    "confirm_order": N_("Send the confirmation card"),
    "remark": N_("Write a remark on the order"),
    "after_sale": N_("Record the after-sale"),
    "escalate": N_("Hand over to a supervisor"),
    "tag": N_("Tag the customer"),
    "trace": N_("Ask the carrier about the parcel"),
    "note": N_("Leave a note"),
}
DIFFICULTY_NAMES: Final[Mapping[int, str]] = {1: N_("Easy"), 2: N_("Medium"), 3: N_("Hard")}
_TRYING: Final[Mapping[str, int]] = {"rude": 2, "hurry": 2, "picky": 1, "bargaining": 1}
_LITTLE_PATIENCE_S: Final = 60
_MANY_NEEDS: Final = 6


def difficulty(scenario: Scenario) -> int:
    """1 (easy) to 3: by the customer's manner and patience, and by how much there is to do."""
    patience = scenario.patience * manners()[scenario.manner].patience
    points = _TRYING.get(scenario.manner, 0) + (patience < _LITTLE_PATIENCE_S)
    points += len(scenario.needs) >= _MANY_NEEDS
    points += any(need.action for need in scenario.needs)
    return 1 if points <= 1 else 2 if points <= 3 else 3


def need_words(need: Need) -> str:
    """What has to happen, in words."""
    return _(ACTION_NAMES[need.action]) if need.action else need_name(need.id)


def need_name(key: str) -> str:
    """What people call a need, or a fact."""
    return intent_name(key, english=current_language() == "en")
