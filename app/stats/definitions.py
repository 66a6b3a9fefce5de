"""Every number of the stats, once: what it is called, how it is worked out and where that is from.

The live tiles, the tab, the manual and `kefu stats` all read this table.
"""

from __future__ import annotations

from typing import Final

from app.stats.buyer_metrics import BUYERS
from app.stats.inquiry_metrics import INQUIRIES
from app.stats.metric import Area, Good, Metric, Unit
from app.stats.order_metrics import ORDERS
from app.stats.quality_metrics import QUALITY
from app.stats.service_metrics import SERVICE
from app.stats.sold_metrics import SOLD
from app.stats.talk_metrics import TALK

__all__ = ["BY_KEY", "METRICS", "Area", "Good", "Metric", "Unit"]

METRICS: Final = (*TALK, *INQUIRIES, *SOLD, *ORDERS, *BUYERS, *SERVICE, *QUALITY)
BY_KEY: Final = {metric.key: metric for metric in METRICS}
