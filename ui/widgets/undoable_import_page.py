"""An import page on which the import just made can be taken back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from app.core.i18n import _, listing
from ui.jobs import Jobs
from ui.widgets.import_page import ImportPage, Notices

_NAMED: Final = 5
"""So many things that an undo had to keep are named."""


class Undone(Protocol):
    """What taking an import back did; `kept` are numbers of what people changed since."""

    kept: list[str]
    complete: bool


class UndoableImportPage(ImportPage):
    """Choose files, look, import; a subclass says how its imports are undone.

    The reports of its imports tell in `batch` what `undo_work` takes, None where nothing can be.
    """

    def __init__(self, jobs: Jobs, notices: Notices) -> None:
        self._undone: Undone | None = None
        super().__init__(jobs, notices)
        self.undo.clicked.connect(self.take_back)

    def undo_work(self, batch: int) -> Callable[..., Any]:
        """The job that takes an import back, given `progress` and `stop`."""
        raise NotImplementedError

    def undo_words(self, undone: Any) -> str:
        """What it did, in one line."""
        raise NotImplementedError

    def take_work(self, *, take: bool) -> Callable[..., Any]:
        """As `work`, which forgets the last undo first."""
        raise NotImplementedError

    def make_buttons(self) -> Sequence[QWidget]:
        self.undo = QPushButton(_("Undo this import"))
        self.undo.setToolTip(_("What was new goes, what was changed is as before"))
        return (self.undo,)

    def work(self, *, take: bool) -> Callable[..., Any]:
        self._undone = None
        return self.take_work(take=take)

    def forget(self) -> None:
        self._undone = None
        super().forget()

    def take_back(self) -> None:
        """Undo the import that was just made."""
        batch = self._batch()
        if batch is not None and not self.busy:
            self.run_job(self.undo_work(batch), self._show_undone)

    def _batch(self) -> int | None:
        return getattr(self.report, "batch", None)

    def _show_undone(self, undone: Undone) -> None:
        self._undone = undone
        report: Any = self.report
        if report is not None and undone.complete:
            report.batch = None
        self.show_state()
        self.clear.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_state(self) -> None:
        super().show_state()
        self.undo.setVisible(not self.busy and self._batch() is not None)

    def say_result(self) -> None:
        if self._undone is None or self.busy:
            super().say_result()
        elif not self._undone.complete:
            self.result.say(_("Stopped. Undo again to complete it."), "warning")
        else:
            self._say_undone(self._undone)

    def _say_undone(self, undone: Undone) -> None:
        words = _("The import is undone. {counts}").format(counts=self.undo_words(undone))
        if undone.kept:
            more = "…" if len(undone.kept) > _NAMED else ""
            words = f"{words}: {listing(undone.kept[:_NAMED])}{more}"
        self.result.say(words, "warning" if undone.kept else "success")
