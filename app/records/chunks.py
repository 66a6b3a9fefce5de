"""One chunk of an import of chats: looks up what is stored, places what is new, writes in bulk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy.orm import Session

from app.conversations import record_id
from app.core.i18n import _
from app.records.agents import Agents
from app.records.model import RecordMessage
from app.records.people import People
from app.records.report import RecordChange, RecordReport
from app.sources import FileReport, RejectedRow, RowState
from db.bulk import insert_rows, select_rows, update_rows
from db.clock import is_timed
from db.derived import derive_conversations
from db.ids import natural_id
from db.models import Author, Conversation, ConversationStatus, Message, MessageState

_CONVERSATION: Final = (
    *("rid", "id", "customer_id", "opened_at", "closed_at", "agent_read_at", "customer_read_at"),
    "_del",
)
_MESSAGE: Final = ("id", "author", "text", "_del")
MAX_DETAILS: Final = 5_000
"""So many changed conversations are described in full; all are counted."""


@dataclass(slots=True)
class _Chunk:
    """A chunk on its way: its messages by conversation, what is stored, what it will write."""

    session: Session
    lines: FileReport
    stored: dict[bytes, dict[str, Any]]
    fresh: dict[bytes, list[tuple[bytes, RecordMessage]]] = field(default_factory=dict)
    inserts: list[dict[str, Any]] = field(default_factory=list)


class RecordChunks:
    """Carries an import's state from chunk to chunk."""

    def __init__(self, account: str, shop: str, report: RecordReport, *, dry_run: bool) -> None:
        self._account, self._report, self._dry_run = account, report, dry_run
        self._agents = Agents()
        self._people = People(shop)
        self._ordinals: Counter[bytes] = Counter()
        # A dry run writes nothing, so it remembers what it would have stored.
        self._planned: dict[bytes, tuple[str, str]] = {}
        self._placed: dict[bytes, dict[str, Any]] = {}

    def begin_file(self) -> None:
        """Count messages without an id anew: each file tells its own."""
        self._ordinals.clear()

    def take(self, session: Session, rows: Sequence[RecordMessage], lines: FileReport) -> None:
        """Take one chunk of a file's messages."""
        placed = [(self._conversation(row), row) for row in rows]
        chunk = _Chunk(session, lines, self._conversations(session, {key for key, _row in placed}))
        named = [(self._identity(key, row), key, row) for key, row in placed]
        known = self._known(session, [identity for identity, _key, _row in named])
        for identity, key, row in named:
            self._sort(chunk, known, identity, key, row)
        self._place(chunk)
        self._report.former_staff = self._agents.made
        if not self._dry_run:
            self._write(chunk)

    # --- what it is ------------------------------------------------------------------------

    def _conversation(self, row: RecordMessage) -> bytes:
        return record_id(row.channel, self._account, row.conversation)

    def _identity(self, conversation: bytes, row: RecordMessage) -> bytes:
        if row.own_id:
            return natural_id("record_message", conversation.hex(), "id", row.own_id)
        at = "" if row.at is None else str(row.at)
        parts = (conversation.hex(), "at", at, row.author, row.text)
        like = natural_id("record_message", *parts)
        self._ordinals[like] += 1
        return natural_id("record_message", *parts, str(self._ordinals[like]))

    def _conversations(
        self, session: Session, ids: Collection[bytes]
    ) -> dict[bytes, dict[str, Any]]:
        rows = select_rows(session, Conversation, _CONVERSATION, "id", ids)
        found = {row["id"]: row for row in rows}
        return found | {key: self._placed[key] for key in ids if key in self._placed}

    def _known(self, session: Session, ids: Iterable[bytes]) -> dict[bytes, tuple[str, str]]:
        rows = select_rows(session, Message, _MESSAGE, "id", ids)
        found = {row["id"]: ("" if row["_del"] else row["author"], row["text"]) for row in rows}
        return found | self._planned if self._dry_run else found

    def _sort(
        self,
        chunk: _Chunk,
        known: dict[bytes, tuple[str, str]],
        identity: bytes,
        key: bytes,
        row: RecordMessage,
    ) -> None:
        """Tell a message as new, the same, or at odds with what is stored."""
        stored = chunk.stored.get(key)
        if reason := self._people.contradiction(key, row):
            chunk.lines.rejected.append(RejectedRow(row.row, "customer", reason))
            return
        before = known.get(identity)
        if before is None and not (stored and stored["_del"]):
            known[identity] = (row.author, row.text)
            chunk.fresh.setdefault(key, []).append((identity, row))
            chunk.lines.count(RowState.NEW)
            return
        # What a person deleted or recalled carries no author here and stays away.
        if before is not None and before[0] and before != (row.author, row.text):
            reason = _("This message is here already with other words; records are not rewritten.")
            chunk.lines.rejected.append(RejectedRow(row.row, "id", reason))
            return
        chunk.lines.count(RowState.SAME)
        self._report.note(key, RowState.SAME)

    # --- where it stands -------------------------------------------------------------------

    def _place(self, chunk: _Chunk) -> None:
        taken = (
            {} if self._dry_run else _taken(chunk.session, chunk.fresh.keys() & chunk.stored.keys())
        )
        for key, messages in chunk.fresh.items():
            times = taken.setdefault(key, set())
            places = [_free_place(times, row.at) for _identity, row in messages]
            self._note_change(chunk, key, messages, places)
            for (identity, row), at in zip(messages, places, strict=True):
                staff = self._agents.id_of(chunk.session, row.agent)
                chunk.inserts.append(_message(identity, key, row, at, staff))
                if self._dry_run:
                    self._planned[identity] = (row.author, row.text)

    def _note_change(
        self,
        chunk: _Chunk,
        key: bytes,
        messages: Sequence[tuple[bytes, RecordMessage]],
        places: Sequence[int],
    ) -> None:
        state = RowState.CHANGED if key in chunk.stored else RowState.NEW
        self._report.note(key, state)
        if self._dry_run:
            self._placed.setdefault(key, {"id": key, "_del": 0})
        changes, first = self._report.changes, messages[0][1]
        before = changes.get(key)
        if before is None and len(changes) >= MAX_DETAILS:
            return
        who = self._people.name_of(key) or (before.customer if before else "")
        changes[key] = RecordChange(
            first.conversation,
            first.channel,
            who,
            before.state if before else state,
            len(messages) + (before.messages if before else 0),
            min(*places, before.first_at if before else places[0]),
            max(*places, before.last_at if before else places[0]),
        )

    # --- writing ---------------------------------------------------------------------------

    def _write(self, chunk: _Chunk) -> None:
        session = chunk.session
        self._agents.keep(session)
        owners = self._people.keep(session, chunk.fresh, chunk.stored)
        places: dict[bytes, list[int]] = {}
        for row in chunk.inserts:
            places.setdefault(row["conversation_id"], []).append(row["at"])
        made, moved = [], []
        for key, messages in chunk.fresh.items():
            stored = chunk.stored.get(key)
            if stored is None:
                made.append(self._new(key, messages[0][1], owners[key], places[key]))
            else:
                moved.append((stored["rid"], _grown(stored, owners.get(key), places[key])))
        insert_rows(session, Conversation, made)
        insert_rows(session, Message, chunk.inserts)
        update_rows(session, Conversation, [(rid, changes) for rid, changes in moved if changes])
        session.flush()
        derive_conversations(session.connection(), chunk.fresh)

    def _new(
        self, key: bytes, row: RecordMessage, owner: bytes, places: Sequence[int]
    ) -> dict[str, Any]:
        # Closed and read to its end: the past makes nobody wait and counts as nothing unread.
        last = max(places)
        return {
            "id": key,
            "channel": row.channel,
            "account": self._account,
            "external_id": row.conversation,
            "customer_id": owner,
            "status": ConversationStatus.CLOSED,
            "opened_at": min(places),
            "closed_at": last,
            "agent_read_at": last,
            "customer_read_at": last,
        }


