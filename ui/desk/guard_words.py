"""What the desk says when it holds a reply back: the reason and what differs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from app.conversations import Finding, GuardRule
from app.core.i18n import N_, _
from ui.desk.texts import customer_name

_SHOWN: Final = 3
_REASONS: Final = {
    GuardRule.VARIABLE: N_("“{found}” is not filled in. Complete or delete it before sending."),
    GuardRule.HOLE: N_("Something seems to be missing at “{found}”."),
    GuardRule.NAME: N_("“{found}” is the name of another customer ({owner})."),
    GuardRule.PHONE: N_("The phone number {found} belongs to another customer ({owner})."),
    GuardRule.ORDER: N_("Order {found} belongs to another customer ({owner})."),
    GuardRule.ADDRESS: N_("The address “{found}” belongs to another customer ({owner})."),
    GuardRule.AMOUNT: N_("The amount {found} is from an order of another customer ({owner})."),
}


def reason(finding: Finding) -> str:
    """One finding as a sentence."""
    found = finding.found.strip() or finding.found
    return _(_REASONS[finding.rule]).format(found=found, owner=customer_name(finding.owner))


def held_text(findings: Sequence[Finding], wording: Sequence[str] = (), *, final: bool) -> str:
    """Why a reply is held, most pressing first, and how it goes on; `wording` comes after."""
    ordered = sorted(findings, key=lambda finding: not finding.final)
    lines = [*(reason(finding) for finding in ordered), *wording][:_SHOWN]
    if not final:
        lines.append(_("Press Enter again to send it anyway."))
    return "\n".join(lines)
