"""The customer and their tags beside the conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.core.i18n import _
from ui.customers.card import CustomerCardView
from ui.widgets import EmptyState, stack_vertically

if TYPE_CHECKING:
    from app.conversations import ConversationContext
    from ui.shell.plugs import UiContext


class CustomersPanel(QWidget):
    """Follows the conversation; `pick_tags` opens the tags by key."""

    text_offered = Signal(str)
    badge_changed = Signal(int)
    go_requested = Signal(str, object)

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self.card = CustomerCardView(context)
        self.card.order_chosen.connect(self._on_order_chosen)
        self._empty = EmptyState("user", _("No customer"), _("Choose a conversation at the left."))
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.card)
        stack_vertically(self, self._stack)

    def show_conversation(self, context: ConversationContext | None) -> None:
        """Show the customer of a conversation."""
        self._stack.setCurrentIndex(0 if context is None else 1)
        self.card.show_customer(None if context is None else context.customer_id)

    def pick_tags(self) -> None:
        """Open the list of tags for this customer."""
        self.card.pick_tags()

    def _on_order_chosen(self, order_id: object) -> None:
        self.go_requested.emit("orders", order_id)
