"""Makes checks of what was drawn, and tells what a week has already."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.quality.sampling import Candidate
from db.clock import now_ms
from db.ids import natural_id
from db.models import CheckReason, CheckState, QualityCheck


def planned(week: str, one: Candidate) -> dict[str, Any]:
    """The row of a check that was drawn or chosen."""
    return {
        "id": natural_id("quality_check", week, one.agent.hex(), one.conversation.hex()),
        "week": week,
        "agent_id": one.agent,
        "conversation_id": one.conversation,
        "starts_at": one.starts_at,
        "ends_at": one.ends_at,
        "reason": one.reason,
        "planned_at": now_ms(),
    }


def taken(session: Session, week: str) -> dict[tuple[bytes, bytes], bool]:
    """What a week has already, and whether it counts for the sample."""
    check = QualityCheck
    query = select(check.agent_id, check.conversation_id, check.reason, check.state)
    return {
        (agent, talk): reason != CheckReason.CHOSEN and state != CheckState.SKIPPED
        for agent, talk, reason, state in session.execute(query.where(check.week == week))
    }
