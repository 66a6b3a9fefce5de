"""On the customer card: the way to erase a person, and the mark that it was done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from app.core.i18n import _
from app.core.permissions import Permission
from app.customers import CustomerCard
from ui.customers.erasure import ErasureDialog
from ui.theme import icon, role, theme_signals
from ui.widgets import NoticeBar, hide_unless
from ui.widgets.format import moment

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext


class Erasing(QObject):
    """Holds the button `more` and the `bar` for the card to place; `erased` once it was done."""

    erased = Signal()

    def __init__(self, context: UiContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context, self._card = context, parent
        self._customer: bytes | None = None
        self._may = context.services.staff.may(Permission.ERASE_PERSONS)
        self.more = role(QPushButton(), "icon")
        self.more.setAccessibleName(_("More about this customer"))
        self.more.setToolTip(_("More about this customer"))
        menu = QMenu(self.more)
        self.action = menu.addAction(_("Erase this person…"), self.ask)
        self.more.setMenu(menu)
        hide_unless(self._may, self.more)
        self.bar = NoticeBar()
        self.bar.action.connect(self.tell)
        theme_signals().changed.connect(self._tint)
        self._tint()

    def show_card(self, card: CustomerCard) -> None:
        """Follow the card; of an erased person it says when and by whom."""
        self._customer = card.id
        text = ""
        if card.erased_at is not None:
            by = _("Erased on {time} by {who}.") if card.erased_by else _("Erased on {time}.")
            text = by.format(time=moment(card.erased_at), who=card.erased_by)
        self.bar.say(text, "info", _("What still holds them…") if self._may else None)

    def ask(self) -> None:
        """Show what would go, and ask."""
        if self._customer is not None:
            dialog = ErasureDialog(self._context, self._customer, self._card.window())
            dialog.erased.connect(self.erased)
            dialog.ask()

    def tell(self) -> None:
        """Show what still holds the person."""
        if self._customer is not None:
            ErasureDialog(self._context, self._customer, self._card.window()).tell()

    def _tint(self) -> None:
        self.more.setIcon(icon("more"))
