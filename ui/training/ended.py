"""Tells in the desk that practice is over or was commented on, and leads to its result."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from app.conversations import InboxView
from app.core.errors import UserError
from app.core.i18n import N_, _
from app.training import Attempt, AttemptRow, Comment, Told
from db.clock import now_ms
from ui.shell.commands import Command
from ui.training.attempt_words import end_words, points_words

if TYPE_CHECKING:
    from app.services import Services
    from db.changes import Changes
    from ui.shell.plugs import UiContext

_TABLE: Final = "training_attempts"
_COMMENTS: Final = "training_comments"
_MARKS: Final = "training_corrections"
_MOST: Final = 3
_MANY: Final = 500
_FRESH_MS: Final = 60_000
_LOOK_MS: Final = 500


class PracticeEnded(QObject):
    """Looks on while one works, whichever view shows; `paused` says that practice stands still."""

    paused = Signal(str)

    def __init__(self, context: UiContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._told: set[bytes] = set()
        self._last: bytes | None = None
        self._at: bytes | None = None
        self._still = False
        # It is paused and ended in many ways; reading a flag costs nothing.
        self._looks = QTimer(self, interval=_LOOK_MS)
        self._looks.timeout.connect(self._look)
        self._looks.start()
        context.store.changed.connect(self._on_store)
        for name, title, keys, run in (
            ("last", N_("Result of the last practice"), "Ctrl+Shift+E", self._show_last),
            ("next", N_("Next practice customer"), "Ctrl+Shift+J", self._go_to_next),
            ("pause", N_("Pause practice, or go on"), "Ctrl+Shift+H", self._pause),
            ("stop", N_("Stop practice"), "", self._stop),
        ):
            context.commands.register(
                Command(f"practice.{name}", title, keys, run, group=N_("Training"), icon="practice")
            )

    def _on_store(self, changes: Changes) -> None:
        if changes.touches(_COMMENTS) and (ids := changes.ids(_COMMENTS)):
            said = partial(self._context.services.training.results.said_to_me, ids)
            self._context.jobs.run(self, said, self._tell_comments)
        if changes.touches(_MARKS) and (ids := changes.ids(_MARKS)):
            told = partial(self._context.services.training.corrections.told_to_me, ids)
            self._context.jobs.run(self, told, self._tell_marks)
        if not changes.touches(_TABLE) or changes.origin == "sync":
            return
        fresh = (changes.ids(_TABLE) or frozenset()) - self._told
        if fresh:
            work = partial(_ended, self._context.services, fresh)
            self._context.jobs.run(self, work, self._tell)

    def _tell(self, ended: list[Attempt]) -> None:
        for attempt in ended:
            row = attempt.row
            self._told.add(row.id)
            self._last = row.id
            text = _("Practice over: {title}, {points} points").format(
                title=row.title, points=points_words(row.total)
            )
            see = partial(self._context.go, "training", ("results", row.id))
            self._context.notices.info(text, end_words(row), (_("See why"), see))

    def _tell_comments(self, said: list[tuple[AttemptRow, Comment]]) -> None:
        """What others said about one's practice."""
        for row, comment in said:
            if comment.id not in self._told:
                self._told.add(comment.id)
                text = _("{name} on “{title}”: {text}").format(
                    name=comment.staff, title=row.title, text=comment.text
                )
                see = partial(self._context.go, "training", ("results", row.id))
                self._context.notices.info(text, action=(_("Show"), see))

    def _tell_marks(self, told: list[Told]) -> None:
        """Marks of one's own that somebody corrected."""
        for one in told:
            if one.id not in self._told:
                self._told.add(one.id)
                text = _("{name} corrected a mark of “{title}”: {text}").format(
                    name=one.staff, title=one.title, text=one.reason
                )
                see = partial(self._context.go, "training", (one.page, one.target_id))
                self._context.notices.info(text, action=(_("Show"), see))

    def _go_to_next(self) -> None:
        """To the practice customer who has waited longest."""
        # After whatever was just sent has been written: who was answered waits no more.
        work = partial(_waiting, self._context.services)
        self._context.jobs.run(self, work, self._open_next, lane="write", key="next")

    def _open_next(self, found: list[bytes]) -> None:
        if not found:
            self._context.notices.info(_("No practice customer is there."))
            return
        others = [one for one in found if one != self._at]
        self._at = (others or found)[0]
        self._context.go("desk", self._at)

    def _pause(self) -> None:
        training = self._context.services.training
        on = not training.paused

        def pause() -> int:
            training.pause(on=on)
            return len(training.running())

        self._context.jobs.run(self, pause, partial(self._on_paused, on), lane="write")

    def _look(self) -> None:
        still = self._context.services.training.paused
        if still != self._still:
            self._still = still
            keys = self._context.commands.keys_of("practice.pause")
            words = _("Practice is paused, nobody gets impatient. {keys} goes on.")
            self.paused.emit(words.format(keys=keys) if still else "")

    def _on_paused(self, on: bool, count: int) -> None:
        self._look()
        if not count:
            self._context.notices.info(_("No practice customer is there."))
        elif on:
            self._context.notices.info(_("Practice stands still: nobody gets impatient."))
        else:
            self._context.notices.info(_("Practice goes on."))

    def _stop(self) -> None:
        self._context.jobs.run(
            self, self._context.services.training.stop, self._stopped, lane="write"
        )

    def _stopped(self, count: int) -> None:
        text = _("Practice is stopped.") if count else _("No practice customer is there.")
        self._context.notices.info(text)

    def _show_last(self) -> None:
        self._context.go("training", ("results", self._last))


def _waiting(services: Services) -> list[bytes]:
    """One's practice conversations, who waits longest first; who was answered comes last."""
    mine = {one.conversation_id for one in services.training.running() if one.arrived}
    rows = services.conversations.inbox(InboxView.WAITING, limit=_MANY)
    waiting = [row.id for row in rows if row.id in mine]
    return waiting or sorted(mine)


def _ended(services: Services, attempt_ids: frozenset[bytes]) -> list[Attempt]:
    """Those of one's own that came to their end with points."""
    me = services.staff.current
    if me is None:
        return []
    found = []
    for attempt_id in sorted(attempt_ids)[:_MOST]:
        try:
            attempt = services.training.results.attempt(attempt_id)
        except UserError:
            continue  # a colleague's
        row = attempt.row
        fresh = row.ended_at is not None and now_ms() - row.ended_at < _FRESH_MS
        if fresh and row.staff_id == me.id and row.total is not None and row.seed:
            found.append(attempt)
    return found
