"""The seven-column sessions of JD: no header, no times, the order of the rows is that of the talk.

Session, user, 1 for the agent, transferred, repeated, SKU, content (FORMATS §5, §6).
"""

from __future__ import annotations

from typing import Any, Final

from app.core.i18n import _
from app.records.json_rows import unreadable
from app.records.model import BadRecord, Person, RecordMessage, Rows
from app.sources import RejectedRow, TextFile
from db.models import Author

CHANNEL: Final = "jd"
COLUMNS: Final = ("session", "user", "waiter_send", "is_transfer", "is_repeat", "sku", "content")
_FLAGS: Final = frozenset({"0", "1"})


def looks_like_sessions(line: str) -> bool:
    """Tell whether a line could be a row."""
    cells = line.split("\t", 6)
    return len(cells) == 7 and (cells[2].strip() in _FLAGS or _is_header(cells))


def read_tsv(file: TextFile) -> Rows:
    """Yield the messages of a file."""
    for number, line in file.lines():
        cells = line.split("\t", 6)
        if not line.strip() or (number == 1 and _is_header(cells)):
            continue
        if "\ufffd" in line and (file.damaged or not file.whole):
            yield RejectedRow(number, "", unreadable(file))
            continue
        try:
            yield _message(number, cells)
        except BadRecord as error:
            yield RejectedRow(number, error.column, error.reason)


def _is_header(cells: list[str]) -> bool:
    return len(cells) == 7 and cells[2].strip().lower() in {"waiter_send", "waitersend"}


def _message(row: int, cells: list[str]) -> RecordMessage:
    if len(cells) != len(COLUMNS):
        raise BadRecord(
            _("This row has {found} cells, {expected} are needed.").format(
                found=len(cells), expected=len(COLUMNS)
            )
        )
    session, user, agent, moved, repeated, sku = (cell.strip() for cell in cells[:6])
    if not session:
        raise BadRecord(_("This field is missing."), "session")
    if agent not in _FLAGS:
        raise BadRecord(_("This must be 0 (customer) or 1 (agent)."), "waiter_send")
    if "\0" in cells[6]:
        raise BadRecord(_("This text holds a NUL character."), "content")
    return RecordMessage(
        row=row,
        channel=CHANNEL,
        conversation=session,
        author=Author.AGENT if agent == "1" else Author.CUSTOMER,
        text=cells[6],
        customer=Person(nick=user),
        payload=_facts(moved, repeated, sku),
    )


def _facts(moved: str, repeated: str, sku: str) -> dict[str, Any] | None:
    facts: dict[str, Any] = {}
    if sku not in {"", "nan", "None"}:
        facts["sku"] = sku
    if moved == "1":
        facts["transferred"] = True
    if repeated == "1":
        facts["repeated"] = True
    return facts or None
