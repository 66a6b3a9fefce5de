"""Rocket.Chat: the livechat sessions its webhook delivers."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from app.core.i18n import _
from app.records.fields import moment, said, storable, text_of
from app.records.json_rows import json_rows
from app.records.model import BadRecord, Person, ReadingNotes, RecordMessage, Rows
from app.sources import RejectedRow, TextFile
from db.models import Author

CHANNEL: Final = "rocketchat"
_ROBOTS: Final = frozenset({"rocket.cat"})


def is_rocketchat(value: Any) -> bool:
    """Tell whether a JSON value comes from Rocket.Chat's livechat."""
    return isinstance(value, dict) and (
        str(value.get("type", "")).startswith("Livechat")
        or ("visitor" in value and "messages" in value)
    )


def read_rocketchat(file: TextFile, zone: dt.tzinfo, notes: ReadingNotes) -> Rows:
    """Yield the messages of a file; lines the system wrote are counted in `notes`."""
    for found in json_rows(file):
        if found.fault:
            yield RejectedRow(found.row, "", found.fault)
        elif not is_rocketchat(found.value):
            yield RejectedRow(found.row, "", _("This is no livechat session."))
        else:
            yield from _session(found.row, found.value, zone, notes)


def _session(row: int, value: dict[str, Any], zone: dt.tzinfo, notes: ReadingNotes) -> Rows:
    try:
        visitor = value.get("visitor") if isinstance(value.get("visitor"), dict) else {}
        customer = _customer(visitor or {})
        if value.get("type") == "LivechatOfflineMessage":
            yield _offline(row, value, customer, zone)
            return
        key = _clean(value, "_id", needed=True)
    except BadRecord as error:
        yield RejectedRow(row, error.column, error.reason)
        return
    messages = value.get("messages")
    if not isinstance(messages, list) or not messages:
        # Sessions that open or close come without messages.
        notes.left_out += 1
        return
    for index, message in enumerate(messages):
        if isinstance(message, dict) and message.get("t"):
            notes.left_out += 1
            continue
        try:
            yield _message(row, key, message, value, customer, zone)
        except BadRecord as error:
            yield RejectedRow(row, f"messages[{index}].{error.column}".rstrip("."), error.reason)


def _message(
    row: int, key: str, message: Any, session: dict[str, Any], customer: Person, zone: dt.tzinfo
) -> RecordMessage:
    if not isinstance(message, dict):
        raise BadRecord(_("This is no message: an object with fields is needed."))
    username = _clean(message, "username") or _username(message.get("u"))
    author = Author.AGENT
    if username in _ROBOTS or message.get("bot"):
        author = Author.ROBOT
    elif not message.get("agentId") and username in {customer.nick, ""}:
        author = Author.CUSTOMER
    return RecordMessage(
        row=row,
        channel=CHANNEL,
        conversation=key,
        author=author,
        text=said(message.get("msg"), "msg"),
        at=moment(message.get("ts"), zone, "ts"),
        customer=customer,
        agent=_agent(username, session.get("agent")) if author is Author.AGENT else "",
        own_id=_clean(message, "_id"),
    )


def _offline(row: int, value: dict[str, Any], customer: Person, zone: dt.tzinfo) -> RecordMessage:
    at = value.get("createdAt") or value.get("ts")
    return RecordMessage(
        row=row,
        channel=CHANNEL,
        conversation=_clean(value, "_id") or f"offline {customer.nick or customer.name}",
        author=Author.CUSTOMER,
        text=said(value.get("message"), "message"),
        at=None if at is None else moment(at, zone, "createdAt"),
        customer=customer,
    )


def _agent(username: str, agent: Any) -> str:
    if isinstance(agent, dict) and agent.get("username") == username:
        return _clean(agent, "name") or username
    return username


def _username(user: Any) -> str:
    return _clean(user, "username") if isinstance(user, dict) else ""


def _customer(visitor: dict[str, Any]) -> Person:
    return Person(
        nick=_clean(visitor, "username") or _clean(visitor, "token") or _clean(visitor, "_id"),
        name=_clean(visitor, "name"),
        phone=_first(visitor.get("phone"), "phoneNumber"),
        email=_first(visitor.get("email"), "address"),
    )


def _first(values: Any, name: str) -> str:
    if isinstance(values, str):
        return storable(values.strip(), name)
    if isinstance(values, list) and values and isinstance(values[0], dict):
        return _clean(values[0], name)
    return ""


def _clean(value: dict[str, Any], name: str, *, needed: bool = False) -> str:
    return storable(text_of(value, name, needed=needed), name)
