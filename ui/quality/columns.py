"""The columns of the lists of quality checks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from app.core.i18n import N_, _
from app.quality import AgentChecks, CheckReason, CheckRow
from ui.quality.words import (
    NOTHING,
    STATE_NAMES,
    comments_text,
    reason_kind,
    reason_text,
    score_text,
    score_tone,
    seen_text,
    state_kind,
    state_text,
    times_text,
)
from ui.widgets import Column
from ui.widgets.format import full_moment, moment


def _score(row: CheckRow) -> str:
    return score_text(row.score)


def _tone(row: CheckRow | AgentChecks) -> str | None:
    return score_tone(row.score)


def _when(row: CheckRow) -> str:
    return moment(row.starts_at)


def _customer(row: CheckRow) -> str:
    return row.customer or NOTHING


def _done(row: CheckRow) -> str:
    return moment(row.done_at) if row.done_at else ""


def _done_in_full(row: CheckRow) -> str:
    return full_moment(row.done_at) if row.done_at else ""


def _agent(line: AgentChecks) -> str:
    return line.agent or _("unknown")


def _progress(line: AgentChecks) -> str:
    return f"{line.done} / {line.total}"


def _mean(line: AgentChecks) -> str:
    return score_text(line.score)


def _behind(line: AgentChecks) -> str | None:
    return "text_faint" if line.done == line.total else None


_STATE: Final = Column(
    "state", N_("State"), 84, role="badge", text=state_text, color=state_kind, sortable=True
)
_CUSTOMER: Final = Column(
    "customer", N_("Customer"), 120, role="strong", text=_customer, tip=_customer, stretch=True
)
_WHEN: Final = Column(
    "when", N_("When"), 104, role="muted", text=_when, tip=times_text, sortable=True
)
_REASON: Final = Column(
    "reason", N_("Reason"), 96, role="badge", text=reason_text, color=reason_kind, sortable=True
)
_SCORE: Final = Column(
    "score", N_("Score"), 72, align="right", role="mono", text=_score, color=_tone, sortable=True
)
_COMMENTS: Final = Column("comments", N_("Comments"), 84, align="right", text=comments_text)
_BY: Final = Column("reviewer", N_("Checked by"), 92, role="muted", text=lambda row: row.reviewer)
_DONE: Final = Column(
    "done", N_("Checked on"), 104, role="muted", text=_done, tip=_done_in_full, sortable=True
)

TEAM: Final = (
    _STATE,
    Column("agent", N_("Agent"), 128, text=lambda row: row.agent, sortable=True),
    _CUSTOMER,
    _WHEN,
    _REASON,
    _SCORE,
    _COMMENTS,
    Column("seen", N_("Read"), 76, role="muted", text=seen_text),
    _BY,
)
OWN: Final = (_STATE, _CUSTOMER, _WHEN, _REASON, _SCORE, _COMMENTS, _BY, _DONE)
AGENTS: Final = (
    Column("agent", N_("Agent"), 110, role="strong", text=_agent, stretch=True),
    Column("done", N_("Checked"), 76, align="right", role="mono", text=_progress, color=_behind),
    Column("score", N_("Mean"), 64, align="right", role="mono", text=_mean, color=_tone),
)

_WORST_FIRST: Final = (
    CheckReason.BAD_RATING,
    CheckReason.LONG_WAIT,
    CheckReason.CHOSEN,
    CheckReason.RANDOM,
)
SORTS: Final[dict[str, Callable[[CheckRow], Any]]] = {
    "state": lambda row: (not row.fresh, list(STATE_NAMES).index(row.state)),
    "agent": lambda row: row.agent,
    "when": lambda row: row.starts_at,
    "reason": lambda row: _WORST_FIRST.index(row.reason),
    "score": lambda row: 2.0 if row.score is None else row.score,
    "done": lambda row: row.done_at or 0,
}
"""By the key of a sortable column."""
