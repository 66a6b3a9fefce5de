"""The customer card: who this is, how to treat them, what they bought."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QScrollArea, QWidget

from app.core.i18n import _, listing, ngettext
from app.core.permissions import Permission
from app.customers import CustomerCard, OrderSummary, TagView
from app.orders import STATUS_NAMES
from app.sync import is_shared
from db.models import Lifecycle, ValueClass
from ui.customers.doing import CardActions
from ui.customers.erasing import Erasing
from ui.customers.fields import CONTACT, PERSON, RELATION, Clash, FieldsForm, field_words
from ui.customers.notes import NotesList
from ui.customers.tag_picker import TagPicker
from ui.customers.words import LIFECYCLES, PLATFORMS, VALUE_CLASSES
from ui.theme import icon, role, theme_signals
from ui.widgets import (
    Avatar,
    Collapsible,
    ElidedLabel,
    FlowLayout,
    Kind,
    NoticeBar,
    StateBadge,
    TagChip,
    clear_layout,
    confirm,
    stack_horizontally,
    stack_vertically,
)
from ui.widgets.field_history import FieldRef, WhyHere
from ui.widgets.format import moment, money

if TYPE_CHECKING:
    from app.sync.disputes import Dispute
    from app.sync.history import Step
    from ui.shell.plugs import UiContext


class CustomerCardView(QScrollArea):
    """Shows and edits one customer; `order_chosen` carries an order's id."""

    order_chosen = Signal(object)

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context, self._customers = context, context.services.customers
        self._tags, self._staff = context.services.tags, context.services.staff
        self.doing = CardActions(context, self)
        self.doing.written.connect(self.refresh)
        self._customer_id: bytes | None = None
        self.card: CustomerCard | None = None
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(_("Customer card"))
        self._shared = is_shared(context.services.db)
        self._build()
        self.why = WhyHere(self, context.jobs, self._read_history)
        for form in self._forms:
            for name, title, field in form.fields():
                self.why.watch(field, partial(self._refs, name, title))
        context.store.changed.connect(self._on_store_changed)
        theme_signals().changed.connect(self._tint)
        self._tint()

    def show_customer(self, customer_id: bytes | None) -> None:
        """Show another customer, or nobody."""
        self._customer_id = customer_id
        self._column.setVisible(False)
        if customer_id is not None:
            self.refresh()

    def refresh(self) -> None:
        """Read the card again."""
        if self._customer_id is not None:
            work = partial(self._customers.card, self._customer_id)
            self._context.jobs.run(self, work, self._show, key="card")
            if self._shared:
                self._read_clashes(self._customer_id)

    def explain_value(self) -> None:
        """Tell where the value of the field with the focus comes from."""
        self.why.ask()

    # --- parts ----------------------------------------------------------------------------

    def _build(self) -> None:
        self.erasing = Erasing(self._context, self)
        self.erasing.erased.connect(self.refresh)
        self.avatar = Avatar("", size=40)
        self.name = role(ElidedLabel(), "heading")
        self.origin = role(ElidedLabel(), "hint")
        self.stage, self.value = StateBadge(), StateBadge()
        names = stack_vertically(None, self.name, self.origin, spacing=2)
        badges = stack_horizontally(None, self.stage, self.value, None, spacing=4)
        head = stack_horizontally(None, self.avatar, names, self.erasing.more, spacing=12)
        head.setStretchFactor(names, 1)
        self.same_phone = NoticeBar()
        self.same_phone.action.connect(self._merge)
        self.add_tag = role(QPushButton(_("Tag")), "ghost")
        self.add_tag.setAccessibleName(_("Add or remove tags"))
        self.add_tag.setProperty("compact", True)
        self.add_tag.clicked.connect(self.pick_tags)
        self._chips = QWidget()
        self._chip_flow = FlowLayout(self._chips)
        self.hint = role(QLabel(wordWrap=True), "muted")
        self.picker = TagPicker(self)
        self.picker.toggled.connect(self._on_tag_toggled)
        self.notes = NotesList()
        self.notes.written.connect(self._on_note_written)
        self.notes.deleted.connect(self._on_note_deleted)
        self._orders = QWidget()
        self._order_list = stack_vertically(self._orders, spacing=2)
        self.summary = role(QLabel(), "muted")
        orders = QWidget()
        stack_vertically(orders, self.summary, self._orders, spacing=4)
        self._forms = [FieldsForm(fields) for fields in (CONTACT, RELATION, PERSON)]
        for form in self._forms:
            form.changed.connect(self._on_field_changed)
            form.clash_chosen.connect(self._settle)
        contact, relation, person = self._forms
        facts = QWidget()
        stack_vertically(facts, relation, person)
        self._column = column = QWidget()
        layout = stack_vertically(
            column,
            head,
            badges,
            self.erasing.bar,
            self.same_phone,
            self._chips,
            self.hint,
            spacing=8,
        )
        layout.setContentsMargins(12, 12, 12, 12)
        for title, content, opened in (
            (_("Notes"), self.notes, True),
            (_("Orders"), orders, True),
            (_("Contact"), contact, True),
            (_("More about them"), facts, False),
        ):
            layout.addWidget(Collapsible(title, content, opened))
        layout.addStretch(1)
        self.setWidget(column)
        column.setVisible(False)

    def _tint(self) -> None:
        self.add_tag.setIcon(icon("plus"))

    # --- showing --------------------------------------------------------------------------

    def _show(self, card: CustomerCard) -> None:
        self.card = card
        editable = self._staff.may(Permission.EDIT_CUSTOMERS)
        name = card.shown_name or (_("Erased customer") if card.erased_at else _("Visitor"))
        self.avatar.show_person(name, card.id.hex())
        self.name.setText(name)
        platform = _(PLATFORMS.get(card.platform, PLATFORMS[""]))
        place = " ".join(filter(None, (card.province, card.city)))
        self.origin.setText(" · ".join(filter(None, (platform, card.nick, place))))
        self._show_badges(card)
        self._show_tags(card.tags, editable=editable)
        self.erasing.show_card(card)
        self._show_same_phone(card)
        self.notes.show_notes(card.notes)
        self._show_orders(card)
        for form in self._forms:
            form.show_card(card, editable=editable)
        self._column.setVisible(True)

    def _show_badges(self, card: CustomerCard) -> None:
        kind: Kind = "warning" if card.lifecycle == Lifecycle.LOST else "info"
        self.stage.show_state(_(LIFECYCLES.get(card.lifecycle, card.lifecycle)), kind)
        best = card.value_class in {ValueClass.CORE, ValueClass.VIP}
        self.value.show_state(
            _(VALUE_CLASSES.get(card.value_class, card.value_class)),
            "success" if best else "neutral",
        )

    def _show_tags(self, tags: tuple[TagView, ...], *, editable: bool) -> None:
        self._chip_flow.removeWidget(self.add_tag)
        clear_layout(self._chip_flow)
        for tag in tags:
            chip = TagChip(tag.name, tag.colour, removable=editable)
            chip.setToolTip(tag.hint)
            chip.removed.connect(partial(self._on_tag_toggled, tag, False))
            self._chip_flow.addWidget(chip)
        self._chip_flow.addWidget(self.add_tag)
        self.add_tag.setVisible(editable)
        hints = [_("{tag}: {hint}").format(tag=tag.name, hint=tag.hint) for tag in tags if tag.hint]
        self.hint.setText("\n".join(hints))
        self.hint.setVisible(bool(hints))

    def _show_same_phone(self, card: CustomerCard) -> None:
        names = listing(name for _id, name in card.same_phone)
        text = _("Same phone as {names}.").format(names=names) if names else ""
        may = self._staff.may(Permission.EDIT_CUSTOMERS)
        self.same_phone.say(text, "info", _("Merge…") if may else None)

    def _show_orders(self, card: CustomerCard) -> None:
        self.summary.setText(_paid_words(card))
        clear_layout(self._order_list)
        for order in card.orders[:8]:
            self._order_list.addWidget(self._order_row(order))

    def _order_row(self, order: OrderSummary) -> QWidget:
        row = role(QPushButton(), "ghost")
        row.setCursor(Qt.CursorShape.PointingHandCursor)
        row.setAccessibleName(_("Order {number}").format(number=order.number))
        state = _(STATUS_NAMES.get(order.status, order.status))
        row.setText("")
        paid = order.paid_fen
        line = stack_horizontally(
            row,
            role(QLabel(moment(order.created_at)), "hint"),
            ElidedLabel(order.items),
            role(QLabel(money(paid or order.total_fen)), "strong" if paid else "muted"),
            role(QLabel(state), "hint"),
            spacing=8,
        )
        line.setContentsMargins(4, 4, 4, 4)
        line.setStretch(1, 1)
        row.setMinimumHeight(28)
        row.clicked.connect(partial(self.order_chosen.emit, order.id))
        return row

    # --- where values come from -------------------------------------------------------------

    def _refs(self, name: str, title: str) -> list[FieldRef]:
        if self._customer_id is None:
            return []
        return [FieldRef("customers", self._customer_id, name, title, partial(field_words, name))]

    def _read_history(self, table: str, row: bytes, field: str) -> list[Step]:
        return self._context.services.history.of(table, row, field)

    def _read_clashes(self, customer_id: bytes) -> None:
        def read() -> list[Dispute]:
            return self._context.services.disputes.of("customers", customer_id)

        self._context.jobs.run(self, read, self._show_clashes, key="clashes")

    def _show_clashes(self, found: list[Dispute]) -> None:
        clashes: dict[str, list[Clash]] = {}
        for dispute in found:
            clashes.setdefault(dispute.field, []).append(dispute)
        for form in self._forms:
            form.show_clashes(clashes, editable=self._staff.may(Permission.EDIT_CUSTOMERS))

    def _settle(self, dispute: Dispute, take_lost: bool) -> None:
        self.doing.settle(dispute, take_lost=take_lost)

    # --- doing ----------------------------------------------------------------------------

    def pick_tags(self) -> None:
        """Open the list of tags, at once: the next key already belongs to it."""
        if self.card is not None:
            self.picker.open_under(self.add_tag, self._tags.groups(), self.card.tags)

    def _on_tag_toggled(self, tag: TagView, on: bool) -> None:
        if self.card is not None:
            self.doing.tag(self.card, tag, on=on)

    def _on_note_written(self, text: str) -> None:
        if self.card is not None:
            self.doing.add_note(self.card, text)

    def _on_note_deleted(self, note_id: bytes) -> None:
        if self.card is not None:
            self.doing.delete_note(self.card, note_id)

    def _on_field_changed(self, name: str, value: str) -> None:
        if self.card is not None:
            self.doing.change(self.card, name, value)

    def _merge(self) -> None:
        if self.card is None:
            return
        other, name = self.card.same_phone[0]
        text = _(
            "All conversations, orders, notes and tags of “{other}” come to “{name}”. "
            "This can't be undone."
        ).format(other=name, name=self.card.shown_name)
        if confirm(self, _("Merge two records of one customer?"), text, _("Merge")):
            self.doing.merge(self.card, other)

    def _on_store_changed(self, changes: Any) -> None:
        names = ("customers", "customer_tags", "customer_notes", "orders", "tags", "tag_groups")
        if self.isVisible() and changes.touches(*names):
            self.refresh()


def _paid_words(card: CustomerCard) -> str:
    """How often and how much the customer has paid."""
    if not card.order_count:
        return _("Nothing paid yet")
    text = ngettext("{n} paid order", "{n} paid orders", card.order_count)
    return f"{text.format(n=card.order_count)} · {money(card.paid_fen)}"
