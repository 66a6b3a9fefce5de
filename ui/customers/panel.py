"""The customer and their tags beside the conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.core.i18n import N_, _
from ui.customers.card import CustomerCardView
from ui.shell.commands import Command
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
        self._context = context
        self._shown = False
        context.commands.register(
            Command(
                "customers.tags",
                N_("Tag the customer"),
                "Ctrl+T",
                self.pick_tags,
                self._has_customer,
                group=N_("Reception desk"),
                icon="tag",
            )
        )

    def show_conversation(self, context: ConversationContext | None) -> None:
        """Show the customer of a conversation."""
        self._shown = context is not None
        self._stack.setCurrentIndex(1 if self._shown else 0)
        self.card.show_customer(None if context is None else context.customer_id)

    def pick_tags(self) -> None:
        """Open the list of tags for this customer, bringing the panel to the front first."""
        if not self.isVisible():
            self._context.commands.run("desk.panel1")
        self.card.pick_tags()

    def explain_value(self) -> None:
        """Tell where a value of the customer comes from."""
        self.card.explain_value()

    def _has_customer(self) -> bool:
        return self._shown

    def _on_order_chosen(self, order_id: object) -> None:
        self.go_requested.emit("orders", order_id)
