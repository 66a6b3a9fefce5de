"""Calls a conversation to mind when the time set for it comes, whichever view shows."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from app.conversations import FollowUp, InboxView
from app.core.i18n import _, listing, ngettext
from ui.desk.texts import customer_name
from ui.widgets.format import moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from db.changes import Changes
    from ui.shell.plugs import UiContext

_SETTLE_MS: Final = 1_000
"""What changes in bursts is looked at once."""
_AT_LEAST_EVERY_MS: Final = 60_000
"""The computer may have slept, or its clock been put right."""
_OTHER_DESK_MS: Final = 20_000
"""So long a claim takes to the other desk at which one sits."""
_NAMED: Final = 3


class DueFollowUps(QObject):
    """`called` carries the words for whoever has the window in the background."""

    called = Signal(str)

    def __init__(self, context: UiContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._service = context, context.services.follow_ups
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.look)
        context.store.changed.connect(self._on_changed)
        self._timer.start(_SETTLE_MS)

    def look(self) -> None:
        """Tell what came due since the last look."""
        self._context.jobs.run(self, self._service.look, self._plan, key="due")

    def _on_changed(self, changes: Changes) -> None:
        if changes.touches("conversations") and self._timer.remainingTime() > _SETTLE_MS:
            self._timer.start(_SETTLE_MS)

    def _plan(self, found: tuple[Sequence[FollowUp], int | None]) -> None:
        due, ahead = found
        most = _AT_LEAST_EVERY_MS
        self._timer.start(most if ahead is None else min(ahead, most))
        if due:
            self._context.jobs.run(self, self._service.claim, self._on_claimed, lane="write")

    def _on_claimed(self, answer: tuple[Sequence[FollowUp], bool]) -> None:
        claimed, contested = answer
        if not contested:
            self._tell(claimed)
            return
        held = partial(self._service.held, claimed)
        QTimer.singleShot(_OTHER_DESK_MS, self, partial(self._tell_held, held))

    def _tell_held(self, held: partial[list[FollowUp]]) -> None:
        self._context.jobs.run(self, held, self._tell)

    def _tell(self, due: Sequence[FollowUp]) -> None:
        if len(due) == 1:
            (one,) = due
            text = _("Time to follow up with {customer}").format(
                customer=customer_name(one.customer)
            )
            hint = _("Set for {time}").format(time=moment(one.at))
            self._say(text, hint, _("Open"), one.conversation_id)
        elif due:
            text = ngettext("{n} follow-up is due", "{n} follow-ups are due", len(due))
            names = listing(customer_name(one.customer) for one in due[:_NAMED])
            hint = f"{names}…" if len(due) > _NAMED else names
            self._say(text.format(n=len(due)), hint, _("Show"), InboxView.FOLLOW_UP)

    def _say(self, text: str, hint: str, label: str, item: object) -> None:
        go = partial(self._context.go, "desk", item)
        self._context.notices.reminder(text, hint, (label, go))
        self.called.emit(text)
