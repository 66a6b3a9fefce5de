"""Turns messages into the rows of a thread: day marks, the unread mark, groups of one author."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from app.conversations import Author, MessageKind, MessageView
from ui.widgets.format import day_bounds, local

GROUP_MS: Final = 3 * 60_000
"""Messages of one author within this time belong together."""


class RowKind(Enum):
    """What a row of the thread is."""

    DAY = "day"
    UNREAD = "unread"
    EVENT = "event"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class ThreadRow:
    """One row; `first` and `last` tell its place in a group of one author's messages.

    `answer` is what the customer made of a confirmation card, `asked` what a card showed to
    whom this is the answer.
    """

    kind: RowKind
    key: bytes
    at: int
    message: MessageView | None = None
    first: bool = True
    last: bool = True
    answer: MessageView | None = None
    asked: Any = None

    @property
    def text(self) -> str:
        """What can be selected and searched."""
        return self.message.text if self.message else ""


def build_rows(messages: Sequence[MessageView], unread_from: int | None) -> list[ThreadRow]:
    """The rows of a thread; the unread mark stands before the first message from `unread_from`."""
    rows: list[ThreadRow] = []
    cards = _Cards(messages)
    day_ends = 0
    for number, message in enumerate(messages):
        before = messages[number - 1] if number else None
        if message.at >= day_ends:
            before = None
            today = local(message.at).date()
            day_ends = day_bounds(today)[1]
            rows.append(ThreadRow(RowKind.DAY, f"day {today}".encode(), message.at))
        by_customer = message.author is Author.CUSTOMER
        if unread_from is not None and by_customer and message.at >= unread_from:
            rows.append(ThreadRow(RowKind.UNREAD, b"unread", message.at))
            unread_from = None
        after = messages[number + 1] if number + 1 < len(messages) else None
        if after is not None and after.at >= day_ends:
            after = None
        rows.append(_row(message, before, after, cards))
    return rows


def _row(
    message: MessageView, before: MessageView | None, after: MessageView | None, cards: _Cards
) -> ThreadRow:
    if message.kind is MessageKind.EVENT:
        return ThreadRow(RowKind.EVENT, message.id, message.at, message)
    return ThreadRow(
        RowKind.MESSAGE,
        message.id,
        message.at,
        message,
        first=before is None or not _together(before, message),
        last=after is None or not _together(message, after),
        answer=cards.answer_to(message),
        asked=cards.asked_by(message),
    )


def _together(one: MessageView, other: MessageView) -> bool:
    return (
        one.author is other.author
        and one.staff_id == other.staff_id
        and one.automatic == other.automatic
        and (one.kind is MessageKind.NOTE) == (other.kind is MessageKind.NOTE)
        and MessageKind.EVENT not in {one.kind, other.kind}
        and other.at - one.at < GROUP_MS
    )


class _Cards:
    """Finds the answer to a confirmation card and the card of an answer."""

    def __init__(self, messages: Sequence[MessageView]) -> None:
        self._cards: dict[str, Any] = {}
        self._answers: dict[str, MessageView] = {}
        for message in messages:
            number = confirmation_of(message)
            if number and message.kind is MessageKind.CONFIRM_CARD:
                self._cards[number] = message.payload
            elif number and message.kind is MessageKind.CONFIRM_ANSWER:
                self._answers[number] = message
            elif message.kind is MessageKind.EVENT and (asked := satisfaction_of(message)):
                self._answers[asked] = message

    def answer_to(self, message: MessageView) -> MessageView | None:
        if message.kind is MessageKind.SATISFACTION_CARD:
            return self._answers.get(satisfaction_of(message))
        if message.kind is not MessageKind.CONFIRM_CARD:
            return None
        return self._answers.get(confirmation_of(message))

    def asked_by(self, message: MessageView) -> Any:
        if message.kind is not MessageKind.CONFIRM_ANSWER:
            return None
        return self._cards.get(confirmation_of(message))


def confirmation_of(message: MessageView) -> str:
    """The confirmation a card or an answer belongs to, empty for other messages."""
    payload = message.payload
    return str(payload.get("confirmation_id", "")) if isinstance(payload, dict) else ""


def satisfaction_of(message: MessageView) -> str:
    """The question a card or an answer belongs to, empty for other messages."""
    payload = message.payload
    return str(payload.get("satisfaction_id", "")) if isinstance(payload, dict) else ""
