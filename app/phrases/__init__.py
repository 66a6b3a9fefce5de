"""Quick phrases: kept in groups, found by code, pinyin and text, filled in from the case at hand."""

from app.phrases.filling import Filled, PhraseContext, fill
from app.phrases.groups import Groups, own_language_first
from app.phrases.model import (
    LANGUAGES,
    MAX_CODE,
    MAX_GROUP,
    MAX_TEXT,
    MAX_TITLE,
    STEP_TITLES,
    Group,
    Hits,
    PhraseFilter,
    PhraseHit,
    PhraseText,
    PhraseView,
    Step,
)
from app.phrases.service import Phrases
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
from db.models.phrases import Scope

__all__ = [
    "CHINESE_NAMES",
    "LANGUAGES",
    "MAX_CODE",
    "MAX_GROUP",
    "MAX_TEXT",
    "MAX_TITLE",
    "STEP_TITLES",
    "TITLES",
    "Filled",
    "Group",
    "Groups",
    "Hits",
    "Hole",
    "PhraseContext",
    "PhraseFilter",
    "PhraseHit",
    "PhraseText",
    "PhraseView",
    "Phrases",
    "Problem",
    "Scope",
    "Step",
    "Variable",
    "fill",
    "holes",
    "own_language_first",
    "problems",
    "token",
    "unresolved",
    "without_variables",
]
