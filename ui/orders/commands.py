"""What one can do with orders from anywhere in the window."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from app.core.i18n import N_
from app.core.permissions import Permission
from ui.shell.commands import Command
from ui.widgets.list_view import IMPORT

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext


def register_import(context: UiContext) -> None:
    """Offer the import of order files under its key; harmless a second time."""
    context.commands.offer(
        Command(
            "orders.import",
            N_("Import order files"),
            "Ctrl+I",
            partial(context.go, "orders", IMPORT),
            partial(context.services.staff.may, Permission.IMPORT_ORDERS),
            N_("Orders"),
            "import",
        )
    )
