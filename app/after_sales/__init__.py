"""After-sales: what customers want back or complain of, who answers for it, and what it costs."""

from app.after_sales.importing import AfterSaleImport
from app.after_sales.judgement import (
    COSTS_MONEY,
    MOVES_GOODS,
    Proposal,
    propose_freight,
    responsible_for,
)
from app.after_sales.model import OPEN, AfterSaleFacts, Draft, Step
from app.after_sales.queries import AfterSaleFilter, AfterSaleTally
from app.after_sales.report import CaseChange, CaseReport, CaseUndoReport, case_undo_words
from app.after_sales.service import AfterSales, OverLimit
from app.after_sales.words import (
    GRADE_NAMES,
    GROUP_NAMES,
    GROUP_OF,
    KIND_NAMES,
    PARTY_NAMES,
    REASON_NAMES,
    REASONS,
    STATE_NAMES,
)
from db.models import AfterSaleKind, AfterSaleState

__all__ = [
    "COSTS_MONEY",
    "GRADE_NAMES",
    "GROUP_NAMES",
    "GROUP_OF",
    "KIND_NAMES",
    "MOVES_GOODS",
    "OPEN",
    "PARTY_NAMES",
    "REASONS",
    "REASON_NAMES",
    "STATE_NAMES",
    "AfterSaleFacts",
    "AfterSaleFilter",
    "AfterSaleImport",
    "AfterSaleKind",
    "AfterSaleState",
    "AfterSaleTally",
    "AfterSales",
    "CaseChange",
    "CaseReport",
    "CaseUndoReport",
    "Draft",
    "OverLimit",
    "Proposal",
    "Step",
    "case_undo_words",
    "propose_freight",
    "responsible_for",
]
