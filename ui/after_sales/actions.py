"""What one does with after-sales: note, change, take a step; each can be taken back by Ctrl+Z."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from app.after_sales import AfterSaleState, Draft, Step, Undo
from app.core.errors import UserError
from app.core.i18n import N_, _
from ui.after_sales.words import STEP_SAID
from ui.shell.commands import Command

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext

UNDO: Final = "after_sales.undo"


class AfterSaleActions(QObject):
    """`written` carries the record as it is now; `refused` the error a form may show."""

    written = Signal(object)
    refused = Signal(object)

    def __init__(self, context: UiContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._service = context, context.services.after_sales
        self._last: Undo | None = None

    def add(self, draft: Draft) -> None:
        """Keep a new record."""
        self._write(partial(self._service.add, draft), _("The after-sale is noted."))

    def edit(self, record_id: bytes, draft: Draft) -> None:
        """Change a record."""
        self._write(partial(self._service.edit, record_id, draft), _("Changed."))

    def move(self, record_id: bytes, state: str, outcome: str = "", reaction: str = "") -> None:
        """Take a record to its next state."""
        work = partial(
            self._service.move,
            record_id,
            AfterSaleState(state),
            outcome=outcome,
            reaction=reaction,
        )
        self._write(work, _(STEP_SAID[state]))

    def undo(self) -> None:
        """Take the last step back."""
        last, self._last = self._last, None
        if last is not None:
            work = partial(self._service.take_back, last)
            self._context.jobs.run(
                self, work, self._on_taken_back, failed=self._on_failed, lane="write"
            )

    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return self._last is not None

    def _write(self, work: Callable[[], Step], said: str) -> None:
        done = partial(self._on_written, said)
        self._context.jobs.run(self, work, done, failed=self._on_failed, lane="write")

    def _on_written(self, said: str, step: Step) -> None:
        self._last = step.undo
        # The latest step anywhere is the one that the key takes back.
        self._context.commands.register(
            Command(
                UNDO,
                N_("Take back the last after-sales step"),
                "Ctrl+Z",
                self.undo,
                self.can_undo,
                N_("After-sales"),
                "undo",
            )
        )
        self._context.notices.success(said, action=(_("Undo"), self.undo))
        self.written.emit(step.record)

    def _on_taken_back(self, record: object) -> None:
        self._context.notices.info(_("Taken back."))
        self.written.emit(record)

    def _on_failed(self, error: BaseException) -> None:
        if not isinstance(error, UserError):
            raise error
        self.refused.emit(error)
        self._context.notices.failure(error)
