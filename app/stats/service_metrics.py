"""The metrics of after-sales, reviews and satisfaction."""

from __future__ import annotations

from typing import Final

from app.stats.case_metrics import CASES
from app.stats.rating_metrics import RATINGS
from app.stats.refund_metrics import REFUNDS

SERVICE: Final = (*REFUNDS, *CASES, *RATINGS)
