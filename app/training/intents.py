"""What an agent's line means to a customer: intents told by patterns, in Chinese and English."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

import msgspec

from app.core.paths import resource
from app.language import fold, is_denied

UNDERTAKEN: Final = frozenset(
    {
        *(
            "resend",
            "refund",
            "return",
            "exchange",
            "compensate",
            "price_protect",
            "split",
            "merge",
        ),
        *(
            "freight_shop",
            "offer",
            "understand",
            "escalate",
            "invoice",
            "restock_notice",
            "promise",
        ),
    }
)
"""What somebody undertakes or grants: denied (“不能退款”), it is not meant."""


class Intents:
    """Named patterns; a line may carry several intents, or none that is known."""

    def __init__(self, patterns: Mapping[str, list[str]]) -> None:
        self._patterns = {
            name: re.compile("|".join(f"(?:{one})" for one in some))
            for name, some in patterns.items()
        }

    @property
    def names(self) -> frozenset[str]:
        """Every intent there is."""
        return frozenset(self._patterns)

    def found(self, text: str) -> frozenset[str]:
        """The intents a line carries."""
        return self.told(text)[0]

    def told(self, text: str) -> tuple[frozenset[str], frozenset[str]]:
        """The intents a line carries, and those it denies."""
        folded = fold(text).text
        meant: set[str] = set()
        denied: set[str] = set()
        for name, pattern in self._patterns.items():
            for match in pattern.finditer(folded):
                if name not in UNDERTAKEN or not is_denied(folded, *match.span()):
                    meant.add(name)
                    break
                denied.add(name)
        return frozenset(meant), frozenset(denied - meant)


@cache
def intents() -> Intents:
    """The intents that come with the desk."""
    path = resource("training", "intents.json")
    return Intents(filled_in(msgspec.json.decode(path.read_bytes(), type=dict[str, list[str]])))


def filled_in(named: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Intents with the pieces that their patterns share, `{piece}`, written out in them."""
    pieces = {name: some[0] for name, some in named.items() if name.startswith("{")}
    intents = {name: some for name, some in named.items() if name not in pieces}
    for name, piece in pieces.items():
        intents = {key: [one.replace(name, piece) for one in some] for key, some in intents.items()}
    return intents


@cache
def _names() -> dict[str, tuple[str, str]]:
    path = resource("training", "intent_names.json")
    return msgspec.json.decode(path.read_bytes(), type=dict[str, tuple[str, str]])


def intent_name(name: str, *, english: bool) -> str:
    """What people call an intent, or a need of the bundled scenarios; another name stays."""
    return _names().get(name, (name, name))[english]
