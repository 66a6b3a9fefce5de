"""An order's after-sales below the order: a line each, one opened in full, and a new one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.after_sales import AfterSaleFacts, Draft
from app.core.errors import UserError
from app.core.i18n import _
from app.core.permissions import Permission
from app.orders import OrderFacts
from ui.after_sales.actions import AfterSaleActions
from ui.after_sales.commands import note_by_key
from ui.after_sales.form import AfterSaleForm, Unsaved
from ui.after_sales.record_card import RecordCard
from ui.after_sales.words import amount_text, kind_text, reason_text, state_kind, state_text
from ui.theme import icon, role, theme_signals
from ui.widgets import (
    SectionHeader,
    StateBadge,
    clear_layout,
    hide_unless,
    stack_horizontally,
    stack_vertically,
)
from ui.widgets.format import moment
from ui.widgets.revealing import KeptInSight, reveal

if TYPE_CHECKING:
    from db.changes import Changes
    from ui.shell.plugs import UiContext


class AfterSalesBox(QWidget):
    """Follows the order that is shown above it."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context, self._services = context, context.services
        self._order: OrderFacts | None = None
        self._talk: bytes | None = None
        self._open: bytes | None = None
        self._edited: bytes | None = None
        self._records: Sequence[AfterSaleFacts] = ()
        self._unsaved: dict[bytes, tuple[bytes | None, Unsaved]] = {}
        self.add = role(QPushButton(_("Note after-sale")), "ghost")
        hide_unless(context.services.staff.may(Permission.EDIT_ORDERS), self.add)
        self.form = AfterSaleForm()
        self.form.hide()
        self._sight = KeptInSight(self.form)
        self.card = RecordCard(context.services.staff)
        role(self.card, "card")
        self.card.setContentsMargins(12, 8, 12, 12)
        self.card.hide()
        self.doing = AfterSaleActions(context, self)
        self._head = SectionHeader(_("After-sales"), "", self.add)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(2)
        layout = stack_vertically(self, self._head, self.form, spacing=4)
        layout.addLayout(self._lines)
        layout.addWidget(self.card)
        self._connect()
        theme_signals().changed.connect(self._tint)
        self._tint()

    def show_order(self, order: OrderFacts | None, conversation_id: bytes | None) -> None:
        """Show the records of another order; an open form comes back with its own order."""
        moved = self._order is None or order is None or self._order.id != order.id
        if moved:
            self._put_away()
        self._order, self._talk = order, conversation_id
        self.setVisible(order is not None)
        if order is not None:
            self._reload()
            if moved and order.id in self._unsaved:
                self._edited, unsaved = self._unsaved.pop(order.id)
                self.form.take_up(order, unsaved)

    def can_note(self) -> bool:
        """Whether there is an order on the screen to note something of."""
        return self._order is not None and self.isVisible() and not self.add.isHidden()

    def note(self) -> None:
        """Open the form for a new record."""
        if self._order is not None and not self.add.isHidden():
            self._edited = None
            self.form.note(self._order, self._talk)
            self._sight.reveal()

    def _connect(self) -> None:
        self.add.clicked.connect(self.note)
        self.form.saved.connect(self._save)
        self.form.left.connect(self.form.hide)
        self.form.grown.connect(self._sight.reveal)
        self.card.edit_wanted.connect(self._edit)
        self.card.step_wanted.connect(self._step)
        self.doing.written.connect(self._on_written)
        self.doing.refused.connect(self._on_refused)
        self._context.store.changed.connect(self._on_store)
        note_by_key(self._context, self)

    # --- what is shown ---------------------------------------------------------------------

    def _reload(self) -> None:
        if self._order is not None:
            work = partial(self._services.after_sales.of_order, self._order.id)
            self._context.jobs.run(self, work, self._show, key="after_sales")

    def _show(self, records: Sequence[AfterSaleFacts]) -> None:
        self._records = records
        self._head.set_remark(str(len(records)) if records else "")
        clear_layout(self._lines)
        for record in records:
            self._lines.addWidget(self._line(record))
        chosen = next((record for record in records if record.id == self._open), None)
        self.card.setVisible(chosen is not None)
        if chosen is not None:
            self.card.show_record(chosen)

    def _line(self, record: AfterSaleFacts) -> QWidget:
        words = (kind_text(record), amount_text(record), reason_text(record))
        text = " · ".join(filter(None, words))
        button = role(QPushButton(text), "link")
        button.setAccessibleName(f"{text}, {state_text(record)}")
        button.setToolTip(moment(record.requested_at))
        button.clicked.connect(partial(self._toggle, record.id))
        row = QWidget()
        badge = StateBadge(state_text(record), state_kind(record))
        stack_horizontally(row, badge, button, None, spacing=6)
        return row

    def _toggle(self, record_id: bytes) -> None:
        self._open = None if self._open == record_id else record_id
        self._show(self._records)
        if self._open is not None:
            reveal(self.card)

    def _put_away(self) -> None:
        unsaved = self.form.put_away()
        if unsaved is not None and self._order is not None:
            self._unsaved[self._order.id] = self._edited, unsaved
        self._open = self._edited = None

    def _on_store(self, changes: Changes) -> None:
        if self._order is not None and changes.touches("after_sales"):
            self._reload()

    # --- what one does ---------------------------------------------------------------------

    def _save(self, draft: Draft) -> None:
        if self._edited is None:
            self.doing.add(draft)
        else:
            self.doing.edit(self._edited, draft)

    def _edit(self) -> None:
        if self.card.record is not None:
            self._edited = self.card.record.id
            self.form.change(self.card.record, self._order)
            self._sight.reveal()

    def _step(self, state: str, outcome: str, reaction: str) -> None:
        if self.card.record is not None:
            self.doing.move(self.card.record.id, state, outcome, reaction)

    def _on_refused(self, error: UserError) -> None:
        if not self.form.isHidden():
            self.form.refuse(" ".join(filter(None, (error.message, error.hint))))

    def _on_written(self, record: AfterSaleFacts) -> None:
        if self.form.isVisibleTo(self):
            self.form.hide()
            self.add.setFocus(Qt.FocusReason.OtherFocusReason)
        self._open = record.id
        self._reload()

    def _tint(self) -> None:
        self.add.setIcon(icon("return"))
