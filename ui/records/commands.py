"""What one can do with chat records from anywhere in the window."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from app.core.i18n import N_
from app.core.permissions import Permission
from ui.shell.commands import Command

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext

IMPORT: Final = "import"
"""What the customers' view opens the import for."""


def register_import(context: UiContext) -> None:
    """Offer the import of chats by name; harmless a second time."""
    context.commands.offer(
        Command(
            "records.import",
            N_("Import conversations"),
            "",
            partial(context.go, "customers", IMPORT),
            partial(context.services.staff.may, Permission.IMPORT_RECORDS),
            N_("Customers"),
            "import",
        )
    )
