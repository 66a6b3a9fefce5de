"""JSON Lines: the desk's own format for chats of the past, one message a line."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from app.core.i18n import _
from app.records.fields import moment, said, storable, text_of
from app.records.json_rows import json_rows
from app.records.model import BadRecord, Person, RecordMessage, Rows
from app.sources import RejectedRow, TextFile
from db.models import Author

CHANNEL: Final = "import"
"""The channel of records that name none."""
_AUTHORS: Final = {"customer": Author.CUSTOMER, "agent": Author.AGENT, "robot": Author.ROBOT}


def is_record(value: Any) -> bool:
    """Tell whether a JSON value looks like a message of this format."""
    return isinstance(value, dict) and len({"conversation", "author", "text"} & value.keys()) >= 2


def read_jsonl(file: TextFile, zone: dt.tzinfo, *, by_line: bool | None = None) -> Rows:
    """Yield the messages of a file."""
    for found in json_rows(file, by_line=by_line):
        if found.fault:
            yield RejectedRow(found.row, "", found.fault)
            continue
        try:
            yield _message(found.row, found.value, zone)
        except BadRecord as error:
            yield RejectedRow(found.row, error.column, error.reason)


def _message(row: int, value: Any, zone: dt.tzinfo) -> RecordMessage:
    if not isinstance(value, dict):
        raise BadRecord(_("This is no message: an object with fields is needed."))
    author = _AUTHORS.get(text_of(value, "author", needed=True).lower())
    if author is None:
        raise BadRecord(_("The author must be customer, agent or robot."), "author")
    at = value.get("at")
    return RecordMessage(
        row=row,
        channel=_name(value, "channel") or CHANNEL,
        conversation=_name(value, "conversation", needed=True),
        author=author,
        text=said(value.get("text"), "text"),
        at=None if at is None or at == "" else moment(at, zone, "at"),
        customer=Person(nick=_name(value, "customer")),
        agent=_name(value, "agent") if author is Author.AGENT else "",
        own_id=_name(value, "id"),
    )


def _name(value: dict[str, Any], name: str, *, needed: bool = False) -> str:
    return storable(text_of(value, name, needed=needed), name)
