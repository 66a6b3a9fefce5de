"""What one does with after-sales: note, change, take a step; each can be taken back by Ctrl+Z."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.after_sales import AfterSaleState, Draft, Step
from app.core.errors import UserError
from app.core.i18n import _
from ui.after_sales.words import STEP_SAID

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext


class AfterSaleActions(QObject):
    """`written` carries the record as it is now; `refused` the error a form may show."""

    written = Signal(object)
    refused = Signal(object)

    def __init__(self, context: UiContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._service = context, context.services.after_sales

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

    def _write(self, work: Callable[[], Step], said: str) -> None:
        done = partial(self._on_written, said)
        self._context.jobs.run(self, work, done, failed=self._on_failed, lane="write")

    def _on_written(self, said: str, step: Step) -> None:
        number = step.record.order_number
        what = (
            _("after-sale of order {number}").format(number=number) if number else _("after-sale")
        )
        work = partial(self._service.take_back, step.undo)
        self._context.undoing.offer(what, work, self.written.emit, said=said)
        self.written.emit(step.record)

    def _on_failed(self, error: BaseException) -> None:
        if not isinstance(error, UserError):
            raise error
        self.refused.emit(error)
        self._context.notices.failure(error)
