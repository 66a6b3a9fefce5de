"""The upper end of a check: whose it is, why it was drawn, and the way to its neighbours."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QLabel, QPushButton

from app.core.i18n import _
from app.quality import CheckRow
from ui.quality.words import reason_kind, reason_text, state_kind, state_text, times_text
from ui.theme import icon, role, theme_signals
from ui.widgets import ElidedLabel, StateBadge, stack_horizontally

_HEIGHT = 52


class CheckHead(QFrame):
    """Buttons only; the page connects them."""

    def __init__(self) -> None:
        super().__init__()
        role(self, "bar")
        self.setMinimumHeight(_HEIGHT)
        self.back = self._button(_("Back"), "Esc")
        self.title = role(ElidedLabel(), "heading")
        self.times = role(QLabel(), "muted")
        self.reason, self.state = StateBadge(), StateBadge()
        self.place = role(QLabel(), "muted")
        self.above = self._button(_("Check before"), "Alt+PgUp")
        self.below = self._button(_("Next check"), "Alt+PgDown")
        self.desk = role(QPushButton(_("Open in the desk")), "ghost")
        row = stack_horizontally(
            self, self.back, self.title, self.times, self.reason, self.state,
            self.place, self.above, self.below, self.desk, spacing=8,
        )  # fmt: skip
        row.setStretch(1, 1)
        row.setContentsMargins(12, 8, 12, 8)
        theme_signals().changed.connect(self._tint)
        self._tint()

    def show_check(self, row: CheckRow, place: int, total: int) -> None:
        """Name the check and where it stands in the list one came from."""
        names = [row.agent, row.customer or _("unknown")]
        self.title.setText(_("{agent} with {customer}").format(agent=names[0], customer=names[1]))
        self.times.setText(times_text(row))
        self.reason.show_state(reason_text(row), reason_kind(row))
        self.state.show_state(state_text(row), state_kind(row))
        self.place.setText(f"{place + 1} / {total}" if total else "")
        self.above.setEnabled(place > 0)
        self.below.setEnabled(place + 1 < total)

    def _button(self, name: str, keys: str) -> QPushButton:
        button = role(QPushButton(), "icon")
        button.setAccessibleName(name)
        button.setToolTip(f"{name}  {keys}")
        return button

    def _tint(self) -> None:
        self.back.setIcon(icon("chevron-left"))
        self.above.setIcon(icon("chevron-up"))
        self.below.setIcon(icon("chevron-down"))
