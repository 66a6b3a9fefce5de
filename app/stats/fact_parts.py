"""Writes the sessions, receptions and turns of conversations.

Rows are read and written for many conversations at once: what a statement costs by itself is more
than what most conversations do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from app.stats.cutting import UNKNOWN, Part, Role, Said, cut
from app.stats.settings import FactRules
from app.stats.stale import pieces, roots_of, rows_of
from db.models import Author, MessageKind, MessageState

_OWNERS: Final = (
    "SELECT id, customer_id, channel FROM conversations WHERE id IN ({marks}) AND _del = 0"
)
_TALK: Final = (
    "SELECT conversation_id, rid, at, author, staff_id, automatic, text, "
    f"CASE WHEN kind = '{MessageKind.PRODUCT_CARD}' AND json_valid(payload) "
    "THEN json_extract(payload, '$.number') END "
    "FROM messages WHERE conversation_id IN ({marks}) AND _del = 0 "
    f"AND kind NOT IN ('{MessageKind.NOTE}', '{MessageKind.EVENT}', "
    f"'{MessageKind.SATISFACTION_CARD}') "
    f"AND author IN ('{Author.CUSTOMER}', '{Author.AGENT}', '{Author.ROBOT}') "
    f"AND state <> '{MessageState.FAILED}' ORDER BY conversation_id, at, id"
)
_COLUMNS: Final = (
    *("customer_id", "channel", "starts_at", "ends_at", "opened_by", "customer_messages"),
    *("agent_messages", "agent_chars", "robot_messages", "automatic_messages", "asked_at"),
)
_PARTS: Final = (
    f"SELECT conversation_id, rid, session_at, agent_id, {', '.join(_COLUMNS)} "
    "FROM stats_parts WHERE conversation_id IN ({marks})"
)
_SPOKEN: Final = (
    "SELECT part, rid, at, role, chars, product FROM stats_messages WHERE part IN ({marks})"
)
_TURNS: Final = (
    "SELECT part, kind, asked_at, last_asked_at, answered_at FROM stats_turns "
    "WHERE part IN ({marks}) ORDER BY 1, 2, 3, 4, 5"
)
_NEW_PART: Final = (
    f"INSERT INTO stats_parts(rid, conversation_id, session_at, agent_id, {', '.join(_COLUMNS)}) "
    f"VALUES (?, ?, ?, ?{', ?' * len(_COLUMNS)})"
)
_SET_PART: Final = (
    f"UPDATE stats_parts SET {', '.join(f'{name} = ?' for name in _COLUMNS)} WHERE rid = ?"
)
_NEW_MESSAGE: Final = (
    "INSERT OR REPLACE INTO stats_messages(rid, part, at, role, chars, product) "
    "VALUES (?, ?, ?, ?, ?, ?)"
)
_NEW_TURN: Final = (
    "INSERT INTO stats_turns(part, kind, asked_at, last_asked_at, answered_at) "
    "VALUES (?, ?, ?, ?, ?)"
)

_Key = tuple[int, bytes | None]
_Values = tuple[bytes, str, int, int, int, int, int, int, int, int, int | None]
_Spoken = tuple[int, int, int, str]
"""When, role, characters, product."""
_Asked = tuple[int, int, int, int | None]
"""A turn: its kind, its first and last question, its answer."""


@dataclass(slots=True)
class _Known:
    """What the facts know of some conversations."""

    parts: dict[bytes, dict[_Key, tuple[int, _Values]]]
    spoken: dict[int, dict[int, _Spoken]]
    turns: dict[int, list[_Asked]]


@dataclass(slots=True)
class _Writes:
    """What is to be written for several conversations: all goes before any comes."""

    next_part: int
    customers: set[bytes] = field(default_factory=set)
    dropped: list[tuple[int]] = field(default_factory=list)
    new: list[tuple[Any, ...]] = field(default_factory=list)
    moved: list[tuple[Any, ...]] = field(default_factory=list)
    gone: list[tuple[int, int]] = field(default_factory=list)
    come: list[tuple[int, int, int, int, int, str]] = field(default_factory=list)
    unasked: list[tuple[int]] = field(default_factory=list)
    asked: list[tuple[int, int, int, int, int | None]] = field(default_factory=list)

    def part(self) -> int:
        """The number of a new part; none that is in use, nor one that is on its way out."""
        self.next_part += 1
        return self.next_part

    def write(self, run: Any) -> None:
        """Write it all."""
        for statement, rows in (
            ("DELETE FROM stats_messages WHERE rid = ? AND part = ?", self.gone),
            ("DELETE FROM stats_turns WHERE part = ?", self.unasked),
            ("DELETE FROM stats_parts WHERE rid = ?", self.dropped),
            (_SET_PART, self.moved),
            (_NEW_PART, self.new),
            (_NEW_MESSAGE, self.come),
            (_NEW_TURN, self.asked),
        ):
            if rows:
                run.executemany(statement, rows)


def recut(run: Any, conversations: Iterable[bytes], rules: FactRules) -> set[bytes]:
    """Work these conversations out anew; returns the customers whose receptions changed."""
    last = run.execute("SELECT max(rid) FROM stats_parts").fetchone()[0] or 0
    writes = _Writes(last)
    for piece in pieces(conversations):
        known = _read_known(run, piece)
        new = _cut_anew(run, piece, rules)
        for conversation in piece:
            old = known.parts.get(conversation, {})
            _compare(conversation, old, new.get(conversation, {}), known, writes)
    writes.write(run)
    return writes.customers


def _read_known(run: Any, conversations: list[bytes]) -> _Known:
    known = _Known(defaultdict(dict), defaultdict(dict), defaultdict(list))
    for conversation, rid, session_at, agent, *values in rows_of(run, _PARTS, conversations):
        known.parts[conversation][session_at, agent] = (rid, tuple(values))
    rids = [rid for parts in known.parts.values() for rid, _values in parts.values()]
    for part, rid, *said in rows_of(run, _SPOKEN, rids):
        known.spoken[part][rid] = tuple(said)
    for part, *turn in rows_of(run, _TURNS, rids):
        known.turns[part].append(tuple(turn))
    return known


def _cut_anew(
    run: Any, conversations: list[bytes], rules: FactRules
) -> dict[bytes, dict[_Key, tuple[_Values, Part]]]:
    owners = {row[0]: row[1:] for row in rows_of(run, _OWNERS, conversations)}
    roots = roots_of(run, (customer for customer, _channel in owners.values()))
    found: dict[bytes, dict[_Key, tuple[_Values, Part]]] = {}
    rows = rows_of(run, _TALK, owners)
    for conversation, talk in groupby(rows, key=itemgetter(0)):
        customer, channel = owners[conversation]
        said = [_one(rules, *row[1:]) for row in talk]
        found[conversation] = {
            (part.session_at, part.agent): (_values(part, roots[customer], channel), part)
            for part in cut(said, rules.gap_ms)
        }
    return found


def _compare(
    conversation: bytes,
    old: dict[_Key, tuple[int, _Values]],
    new: dict[_Key, tuple[_Values, Part]],
    known: _Known,
    writes: _Writes,
) -> None:
    for key, (rid, values) in old.items():
        if key not in new:
            _drop(rid, known, writes)
            writes.customers.add(values[0])
    for key, (values, part) in new.items():
        if (former := old.get(key)) is None:
            rid = writes.part()
            writes.new.append((rid, conversation, *key, *values))
            writes.customers.add(values[0])
        else:
            rid = former[0]
            if former[1] != values:
                writes.moved.append((*values, rid))
                writes.customers |= {former[1][0], values[0]}
        _compare_messages(rid, part, values[0], known.spoken.get(rid, {}), writes)
        _compare_turns(rid, part, known.turns.get(rid, []), writes)


def _one(
    rules: FactRules,
    rid: int,
    at: int,
    author: str,
    staff: bytes | None,
    automatic: int,
    text: str,
    product: Any,
) -> Said:
    role = Role.CUSTOMER if author == Author.CUSTOMER else Role.ROBOT
    if author == Author.AGENT:
        by_itself = automatic or (rules.prefixes and text.startswith(rules.prefixes))
        role = Role.AUTOMATIC if by_itself else Role.AGENT
    agent = (staff or UNKNOWN) if role is Role.AGENT else None
    return Said(rid, at, role, agent, len(text), "" if product is None else str(product))


def _values(part: Part, customer: bytes, channel: str) -> _Values:
    # A question nobody answered is its customer's message too, so every part has said something.
    said = part.said
    counts = [0] * (len(Role) + 1)
    chars, asked = 0, None
    for message in said:
        role = message.role
        counts[role] += 1
        if role is Role.AGENT:
            chars += message.chars
        elif role is Role.CUSTOMER and asked is None:
            asked = message.at
    return (
        customer,
        channel,
        said[0].at,
        said[-1].at,
        int(part.opened_by),
        counts[Role.CUSTOMER],
        counts[Role.AGENT],
        chars,
        counts[Role.ROBOT],
        counts[Role.AUTOMATIC],
        asked,
    )


def _drop(part: int, known: _Known, writes: _Writes) -> None:
    writes.dropped.append((part,))
    writes.unasked.append((part,))
    writes.gone += [(rid, part) for rid in known.spoken.get(part, ())]


def _compare_messages(
    rid: int, part: Part, customer: bytes, old: dict[int, _Spoken], writes: _Writes
) -> None:
    said: dict[int, _Spoken] = {m.rid: (m.at, int(m.role), m.chars, m.product) for m in part.said}
    if said == old:
        return
    gone = [message for message, values in old.items() if said.get(message) != values]
    come = [message for message, values in said.items() if old.get(message) != values]
    writes.gone += [(message, rid) for message in gone]
    writes.come += [(message, rid, *said[message]) for message in come]
    if any(old[m][3] for m in gone) or any(said[m][3] for m in come):
        writes.customers.add(customer)  # another product was talked about


def _compare_turns(rid: int, part: Part, old: list[_Asked], writes: _Writes) -> None:
    new = sorted(
        ((int(t.kind), t.asked_at, t.last_asked_at, t.answered_at) for t in part.turns),
        key=_in_order,
    )
    if new == old:
        return
    if old:
        writes.unasked.append((rid,))
    writes.asked += [(rid, *turn) for turn in new]


def _in_order(turn: _Asked) -> tuple[int, int, int, int]:
    """As SQL sorts them: nothing comes first."""
    return (*turn[:3], -1 if turn[3] is None else turn[3])
