"""What visitors send becomes messages of the desk: each once, whichever way it came."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from app.channels.webchat.desk import Desk
from app.channels.webchat.limits import MAX_NAME
from app.channels.webchat.refusal import Refusal
from app.channels.webchat.shown import card, line
from app.channels.webchat.store import CHANNEL, ChatStore, Visitor
from app.channels.webchat.visitors import nickname
from app.channels.webchat.wire import Say
from app.channels.webchat.worker import Worker
from app.conversations import CustomerHint, IncomingMessage, MessageKind, MessageView, message_id
from app.core.errors import NotFound, UserError
from app.core.i18n import _

log = logging.getLogger(__name__)

SATISFACTION_ANSWER: Final = "satisfaction_answer"


class Intake:
    """Keeps what was checked and counted; answers with the acknowledgement for the page."""

    def __init__(self, desk: Desk, store: ChatStore, worker: Worker) -> None:
        self._desk, self._store, self._worker = desk, store, worker
        self._writing: dict[tuple[str, str], asyncio.Future[MessageView]] = {}

    async def keep_said(self, visitor: Visitor, say: Say, text: str) -> dict[str, Any]:
        """Keep a message, or an answer to a card; raises `Refusal`."""
        payload = card(say.kind, say.payload)
        if say.kind == SATISFACTION_ANSWER:
            return await self._keep(
                visitor, say.client_id, lambda: self._take_rating(visitor, payload or {})
            )
        kind = MessageKind(say.kind)
        if kind != MessageKind.TEXT and payload is None:
            raise Refusal("bad_message", say.client_id)
        incoming = self._incoming(visitor, say.client_id, kind, text, payload, say.name)
        answers = kind == MessageKind.CONFIRM_ANSWER
        receive = self._receive_answer if answers else self._receive
        return await self._keep(visitor, say.client_id, lambda: receive(visitor, incoming))

    async def keep_picture(
        self, visitor: Visitor, client_id: str, data: bytes, suffix: str, name: str
    ) -> dict[str, Any]:
        """Keep a picture as a message; raises `Refusal`."""

        def keep() -> MessageView:
            known = self._store.named([message_id(CHANNEL, external_id(visitor, client_id))])
            kept = known[0].attachment_id if known else None
            attachment = kept or self._desk.attachments.add(f"picture.{suffix}", data).id
            incoming = self._incoming(visitor, client_id, MessageKind.IMAGE, "", None, name)
            return self._receive(visitor, replace(incoming, attachment_id=attachment))

        return await self._keep(visitor, client_id, keep)

    async def _keep(
        self, visitor: Visitor, client_id: str, work: Callable[[], MessageView]
    ) -> dict[str, Any]:
        # The same message again, over a new line, waits for the writing that is under way.
        key = (visitor.key, client_id)
        writing = self._writing.get(key)
        if writing is None:
            writing = self._writing[key] = asyncio.ensure_future(self._worker.write(work))
            writing.add_done_callback(lambda _done: self._writing.pop(key, None))
        try:
            view = await asyncio.shield(writing)
        except UserError as error:
            raise Refusal("declined", client_id, reason=error.code) from error
        except Exception as error:
            log.exception("a message could not be kept")
            raise Refusal("busy", client_id, 2_000) from error
        return {"t": "ack", "client_id": client_id, "id": view.id.hex(), "at": view.at}

    def _receive(self, visitor: Visitor, incoming: IncomingMessage) -> MessageView:
        return self._desk.conversations.receive(incoming)

    def _receive_answer(self, visitor: Visitor, incoming: IncomingMessage) -> MessageView:
        """The message and what the order says are one: neither without the other."""
        with self._desk.db.write("channel"):
            view = self._desk.conversations.receive(incoming)
            if self._desk.confirmations is not None:
                confirmation = _id_in(incoming.payload, "confirmation_id")
                conversation = visitor.conversation_id
                self._desk.confirmations.answer(confirmation, conversation, incoming.payload)
            return view

    def _take_rating(self, visitor: Visitor, payload: dict[str, Any]) -> MessageView:
        """Keep an answer; it is no message, what it stands on is the card."""
        if self._desk.satisfaction is None:
            raise NotFound(_("This card does not exist."))
        satisfaction = _id_in(payload, "satisfaction_id")
        rating = self._desk.satisfaction.answer(satisfaction, visitor.conversation_id, payload)
        return self._desk.conversations.messages([rating.message_id])[0]

    def _incoming(
        self,
        visitor: Visitor,
        client_id: str,
        kind: MessageKind,
        text: str,
        payload: dict[str, Any] | None,
        name: str,
    ) -> IncomingMessage:
        account, offline = self._desk.account, payload or {}
        hint = CustomerHint(
            platform=CHANNEL,
            shop=account,
            nick=nickname(visitor.key),
            name=((offline.get("name", "") if kind == MessageKind.TEXT else "") or line(name))[
                :MAX_NAME
            ],
        )
        return IncomingMessage(
            channel=CHANNEL,
            account=account,
            external_id=external_id(visitor, client_id),
            visitor=visitor.key,
            text=text,
            kind=kind,
            payload=payload,
            customer=hint,
        )


def external_id(visitor: Visitor, client_id: str) -> str:
    """The channel's id of a message: two visitors may have made the same one."""
    return f"{visitor.key[:32]}:{client_id}"


def _id_in(payload: dict[str, Any], name: str) -> bytes:
    try:
        return bytes.fromhex(payload[name])
    except (KeyError, ValueError) as error:
        raise NotFound(_("This card does not exist.")) from error
