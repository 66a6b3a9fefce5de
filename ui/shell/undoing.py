"""What one did by mistake, taken back: the latest step first, by Ctrl+Z or in its notice."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from typing import Any, Final

from PySide6.QtCore import QObject

from app.core.errors import UserError
from app.core.i18n import N_, _
from ui.jobs import Jobs
from ui.shell.commands import Command, Commands
from ui.shell.notices import Notice, Notices

UNDO: Final = "app.undo"
MOST: Final = 20
"""Steps that are remembered."""
SECONDS: Final = 600.0
"""A step can be taken back by key so long: later nobody knows any more which one it was."""


@dataclass(frozen=True, slots=True, eq=False)
class _Step:
    what: str
    work: Callable[[], object]
    done: Callable[[Any], object] | None
    at: float
    notices: list[Notice] = field(default_factory=list)


class Undoing(QObject):
    """The steps of the person at this window."""

    def __init__(
        self,
        jobs: Jobs,
        notices: Notices,
        commands: Commands,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        super().__init__(commands)
        self._jobs, self._notices, self._clock = jobs, notices, clock
        self._steps: deque[_Step] = deque(maxlen=MOST)
        title = N_("Take back the last step")
        command = Command(UNDO, title, "Ctrl+Z", self.take_back, self.can, icon="undo")
        commands.register(command)

    def offer(
        self,
        what: str,
        work: Callable[[], object],
        done: Callable[[Any], object] | None = None,
        *,
        said: str = "",
    ) -> None:
        """Remember a step that was done; `work` takes it back, on the lane that writes.

        `what` names it, for who has taken it back. With `said` a notice says that it was done, and
        has a button for this very step. `done` is called with what `work` returned.
        """
        step = _Step(what, work, done, self._clock())
        self._steps.append(step)
        if said:
            action = (_("Undo"), partial(self._take_back, step))
            step.notices.append(Notice(said, "success", action=action))
            self._notices.post(step.notices[0])

    def can(self) -> bool:
        """Whether there is a step to take back."""
        while self._steps and self._clock() - self._steps[0].at > SECONDS:
            self._steps.popleft()
        return bool(self._steps)

    def take_back(self) -> None:
        """Take the last step back."""
        if self.can():
            self._take_back(self._steps[-1])

    def _take_back(self, step: _Step) -> None:
        if step not in self._steps:
            return
        self._steps.remove(step)
        for notice in step.notices:
            self._notices.take_off(notice)
        self._jobs.run(
            self, step.work, partial(self._on_done, step), failed=self._on_failed, lane="write"
        )

    def _on_done(self, step: _Step, result: object) -> None:
        self._notices.info(_("Taken back: {what}").format(what=step.what))
        if step.done is not None:
            step.done(result)

    def _on_failed(self, error: BaseException) -> None:
        if not isinstance(error, UserError):
            raise error
        self._notices.failure(error)
