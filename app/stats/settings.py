"""What a shop decides about its numbers; those of the domain are the defaults (ANCHORS §3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.core.settings import Setting, Settings

MINUTE_MS: Final = 60_000
HOUR_MS: Final = 60 * MINUTE_MS
DAY_MS: Final = 24 * HOUR_MS

SESSION_GAP_MIN: Final = Setting("stats.session_gap_min", int, 10)
"""After so many minutes of silence a new session begins; that wait is no response time."""

AUTOMATIC_PREFIXES: Final = Setting("stats.automatic_prefixes", list[str], [])
"""An agent's message that begins like this is an automatic reply."""

CREDIT_HOURS: Final = Setting("stats.credit_hours", int, 48)
"""An order outside of all receptions goes to the one that ended last within so many hours."""

JD_HOURS: Final = Setting("stats.jd_hours", int, 24)
"""JD's rule: so many hours from the talk to the order."""

JD_CANCEL_DAYS: Final = Setting("stats.jd_cancel_days", int, 15)
"""JD's rule: an order closed within so many days is taken back."""

RULE: Final = Setting("stats.attribution", str, "order_first")
"""Who gets a sale: `order`, `payment`, `order_first` or `jd`."""

DEDUCT_REFUNDS: Final = Setting("stats.deduct_refunds", bool, False)
"""Sales are told after refunds."""

DEDUCT_POSTAGE: Final = Setting("stats.deduct_postage", bool, False)
"""Sales are told without postage."""

JUDGED_HOURS: Final = Setting("stats.judged_hours", list[str], ["00:00-24:00"])
"""Questions at these hours of the shop's day are judged, e.g. `08:00-23:00`."""

BREAKS: Final = Setting("stats.breaks", list[str], [])
"""Parts of the judged hours that are not, e.g. `12:00-13:00`."""

CLOCK_FROM_LAST: Final = Setting("stats.clock_from_last_message", bool, False)
"""A wait is counted from the customer's last message of a turn, not from the first."""

FILTERED_NICKS: Final = Setting("stats.filtered_nicks", list[str], [])
"""Customers who are none: own staff, advertisers."""

FILTER_BLOCKED: Final = Setting("stats.filter_blocked", bool, True)
"""Blocked customers are left out as well."""

EFFECTIVE_MESSAGES: Final = Setting("stats.effective_messages", int, 2)
"""With so many messages from each side a customer was received in earnest; no rule is published."""

SLOW_GAP_S: Final = Setting("stats.slow_gap_s", int, 120)
"""A wait longer than this is slow."""

SLOW_GAPS: Final = Setting("stats.slow_gaps", int, 3)
"""So many slow waits of a customer on one day make a slow reception."""

LONG_MIN: Final = Setting("stats.long_min", int, 30)
"""A reception longer than this is long."""

AFTER_SALES_DAYS: Final = Setting("stats.after_sales_days", int, 21)
"""A customer who ordered within so many days before is no inquirer, unless a new order follows."""

INQUIRY_HOURS: Final = Setting("stats.inquiry_hours", int, 48)
"""An order within so many hours of the question is its fruit."""

PAYMENT_HOURS: Final = Setting("stats.payment_hours", int, 48)
"""And its payment within so many more."""

INSTANT_PAY_MIN: Final = Setting("stats.instant_pay_min", int, 10)
"""Paid within so many minutes of the order is paid at once."""

RULES: Final = ("order", "payment", "order_first", "jd")


@dataclass(frozen=True, slots=True)
class FactRules:
    """What the facts themselves depend on: another value means working them out anew."""

    gap_ms: int = 10 * MINUTE_MS
    prefixes: tuple[str, ...] = ()
    credit_ms: int = 48 * HOUR_MS
    jd_ms: int = 24 * HOUR_MS

    @property
    def mark(self) -> str:
        """Tells these rules from others."""
        return repr((4, self.gap_ms, self.prefixes, self.credit_ms, self.jd_ms))


@dataclass(frozen=True, slots=True)
class Rules:
    """What is chosen when one asks; the facts stay as they are."""

    attribution: str = "order_first"
    deduct_refunds: bool = False
    deduct_postage: bool = False
    jd_cancel_ms: int = 15 * DAY_MS
    judged: tuple[str, ...] = ("00:00-24:00",)
    breaks: tuple[str, ...] = ()
    from_last: bool = False
    filtered: frozenset[str] = frozenset()
    filter_blocked: bool = True
    effective: int = 2
    slow_ms: int = 120_000
    slow_gaps: int = 3
    long_ms: int = 30 * MINUTE_MS
    after_sales_ms: int = 21 * DAY_MS
    inquiry_ms: int = 48 * HOUR_MS
    payment_ms: int = 48 * HOUR_MS
    instant_ms: int = 10 * MINUTE_MS


def fact_rules(settings: Settings) -> FactRules:
    """The shop's rules for facts."""
    return FactRules(
        max(1, settings.get(SESSION_GAP_MIN)) * MINUTE_MS,
        tuple(sorted(prefix for prefix in settings.get(AUTOMATIC_PREFIXES) if prefix)),
        settings.get(CREDIT_HOURS) * HOUR_MS,
        settings.get(JD_HOURS) * HOUR_MS,
    )


def shop_rules(settings: Settings) -> Rules:
    """The shop's choices."""
    rule = settings.get(RULE)
    return Rules(
        attribution=rule if rule in RULES else RULE.default,
        deduct_refunds=settings.get(DEDUCT_REFUNDS),
        deduct_postage=settings.get(DEDUCT_POSTAGE),
        jd_cancel_ms=settings.get(JD_CANCEL_DAYS) * DAY_MS,
        judged=(*settings.get(JUDGED_HOURS),),
        breaks=(*settings.get(BREAKS),),
        from_last=settings.get(CLOCK_FROM_LAST),
        filtered=frozenset({*settings.get(FILTERED_NICKS)}),
        filter_blocked=settings.get(FILTER_BLOCKED),
        effective=max(1, settings.get(EFFECTIVE_MESSAGES)),
        slow_ms=settings.get(SLOW_GAP_S) * 1000,
        slow_gaps=settings.get(SLOW_GAPS),
        long_ms=settings.get(LONG_MIN) * MINUTE_MS,
        after_sales_ms=settings.get(AFTER_SALES_DAYS) * DAY_MS,
        inquiry_ms=settings.get(INQUIRY_HOURS) * HOUR_MS,
        payment_ms=settings.get(PAYMENT_HOURS) * HOUR_MS,
        instant_ms=settings.get(INSTANT_PAY_MIN) * MINUTE_MS,
    )
