"""Takes queued replies out through the channels that this station serves."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from typing import Final

from sqlalchemy import ColumnElement, literal_column, select

from app.channels.protocol import Channel, OutgoingMessage, SendResult
from app.conversations import Conversations, MessageKind, MessageState
from app.core.patience import Patience
from db.changes import Changes
from db.database import Database
from db.models import Conversation, Message

log = logging.getLogger(__name__)

_BATCH: Final = 200
# Written out, not bound: only so does SQLite see that the index of queued messages is enough.
_QUEUED: Final[ColumnElement[str]] = literal_column(f"'{MessageState.QUEUED}'")
_RETRY_S: Final = 1.0
_RETRY_AT_LEAST_EVERY_S: Final = 10.0
_MAX_NAMED: Final = 5_000


class Outbox:
    """One thread that wakes when messages are written. Order in a conversation is kept."""

    def __init__(
        self, db: Database, conversations: Conversations, channels: Mapping[str, Channel]
    ) -> None:
        self._db, self._conversations, self._channels = db, conversations, channels
        self._news, self._stop = threading.Event(), threading.Event()
        self._lock = threading.Lock()
        self._changed: set[bytes] | None = None  # None: look through all, as at the start
        self._unsubscribe = db.subscribe(self._on_change)
        self._thread = threading.Thread(target=self._run, name="kefu-outbox")
        self._thread.start()
        self._news.set()

    def close(self) -> None:
        """Stop and wait for the message under way."""
        self._unsubscribe()
        self._stop.set()
        self._news.set()
        self._thread.join()

    def _on_change(self, changes: Changes) -> None:
        if not changes.touches("messages"):
            return
        ids = changes.ids("messages")
        with self._lock:
            if ids is None or self._changed is None or len(self._changed) > _MAX_NAMED:
                self._changed = None
            else:
                self._changed |= ids
        self._news.set()

    def _run(self) -> None:
        patience = Patience(log, "the outbox", _RETRY_S, _RETRY_AT_LEAST_EVERY_S)
        while True:
            self._news.wait()
            self._news.clear()
            if self._stop.is_set():
                return
            with self._lock:
                changed, self._changed = self._changed, set()
            try:
                while self._send_some(changed) == _BATCH and not self._stop.is_set():
                    pass
            except Exception as error:  # noqa: BLE001 - a busy database passes; what is queued stays
                patience.failed(error)
                self._stop.wait(patience.pause)
                with self._lock:
                    self._changed = None
                self._news.set()
            else:
                patience.went_well()

    def _send_some(self, changed: set[bytes] | None) -> int:
        queued = self._queued(changed)
        outcomes: dict[SendResult, list[bytes]] = {}
        for channel, message in queued:
            outcomes.setdefault(self._send(self._channels[channel], message), []).append(message.id)
        for result, ids in outcomes.items():
            self._conversations.set_state(ids, result.state, result.error)
        return len(queued)

    def _send(self, channel: Channel, message: OutgoingMessage) -> SendResult:
        if not channel.repeats_safely:
            # A crash between sending and noting must not send twice: at most once.
            self._conversations.set_state([message.id], MessageState.SENDING)
        try:
            return channel.send(message)
        except Exception:
            log.exception("a channel could not send")
            return SendResult(MessageState.UNKNOWN)

    def _queued(self, changed: set[bytes] | None) -> list[tuple[str, OutgoingMessage]]:
        query = (
            select(Message, Conversation.channel, Conversation.account, Conversation.external_id)
            .join(Conversation, Conversation.id == Message.conversation_id)
            .where(
                Message.state == _QUEUED,
                Message.deleted.is_(False),
                Message.kind.not_in([MessageKind.NOTE, MessageKind.EVENT]),
                Conversation.channel.in_(self._channels),
            )
            .order_by(Message.rid)
            .limit(_BATCH)
        )
        if changed is not None:
            query = query.where(Message.id.in_(changed))
        with self._db.read() as session:
            return [_outgoing(*row) for row in session.execute(query)]


def _outgoing(
    row: Message, channel: str, account: str, visitor: str
) -> tuple[str, OutgoingMessage]:
    message = OutgoingMessage(
        id=row.id,
        conversation_id=row.conversation_id,
        account=account,
        visitor=visitor,
        kind=MessageKind(row.kind),
        text=row.text,
        payload=row.payload,
        attachment_id=row.attachment_id,
    )
    return channel, message
