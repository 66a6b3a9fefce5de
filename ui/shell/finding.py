"""Lets the palette find customers, orders, parcels, messages and phrases."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from app.core.i18n import N_, _
from ui.shell.palette import PaletteItem, SearchProvider

if TYPE_CHECKING:
    from app.search import Found
    from app.services import Services

_KINDS: Final = {
    "customers": (N_("Customer"), "user", "customers"),
    "orders": (N_("Order"), "orders", "orders"),
    "shipments": (N_("Parcel"), "truck", "shipments"),
    "messages": (N_("Message"), "chat", "desk"),
    "phrases": (N_("Phrase"), "phrases", "phrases"),
}
_LEAST: Final = 1


def finder(services: Services, go: Callable[[str, object | None], None]) -> SearchProvider:
    """A provider over everything the shop knows; choosing opens the thing in its view."""
    return partial(_find, services, go)


def _find(
    services: Services, go: Callable[[str, object | None], None], query: str
) -> list[PaletteItem]:
    if len(query) < _LEAST:
        return []
    found = services.search.everything(query)
    return [_item(one, go, 45.0 - place / 10) for place, one in enumerate(found)]


def _item(found: Found, go: Callable[[str, object | None], None], rank: float) -> PaletteItem:
    kind, icon, view = _KINDS[found.kind]
    target = (found.conversation_id, found.id) if view == "desk" else found.id
    remark = f"{found.detail} · {_(kind)}" if found.detail else _(kind)
    return PaletteItem(found.title, partial(go, view, target), remark, icon, rank, found.hits)
