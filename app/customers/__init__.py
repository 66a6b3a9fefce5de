"""Customers and their tags: the card, notes, lists by tags, merging two records of one person."""

from app.customers.default_tags import load_default_tags
from app.customers.erasure_model import ErasurePreview, ErasureReport
from app.customers.erasure_words import alike_words, count_words, held_words, kept_words
from app.customers.model import (
    CustomerCard,
    CustomerFilter,
    CustomerRow,
    CustomerSort,
    NoteView,
    OrderSummary,
)
from app.customers.service import Customers
from app.customers.tags import GroupView, Tags, TagView, element_id

__all__ = [
    "CustomerCard",
    "CustomerFilter",
    "CustomerRow",
    "CustomerSort",
    "Customers",
    "ErasurePreview",
    "ErasureReport",
    "GroupView",
    "NoteView",
    "OrderSummary",
    "TagView",
    "Tags",
    "alike_words",
    "count_words",
    "element_id",
    "held_words",
    "kept_words",
    "load_default_tags",
]
