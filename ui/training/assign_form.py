"""Set a task: what, how often, from which result on, until when, and for whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateEdit,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from app.core.i18n import _, ngettext
from app.training import KIND_NAMES, Trainee, Wish
from db.models import AssignmentKind
from ui.theme import role
from ui.training.keyboard import form_key
from ui.training.scroll import Scroll
from ui.widgets import NumberBox, clear_layout, stack_horizontally, stack_vertically
from ui.widgets.card import Card
from ui.widgets.format import day_bounds, today

Choices = Mapping[AssignmentKind, Sequence[tuple[str, str]]]
"""Key and title of what may be set, by kind."""
_BARS: Final = {
    AssignmentKind.SCENARIO: 70,
    AssignmentKind.EXAM: 80,
    AssignmentKind.TYPING: 60,
    AssignmentKind.REPLAY: 70,
}
_DAYS: Final = 3
_LABEL: Final = 84


class AssignForm(Card):
    """`assigned` carries the people's ids and the wish; `left` that nothing is to be set."""

    assigned = Signal(object, object)
    left = Signal()

    def __init__(self) -> None:
        self.cancel = QPushButton(_("Cancel"))
        self.ok = role(QPushButton(_("Set the task")), "primary")
        super().__init__(_("Set a task"), self.cancel, self.ok)
        self.kind, self.item = QComboBox(), QComboBox()
        self._choices: Choices = {}
        self.count, self.bar = NumberBox(1, 50), NumberBox(0, 100)
        self.due = QDateEdit()
        self.due.setCalendarPopup(True)
        self.due.setDisplayFormat("yyyy-MM-dd")
        self.with_due = QCheckBox(_("until the end of"))
        self.note = QLineEdit()
        self.note.setMaxLength(500)
        self.people: dict[bytes, QCheckBox] = {}
        self._people = QWidget()
        self._people_lines = stack_vertically(self._people, spacing=4)
        self._arrange()
        self.kind.currentIndexChanged.connect(self._on_kind)
        self.with_due.toggled.connect(self.due.setEnabled)
        self.ok.clicked.connect(self._on_ok)
        self.cancel.clicked.connect(self.left)
        form_key(self, "Ctrl+Return", self._on_ok, self.ok)
        self.note.returnPressed.connect(self._on_ok)

    def show_choices(self, choices: Choices) -> None:
        """What there is to be set; what one is about to set stays as it is."""
        if choices == self._choices:
            return
        self._choices = choices
        kept = self.kind.currentData()
        self.kind.blockSignals(True)
        self.kind.clear()
        for kind, items in choices.items():
            if items:
                self.kind.addItem(_(KIND_NAMES[kind]), kind)
        self.kind.setCurrentIndex(max(0, self.kind.findData(kept)))
        self.kind.blockSignals(False)
        self._on_kind()

    def show_people(self, team: Sequence[Trainee], chosen: Sequence[bytes]) -> None:
        """Begin a new task for the people who are chosen."""
        clear_layout(self._people_lines)
        self.people = {}
        for one in team:
            box = QCheckBox(one.name)
            box.setChecked(one.staff_id in chosen)
            box.toggled.connect(self._on_people)
            self.people[one.staff_id] = box
            self._people_lines.addWidget(box)
        later = today() + timedelta(days=_DAYS)
        self.due.setDate(QDate(later.year, later.month, later.day))
        self.with_due.setChecked(True)
        self.note.clear()
        self._on_people()
        self.kind.setFocus(Qt.FocusReason.OtherFocusReason)

    def wish(self) -> Wish:
        """What the fields say."""
        kind = AssignmentKind(self.kind.currentData())
        day = self.due.date()
        due = day_bounds(date(day.year(), day.month(), day.day()))[1] - 1
        return Wish(
            kind,
            str(self.item.currentData() or ""),
            self.count.value(),
            float(self.bar.value()),
            self.note.text(),
            due if self.with_due.isChecked() else None,
        )

    def chosen(self) -> list[bytes]:
        """Whom it is for."""
        return [key for key, box in self.people.items() if box.isChecked()]

    # --- parts -----------------------------------------------------------------------------

    def _arrange(self) -> None:
        self.bar_unit = role(QLabel(), "muted")
        rows: tuple[tuple[str, QWidget, tuple[QWidget, ...]], ...] = (
            (_("Kind"), self.kind, ()),
            (_("Which one"), self.item, ()),
            (_("How often"), self.count, ()),
            (_("Bar"), self.bar, (self.bar_unit,)),
            (_("Due"), self.with_due, (self.due,)),
            (_("Note"), self.note, ()),
        )
        for name, widget, more in rows:
            label = role(QLabel(name), "muted")
            label.setFixedWidth(_LABEL)
            label.setBuddy(widget)
            for one in (widget, *more):
                if not one.accessibleName():
                    one.setAccessibleName(name)
            line = stack_horizontally(None, label, widget, *more, spacing=8)
            wide = isinstance(widget, QComboBox | QLineEdit)
            line.setStretch(1, 1 if wide else 0)
            if not wide:
                line.addStretch(1)
            self.body.addLayout(line)
        self.note.setPlaceholderText(_("What to mind (optional)"))
        ground = QWidget()
        stack_vertically(ground, self._people, None)
        self.body.addWidget(role(QLabel(_("Trainees")), "heading"))
        self.body.addWidget(Scroll(ground), 1)

    def _on_kind(self) -> None:
        if self.kind.currentIndex() < 0:
            return
        kind = AssignmentKind(self.kind.currentData())
        self.item.clear()
        for key, title in self._choices[kind]:
            self.item.addItem(title, key)
        self.bar.setValue(_BARS[kind])
        self.count.setValue(5 if kind is AssignmentKind.TYPING else 1)
        typing = kind is AssignmentKind.TYPING
        self.bar_unit.setText(_("characters a minute") if typing else _("points of 100"))

    def _on_people(self) -> None:
        n = len(self.chosen())
        self.ok.setEnabled(n > 0)
        many = ngettext("for {n} person", "for {n} people", n).format(n=n)
        self.remark.setText(many if n else _("for nobody yet"))

    def _on_ok(self) -> None:
        if self.ok.isEnabled():
            self.assigned.emit(self.chosen(), self.wish())
