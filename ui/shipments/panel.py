"""The logistics panel beside the conversation: this customer's parcels and what to say of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.core.errors import UserError
from app.core.i18n import N_, _, ngettext
from app.core.permissions import Permission
from app.shipments import OrderRef, ParcelDetail, ParcelRow
from ui.shell.commands import Command
from ui.shipments.add_parcel import AddParcel
from ui.shipments.card import ParcelCard
from ui.shipments.commands import register_views
from ui.shipments.telling import compose, tell
from ui.theme import icon, role, theme_signals
from ui.widgets import EmptyState, clear_layout, hide_unless, stack_horizontally, stack_vertically

if TYPE_CHECKING:
    from app.conversations import ConversationContext, MessageView
    from app.services import Services
    from db.changes import Changes
    from ui.shell.plugs import UiContext

_TABLES: Final = ("shipments", "traces", "order_shipments", "orders")
AGAIN_MS: Final = 3_000
"""So long the send button rests after a message, against a second click in haste."""


@dataclass(frozen=True, slots=True)
class _Found:
    rows: list[ParcelRow]
    orders: list[OrderRef]


def _find(services: Services, customer_id: bytes) -> _Found:
    shipments = services.shipments
    return _Found(shipments.for_customer(customer_id), shipments.orders_of(customer_id))


class LogisticsPanel(QWidget):
    """Follows the customer on the screen; the first parcel, or the worst, is opened."""

    text_offered = Signal(str)
    badge_changed = Signal(int)
    go_requested = Signal(str, object)

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context, self._services = context, context.services
        self._conversation: ConversationContext | None = None
        self._orders: list[OrderRef] = []
        self._cards: list[ParcelCard] = []
        self._chosen = b""
        self._build_parts()
        self._rest = QTimer(self, singleShot=True, interval=AGAIN_MS)
        self._rest.timeout.connect(self._wake_buttons)
        context.store.changed.connect(self._on_store_changed)
        theme_signals().changed.connect(self._tint)
        self._tint()
        self._register()
        self.show_conversation(None)

    def _register(self) -> None:
        register_views(self._context)
        command = Command(
            "shipments.tell",
            N_("Send the customer the latest parcel news"),
            "Ctrl+Shift+L",
            self.tell,
            self._can_tell,
            N_("Reception desk"),
            "truck",
        )
        self._context.commands.register(command)

    def tell(self) -> None:
        """Send the news of the opened parcel, or of the first one; say so where there is none."""
        if not self._cards:
            self._context.notices.info(_("This customer has no parcel yet."))
            return
        card = next((card for card in self._cards if card.is_open), self._cards[0])
        self._send(card.row)

    def _can_tell(self) -> bool:
        return self._conversation is not None

    def show_conversation(self, context: ConversationContext | None) -> None:
        """Show this customer's parcels; None where no conversation is open."""
        before, self._conversation = self._conversation, context
        if context is None:
            self._show_nothing(_("No conversation"), _("Open one to see its parcels."))
            self.badge_changed.emit(0)
            return
        if before is None or before.customer_id != context.customer_id:
            self._chosen = b""
            self._fill([])
            self._add.hide()
        self._load()

    # --- parts ----------------------------------------------------------------------------

    def _build_parts(self) -> None:
        self._plus = role(QPushButton(), "icon")
        self._plus.setAccessibleName(_("Add a parcel"))
        self._plus.setToolTip(_("Add a parcel"))
        hide_unless(self._services.staff.may(Permission.EDIT_ORDERS), self._plus)
        self._plus.clicked.connect(self._open_add)
        self._count = role(QLabel(), "hint")
        head = stack_horizontally(None, self._count, None, self._plus, spacing=8)
        self._add = AddParcel(self._context)
        self._add.added.connect(self._on_added)
        self._column = QVBoxLayout()
        self._column.setSpacing(8)
        inner = QWidget()
        stack_vertically(inner, self._column, None)
        area = QScrollArea(widgetResizable=True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName(_("Parcels of this customer"))
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        self._area = area
        self._stack = QStackedWidget()
        self._stack.addWidget(area)
        self._empty = EmptyState("truck", "")
        self._stack.addWidget(self._empty)
        stack_vertically(self, head, self._add, self._stack, spacing=4).setContentsMargins(
            12, 4, 12, 8
        )

    def _show_nothing(self, title: str, hint: str) -> None:
        self._fill([])
        self._empty.say(title, hint)
        self._stack.setCurrentIndex(1)
        self._count.setText(_parcels(0) if self._conversation else "")
        self._plus.setEnabled(self._conversation is not None)

    # --- reading --------------------------------------------------------------------------

    def _load(self) -> None:
        if self._conversation is None:
            return
        customer_id = self._conversation.customer_id
        work = partial(_find, self._services, customer_id)
        self._context.jobs.run(self, work, partial(self._show, customer_id), key="parcels")

    def _show(self, customer_id: bytes, found: _Found) -> None:
        if self._conversation is None or self._conversation.customer_id != customer_id:
            return
        self._orders = found.orders
        self.badge_changed.emit(sum(row.trouble is not None for row in found.rows))
        self._plus.setEnabled(bool(found.orders))
        if not found.rows:
            hint = _("They come with the order files.")
            if found.orders:
                hint = _("They come with the order files, or add one by hand.")
            self._show_nothing(_("No parcels"), hint)
            self._plus.setEnabled(bool(found.orders))
            return
        self._stack.setCurrentIndex(0)
        self._count.setText(_parcels(len(found.rows)))
        self._fill(found.rows)
        chosen = next((c for c in self._cards if c.row.id == self._chosen), self._cards[0])
        self._open(chosen)

    def _fill(self, rows: list[ParcelRow]) -> None:
        """Keep the cards that still hold, so that a refresh does not take focus or place."""
        if [card.row.id for card in self._cards] == [row.id for row in rows]:
            for card, row in zip(self._cards, rows, strict=True):
                card.show_row(row)
            return
        clear_layout(self._column)
        self._cards = [self._card(row) for row in rows]

    def _card(self, row: ParcelRow) -> ParcelCard:
        card = ParcelCard(self._context, row)
        card.opened.connect(self._toggle)
        card.moved.connect(self._move)
        card.send_wished.connect(self._send)
        card.offer_wished.connect(self._offer)
        card.view_wished.connect(self._view)
        self._column.addWidget(card)
        return card

    # --- cards ----------------------------------------------------------------------------

    def _toggle(self, card: ParcelCard) -> None:
        if card.is_open:
            card.set_open(False)
            self._chosen = b""
        else:
            self._open(card)

    def _open(self, card: ParcelCard) -> None:
        self._chosen = card.row.id
        for other in self._cards:
            if other is not card:
                other.set_open(False)
        card.set_open(True)
        work = partial(self._services.shipments.detail, card.row.id)
        self._context.jobs.run(self, work, self._show_detail, key="detail")

    def _show_detail(self, detail: ParcelDetail) -> None:
        for card in self._cards:
            if card.row.id == detail.row.id:
                card.show_detail(detail)

    def _move(self, left: ParcelCard, step: int) -> None:
        wanted = self._cards.index(left) + step
        card = self._cards[max(0, min(len(self._cards) - 1, wanted))]
        card.setFocus(Qt.FocusReason.TabFocusReason)
        self._area.ensureWidgetVisible(card)

    def _view(self, row: ParcelRow) -> None:
        self.go_requested.emit("shipments", row.id)

    # --- telling --------------------------------------------------------------------------

    def _offer(self, row: ParcelRow) -> None:
        if self._conversation is not None:
            work = partial(compose, self._services, row.id, self._conversation.conversation_id)
            self._context.jobs.run(self, work, self.text_offered.emit, key="offer")

    def _send(self, row: ParcelRow) -> None:
        if self._conversation is None or self._rest.isActive():
            return
        for card in self._cards:
            card.set_sent(sending=True)
        self._rest.start()
        work = partial(tell, self._services, row.id, self._conversation.conversation_id)
        done = partial(self._on_sent, self._conversation.customer_name)
        self._context.jobs.run(self, work, done, failed=self._on_failed, lane="write")

    def _on_sent(self, name: str, message: MessageView) -> None:
        self._context.notices.success(
            _("{name} was told where the parcel is.").format(name=name),
            action=(_("Take back"), partial(self._recall, message.id)),
        )

    def _recall(self, message_id: bytes) -> None:
        work = partial(self._services.conversations.recall, message_id)
        self._context.jobs.run(self, work, lane="write")

    def _on_failed(self, error: BaseException) -> None:
        self._wake_buttons()
        if not isinstance(error, UserError):
            raise error
        self._context.notices.failure(error)

    def _wake_buttons(self) -> None:
        self._rest.stop()
        for card in self._cards:
            card.set_sent(sending=False)

    # --- adding ---------------------------------------------------------------------------

    def _open_add(self) -> None:
        self._add.open(self._orders)

    def _on_added(self, detail: ParcelDetail) -> None:
        self._chosen = detail.row.id
        self._load()

    def _on_store_changed(self, changes: Changes) -> None:
        if changes.touches(*_TABLES):
            self._load()

    def _tint(self) -> None:
        self._plus.setIcon(icon("plus"))


def _parcels(n: int) -> str:
    return ngettext("{n} parcel", "{n} parcels", n).format(n=n)
