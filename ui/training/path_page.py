"""My path: the five days, what supervisors set besides, and what is next."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QPushButton, QWidget

from app.core.i18n import _, ngettext
from app.training import DayView, Task
from db.clock import now_ms
from ui.theme import role
from ui.training.day_strip import DayStrip
from ui.training.task_card import TaskCard
from ui.training.task_columns import MINE
from ui.widgets import NoticeBar, stack_horizontally, stack_vertically
from ui.widgets.card import Card
from ui.widgets.list_table import ListTable

if TYPE_CHECKING:
    from app.services import Services
    from db.changes import Changes
    from ui.shell.plugs import UiContext

TABLES: Final = (
    "training_assignments",
    "training_attempts",
    "training_exams",
    "training_corrections",
    "training_typing",
    "training_comments",
    "training_clearings",
)
_SIDE: Final = 330


@dataclass(frozen=True, slots=True)
class _Mine:
    days: list[DayView]
    tasks: list[Task]
    begun: bool
    ready: bool


def _read(services: Services) -> _Mine:
    path = services.path
    tasks = path.tasks()
    begun = any(task.day for task in tasks)
    return _Mine(path.days(), tasks, begun, path.trainee().ready)


def task_key(task: Task) -> object:
    """What tells tasks apart, planned ones too."""
    return task.id or (task.day, task.kind, task.item)


class PathPage(QWidget):
    """Before it is begun the plan shows all the same, with one button to begin."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self.setObjectName("trainingPage")
        self._context, self._path = context, context.services.path
        self._stale = True
        self._mine: _Mine | None = None
        self.notice = NoticeBar()
        self.strip = DayStrip()
        self.begin = role(QPushButton(_("Begin today")), "primary")
        self.table = ListTable(MINE, context.jobs, _("My tasks"), task_key)
        self.table.set_empty("check-circle", _("Nothing to do here"))
        self.detail = TaskCard(context, supervisor=False)
        self.detail.setFixedWidth(_SIDE)
        self._arrange()
        self.begin.clicked.connect(self._on_begin)
        self.strip.chosen.connect(self._show_rows)
        self.table.selection_changed.connect(self.detail.show_task)
        self.table.row_activated.connect(self._on_entered)
        context.store.changed.connect(self._on_store)

    def reload(self) -> None:
        """Read the tasks again."""
        self._stale = False
        work = partial(_read, self._context.services)
        self._context.jobs.run(self, work, self._show, key="mine")

    def focus_first(self) -> None:
        """Put the keyboard on the tasks."""
        self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def shown(self) -> list[Task]:
        """The tasks of the day that is chosen."""
        if self._mine is None:
            return []
        by_hand = [task for task in self._mine.tasks if not task.day]
        of_days = [task for day in self._mine.days for task in day.tasks]
        if self.strip.day:
            return [task for task in of_days if task.day == self.strip.day]
        return by_hand + of_days

    # --- parts -----------------------------------------------------------------------------

    def _arrange(self) -> None:
        tasks = Card(_("Tasks"), self.begin)
        tasks.remark.setText(_("Enter goes to where a task is done"))
        tasks.body.addWidget(self.table, 1)
        body = stack_horizontally(None, tasks, self.detail, spacing=12)
        body.setStretch(0, 1)
        lines = stack_vertically(self, self.notice, self.strip, spacing=12)
        lines.addLayout(body, 1)
        lines.setContentsMargins(16, 12, 16, 16)

    def _show(self, mine: _Mine) -> None:
        first, self._mine = self._mine is None, mine
        self.begin.setVisible(not mine.begun)
        self.strip.show_days(mine.days)
        self._tell(mine)
        if first and mine.begun:
            now = next((d.day for d in mine.days if not all(t.finished for t in d.tasks)), 0)
            self.strip.choose(0 if any(not t.day and not t.finished for t in mine.tasks) else now)
        else:
            self._show_rows()

    def _tell(self, mine: _Mine) -> None:
        late = sum(task.late(now_ms()) for task in mine.tasks)
        if not mine.begun:
            self.notice.say(_("This is the week of a new agent. It starts when you begin it."))
        elif mine.ready:
            text = _("Every bar is reached. A supervisor can clear you for live work now.")
            self.notice.say(text, "success")
        elif late:
            words = ngettext("{n} task is overdue.", "{n} tasks are overdue.", late)
            self.notice.say(words.format(n=late), "warning")
        else:
            self.notice.say("")

    def _show_rows(self, _day: int = 0) -> None:
        rows = self.shown()
        chosen = self.table.current_row()
        wished = task_key(chosen) if chosen is not None else None
        keys = [task_key(task) for task in rows]
        self.table.show_rows(rows)
        if wished not in keys:
            open_ = (key for key, task in zip(keys, rows, strict=True) if not task.finished)
            wished = next(open_, keys[0] if keys else None)
        self.table.select_id(wished)
        self.detail.show_task(next((t for t in rows if task_key(t) == wished), None))

    def _on_begin(self) -> None:
        self._context.jobs.run(self, self._path.begin, self._on_begun, lane="write", key="begin")

    def _on_begun(self, _made: int) -> None:
        self._mine = None
        self.reload()

    def _on_entered(self, task: Task) -> None:
        self.detail.show_task(task)
        self.detail.go_there()

    def _on_store(self, changes: Changes) -> None:
        if changes.touches(*TABLES):
            self._stale = True
            if self.isVisible():
                self.reload()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.reload()
