"""The team: who is late or stuck, what to set for whom, how questions fare, who is cleared."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QPushButton, QStackedWidget, QWidget

from app.core.i18n import N_, _, listing, ngettext
from app.core.permissions import Permission
from app.training import ClearingRow, Task, Trainee, Wish
from ui.theme import role
from ui.training.assign_form import AssignForm
from ui.training.clear_form import ClearForm
from ui.training.items_table import ItemsTable
from ui.training.path_page import TABLES
from ui.training.task_card import TaskCard
from ui.training.task_columns import THEIRS
from ui.widgets import Column, FilterChips, stack_horizontally, stack_vertically
from ui.widgets.card import Card
from ui.widgets.format import full_moment, moment
from ui.widgets.list_table import ListTable

if TYPE_CHECKING:
    from db.changes import Changes
    from ui.shell.plugs import UiContext

_CHIPS: Final = {
    "people": N_("People"),
    "questions": N_("Question bank"),
    "clearings": N_("Clearings"),
}


def standing(trainee: Trainee) -> tuple[str, str]:
    """Where a trainee stands, and the badge's colour."""
    if trainee.cleared_at is not None:
        return _("cleared"), "success"
    if trainee.ready:
        return _("ready"), "success"
    if trainee.late:
        return ngettext("{n} overdue", "{n} overdue", trainee.late).format(n=trainee.late), "danger"
    if trainee.stuck:
        return _("stuck"), "warning"
    if trainee.idle:
        return _("idle"), "warning"
    return (_("under way"), "info") if trainee.tasks else (_("not begun"), "neutral")


def _why(trainee: Trainee) -> str:
    words = []
    if trainee.late:
        words.append(ngettext("{n} overdue", "{n} overdue", trainee.late).format(n=trainee.late))
    if trainee.stuck:
        words.append(_("Stuck at: {list}").format(list=listing(trainee.stuck)))
    if trainee.idle:
        words.append(_("Nothing done for two days"))
    return "\n".join(words)


def _number(value: float | None) -> str:
    return "—" if value is None else f"{value:.0f}"


_PEOPLE: Final = (
    Column("name", N_("Name"), 88, role="strong", text=lambda t: t.name, stretch=True),
    Column("done", N_("Tasks"), 62, align="right", role="mono", text=lambda t: f"{t.done}/{len(t.tasks)}"),
    Column("mean", N_("Mean points"), 92, align="right", role="mono", text=lambda t: _number(t.scenario_mean)),
    Column("exams", N_("Exams passed"), 98, align="right", role="mono", text=lambda t: str(t.exams_passed)),
    Column("speed", N_("Chars/min"), 80, align="right", role="mono", text=lambda t: _number(t.speed)),
    Column("last", N_("Last active"), 84, role="muted", text=lambda t: moment(t.last_at), tip=lambda t: full_moment(t.last_at)),
    Column("state", N_("State"), 96, role="badge", text=lambda t: standing(t)[0], color=lambda t: standing(t)[1], tip=_why),
)  # fmt: skip
_CLEARINGS: Final = (
    Column("at", N_("When"), 130, role="muted", text=lambda c: moment(c.issued_at), tip=lambda c: full_moment(c.issued_at)),
    Column("name", N_("Name"), 130, role="strong", text=lambda c: c.name),
    Column("issuer", N_("Cleared by"), 130, text=lambda c: c.issuer),
    Column("code", N_("Code to compare"), 180, role="mono", text=lambda c: c.code),
    Column("words", N_("Six words"), 150, text=lambda c: c.words),
    Column("reason", N_("In spite of open tasks, because"), 260, role="muted", text=lambda c: c.reason, stretch=True),
)  # fmt: skip


