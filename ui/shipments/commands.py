"""What one can do with parcels from anywhere in the window."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from app.core.i18n import N_
from app.core.permissions import Permission
from ui.shell.commands import Command

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext

ADD: Final = "add"
WATCH: Final = "watch"
"""What the logistics view is opened for, beside a parcel."""


def register_views(context: UiContext) -> None:
    """Offer the watch list and adding a parcel; harmless a second time."""
    if context.commands.get("shipments.watch") is not None:
        return
    watch = partial(context.go, "shipments", WATCH)
    add = partial(context.go, "shipments", ADD)
    may = partial(context.services.staff.may, Permission.EDIT_ORDERS)
    group = N_("Logistics")
    for command in (
        Command("shipments.watch", N_("Parcels that need attention"), "Ctrl+Shift+W", watch,
                group=group, icon="truck"),
        Command("shipments.add", N_("Add a parcel by hand"), "", add, may, group, "plus"),
    ):  # fmt: skip
        context.commands.register(command)
