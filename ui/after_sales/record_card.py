"""One after-sale in full: what it is, who answers, and what can be done next."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QFormLayout, QFrame, QLabel, QLineEdit, QPushButton, QWidget

from app.after_sales import AfterSaleFacts
from app.core.i18n import _
from app.core.permissions import Permission
from ui.after_sales.words import (
    STEP_NAMES,
    facts_lines,
    kind_text,
    state_kind,
    state_text,
)
from ui.theme import icon, role, theme_signals
from ui.widgets import FlowLayout, StateBadge, stack_horizontally, stack_vertically
from ui.widgets.keys import is_escape

if TYPE_CHECKING:
    from app.staff import StaffService

_SAID: Final = frozenset({"complaint", "review"})
"""Kinds that end with what was done about them."""


class RecordCard(QFrame):
    """Shows a record; `step_wanted` carries (state, outcome, reaction)."""

    step_wanted = Signal(str, str, str)
    edit_wanted = Signal()

    def __init__(self, staff: StaffService) -> None:
        super().__init__()
        self._staff = staff
        self.record: AfterSaleFacts | None = None
        self._title = role(QLabel(), "heading")
        self._state, self._limit = StateBadge(), StateBadge()
        self._facts = QFormLayout()
        self._facts.setHorizontalSpacing(12)
        self._facts.setVerticalSpacing(4)
        self._facts.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._hint = role(QLabel(wordWrap=True), "hint")
        self.edit = QPushButton(_("Edit"))
        self.steps: dict[str, QPushButton] = {}
        self.outcome = _line(_("What was done about it"))
        self.reaction = _line(_("What the customer says to it"))
        self._ending = QWidget()
        self._arrange()
        theme_signals().changed.connect(self._tint)
        self._tint()

    def show_record(self, record: AfterSaleFacts) -> None:
        """Show another record, or the same one as it is now."""
        if self.record is None or self.record.id != record.id:
            self._leave_ending()
        self.record = record
        self._title.setText(kind_text(record))
        self._state.show_state(state_text(record), state_kind(record))
        over = record.over_limit and record.state == "requested"
        self._limit.show_state(_("Supervisor decides") if over else "", "warning")
        self._fill(record)
        self._show_steps(record)

    def _show_steps(self, record: AfterSaleFacts) -> None:
        may = self._staff.may(Permission.EDIT_ORDERS)
        decides = not record.over_limit or self._staff.may(Permission.APPROVE_AFTER_SALES)
        for state, button in self.steps.items():
            button.setVisible(may and state in record.steps)
            button.setEnabled(decides or state not in {"agreed", "done"})
        self.edit.setVisible(may)
        hint = ""
        if record.imported:
            hint = _("How far it is comes from the platform; what the shop judges is yours.")
        elif record.is_open and not decides:
            hint = _("It costs more than you may decide: a supervisor does.")
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))

    def _arrange(self) -> None:
        head = stack_horizontally(None, self._title, self._state, self._limit, None, spacing=8)
        buttons = QWidget()
        flow = FlowLayout(buttons, spacing=6)
        for state, name in STEP_NAMES.items():
            button = QPushButton(_(name))
            button.clicked.connect(partial(self._on_step, state))
            self.steps[state] = button
            flow.addWidget(button)
        flow.addWidget(self.edit)
        self.edit.clicked.connect(self.edit_wanted)
        save = role(QPushButton(_("Finish")), "primary")
        save.clicked.connect(self._end)
        stack_vertically(self._ending, self.outcome, self.reaction, save, spacing=6)
        self._ending.hide()
        for field in (self.outcome, self.reaction):
            field.returnPressed.connect(self._end)
            field.installEventFilter(self)
        layout = stack_vertically(self, spacing=8)
        layout.addLayout(head)
        layout.addLayout(self._facts)
        for part in (self._hint, buttons, self._ending):
            layout.addWidget(part)

    def _fill(self, record: AfterSaleFacts) -> None:
        while self._facts.rowCount():
            self._facts.removeRow(0)
        for name, text in facts_lines(record):
            if text:
                value = QLabel(text, wordWrap=True)
                value.setTextFormat(Qt.TextFormat.PlainText)
                value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                self._facts.addRow(role(QLabel(name), "muted"), value)

    # --- steps -----------------------------------------------------------------------------

    def _on_step(self, state: str) -> None:
        if self.record is not None and state == "done" and self.record.kind in _SAID:
            self.reaction.setVisible(self.record.kind == "complaint")
            self._ending.show()
            self.outcome.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.step_wanted.emit(state, "", "")

    def _end(self) -> None:
        self.step_wanted.emit("done", self.outcome.text().strip(), self.reaction.text().strip())

    def _leave_ending(self) -> None:
        self._ending.hide()
        self.outcome.clear()
        self.reaction.clear()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if is_escape(event):
            self._leave_ending()
            return True
        return super().eventFilter(watched, event)

    def _tint(self) -> None:
        for state, name in (
            ("agreed", "check"),
            ("refused", "block"),
            ("done", "check-circle"),
            ("withdrawn", "undo"),
        ):
            self.steps[state].setIcon(icon(name))
        self.edit.setIcon(icon("edit"))


def _line(name: str) -> QLineEdit:
    field = QLineEdit(maxLength=2_000)
    field.setPlaceholderText(name)
    field.setAccessibleName(name)
    return field
