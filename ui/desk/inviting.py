"""Asks the customer of the open conversation how satisfied they are, by key or from the palette."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.core.i18n import _
from app.core.permissions import Permission

if TYPE_CHECKING:
    from app.satisfaction import SatisfactionService
    from ui.desk.view import DeskView
    from ui.shell.plugs import UiContext


class Inviting(QObject):
    """Once a session; why not, a notice says."""

    def __init__(self, context: UiContext, desk: DeskView) -> None:
        super().__init__(desk)
        self._context, self._desk = context, desk

    def can_invite(self) -> bool:
        """Whether the open conversation's customer can be asked here."""
        talk = self._desk.conversation
        may = self._context.services.staff.may(Permission.REPLY)
        return talk is not None and talk.channel == "webchat" and may

    def invite(self) -> None:
        """Send the question."""
        talk = self._desk.conversation
        if talk is not None:
            work = partial(self._ask, talk.conversation_id)
            self._context.jobs.run(self, work, self._on_asked, lane="write")

    def _ask(self, conversation_id: bytes) -> object:
        service: SatisfactionService = self._context.services.satisfaction
        return service.invite(conversation_id)

    def _on_asked(self, _rating: object) -> None:
        self._context.notices.success(_("The customer is asked for a rating."))
