"""How after-sales read in the window."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from app.after_sales import (
    GRADE_NAMES,
    GROUP_NAMES,
    KIND_NAMES,
    PARTY_NAMES,
    REASON_NAMES,
    STATE_NAMES,
    AfterSaleFacts,
)
from app.core.i18n import N_, _
from ui.widgets import Kind
from ui.widgets.format import full_moment, money

STATE_KINDS: Final[Mapping[str, Kind]] = {
    "requested": "warning",
    "agreed": "info",
    "refused": "danger",
    "done": "success",
    "withdrawn": "neutral",
}
STEP_NAMES: Final[Mapping[str, str]] = {
    "agreed": N_("Agree"),
    "refused": N_("Decline"),
    "done": N_("Finish"),
    "withdrawn": N_("Withdraw"),
}
STEP_SAID: Final[Mapping[str, str]] = {
    "agreed": N_("Agreed to."),
    "refused": N_("Declined."),
    "done": N_("Finished."),
    "withdrawn": N_("Withdrawn."),
}


def kind_text(record: AfterSaleFacts) -> str:
    """The kind; of a review its grade."""
    if record.grade:
        return _(GRADE_NAMES[record.grade])
    return _(KIND_NAMES.get(record.kind, record.kind))


def state_text(record: AfterSaleFacts) -> str:
    """The state."""
    return _(STATE_NAMES.get(record.state, record.state))


def state_kind(record: AfterSaleFacts) -> Kind:
    """What the state means."""
    return STATE_KINDS.get(record.state, "neutral")


def reason_text(record: AfterSaleFacts) -> str:
    """The reason, or the platform's words for it."""
    name = REASON_NAMES.get(record.reason)
    return _(name) if name else record.platform_reason


def party_text(party: str) -> str:
    """Who answers or pays."""
    return _(PARTY_NAMES[party]) if party in PARTY_NAMES else ""


def amount_text(record: AfterSaleFacts) -> str:
    """What the customer gets."""
    return money(record.amount_fen, record.currency) if record.amount_fen else ""


def freight_text(record: AfterSaleFacts) -> str:
    """Who pays the freight, and how much it is."""
    if not record.freight_payer:
        return ""
    amount = money(record.freight_fen, record.currency) if record.freight_fen else ""
    return " ".join(filter(None, (party_text(record.freight_payer), amount)))


def facts_lines(record: AfterSaleFacts) -> Iterator[tuple[str, str]]:
    """Name and value of all that is known; empty values are to be left out."""
    group = GROUP_NAMES.get(record.reason_group)
    yield _("Item"), record.item_title
    yield _("Amount"), amount_text(record)
    yield _("Reason"), " · ".join(filter(None, (_(group) if group else "", reason_text(record))))
    if record.reason and record.platform_reason:
        yield _("Platform's reason"), record.platform_reason
    yield _("Responsible"), party_text(record.responsibility)
    yield _("Freight"), freight_text(record)
    yield _("What was said"), record.text
    yield _("What was done"), record.outcome
    yield _("Customer's reaction"), record.reaction
    yield _("Platform's state"), record.platform_status
    yield _("Dispute"), _("the platform was called in") if record.disputed else ""
    yield _("Sent back with"), " ".join(filter(None, (record.return_carrier, record.return_number)))
    yield from _times(record)
    yield _("Noted by"), record.staff_name
    yield _("Approved by"), record.approver_name
    yield _("Platform number"), record.number


def _times(record: AfterSaleFacts) -> Iterator[tuple[str, str]]:
    for name, at in (
        (_("Asked for on"), record.requested_at),
        (_("Agreed on"), record.agreed_at),
        (_("Declined on"), record.refused_at),
        (_("Done on"), record.done_at),
        (_("Withdrawn on"), record.withdrawn_at),
        (_("Platform decides on"), record.deadline_at if record.is_open else None),
    ):
        yield name, full_moment(at) if at else ""
