"""The page of practice customers: choose one or several; they come to the desk."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from app.core.i18n import N_, _, current_language, ngettext
from app.training import (
    DIFFICULTY_NAMES,
    MANNER_NAMES,
    Casting,
    Running,
    Scenario,
    Task,
    difficulty,
)
from db.models import AssignmentKind
from ui.shell.commands import Command
from ui.training.scenario_card import ScenarioCard
from ui.training.under_way import UnderWay
from ui.widgets import Column, stack_horizontally, stack_vertically
from ui.widgets.list_table import ListTable

if TYPE_CHECKING:
    from app.services import Services
    from db.changes import Changes
    from ui.shell.plugs import UiContext

AT_ONCE: Final = 3
_TABLES: Final = ("training_attempts", "training_assignments", "training_scenarios")


class Row(NamedTuple):
    """A scenario as the list shows it."""

    scenario: Scenario
    best: float | None
    task: Task | None


class _Standing(NamedTuple):
    rows: list[Row]
    running: list[Running]
    paused: bool


def _title(row: Row) -> str:
    return row.scenario.title[current_language() == "en"]


def _manner(row: Row) -> str:
    manner = row.scenario.manner
    return _(MANNER_NAMES[manner]) if manner in MANNER_NAMES else manner


def _hard(row: Row) -> str:
    return _(DIFFICULTY_NAMES[difficulty(row.scenario)])


def _hard_colour(row: Row) -> str:
    return {1: "success", 2: "info", 3: "warning"}[difficulty(row.scenario)]


def _best(row: Row) -> str:
    return "—" if row.best is None else f"{row.best:.0f}"


def _is_open(row: Row) -> bool:
    return row.task is not None and not row.task.finished


def _task(row: Row) -> str:
    if row.task is None:
        return ""
    words = _("{done} of {count}").format(done=row.task.done, count=row.task.count)
    return f"✓ {words}" if row.task.finished else words


def _goal(row: Row) -> str:
    return row.scenario.goal[current_language() == "en"]


COLUMNS: Final = (
    Column("title", N_("Customer"), 184, role="strong", text=_title, tip=_goal),
    Column("goal", N_("Wants"), 220, role="muted", text=_goal, tip=_goal, stretch=True),
    Column("manner", N_("Manner"), 108, text=_manner),
    Column("hard", N_("Difficulty"), 88, role="badge", text=_hard, color=_hard_colour),
    Column("best", N_("Own best"), 76, "right", text=_best),
    Column("task", N_("Task"), 72, "right", text=_task),
)


def _read(services: Services) -> _Standing:
    training = services.training
    bests = training.results.bests()
    tasks = _tasks(services.path.tasks())
    rows = [Row(one, bests.get(one.id), tasks.get(one.id)) for one in training.scenarios().values()]
    rows.sort(key=lambda row: (not _is_open(row), difficulty(row.scenario), _title(row)))
    return _Standing(rows, training.running(), training.paused)


def _tasks(found: Sequence[Task]) -> dict[str, Task]:
    """The task of each scenario, the first that is open rather than one that is done."""
    tasks: dict[str, Task] = {}
    for task in found:
        known = tasks.get(task.item)
        if task.kind is AssignmentKind.SCENARIO and (
            known is None or (known.finished and not task.finished)
        ):
            tasks[task.item] = task
    return tasks


class PracticePage(QWidget):
    """The list, the card of the one chosen, and above it what is under way."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self.setObjectName("trainingPage")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._context, self._training = context, context.services.training
        self._stale = True
        self._wished: str | None = None
        self._rows: dict[str, Row] = {}
        self.under_way = UnderWay()
        self.table = ListTable(COLUMNS, context.jobs, _("Practice customers"), _key)
        self.card = ScenarioCard()
        main = stack_horizontally(None, self.table, self.card)
        main.setStretch(0, 1)
        stack_vertically(self, self.under_way, main)
        self.table.selection_changed.connect(self._on_selection)
        self.table.row_activated.connect(self._on_activated)
        self.card.start_wanted.connect(self.start)
        self.card.several_wanted.connect(self.start_several)
        self.under_way.desk_wanted.connect(self.go_to_desk)
        self.under_way.pause_wanted.connect(self.pause)
        self.under_way.stop_wanted.connect(self.stop)
        context.store.changed.connect(self._on_store)
        self._register_commands()

    # --- what one does -------------------------------------------------------------------------

    def start(self) -> None:
        """Let the customer come who is chosen."""
        if (row := self.card.row) is not None:
            self._start([Casting(row.scenario.id, self.card.seed())])

    def start_several(self) -> None:
        """Let the chosen one come and others by chance, as at a busy hour."""
        row, seed = self.card.row, self.card.seed()
        others = self._training.draw(AT_ONCE, seed)
        if row is not None:
            drawn = [one for one in others if one.scenario != row.scenario.id][: AT_ONCE - 1]
            others = [Casting(row.scenario.id), *drawn]
        self._start([Casting(one.scenario, seed) for one in others])

    def again(self, scenario: str, seed: int, *, english: bool) -> None:
        """Let the very same customer come once more."""
        self.card.set_english(english)
        self._start([Casting(scenario, seed)])

    def pause(self, on: bool) -> None:
        """Stop all clocks, or let them go on."""
        self._context.jobs.run(
            self, partial(self._training.pause, on=on), self._after, lane="write"
        )

    def stop(self) -> None:
        """End what is under way; it is kept without points."""
        self._context.jobs.run(self, self._training.stop, self._after, lane="write")

    def go_to_desk(self) -> None:
        """To the first of the customers who are there."""
        self._context.go("desk", None)
        self._context.commands.run("practice.next")

    def open_item(self, item: object) -> None:
        """Choose a scenario by its key; (key, seed, english) starts that very one again."""
        if isinstance(item, tuple):
            scenario, seed, english = item
            self.again(scenario, seed, english=english)
        elif isinstance(item, str):
            self._wished = item
            self.table.select_id(item)
            self.focus_first()

    def focus_first(self) -> None:
        """Put the keyboard into the list."""
        self.table.setFocus()

    def reload(self) -> None:
        """Read where one stands."""
        self._stale = False
        work = partial(_read, self._context.services)
        self._context.jobs.run(self, work, self._show, key="standing")

    # --- inside --------------------------------------------------------------------------------

    def _start(self, wanted: Sequence[Casting]) -> None:
        work = partial(self._training.start, wanted, english=self.card.english())
        self._context.jobs.run(self, work, self._started, lane="write", key="start")

    def _started(self, attempts: list[bytes]) -> None:
        n = len(attempts)
        text = ngettext(
            "{n} practice customer is coming. Serve them here.",
            "{n} practice customers are coming. Serve them here.",
            n,
        ).format(n=n)
        keys = self._context.commands.keys_of("practice.next")
        hint = _("{keys} goes to the one who has waited longest.").format(keys=keys) if keys else ""
        self._context.notices.info(text, hint)
        self.reload()
        self._context.go("desk", None)

    def _after(self, _nothing: object) -> None:
        self.reload()

    def _show(self, standing: _Standing) -> None:
        self.under_way.show_running(standing.running, paused=standing.paused)
        self._rows = {row.scenario.id: row for row in standing.rows}
        self.table.show_rows(standing.rows)
        wished = self._wished or (self.card.row or standing.rows[0]).scenario.id
        chosen = [row for row in standing.rows if row.scenario.id == wished] or standing.rows[:1]
        self.card.show_row(chosen[0])
        self.table.select_id(chosen[0].scenario.id)
        self._wished = None

    def _on_selection(self, row: object) -> None:
        # The table may still hold the row as it was before the last practice.
        if isinstance(row, Row):
            self.card.show_row(self._rows.get(row.scenario.id, row))

    def _on_activated(self, row: object) -> None:
        self._on_selection(row)
        self.start()

    def _on_store(self, changes: Changes) -> None:
        if changes.touches(*_TABLES):
            self._stale = True
            if self.isVisible():
                self.reload()

    def _register_commands(self) -> None:
        self._context.commands.register(
            Command(
                "training.three",
                N_("Three practice customers at once"),
                run=self.start_several,
                group=N_("Training"),
                icon="practice",
            )
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.under_way.isVisible():
            self.go_to_desk()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale or event.type() == QEvent.Type.Show:
            self.reload()


def _key(row: Row) -> str:
    return row.scenario.id
