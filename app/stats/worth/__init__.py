"""What customers are worth: RFM and segments, lifecycle, repeat purchases, cohorts, tiers."""

from app.stats.worth.history import Purchases
from app.stats.worth.model import Cohort, Cycles, Repeat, Returns, Segment, Tier, WorthReport
from app.stats.worth.repeats import TIERS
from app.stats.worth.rfm import Rfm
from app.stats.worth.service import Worth

__all__ = [
    "TIERS",
    "Cohort",
    "Cycles",
    "Purchases",
    "Repeat",
    "Returns",
    "Rfm",
    "Segment",
    "Tier",
    "Worth",
    "WorthReport",
]
