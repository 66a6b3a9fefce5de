"""What an erasure tells in words, the same on the command line and in the window."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from app.core.i18n import N_, _, ngettext
from app.customers.erasure_model import ErasurePreview, ErasureReport

COUNTED: Final = {
    "messages": N_("messages"),
    "conversations": N_("conversations"),
    "orders": N_("orders"),
    "shipments": N_("parcels"),
    "after_sales": N_("after-sales records"),
    "customer_notes": N_("notes"),
    "attachments": N_("files"),
}
"""What an erasure counts, by table, in the order in which it is told."""


def count_words(counts: dict[str, int]) -> list[tuple[str, int]]:
    """Return what goes and how much of it, what there is none of left out."""
    return [(_(title), counts[table]) for table, title in COUNTED.items() if counts.get(table)]


def kept_words(told: ErasurePreview | ErasureReport) -> list[str]:
    """Return what stays, and why."""
    lines = [_("Orders keep their numbers, goods and amounts; the person goes from them.")]
    if told.shared_parcels:
        n = told.shared_parcels
        text = ngettext(
            "{n} parcel also carries somebody else's order and stays.",
            "{n} parcels also carry somebody else's order and stay.", n,
        )  # fmt: skip
        lines.append(text.format(n=n))
    return lines


def alike_words(preview: ErasurePreview) -> list[str]:
    """Return which other records may be the same person's."""
    line = _("May be the same person, and stays: {name}")
    return [line.format(name=name) for name in preview.alike]


def held_words(report: ErasureReport) -> list[str]:
    """Return what of the person is left elsewhere, and until when."""
    lines = []
    if report.shared:
        lines.append(_("The other stations erase them as soon as they hear of it."))
    if report.gone_by is not None:
        day = datetime.fromtimestamp(report.gone_by / 1000, UTC).astimezone().strftime("%Y-%m-%d")
        line = _("Sealed files from before lie in the shared folder until about {day}.")
        lines.append(line.format(day=day))
    return lines
