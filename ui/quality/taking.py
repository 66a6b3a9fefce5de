"""Takes the conversation one looks at elsewhere into this week's quality checks."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final, Protocol

from PySide6.QtCore import QObject, QPoint, SignalInstance
from PySide6.QtWidgets import QMenu, QWidget

from app.core.i18n import N_, _
from app.core.permissions import Permission
from ui.shell.commands import Command
from ui.theme import icon
from ui.widgets.format import moment

if TYPE_CHECKING:
    from app.conversations import ConversationContext, MessageView
    from app.quality import Answerer
    from ui.shell.plugs import UiContext

_BELOW: Final = 8


class Talks(Protocol):
    """A view with one conversation on it; a QWidget."""

    conversation: ConversationContext | None

    def has_conversation(self) -> bool:
        """Whether a conversation is on the screen."""

    def notice_place(self) -> QWidget:
        """Where the conversation itself shows."""


class Taking(QObject):
    """By key, from the palette, or at one answer; where several have answered it asks whose.

    `wanted` of the view carries the answer (`MessageView`) whose reception is to be judged.
    """

    def __init__(
        self, context: UiContext, view: QWidget, talks: Talks, wanted: SignalInstance
    ) -> None:
        super().__init__(view)
        self._context, self._talks = context, talks
        self.menu = QMenu(view)
        wanted.connect(self.take_answer)
        context.commands.register(
            Command(
                "desk.check", N_("Take into quality checks…"), "Alt+Q", self.take,
                self.can_take, N_("Reception desk"), "clipboard",
            )
        )  # fmt: skip

    def can_take(self) -> bool:
        """Whether a conversation is open, and this person judges."""
        may = self._context.services.staff.may(Permission.SEE_TEAM_STATS)
        return may and self._talks.has_conversation()

    def take(self) -> None:
        """Take the last reception of whoever answered in the open conversation."""
        if (talk := self._talks.conversation) is not None:
            here = talk.conversation_id
            work = partial(self._context.services.quality.answerers, here)
            self._context.jobs.run(self, work, partial(self._ask, here))

    def take_answer(self, message: MessageView) -> None:
        """Take the reception one answer is part of."""
        if message.staff_id is not None:
            self._choose(message.conversation_id, message.staff_id, message.at)

    def _ask(self, conversation_id: bytes, people: list[Answerer]) -> None:
        if not people:
            self._context.notices.info(_("Nobody has answered in this conversation yet"))
        elif len(people) == 1:
            self._choose(conversation_id, people[0].agent_id)
        else:
            self._offer(conversation_id, people)

    def _offer(self, conversation_id: bytes, people: list[Answerer]) -> None:
        self.menu.clear()
        self.menu.addSection(_("Whose answers?"))
        for one in people:
            words = _("{name}, last {time}").format(name=one.name, time=moment(one.last_at))
            choose = partial(self._choose, conversation_id, one.agent_id)
            self.menu.addAction(icon("user"), words, choose)
        place = self._talks.notice_place()
        self.menu.popup(place.mapToGlobal(QPoint(_BELOW, _BELOW)))
        self.menu.setActiveAction(self.menu.actions()[1])

    def _choose(self, conversation_id: bytes, agent_id: bytes, at: int | None = None) -> None:
        work = partial(self._context.services.quality.choose, conversation_id, agent_id, at)
        go = partial(self._context.go, "quality")
        self._context.jobs.run(self, work, go, lane="write")