class TeamPage(QWidget):
    """People at the left; at the right a person's tasks, a form to set one, or the clearing."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self.setObjectName("trainingPage")
        self._context, self._path = context, context.services.path
        self._stale = True
        self._team: list[Trainee] = []
        options = [(key, _(title)) for key, title in _CHIPS.items()]
        self.chips = FilterChips(options, "people", _("What to look at"))
        self.stack, self.side = QStackedWidget(), QStackedWidget()
        self.people = ListTable(_PEOPLE, context.jobs, _("Trainees"), lambda one: one.staff_id)
        may = context.services.staff.may(Permission.MANAGE_STAFF)
        self.people.set_empty(
            "user-plus",
            _("No trainees yet"),
            _("Add them under Settings, Staff, with the role Trainee."),
            _("Open the staff") if may else None,
        ).action.connect(self._on_staff)
        self.tasks = ListTable(THEIRS, context.jobs, _("Tasks"), lambda task: task.id)
        self.tasks.set_empty("list", _("Nothing set yet"))
        self.detail = TaskCard(context, supervisor=True)
        self.assign, self.clearing = AssignForm(), ClearForm(context)
        self.items = ItemsTable(context.jobs)
        self.cleared = ListTable(_CLEARINGS, context.jobs, _("Clearings"), lambda one: one.id)
        self.cleared.set_empty("check-circle", _("Nobody was cleared yet"))
        self.begin = QPushButton(_("Set the five days"))
        self.set_button = role(QPushButton(_("Set a task…")), "primary")
        self.clear_button = QPushButton(_("Clear for live work…"))
        self._arrange()
        self._connect()

    @property
    def chosen(self) -> Trainee | None:
        """Who is chosen."""
        row = self.people.current_row()
        return row if isinstance(row, Trainee) else None

    def reload(self) -> None:
        """Read the team again, and what the page in front shows."""
        self._stale = False
        services, jobs = self._context.services, self._context.jobs
        jobs.run(self, self._path.team, self._show_team, key="team")
        jobs.run(self, self._path.choices, self.assign.show_choices, key="choices")
        if self.chips.value() == "questions":
            jobs.run(self, services.exams.items, self.items.show_items, key="items")
        elif self.chips.value() == "clearings":
            jobs.run(self, services.clearings.record, self._show_clearings, key="record")

    def show_part(self, key: str) -> None:
        """People, questions or clearings."""
        self.chips.set_value(key)
        self.stack.setCurrentIndex(list(_CHIPS).index(key))
        self.reload()

    def open_item(self, item: object) -> None:
        """Show a part by its key, or a person by their id."""
        if isinstance(item, str) and item in _CHIPS:
            self.show_part(item)
        elif isinstance(item, bytes):
            self.show_part("people")
            self.people.select_id(item)

    def focus_first(self) -> None:
        """Put the keyboard on the people."""
        self.people.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # --- parts -----------------------------------------------------------------------------

    def _arrange(self) -> None:
        self.people_card = Card(_("People"), self.begin, self.set_button)
        self.people_card.body.addWidget(self.people, 1)
        told = _(
            "Tasks: done of all. Mean points: with practice customers, all attempts. "
            "Characters a minute: over the last texts."
        )
        self.people_card.body.addWidget(role(QLabel(told, wordWrap=True), "hint"))
        self.tasks_card = Card(_("Tasks"), self.clear_button)
        self.tasks_card.body.addWidget(self.tasks, 1)
        person = QWidget()
        lines = stack_vertically(person, self.tasks_card, self.detail, spacing=12)
        lines.setStretch(0, 1)
        lines.setStretch(1, 1)
        for widget in (person, self.assign, self.clearing):
            self.side.addWidget(widget)
        both = QWidget()
        row = stack_horizontally(both, self.people_card, self.side, spacing=12)
        row.setStretch(0, 1)
        row.setStretch(1, 1)
        record = Card(_("Clearings"))
        record.body.addWidget(self.cleared, 1)
        for widget in (both, self.items, record):
            self.stack.addWidget(widget)
        whole = stack_vertically(self, self.chips, self.stack, spacing=8)
        whole.setContentsMargins(16, 8, 16, 16)
        whole.setStretch(1, 1)

    def _connect(self) -> None:
        self.chips.changed.connect(self._on_chip)
        self.people.selection_changed.connect(self._on_person)
        self.people.row_activated.connect(self._on_entered)
        self.tasks.selection_changed.connect(self.detail.show_task)
        self.detail.changed.connect(self.reload)
        self.begin.clicked.connect(self._on_begin)
        self.set_button.clicked.connect(self._on_set)
        self.clear_button.clicked.connect(self._on_clear)
        self.assign.assigned.connect(self._on_assigned)
        self.assign.left.connect(self._show_person)
        self.clearing.left.connect(self._show_person)
        self.clearing.cleared.connect(self.reload)
        self._context.store.changed.connect(self._on_store)

    def _show_team(self, team: list[Trainee]) -> None:
        before = self.chosen
        self._team = team
        self.people.show_rows(team)
        if team:
            known = {one.staff_id for one in team}
            keep = before is not None and before.staff_id in known
            self.people.select_id(before.staff_id if before and keep else team[0].staff_id)
        self.set_button.setEnabled(bool(team))
        if not team:
            self.side.setCurrentIndex(0)
            self._on_person(None)
        helped = sum(bool(one.late or one.stuck or one.idle) for one in team)
        self.people_card.remark.setText(_("{n} need help").format(n=helped) if helped else "")

    def _on_person(self, trainee: Trainee | None) -> None:
        me = self._context.services.staff.current
        own = trainee is not None and me is not None and me.id == trainee.staff_id
        for button in (self.begin, self.clear_button):
            button.setEnabled(trainee is not None)
        self.clear_button.setVisible(not own)
        self.begin.setVisible(trainee is not None and not trainee.on_path)
        if trainee is None:  # for a moment only, as long as there is anybody
            if not self._team:
                self._show_nobody()
            return
        self.tasks_card.title.setText(_("Tasks of {name}").format(name=trainee.name))
        self.tasks_card.remark.setText(_why(trainee).replace("\n", " · "))
        chosen = self.tasks.current_row()
        self.tasks.show_rows(trainee.tasks)
        kept = chosen.id if isinstance(chosen, Task) else None
        task = next((one for one in trainee.tasks if one.id == kept), None)
        task = task or next((one for one in trainee.tasks if not one.finished), None)
        self.tasks.select_id(task.id if task else None)
        self.detail.show_task(task)
        if self.side.currentWidget() is self.clearing and (
            self.clearing.trainee is None or self.clearing.trainee.staff_id != trainee.staff_id
        ):
            self._show_person()

    def _show_nobody(self) -> None:
        self.tasks_card.title.setText(_("Tasks"))
        self.tasks_card.remark.setText("")
        self.tasks.show_rows([])
        self.detail.show_task(None)

    def _show_person(self) -> None:
        self.side.setCurrentIndex(0)
        self.focus_first()

    def _show_clearings(self, rows: list[ClearingRow]) -> None:
        self.cleared.show_rows(rows)

    # --- what a supervisor does ------------------------------------------------------------

    def _on_chip(self, key: object) -> None:
        self.show_part(str(key))

    def _on_staff(self) -> None:
        self._context.go("settings", "staff")

    def _on_entered(self, _row: object) -> None:
        self._show_person()
        self.tasks.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_begin(self) -> None:
        trainee = self.chosen
        if trainee is not None:
            work = partial(self._path.begin, [trainee.staff_id])
            self._context.jobs.run(self, work, self._on_changed, lane="write", key="begin")

    def _on_set(self) -> None:
        trainee = self.chosen
        self.side.setCurrentWidget(self.assign)
        self.assign.show_people(self._team, [trainee.staff_id] if trainee else [])

    def _on_clear(self) -> None:
        trainee = self.chosen
        if trainee is not None:
            self.side.setCurrentWidget(self.clearing)
            self.clearing.show_trainee(trainee)

    def _on_assigned(self, people: list[bytes], wish: Wish) -> None:
        work = partial(self._path.assign, people, wish)
        self._context.jobs.run(self, work, self._on_set_done, lane="write", key="assign")

    def _on_set_done(self, tasks: list[bytes]) -> None:
        self.side.setCurrentIndex(0)
        many = ngettext(
            "The task is set for {n} person.", "The task is set for {n} people.", len(tasks)
        )
        self._context.notices.success(many.format(n=len(tasks)))
        self.reload()

    def _on_changed(self, _done: object) -> None:
        self.reload()

    def _on_store(self, changes: Changes) -> None:
        if changes.touches(*TABLES, "staff"):
            self._stale = True
            if self.isVisible():
                self.reload()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.side.currentIndex():
            self._show_person()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.reload()
