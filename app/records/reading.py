"""Opens a file of chats: what format it is, and its messages one by one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from app.core.errors import UserError
from app.core.i18n import _
from app.records.chatwoot import is_chatwoot, read_chatwoot
from app.records.json_rows import json_rows
from app.records.jsonl import is_record, read_jsonl
from app.records.model import FORMATS, Hints, ReadingNotes, Rows
from app.records.qianniu import looks_like_qianniu, read_qianniu
from app.records.rocketchat import is_rocketchat, read_rocketchat
from app.records.tsv import looks_like_sessions, read_tsv
from app.sources import TextFile, open_text

_LOOK: Final = 200
_JSON: Final = (("chatwoot", is_chatwoot), ("rocketchat", is_rocketchat), ("jsonl", is_record))


@dataclass(frozen=True, slots=True)
class RecordFile:
    """An opened file of chats."""

    format: str
    text: TextFile
    rows: Rows
    notes: ReadingNotes


def open_records(path: Path, wanted: str, zone: dt.tzinfo, hints: Hints) -> RecordFile:
    """Open a file as the format `wanted`, or as what it looks like for "auto".

    Raises `UserError`. Rows are read as they are consumed.
    """
    text, notes = open_text(path), ReadingNotes()
    name = _format(text) if wanted == "auto" else wanted
    return RecordFile(name, text, _rows(name, wanted, text, zone, hints, notes), notes)


def _rows(
    name: str, wanted: str, text: TextFile, zone: dt.tzinfo, hints: Hints, notes: ReadingNotes
) -> Rows:
    if name == "jsonl":
        return read_jsonl(text, zone, by_line=True if wanted == "jsonl" else None)
    if name == "chatwoot":
        return read_chatwoot(text, zone, notes)
    if name == "rocketchat":
        return read_rocketchat(text, zone, notes)
    if name == "tsv":
        return read_tsv(text)
    if name == "qianniu":
        return read_qianniu(text, zone, hints, notes)
    raise UserError(
        _("There is no format “{name}”.").format(name=name),
        hint=", ".join(("auto", *FORMATS)),
        code="usage",
    )


def _format(text: TextFile) -> str:
    lines = [line for _number, line in islice(text.lines(), _LOOK)]
    filled = [line for line in lines if line.strip()]
    first = filled[0].lstrip()[:1] if filled else ""
    if first in {"{", "["} and (name := _json_format(text)):
        return name
    if any(looks_like_sessions(line) for line in filled[:10]):
        return "tsv"
    after = [*lines[1:], ""]
    if any(looks_like_qianniu(line, below) for line, below in zip(lines, after, strict=True)):
        return "qianniu"
    if any(line.lstrip().startswith("{") for line in filled) and (name := _json_format(text)):
        return name
    raise UserError(
        _("This is no chat record that the desk knows."),
        hint=_(
            "Known are JSON Lines, text copied from Qianniu, JD sessions, Chatwoot, Rocket.Chat."
        ),
        code="unknown_format",
    )


def _json_format(text: TextFile) -> str:
    for found in islice(json_rows(text), _LOOK):
        for name, fits in _JSON:
            if not found.fault and fits(found.value):
                return name
    return ""
