"""How a task reads in a table: what it is, what it takes, how far it is."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from app.core.i18n import N_, _
from app.training import KIND_NAMES, Task, bar_words
from db.clock import now_ms
from ui.widgets import Column
from ui.widgets.format import full_moment, moment


def state_words(task: Task) -> str:
    """Where a task stands, in a word or two."""
    if task.waived:
        return _("taken as done")
    if task.finished:
        return _("done")
    if task.late(now_ms()):
        return _("overdue")
    if task.stuck:
        return _("stuck")
    return _("under way") if task.last_at else _("open")


def state_kind(task: Task) -> str:
    """The badge's colour."""
    if task.finished:
        return "success"
    if task.late(now_ms()):
        return "danger"
    if task.stuck:
        return "warning"
    return "info" if task.last_at else "neutral"


def best_words(task: Task) -> str:
    """The best so far."""
    return "—" if task.best is None else f"{task.best:.0f}"


def _day(task: Task) -> str:
    return str(task.day) if task.day else "+"


def _day_tip(task: Task) -> str:
    return _("Day {n} of the path").format(n=task.day) if task.day else _("Set by hand")


def _bar(task: Task) -> str:
    return bar_words(task.kind, task.count, task.at_least)


def _due(task: Task) -> str:
    return moment(task.due_at)


def _best_color(task: Task) -> str | None:
    if task.best is None or task.finished or task.at_least is None:
        return None
    return "warning" if task.best < task.at_least else None


_DAY: Final = Column("day", N_("Day no."), 60, align="center", role="mono", text=_day, tip=_day_tip)
_TITLE: Final = Column(
    "title", N_("Task"), 150, role="strong", text=lambda t: t.title, stretch=True
)
_KIND: Final = Column("kind", N_("Kind"), 132, role="muted", text=lambda t: _(KIND_NAMES[t.kind]))
_WHAT: Final = Column("bar", N_("What it takes"), 156, text=_bar, tip=_bar)
_DONE: Final = Column(
    "done", N_("Done"), 62, align="right", role="mono", text=lambda t: f"{t.done}/{t.count}"
)
_BEST: Final = Column(
    "best", N_("Best"), 56, align="right", role="mono", text=best_words, color=_best_color
)
_DUE: Final = Column(
    "due", N_("Due"), 96, role="muted", text=_due, tip=lambda t: full_moment(t.due_at)
)
_STATE: Final = Column("state", N_("State"), 92, role="badge", text=state_words, color=state_kind)

MINE: Final = (_DAY, _TITLE, _KIND, _WHAT, _DONE, _BEST, _DUE, _STATE)
THEIRS: Final = (_DAY, _TITLE, replace(_WHAT, width=148), _DONE, _BEST, _STATE)
