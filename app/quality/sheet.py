"""The score sheet a shop starts with: the seven steps (DOMAIN §2), then facts, language and tone."""

from __future__ import annotations

from typing import Final, NamedTuple

from app.core.i18n import N_

STAGES: Final = {
    "greet": N_("Greeting"),
    "answer": N_("Answering"),
    "recommend": N_("Recommending"),
    "objection": N_("Objections"),
    "close": N_("Closing the sale"),
    "confirm": N_("Confirming the order"),
    "farewell": N_("Farewell"),
    "facts": N_("Facts"),
    "language": N_("Service language"),
    "tone": N_("Tone"),
}


class Line(NamedTuple):
    """A line of the sheet that the program brings along; texts are message ids."""

    key: str
    name: str
    hint: str
    points: int


LINES: Final = (
    Line("greet", N_("Greets and names oneself"), N_("In time, with one's name."), 5),
    Line("answer", N_("Answers what was asked"), N_("Every question, whole and at once."), 20),
    Line("recommend", N_("Recommends from the need"), N_("Asks first; no empty praise."), 10),
    Line("objection", N_("Deals with objections"), N_("Value before price; facts on quality."), 10),
    Line("close", N_("Leads to the order"), N_("By benefit, condition or question."), 10),
    Line("confirm", N_("Confirms order and address"), N_("Goods, recipient, address."), 10),
    Line("farewell", N_("Says goodbye"), N_("Thanks, arrival, reachable phone."), 5),
    Line("facts", N_("What is said is true"), N_("Stock, price, times; unsure: says so."), 15),
    Line("language", N_("Keeps to service language"), N_("No forbidden words or promises."), 10),
    Line("tone", N_("Friendly and patient"), N_("Polite to the last message."), 5),
)
