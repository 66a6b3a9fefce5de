"""Quick phrases: kept in groups, found by code, pinyin and text, filled in from the case at hand."""

from app.phrases.filling import Filled, PhraseContext, fill
from app.phrases.variables import (
    CHINESE_NAMES,
    TITLES,
    Hole,
    Problem,
    Variable,
    holes,
    problems,
    token,
    unresolved,
    without_variables,
)

__all__ = [
    "CHINESE_NAMES",
    "TITLES",
    "Filled",
    "Hole",
    "PhraseContext",
    "Problem",
    "Variable",
    "fill",
    "holes",
    "problems",
    "token",
    "unresolved",
    "without_variables",
]
