"""The guards before sending, as a conversation with the agent: held once, then their decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.conversations import (
    ConversationContext,
    Conversations,
    Finding,
    GuardRule,
    NewerMessage,
)
from app.core.errors import UserError
from app.core.i18n import _
from app.language import Language, Level
from ui.desk.guard_words import held_text
from ui.desk.wording import held_lines


@dataclass(frozen=True, slots=True)
class Held:
    """Why a reply did not go out; a `final` one must be changed first."""

    text: str
    final: bool = False


class Guarding:
    """Remembers what the agent has seen and what they chose to send anyway."""

    def __init__(self, conversations: Conversations, language: Language) -> None:
        self._service, self._language = conversations, language
        self._accepted = ""
        self.seen_until = 0
        self._arrival = 0

    def begin(self, conversation: ConversationContext) -> None:
        """A reply begins now: everything up to here was on the screen."""
        self.seen_until = conversation.last_customer_at
        self._arrival = self._service.arrival()
        self._accepted = ""

    def forget(self) -> None:
        """The text is gone, and with it what was accepted for it."""
        self._accepted = ""

    def note_failure(self, error: UserError) -> None:
        """The service itself found a newer message: the next Enter knows of it."""
        if isinstance(error, NewerMessage):
            self.seen_until = max(self.seen_until, error.last_customer_at)

    def held(self, conversation_id: bytes, text: str, recent: Sequence[bytes]) -> Held | None:
        """Why this text should wait, None if it may go out now."""
        newest = self._service.context(conversation_id).last_customer_at
        if newest > self.seen_until:
            self.seen_until = newest
            return Held(
                _("The customer wrote something new while you were typing.")
                + " "
                + _("Press Enter again to send it anyway.")
            )
        colleague = self._service.answered_since(conversation_id, self._arrival)
        if colleague is not None:
            self._arrival = self._service.arrival()
            return Held(
                _("{name} has answered this customer meanwhile.").format(name=colleague)
                + " "
                + _("Press Enter again to send it anyway.")
            )
        others = [other for other in recent if other != conversation_id]
        findings = self._service.check(conversation_id, text, others)
        findings += [Finding(GuardRule.HOLE, place) for place in self._language.unfilled(text)]
        hits = [hit for hit in self._language.check(text) if hit.level is not Level.HINT]
        final = any(f.final for f in findings) or any(h.level is Level.BLOCK for h in hits)
        if (findings or hits) and (final or self._accepted != text):
            self._accepted = text
            return Held(held_text(findings, held_lines(hits), final=final), final)
        return None
