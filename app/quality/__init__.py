"""Quality checks: a sample of what agents said, scored by a sheet and talked over with them."""

from app.quality.model import (
    AgentChecks,
    Answerer,
    CheckFilter,
    CheckRow,
    CheckView,
    CommentView,
    Criterion,
    PlanReport,
    ScoreView,
    WeekChecks,
)
from app.quality.service import MAX_COMMENT, MOST, Quality
from app.quality.sheet import STAGES
from db.models import CheckReason, CheckState

__all__ = [
    "MAX_COMMENT",
    "MOST",
    "STAGES",
    "AgentChecks",
    "Answerer",
    "CheckFilter",
    "CheckReason",
    "CheckRow",
    "CheckState",
    "CheckView",
    "CommentView",
    "Criterion",
    "PlanReport",
    "Quality",
    "ScoreView",
    "WeekChecks",
]
