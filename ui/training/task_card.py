"""One task in full: what it takes, who set it, what was said about it, and the way to it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget

from app.core.i18n import _
from app.training import KIND_NAMES, Remark, Task, bar_words
from db.models import AssignmentKind
from ui.theme import role
from ui.training.scroll import Scroll
from ui.training.task_columns import best_words, state_kind, state_words
from ui.widgets import (
    EmptyState,
    Kind,
    StateBadge,
    clear_layout,
    stack_vertically,
)
from ui.widgets.card import Card
from ui.widgets.format import full_moment, moment

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext

PAGES: Final = {
    AssignmentKind.SCENARIO: "practice",
    AssignmentKind.REPLAY: "chats",
    AssignmentKind.EXAM: "exams",
    AssignmentKind.TYPING: "typing",
}


class TaskCard(Card):
    """For its trainee with the way to it, for a supervisor with what they may do about it."""

    changed = Signal()

    def __init__(self, context: UiContext, *, supervisor: bool) -> None:
        super().__init__(_("Details"))
        self._context, self._path = context, context.services.path
        self.task: Task | None = None
        self.badge = StateBadge()
        self.head.addWidget(self.badge)
        self.what = QLabel(wordWrap=True)
        self.facts = role(QLabel(wordWrap=True), "muted")
        self.note = QLabel(wordWrap=True)
        self.start = role(QPushButton(_("Go to it")), "primary")
        self.waive = QPushButton()
        self.take_back = QPushButton(_("Take away"))
        self.remarks = QWidget()
        self._remark_lines = stack_vertically(self.remarks, spacing=6)
        self.comment = QLineEdit()
        self.comment.setPlaceholderText(_("Comment; Enter sends it"))
        self.comment.setAccessibleName(_("Comment on this task"))
        self.empty = EmptyState("list", _("Choose a task"))
        self._inside = QWidget()
        self._arrange(supervisor)
        self.start.clicked.connect(self.go_there)
        self.waive.clicked.connect(self._on_waive)
        self.take_back.clicked.connect(self._on_take_back)
        self.comment.returnPressed.connect(self._on_comment)
        self.show_task(None)

    def show_task(self, task: Task | None) -> None:
        """Show another task, or that none is chosen."""
        same = task is not None and self.task is not None and task.id == self.task.id
        self.task = task
        self._inside.setVisible(task is not None)
        self.empty.setVisible(task is None)
        for widget in (self.badge, *self._buttons):
            widget.setVisible(task is not None)
        self.title.setText(task.title if task else _("Details"))
        if task is None:
            return
        kind: Kind = state_kind(task)  # type: ignore[assignment]
        self.badge.show_state(state_words(task), kind)
        kind_name = _(KIND_NAMES[task.kind])
        bar = bar_words(task.kind, task.count, task.at_least)
        self.what.setText(_("{kind}: {bar}").format(kind=kind_name, bar=bar))
        self.facts.setText(" · ".join(_facts(task)))
        self.note.setText(task.note)
        self.note.setVisible(bool(task.note))
        set_ = bool(task.id)
        self.waive.setText(_("Look at results again") if task.waived else _("Take as done"))
        for widget in (self.waive, self.take_back):
            widget.setEnabled(set_)
        for part in (self.comment, self._heading, self.remarks):
            part.setVisible(set_)
        if not same:
            self.comment.clear()
            clear_layout(self._remark_lines)
        if set_:
            self.reload_remarks()

    def go_there(self) -> None:
        """Open the page where it is done."""
        if self.task is not None:
            item: object = self.task.item or None
            if item and self.task.kind is AssignmentKind.REPLAY:
                item = bytes.fromhex(self.task.item)
            self._context.go("training", (PAGES[self.task.kind], item))

    def reload_remarks(self) -> None:
        """Read what was said about it."""
        if self.task is not None and self.task.id:
            work = partial(self._path.remarks, self.task.id)
            self._context.jobs.run(self, work, self._show_remarks, key="remarks")

    # --- parts -----------------------------------------------------------------------------

    def _arrange(self, supervisor: bool) -> None:
        # Beside the title, so that what was said has the room below.
        self._buttons = (self.waive, self.take_back) if supervisor else (self.start,)
        for button in self._buttons:
            self.head.addWidget(button)
        # Whatever is long scrolls, so that no note makes the window grow.
        ground = QWidget()
        self._heading = role(QLabel(_("Comments")), "heading")
        stack_vertically(
            ground, self.what, self.note, self.facts, self._heading, self.remarks, None, spacing=8
        )
        lines = stack_vertically(self._inside, Scroll(ground), spacing=8)
        lines.setStretch(0, 1)
        lines.addWidget(self.comment)
        self.body.addWidget(self._inside, 1)
        self.body.addWidget(self.empty, 1)

    def _show_remarks(self, found: list[Remark]) -> None:
        clear_layout(self._remark_lines)
        if not found:
            self._remark_lines.addWidget(role(QLabel(_("Nobody commented yet.")), "hint"))
        for one in found:
            head = role(QLabel(f"{one.staff} · {moment(one.at)}"), "hint")
            head.setToolTip(full_moment(one.at))
            self._remark_lines.addWidget(head)
            self._remark_lines.addWidget(QLabel(one.text, wordWrap=True))

    def _on_comment(self) -> None:
        text = self.comment.text().strip()
        if self.task is not None and text:
            work = partial(self._path.remark, self.task.id, text)
            self._context.jobs.run(self, work, self._on_said, lane="write", key="remark")

    def _on_said(self, _done: None) -> None:
        self.comment.clear()
        self.reload_remarks()

    def _on_waive(self) -> None:
        if self.task is not None:
            work = partial(self._path.waive, self.task.id, waived=not self.task.waived)
            self._context.jobs.run(self, work, self._on_changed, lane="write", key="waive")

    def _on_take_back(self) -> None:
        if self.task is not None:
            work = partial(self._path.take_back, [self.task.id])
            self._context.jobs.run(self, work, self._on_changed, lane="write", key="away")

    def _on_changed(self, _done: object) -> None:
        self.changed.emit()


def _facts(task: Task) -> list[str]:
    facts = [_("Done {n} of {most}").format(n=task.done, most=task.count)]
    if task.best is not None:
        facts[0] += ", " + _("best {n}").format(n=best_words(task))
    if task.due_at is not None:
        facts.append(_("Due {when}").format(when=moment(task.due_at)))
    if task.day:
        facts.append(_("Day {n} of the path").format(n=task.day))
    elif task.set_by:
        facts.append(_("Set by {name}, {when}").format(name=task.set_by, when=moment(task.set_at)))
    if task.stuck:
        facts.append(_("Tried {n} times below the bar").format(n=task.missed))
    return facts
