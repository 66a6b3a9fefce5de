"""A practice conversation as data: who the customer is, what they want, and what helps.

`resources/training/scenarios/ID.json`; every text is a pair [Chinese, English] in which {order},
{item}, {price}, {name}, {carrier}, {tracking} and {address} stand for facts of the practice shop:

    id, title, goal      what it is about, for the trainee's supervisor
    manner               one of resources/training/manners.json
    patience             seconds a customer of a plain manner waits for an answer
    order                the state of the order it is about ("" = none), e.g. "unpaid"
    orders, items        how many such orders this customer has at least, with how many goods each
    goods                words of which one stands in the name of what it is about, e.g. "卫衣"
    opening              first lines, one is drawn
    needs                what must happen: {id, when: [intents], after: [needs], say: [texts],
                         nudge: [texts], action, part: "steps|actions"}; actions are correct_address,
                         confirm_order, remark, after_sale, escalate, tag and trace
    knows                what the customer tells when asked: {when: [intents], say: [texts]}
    minds                what they take amiss: {when: [intents], say: [texts], mood: -1}
    truths               facts an agent may state: {id, find: regular expression with one group,
                         right: [texts]}; another value is wrong
    end                  last lines when all needs are met
    model                what a good agent writes, line by line
    slips                lines with wrong facts, told by `truths`
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Final

import msgspec

from app.core.paths import resource

Text = tuple[str, str]
FACTS: Final = ("order", "item", "price", "name", "carrier", "tracking", "address")
ACTIONS: Final = frozenset(
    {"", "correct_address", "confirm_order", "remark", "after_sale", "escalate", "tag", "trace"}
)
"""What an agent can do in the desk that a customer notices."""


class ScenarioError(ValueError):
    """A scenario can't be played: the message names the file and the fault."""


class Need(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that must happen; met by any of `when`, or by `action` done in the desk."""

    id: str
    when: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    say: tuple[Text, ...] = ()
    nudge: tuple[Text, ...] = ()
    action: str = ""
    part: str = "steps"


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the customer says to intents, and how it moves their mood."""

    when: tuple[str, ...]
    say: tuple[Text, ...]
    mood: int = 0


class Truth(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fact an agent may state: the group of `find` must be one of `right`."""

    id: str
    find: str
    right: tuple[str, ...]


class Scenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One practice conversation; see the module for its parts."""

    id: str
    title: Text
    goal: Text
    manner: str
    patience: int
    opening: tuple[Text, ...]
    needs: tuple[Need, ...]
    end: tuple[Text, ...]
    model: tuple[Text, ...]
    order: str = ""
    orders: int = 1
    items: int = 1
    goods: tuple[str, ...] = ()
    knows: tuple[Answer, ...] = ()
    minds: tuple[Answer, ...] = ()
    truths: tuple[Truth, ...] = ()
    slips: tuple[Text, ...] = ()

    def texts(self) -> Iterator[Text]:
        """Every text anybody may say in it."""
        yield from (*self.opening, *self.end, *self.model, *self.slips)
        for part in self.parts():
            yield from part.say
        for need in self.needs:
            yield from need.nudge

    def parts(self) -> Sequence[Need | Answer]:
        """Everything that answers to intents."""
        return (*self.needs, *self.knows, *self.minds)


class Manner(msgspec.Struct, frozen=True):
    """How a customer talks: patience is a factor, the texts are put before or pushed after."""

    patience: float
    before: tuple[Text, ...] = ()
    push: tuple[Text, ...] = ()
    vague: tuple[Text, ...] = ()
    short: bool = False


@cache
def manners() -> dict[str, Manner]:
    """The manners that come with the desk."""
    data = resource("training", "manners.json").read_bytes()
    return msgspec.json.decode(data, type=dict[str, Manner])


def filled(text: str, facts: Mapping[str, str]) -> str:
    """The text with the facts of the shop in its holes; a hole without a fact stays."""
    for name, value in facts.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def spoken(pairs: Sequence[Text], *, english: bool) -> list[str]:
    """The texts of one language."""
    return [pair[1] if english else pair[0] for pair in pairs]
