"""What the area tells others: messages, rows of the inbox, contexts, drafts."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.core.errors import UserError
from app.core.i18n import _
from db.models.conversations import Author, ConversationStatus, DraftKind, MessageKind, MessageState

Cursor = tuple[int, bytes]
"""A place in a thread: (`at`, id) of a message."""


class InboxView(StrEnum):
    """The lists of the inbox."""

    WAITING = "waiting"
    MINE = "mine"
    ALL = "all"
    FOLLOW_UP = "follow_up"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class CustomerHint:
    """What a channel knows of who writes; with a nick it is the customer's identity."""

    platform: str = ""
    shop: str = ""
    nick: str = ""
    name: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """A customer's message as a channel delivers it.

    `external_id` is unique per channel: the same one twice is one message. `visitor` names the
    conversation on the channel's side. `at` (Unix ms) is when it was written, None for now.
    """

    channel: str
    account: str
    external_id: str
    visitor: str
    text: str = ""
    kind: MessageKind = MessageKind.TEXT
    payload: Any = None
    attachment_id: bytes | None = None
    at: int | None = None
    customer: CustomerHint = field(default_factory=CustomerHint)


@dataclass(frozen=True, slots=True)
class MessageView:
    """One message as shown. A recalled one (`deleted`) carries no content any more."""

    id: bytes
    conversation_id: bytes
    author: Author
    staff_id: bytes | None
    staff_name: str
    kind: MessageKind
    text: str
    payload: Any
    attachment_id: bytes | None
    at: int
    state: MessageState
    error: str = ""
    automatic: bool = False
    deleted: bool = False

    @property
    def cursor(self) -> Cursor:
        """Its place in the thread."""
        return self.at, self.id

    @property
    def public(self) -> bool:
        """Whether the customer may see it: notes and events stay inside."""
        return self.kind not in {MessageKind.NOTE, MessageKind.EVENT}


@dataclass(frozen=True, slots=True)
class FoundMessage:
    """A message that holds searched words; `spans` are [start, end) offsets in its text."""

    id: bytes
    at: int
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class HandOver:
    """A conversation that a colleague handed to the person at this desk; the note may be empty."""

    conversation_id: bytes
    by: str
    customer: str
    note: str


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A conversation whose time to be followed up (Unix ms) has come."""

    conversation_id: bytes
    customer: str
    at: int


@dataclass(frozen=True, slots=True)
class InboxTag:
    """A tag of the customer as a chip: name and theme colour name."""

    name: str
    colour: str


@dataclass(frozen=True, slots=True)
class ConversationContext:
    """Who is being talked to: what panels and guards need to know.

    A `record` was imported: it can be read and noted on, but nothing can be sent into it.
    """

    conversation_id: bytes
    customer_id: bytes
    customer_name: str
    channel: str
    account: str
    assignee_id: bytes | None
    status: ConversationStatus
    assignee_name: str = ""
    follow_up_at: int | None = None
    waiting_since: int | None = None
    last_customer_at: int = 0
    agent_read_at: int = 0
    tags: tuple[InboxTag, ...] = ()
    record: bool = False


@dataclass(frozen=True, slots=True)
class OpenedThread:
    """What the desk shows when a conversation is opened: its state, newest page and draft.

    `older` tells whether there may be messages before the page.
    """

    context: ConversationContext
    messages: list[MessageView]
    older: bool
    draft: str


@dataclass(frozen=True, slots=True)
class TagChoice:
    """A tag by which the inbox can be narrowed."""

    id: bytes
    name: str
    colour: str
    group: str


@dataclass(frozen=True, slots=True)
class InboxRow:
    """A line of the inbox. `place` continues a page: pass the last row's as `before`."""

    id: bytes
    place: tuple[int, int]
    customer_id: bytes
    customer_name: str
    channel: str
    account: str
    status: ConversationStatus
    assignee_id: bytes | None
    assignee_name: str
    last_text: str
    last_author: Author | None
    last_at: int
    waiting_since: int | None
    follow_up_at: int | None
    unread: int
    draft: str = ""
    tags: tuple[InboxTag, ...] = ()


@dataclass(frozen=True, slots=True)
class InboxCounts:
    """How many conversations each list holds, counted up to `COUNT_CAP`."""

    waiting: int = 0
    mine: int = 0
    all: int = 0
    follow_up: int = 0
    closed: int = 0

    def of(self, view: InboxView) -> int:
        """The number of one list."""
        return int(getattr(self, view.value))


COUNT_CAP = 1000
"""Lists are counted up to this; the window then shows 999+."""


@dataclass(frozen=True, slots=True)
class LateSummary:
    """Customers who have waited beyond a limit: how many, and the longest wait."""

    count: int
    conversation_id: bytes | None = None
    customer_name: str = ""
    waiting_since: int = 0


@dataclass(frozen=True, slots=True)
class DraftView:
    """An unsent reply or note; `began_at` is when its first letter was typed."""

    conversation_id: bytes
    kind: DraftKind
    text: str
    began_at: int
    updated_at: int


class NewerMessage(UserError):
    """The customer wrote while the reply was being written; the agent decides again."""

    def __init__(self, last_customer_at: int) -> None:
        super().__init__(
            _("The customer wrote something new while you were typing."),
            hint=_("Read it, then send again."),
            code="newer_message",
        )
        self.last_customer_at = last_customer_at


class UnknownConversation(UserError):
    """The conversation is not on this station (any more)."""

    def __init__(self) -> None:
        super().__init__(_("This conversation does not exist."), code="no_conversation")


class ConversationOfThePast(UserError):
    """An imported conversation has no other end: nothing could be delivered."""

    def __init__(self) -> None:
        super().__init__(
            _("This conversation was imported: it is a record of the past."),
            hint=_("Answer in a conversation that the customer opened here."),
            code="record",
        )


class NotRecallable(UserError):
    """Only one's own fresh messages can be taken back."""

    def __init__(self) -> None:
        super().__init__(
            _("Only your own messages of the last two minutes can be recalled."),
            code="not_recallable",
        )
