"""Service language: what should not go out to a customer, why, and what to write instead."""

from app.language.checker import Checker
from app.language.folding import Folded, fold
from app.language.model import Hit, Level, OwnWord, Pack, Rule
from app.language.negation import is_denied
from app.language.packs import packs
from app.language.service import Language

__all__ = [
    "Checker",
    "Folded",
    "Hit",
    "Language",
    "Level",
    "OwnWord",
    "Pack",
    "Rule",
    "fold",
    "is_denied",
    "packs",
]
