"""Writes the sessions, receptions and turns of conversations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from app.stats.cutting import UNKNOWN, Part, Role, Said, cut
from app.stats.settings import FactRules
from app.stats.stale import root_of
from db.models import Author, MessageKind, MessageState

_TALK: Final = (
    "SELECT rid, at, author, staff_id, automatic, text, "
    f"CASE WHEN kind = '{MessageKind.PRODUCT_CARD}' AND json_valid(payload) "
    "THEN json_extract(payload, '$.number') END "
    "FROM messages WHERE conversation_id = ? AND _del = 0 "
    f"AND kind NOT IN ('{MessageKind.NOTE}', '{MessageKind.EVENT}', "
    f"'{MessageKind.SATISFACTION_CARD}') "
    f"AND author IN ('{Author.CUSTOMER}', '{Author.AGENT}', '{Author.ROBOT}') "
    f"AND state <> '{MessageState.FAILED}' ORDER BY at, id"
)
_COLUMNS: Final = (
    *("customer_id", "channel", "starts_at", "ends_at", "opened_by", "customer_messages"),
    *("agent_messages", "agent_chars", "robot_messages", "automatic_messages", "asked_at"),
)
_PART: Final = (
    f"SELECT rid, session_at, agent_id, {', '.join(_COLUMNS)} "
    "FROM stats_parts WHERE conversation_id = ?"
)
_NEW_PART: Final = (
    f"INSERT INTO stats_parts(conversation_id, session_at, agent_id, {', '.join(_COLUMNS)}) "
    f"VALUES (?, ?, ?{', ?' * len(_COLUMNS)})"
)
_SET_PART: Final = (
    f"UPDATE stats_parts SET {', '.join(f'{name} = ?' for name in _COLUMNS)} WHERE rid = ?"
)

_Key = tuple[int, bytes | None]
_Values = tuple[bytes, str, int, int, int, int, int, int, int, int, int | None]
_Spoken = tuple[int, int, int, str]
"""When, role, characters, product."""


@dataclass(slots=True)
class _Writes:
    """Message facts of several conversations: all go before any come, as a rid may be used anew."""

    gone: list[tuple[int, int]] = field(default_factory=list)
    come: list[tuple[int, int, int, int, int, str]] = field(default_factory=list)
    customers: set[bytes] = field(default_factory=set)


def recut(run: Any, conversations: Iterable[bytes], rules: FactRules) -> set[bytes]:
    """Work these conversations out anew; returns the customers whose receptions changed."""
    writes = _Writes()
    for conversation in conversations:
        _recut(run, conversation, rules, writes)
    run.executemany("DELETE FROM stats_messages WHERE rid = ? AND part = ?", writes.gone)
    run.executemany(
        "INSERT OR REPLACE INTO stats_messages(rid, part, at, role, chars, product) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        writes.come,
    )
    return writes.customers


def _recut(run: Any, conversation: bytes, rules: FactRules, writes: _Writes) -> None:
    owner = run.execute(
        "SELECT customer_id, channel FROM conversations WHERE id = ? AND _del = 0", (conversation,)
    ).fetchone()
    new: dict[_Key, tuple[_Values, Part]] = {}
    if owner is not None:
        root = root_of(run, owner[0])
        for part in cut(_said(run, conversation, rules), rules.gap_ms):
            new[part.session_at, part.agent] = (_values(part, root, owner[1]), part)
    old: dict[_Key, tuple[int, _Values]] = {
        (row[1], row[2]): (row[0], row[3:]) for row in run.execute(_PART, (conversation,))
    }
    for key, (rid, values) in old.items():
        if key not in new:
            _drop(run, rid, writes)
            writes.customers.add(values[0])
    for key, (values, part) in new.items():
        known = old.get(key)
        if known is None:
            run.execute(_NEW_PART, (conversation, *key, *values))
            rid = int(run.lastrowid)
        else:
            rid = known[0]
            if known[1] != values:
                run.execute(_SET_PART, (*values, rid))
                writes.customers.add(known[1][0])
        if known is None or known[1] != values:
            writes.customers.add(values[0])
        _write_messages(run, rid, part, values[0], writes, new=known is None)
        _write_turns(run, rid, part)


def _said(run: Any, conversation: bytes, rules: FactRules) -> list[Said]:
    return [_one(rules, *row) for row in run.execute(_TALK, (conversation,)).fetchall()]


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
    roles = Counter(message.role for message in said)
    return (
        customer,
        channel,
        said[0].at,
        said[-1].at,
        int(part.opened_by),
        roles[Role.CUSTOMER],
        roles[Role.AGENT],
        sum(message.chars for message in said if message.role is Role.AGENT),
        roles[Role.ROBOT],
        roles[Role.AUTOMATIC],
        next((message.at for message in said if message.role is Role.CUSTOMER), None),
    )


def _drop(run: Any, part: int, writes: _Writes) -> None:
    run.execute("DELETE FROM stats_parts WHERE rid = ?", (part,))
    run.execute("DELETE FROM stats_turns WHERE part = ?", (part,))
    spoken = run.execute("SELECT rid FROM stats_messages WHERE part = ?", (part,)).fetchall()
    writes.gone += [(rid, part) for (rid,) in spoken]


def _write_messages(
    run: Any, rid: int, part: Part, customer: bytes, writes: _Writes, *, new: bool
) -> None:
    said: dict[int, _Spoken] = {m.rid: (m.at, int(m.role), m.chars, m.product) for m in part.said}
    old: dict[int, _Spoken] = {}
    if not new:  # what lies under a new part's rid is a former one's, and on its way out
        found = run.execute(
            "SELECT rid, at, role, chars, product FROM stats_messages WHERE part = ?", (rid,)
        ).fetchall()
        old = {row[0]: row[1:] for row in found}
    gone = [message for message, values in old.items() if said.get(message) != values]
    come = [message for message, values in said.items() if old.get(message) != values]
    writes.gone += [(message, rid) for message in gone]
    writes.come += [(message, rid, *said[message]) for message in come]
    if any(old[m][3] for m in gone) or any(said[m][3] for m in come):
        writes.customers.add(customer)  # another product was talked about


def _write_turns(run: Any, rid: int, part: Part) -> None:
    new = sorted((int(t.kind), t.asked_at, t.last_asked_at, t.answered_at) for t in part.turns)
    old = run.execute(
        "SELECT kind, asked_at, last_asked_at, answered_at FROM stats_turns WHERE part = ? "
        "ORDER BY 1, 2, 3, 4",
        (rid,),
    ).fetchall()
    if list(map(tuple, old)) == new:
        return
    run.execute("DELETE FROM stats_turns WHERE part = ?", (rid,))
    run.executemany(
        "INSERT INTO stats_turns(part, kind, asked_at, last_asked_at, answered_at) "
        "VALUES (?, ?, ?, ?, ?)",
        [(rid, *turn) for turn in new],
    )
