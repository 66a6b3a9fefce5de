"""Conversations with customers: messages in and out, the inbox, drafts, guards, attachments."""

from app.conversations.attachments import MAX_BYTES, Attachments, AttachmentView
from app.conversations.derived import PREVIEW_MARKS
from app.conversations.follow_ups import FollowUps
from app.conversations.guards import Finding, GuardRule
from app.conversations.media import SUFFIXES, Media, sniff
from app.conversations.model import (
    COUNT_CAP,
    ConversationContext,
    Cursor,
    CustomerHint,
    DraftView,
    FollowUp,
    FoundMessage,
    HandOver,
    InboxCounts,
    InboxRow,
    InboxTag,
    InboxView,
    IncomingMessage,
    LateSummary,
    MessageView,
    NewerMessage,
    NotRecallable,
    OpenedThread,
    TagChoice,
    UnknownConversation,
)
from app.conversations.receive import conversation_id, message_id, record_id
from app.conversations.service import MAX_TEXT, Conversations
from db.models import Author, ConversationStatus, DraftKind, MessageKind, MessageState

__all__ = [
    "COUNT_CAP",
    "MAX_BYTES",
    "MAX_TEXT",
    "PREVIEW_MARKS",
    "SUFFIXES",
    "AttachmentView",
    "Attachments",
    "Author",
    "ConversationContext",
    "ConversationStatus",
    "Conversations",
    "Cursor",
    "CustomerHint",
    "DraftKind",
    "DraftView",
    "Finding",
    "FollowUp",
    "FollowUps",
    "FoundMessage",
    "GuardRule",
    "HandOver",
    "InboxCounts",
    "InboxRow",
    "InboxTag",
    "InboxView",
    "IncomingMessage",
    "LateSummary",
    "Media",
    "MessageKind",
    "MessageState",
    "MessageView",
    "NewerMessage",
    "NotRecallable",
    "OpenedThread",
    "TagChoice",
    "UnknownConversation",
    "conversation_id",
    "message_id",
    "record_id",
    "sniff",
]
