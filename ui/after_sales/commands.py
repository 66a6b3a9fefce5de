"""What one can do with after-sales by key and from the palette."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Protocol

import shiboken6
from PySide6.QtCore import QObject

from app.core.i18n import N_
from app.core.permissions import Permission
from ui.shell.commands import Command
from ui.widgets.list_view import IMPORT

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext


class Noting(Protocol):
    """A part of the window in which an after-sale can be noted."""

    def can_note(self) -> bool:
        """Whether it can now."""

    def note(self) -> None:
        """Open the form."""


class _Noter(QObject):
    """Knows all places with a form: the key opens the one that is on the screen."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.places: list[Noting] = []

    def place(self) -> Noting | None:
        self.places = [place for place in self.places if shiboken6.isValid(place)]
        return next((place for place in self.places if place.can_note()), None)

    def can_note(self) -> bool:
        return self.place() is not None

    def note(self) -> None:
        if (place := self.place()) is not None:
            place.note()


def note_by_key(context: UiContext, place: Noting) -> None:
    """Let the key open this place's form while it shows."""
    noter = context.commands.findChild(_Noter)
    if noter is None:
        noter = _Noter(context.commands)
        context.commands.register(
            Command(
                "after_sales.note",
                N_("Note an after-sale of this order"),
                "Ctrl+Shift+R",
                noter.note,
                noter.can_note,
                N_("After-sales"),
                "return",
            )
        )
    noter.places.append(place)


def register_import(context: UiContext) -> None:
    """Offer the import of after-sales exports; harmless a second time."""
    context.commands.offer(
        Command(
            "after_sales.import",
            N_("Import after-sales exports"),
            "",
            partial(context.go, "after_sales", IMPORT),
            partial(context.services.staff.may, Permission.IMPORT_ORDERS),
            N_("After-sales"),
            "import",
        )
    )
