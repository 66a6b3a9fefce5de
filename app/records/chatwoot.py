"""Chatwoot: message events of its webhook, and the lists of messages its interfaces answer with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, Final

from app.core.i18n import _
from app.records.fields import moment, said, storable, text_of
from app.records.json_rows import json_rows
from app.records.model import BadRecord, Person, ReadingNotes, RecordMessage, Rows
from app.sources import RejectedRow, TextFile
from db.models import Author, MessageKind

CHANNEL: Final = "chatwoot"
_INCOMING: Final = frozenset({"incoming", 0, "0"})
_OUTGOING: Final = frozenset({"outgoing", 1, "1"})
_TEMPLATE: Final = frozenset({"template", 3, "3"})
_ROBOTS: Final = frozenset({"agent_bot", "captain_assistant", "agentbot"})


def is_chatwoot(value: Any) -> bool:
    """Tell whether a JSON value comes from Chatwoot."""
    if not isinstance(value, dict):
        return False
    if "event" in value and ("account" in value or "conversation" in value):
        return True
    return any(is_message(one) for one, _where in _messages(value))


def is_message(value: Any) -> bool:
    """Tell whether a JSON value is a message of Chatwoot."""
    return isinstance(value, dict) and "message_type" in value and "content" in value


def read_chatwoot(file: TextFile, zone: dt.tzinfo, notes: ReadingNotes) -> Rows:
    """Yield the messages of a file; events that are no messages are counted in `notes`."""
    for found in json_rows(file):
        if found.fault:
            yield RejectedRow(found.row, "", found.fault)
            continue
        value = found.value
        if not isinstance(value, dict):
            yield RejectedRow(
                found.row, "", _("This is no message: an object with fields is needed.")
            )
        elif value.get("event", "message_created") != "message_created":
            notes.left_out += 1
        else:
            yield from _of_value(found.row, value, zone, notes)


def _of_value(row: int, value: dict[str, Any], zone: dt.tzinfo, notes: ReadingNotes) -> Rows:
    count = 0
    for message, where in _messages(value):
        count += 1
        if isinstance(message, dict) and message.get("message_type") in {"activity", 2, "2"}:
            notes.left_out += 1
            continue
        try:
            yield _message(row, message, value, zone)
        except BadRecord as error:
            yield RejectedRow(row, where + error.column, error.reason)
    if not count:
        yield RejectedRow(row, "", _("There is no message in this."))


def _messages(value: dict[str, Any]) -> Iterator[tuple[Any, str]]:
    """The messages of a value, and where in it they stand."""
    if is_message(value):
        yield value, ""
        return
    for name in ("messages", "payload"):
        inner = value.get(name)
        if isinstance(inner, list):
            for index, one in enumerate(inner):
                yield one, f"{name}[{index}]."
            return
    if isinstance(value.get("data"), dict):
        yield from _messages(value["data"])


def _message(row: int, value: Any, around: dict[str, Any], zone: dt.tzinfo) -> RecordMessage:
    if not is_message(value):
        raise BadRecord(_("There is no message in this."))
    author = _author(value)
    conversation = value.get("conversation") or {}
    key = value.get("conversation_id") or conversation.get("id") or around.get("id")
    if not isinstance(key, (str, int)) or not key:
        raise BadRecord(_("This field is missing."), "conversation")
    sender = value.get("sender") if isinstance(value.get("sender"), dict) else {}
    return RecordMessage(
        row=row,
        channel=CHANNEL,
        conversation=storable(str(key), "conversation"),
        author=author,
        text=_text(value),
        at=moment(value.get("created_at"), zone, "created_at"),
        customer=_customer(author, sender, conversation, around),
        agent=_clean(sender, "name") if author is Author.AGENT else "",
        own_id=text_of(value, "id"),
        kind=MessageKind.NOTE if value.get("private") is True else MessageKind.TEXT,
        read=value.get("status") == "read",
    )


def _author(value: dict[str, Any]) -> Author:
    kind = value["message_type"]
    if not isinstance(kind, (str, int)):
        kind = ""
    if kind in _INCOMING:
        return Author.CUSTOMER
    if kind in _TEMPLATE:
        return Author.ROBOT
    if kind not in _OUTGOING:
        raise BadRecord(_("The kind of this message is not known."), "message_type")
    sender = value.get("sender")
    who = str(sender.get("type", "")) if isinstance(sender, dict) else ""
    return Author.ROBOT if who.lower() in _ROBOTS else Author.AGENT


def _text(value: dict[str, Any]) -> str:
    content = value.get("content")
    files = value.get("attachments")
    urls = [
        str(one["data_url"])
        for one in (files if isinstance(files, list) else [])
        if isinstance(one, dict) and one.get("data_url")
    ]
    if urls and not content:
        content = ""
    return "\n".join(filter(None, (said(content, "content"), *urls)))


def _customer(
    author: Author, sender: dict[str, Any], conversation: dict[str, Any], around: dict[str, Any]
) -> Person:
    metas = [one.get("meta") for one in (conversation, around)]
    people = [one.get("sender") for one in metas if isinstance(one, dict)]
    if author is Author.CUSTOMER:
        people.insert(0, sender)
    for one in people:
        if isinstance(one, dict) and one.get("id"):
            return Person(
                nick=_clean(one, "id"),
                name=_clean(one, "name"),
                phone=_clean(one, "phone_number"),
                email=_clean(one, "email"),
            )
    return Person()


def _clean(value: dict[str, Any], name: str) -> str:
    return storable(text_of(value, name), name)