def _grown(stored: dict[str, Any], owner: bytes | None, places: Sequence[int]) -> dict[str, Any]:
    """What changes in a stored conversation when messages come to it."""
    last = max(places)
    grown: dict[str, Any] = {
        name: last
        for name in ("closed_at", "agent_read_at", "customer_read_at")
        if last > (stored[name] or 0)
    }
    if min(places) < stored["opened_at"]:
        grown["opened_at"] = min(places)
    if owner is not None and owner != stored["customer_id"]:
        grown["customer_id"] = owner
    return grown


def _taken(session: Session, conversations: Collection[bytes]) -> dict[bytes, set[int]]:
    """The places in the threads that are taken already."""
    taken: dict[bytes, set[int]] = {}
    names = ("conversation_id", "at")
    for row in select_rows(session, Message, names, "conversation_id", conversations):
        taken.setdefault(row["conversation_id"], set()).add(row["at"])
    return taken


def _free_place(taken: set[int], at: int | None) -> int:
    """The message's time, a few ms later behind others of that time; without one the next place."""
    if at is None:
        at = max((place for place in taken if not is_timed(place)), default=0) + 1
    while at in taken:
        at += 1
    taken.add(at)
    return at


def _message(
    identity: bytes, conversation: bytes, row: RecordMessage, at: int, staff: bytes | None
) -> dict[str, Any]:
    return {
        "id": identity,
        "conversation_id": conversation,
        "author": row.author,
        "staff_id": staff,
        "kind": row.kind,
        "text": row.text,
        "payload": row.payload,
        "external_id": row.own_id,
        "automatic": row.author == Author.ROBOT,
        "at": at,
        "state": MessageState.READ if row.read else MessageState.DELIVERED,
    }


__all__ = ["MAX_DETAILS", "RecordChunks"]
