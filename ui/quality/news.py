"""Looks out for finished checks and answers, whichever view shows."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from app.core.i18n import _
from app.quality import CheckRow
from ui.quality.words import score_text

if TYPE_CHECKING:
    from db.changes import Changes
    from ui.shell.plugs import UiContext

_TABLES: Final = ("quality_checks", "quality_comments")
_MOST: Final = 3


class QualityNews(QObject):
    """`counted` carries the key of the view and how much is new there."""

    counted = Signal(str, int)

    def __init__(self, context: UiContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._known: set[bytes] | None = None
        context.store.changed.connect(self._on_changed)
        self._look()

    def _look(self) -> None:
        news = self._context.services.quality.news
        self._context.jobs.run(self, news, self._tell, failed=self._ignore, key="quality")

    def _on_changed(self, changes: Changes) -> None:
        if changes.touches(*_TABLES):
            self._look()

    def _tell(self, rows: list[CheckRow]) -> None:
        self.counted.emit("quality", len(rows))
        fresh = {row.id for row in rows}
        if self._known is not None:
            for row in [row for row in rows if row.id not in self._known][:_MOST]:
                self._notice(row)
        self._known = fresh

    def _notice(self, row: CheckRow) -> None:
        me = self._context.services.staff.current
        if me is not None and row.agent_id == me.id:
            text = _("{who} checked a conversation of yours").format(who=row.reviewer)
            words = score_text(row.score) if row.score is not None else ""
        else:
            text = _("{who} answered your comment on a check").format(who=row.agent)
            words = row.customer
        go = partial(self._context.go, "quality", row.id)
        self._context.notices.info(text, words, (_("Open"), go))

    def _ignore(self, _error: BaseException) -> None:
        """Nobody may be signed in any more: then there is nobody to tell."""
