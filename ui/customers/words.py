"""What stages, value classes and platforms are called."""

from __future__ import annotations

from typing import Final

from app.core.i18n import N_
from db.models import Lifecycle, ValueClass

LIFECYCLES: Final[dict[str, str]] = {
    Lifecycle.POTENTIAL: N_("Potential"),
    Lifecycle.TARGET: N_("Target"),
    Lifecycle.FIRST_TIME: N_("First purchase"),
    Lifecycle.REPEAT: N_("Repeat"),
    Lifecycle.LOYAL: N_("Loyal"),
    Lifecycle.LOST: N_("Lost"),
    Lifecycle.NON_CUSTOMER: N_("Not a customer"),
}
VALUE_CLASSES: Final[dict[str, str]] = {
    ValueClass.ORDINARY: N_("Ordinary"),
    ValueClass.POTENTIAL: N_("Promising"),
    ValueClass.CORE: N_("Core"),
    ValueClass.VIP: N_("VIP"),
}
PLATFORMS: Final[dict[str, str]] = {
    "taobao": N_("Taobao/Tmall"),
    "jd": N_("JD"),
    "pdd": N_("Pinduoduo"),
    "douyin": N_("Douyin"),
    "webchat": N_("Web chat"),
    "": N_("Own record"),
}
