"""What verification found, worst first: reason, what to do, and the buttons that do it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QSizePolicy, QWidget

from app.core.i18n import _
from app.orders import Action, Finding
from ui.orders.verification.words import ACTION_NAMES, LEVEL_KINDS, LEVEL_NAMES
from ui.theme import role, set_state
from ui.widgets import StateBadge, clear_layout, stack_horizontally, stack_vertically


class FindingRow(QFrame):
    """One finding. `chosen` fires for its action, `asked` with a question for the composer."""

    chosen = Signal(object)
    asked = Signal(str)

    def __init__(self, finding: Finding, allowed: frozenset[Action]) -> None:
        super().__init__()
        self.finding = finding
        self.setObjectName("finding")
        set_state(self, kind=LEVEL_KINDS[finding.level])
        badge = StateBadge(_(LEVEL_NAMES[finding.level]), LEVEL_KINDS[finding.level])
        reason = QLabel(finding.reason, wordWrap=True)
        reason.setTextFormat(Qt.TextFormat.PlainText)
        reason.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        top = stack_horizontally(None, badge, reason, spacing=8)
        top.setAlignment(badge, Qt.AlignmentFlag.AlignTop)
        remedy = role(QLabel(finding.remedy.text, wordWrap=True), "hint")
        remedy.setTextFormat(Qt.TextFormat.PlainText)
        layout = stack_vertically(self, spacing=4)
        layout.setContentsMargins(10, 8, 8, 8)
        layout.addLayout(top)
        layout.addWidget(remedy)
        if buttons := self._buttons(allowed):
            layout.addLayout(stack_horizontally(None, *buttons, None, spacing=6))
        self.setAccessibleName(f"{badge.text()} {finding.reason} {finding.remedy.text}")

    def _buttons(self, allowed: frozenset[Action]) -> list[QWidget]:
        action, buttons = self.finding.remedy.action, list[QWidget]()
        if action in ACTION_NAMES and action is not None:
            button = QPushButton(_(ACTION_NAMES[action]))
            button.setAccessibleName(f"{button.text()}: {self.finding.reason}")
            button.setEnabled(action in allowed)
            button.clicked.connect(self._on_chosen)
            buttons.append(button)
        if self.finding.remedy.question:
            ask = role(QPushButton(_("Ask the customer")), "ghost" if buttons else "")
            ask.setToolTip(self.finding.remedy.question)
            ask.clicked.connect(self._on_asked)
            buttons.append(ask)
        return buttons

    def _on_chosen(self) -> None:
        self.chosen.emit(self.finding)

    def _on_asked(self) -> None:
        self.asked.emit(self.finding.remedy.question)


class Findings(QWidget):
    """All findings of an order; what passes is folded to the end."""

    chosen = Signal(object)
    asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._layout = stack_vertically(self, spacing=6)
        self._shown: tuple[object, ...] = ()
        self._rows: list[FindingRow] = []

    def show_findings(
        self, findings: Sequence[Finding], allowed: frozenset[Action], *, ready: bool
    ) -> None:
        """Show other findings; the same ones again leave keyboard and pointer alone.

        `ready` tells that without any the order can leave.
        """
        if (wanted := (tuple(findings), allowed, ready)) == self._shown:
            return
        self._shown = wanted
        clear_layout(self._layout)
        self._rows = []
        if not findings:
            fine = _("Nothing found: ready to ship.") if ready else _("Nothing found.")
            self._layout.addWidget(role(QLabel(fine), "success"))
        for finding in findings:
            row = FindingRow(finding, allowed)
            row.chosen.connect(self.chosen)
            row.asked.connect(self.asked)
            self._layout.addWidget(row)
            self._rows.append(row)

    def rows(self) -> list[FindingRow]:
        """The rows on the screen."""
        return list(self._rows)
