"""Quality checks: a sample of what agents said, scored by a sheet and talked over with them."""

from app.quality.model import (
    CheckFilter,
    CheckRow,
    CheckView,
    CommentView,
    Criterion,
    PlanReport,
    ScoreView,
)
from app.quality.service import Quality
from app.quality.sheet import STAGES

__all__ = [
    "STAGES",
    "CheckFilter",
    "CheckRow",
    "CheckView",
    "CommentView",
    "Criterion",
    "PlanReport",
    "Quality",
    "ScoreView",
]
