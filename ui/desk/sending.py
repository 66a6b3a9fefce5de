"""Sends in the background, in order: the text first, then its files."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.conversations import DraftKind, MessageKind
from app.core.errors import UserError
from app.core.i18n import _
from ui.desk.draft_keeper import DraftKeeper
from ui.desk.pending_files import PendingFile

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext


log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What was typed and attached, and the customer's last message that was seen."""

    conversation_id: bytes
    kind: DraftKind
    text: str
    files: tuple[PendingFile, ...] = ()
    seen_until: int | None = None


class Sender(QObject):
    """`sent` carries the place (conversation, kind), `failed` what was to go and the error."""

    sent = Signal(object)
    failed = Signal(object, object)

    def __init__(self, context: UiContext, drafts: DraftKeeper, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._drafts = context, drafts

    def send(self, outgoing: Outgoing) -> None:
        """Queue it behind everything that is being written."""
        done, failed = partial(self._on_sent, outgoing), partial(self._on_failed, outgoing)
        self._context.jobs.run(
            self, partial(self._work, outgoing), done, failed=failed, lane="write"
        )

    def _work(self, outgoing: Outgoing) -> None:
        service, here = self._context.services.conversations, outgoing.conversation_id
        if outgoing.kind is DraftKind.NOTE:
            service.add_note(here, outgoing.text, from_draft=True)
            return
        # One transaction: no half of it arrives when the power goes between text and files.
        with service.together():
            if outgoing.text:
                service.send(here, outgoing.text, seen_until=outgoing.seen_until, from_draft=True)
            for file in outgoing.files:
                kept = self._context.services.attachments.add(file.name, file.data)
                kind = MessageKind.IMAGE if kept.is_image else MessageKind.FILE
                text = "" if kept.is_image else file.name
                service.send(
                    here, text, kind=kind, attachment_id=kept.id, seen_until=outgoing.seen_until
                )

    def _on_sent(self, outgoing: Outgoing, _nothing: None) -> None:
        place = (outgoing.conversation_id, outgoing.kind)
        self._drafts.sent(place)
        self.sent.emit(place)

    def _on_failed(self, outgoing: Outgoing, error: BaseException) -> None:
        self._drafts.sent((outgoing.conversation_id, outgoing.kind))
        if not isinstance(error, UserError):
            log.error("a message could not be kept", exc_info=error)
            error = UserError(_("The message could not be saved."), hint=_("Try again."))
        self.failed.emit(outgoing, error)
