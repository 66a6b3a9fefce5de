"""What is wrong with a variable, in words."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.i18n import N_, _
from app.phrases import Problem

_TEXTS = {
    "unknown": N_("There is no variable “{name}”."),
    "unclosed": N_("A brace is not closed."),
    "unopened": N_("A closing brace has no partner."),
    "empty": N_("A variable has no name."),
}


def problem_text(problems: Sequence[Problem]) -> str:
    """The first problem as a sentence, or nothing."""
    if not problems:
        return ""
    return _(_TEXTS[problems[0].kind]).format(name=problems[0].name)
