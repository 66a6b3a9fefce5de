"""What another area adds to an order: a part below it that follows which order is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, cast

from PySide6.QtWidgets import QWidget

from app.orders import OrderFacts
from ui.orders.verification.order_page import OrderPage

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext

Builder = Callable[["UiContext"], QWidget]
"""Makes a part; the widget is a `Part`."""


class Part(Protocol):
    """A widget that follows the order."""

    def show_order(self, order: OrderFacts | None, conversation_id: bytes | None) -> None:
        """Show what belongs to another order, or to none."""


class Additions:
    """The parts added to one page."""

    def __init__(self, context: UiContext, page: OrderPage, *builders: Builder) -> None:
        widgets = [build(context) for build in builders]
        for widget in widgets:
            page.add_part(widget)
        self._parts = [cast("Part", widget) for widget in widgets]

    def show_order(self, order: OrderFacts | None, conversation_id: bytes | None = None) -> None:
        """Tell all of them."""
        for part in self._parts:
            part.show_order(order, conversation_id)
