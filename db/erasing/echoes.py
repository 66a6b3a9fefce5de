"""What a station keeps beside its rows and that tells of a person: notes of changes, rows as they
were, values that lost, ops put aside. None of it is shared; the audit trail is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Connection

from db.clock import now_ms
from db.erasing.blanking import blank_audit, blank_note, blank_op, blank_values
from db.erasing.personal import AUDIT, PERSONAL, Personal, personal_of
from db.sync.frames import FrameDamaged, Group, Op, Value, decode_groups, encode_ops
from db.sync.rows import Register, pack_row, unpack_row

LISTS: Final = ("sync_aside", "sync_later")
"""Ops that are not in the rows: refused ones, and those that only a newer program knows."""
_BATCH: Final = 500
_CHANGES: Final = next(n for n, name in AUDIT.numbered() if name == "changes")
_SUBJECT: Final = {name: n for n, name in AUDIT.numbered() if name in {"area", "row_id"}}


class Echoes:
    """Blanks them; in the transaction that runs."""

    def __init__(self, connection: Connection) -> None:
        self._run: Final = connection.exec_driver_sql

    # Of one row.

    def rows_with(self, spec: Personal, rows: Sequence[bytes]) -> set[bytes]:
        """Return those of some rows that have a past here; most messages have none."""
        found = set[bytes]()
        number = spec.table.number
        pasts = (
            ("change", "kind = 2 AND table_no = ?", number),
            ("sync_before", "table_no = ?", number),
            ("sync_unborn", "table_no = ?", number),
            ("conflict", "table_no = ?", number),
        )
        for start in range(0, len(rows), _BATCH):
            some = rows[start : start + _BATCH]
            marks = ", ".join("?" * len(some))
            for table, condition, value in pasts:
                found |= self._ids(
                    f"SELECT row FROM {table} WHERE row IN ({marks}) AND {condition}",
                    (*some, value),
                )
            found |= self._ids(
                f"SELECT row_id FROM audit WHERE row_id IN ({marks}) AND area = ?",
                (*some, spec.table.name),
            )
        return found

    def _ids(self, statement: str, parameters: tuple[Any, ...]) -> set[bytes]:
        return {row for (row,) in self._run(statement, parameters)}

    def of_row(self, spec: Personal, row: bytes, cutoff: int) -> None:
        """Blank what is kept of a row's past."""
        number = spec.table.number
        self._rewrite(
            "change",
            "fields",
            "seq",
            "row = ? AND kind = 2 AND table_no = ?",
            (row, number),
            lambda text: _json(blank_note(spec, msgspec.json.decode(text), cutoff)),
        )
        self._rewrite(
            "sync_before",
            "stored",
            "rowid",
            "row = ? AND table_no = ?",
            (row, number),
            lambda data: _blank_packed(spec, data, cutoff),
        )
        self._rewrite(
            "sync_unborn",
            "stored",
            "rid",
            "row = ? AND table_no = ?",
            (row, number),
            lambda text: _blank_unborn(spec, text, cutoff),
        )
        self._conflicts(spec, row, cutoff)

    def _conflicts(self, spec: Personal, row: bytes, cutoff: int) -> None:
        numbers = ", ".join(map(str, spec.numbers))
        for_good = ", ".join(map(str, sorted(spec.for_good))) or "NULL"
        self._run(
            "UPDATE conflict SET lost_value = NULL, closed_at = coalesce(closed_at, ?) "
            f"WHERE table_no = ? AND row = ? AND field IN ({numbers}) "
            f"AND lost_value IS NOT NULL AND (lost_stamp <= ? OR field IN ({for_good}))",
            (now_ms(), spec.table.number, row, cutoff),
        )

    def _rewrite(
        self,
        table: str,
        column: str,
        key: str,
        condition: str,
        parameters: tuple[Any, ...],
        blanked: Callable[[Any], Any],
    ) -> None:
        found = self._run(
            f"SELECT {key}, {column} FROM {table} WHERE {condition} AND {column} IS NOT NULL",
            parameters,
        ).all()
        for rowid, stored in found:
            new = blanked(stored)
            if new != stored:
                self._run(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", (new, rowid))

    # The audit trail.

    def audit_of(self, spec: Personal, row: bytes, cutoff: int) -> dict[int, int]:
        """Return the entries that tell of a row: {rid: cutoff}."""
        found = self._run(
            "SELECT rid FROM audit WHERE row_id = ? AND area = ?", (row, spec.table.name)
        )
        return {rid: cutoff for (rid,) in found}

    def blank_audit(self, cutoffs: Mapping[int, int]) -> Iterator[tuple[int, bytes]]:
        """Blank entries; returns (rid, id) of those that changed."""
        path = f'$."{_CHANGES}"[0]'
        for rid, cutoff in cutoffs.items():
            row_id, area, document, stamp = self._run(
                "SELECT id, area, changes, coalesce(json_extract(_fc, ?), _st) "
                "FROM audit WHERE rid = ?",
                (path, rid),
            ).one()
            spec = personal_of(area)
            if spec is None:
                continue
            self._of_entry(spec, row_id, cutoff)
            new = blank_audit(spec, document, stamp, cutoff)
            if new != document:
                self._run("UPDATE audit SET changes = ? WHERE rid = ?", (new, rid))
                yield rid, row_id

    def _of_entry(self, spec: Personal, row: bytes, cutoff: int) -> None:
        """Blank what is kept of an entry's past: a snapshot brings it blank over one with words."""

        def blanked(document: Any, stamp: int) -> Any:
            return blank_audit(spec, document, stamp, cutoff) if isinstance(document, str) else None

        def blank_fields(text: str) -> str:
            fields = msgspec.json.decode(text)
            if old := fields.get(str(_CHANGES)):
                old[0] = blanked(old[0], int(old[1]))
            return _json(fields)

        def blank_stored(data: bytes) -> bytes:
            stored = unpack_row(data)
            clock, document = stored.registers[_CHANGES]
            stored.registers[_CHANGES] = Register(clock, blanked(document, clock[0]))
            return pack_row(stored)

        of_row, number = "row = ? AND table_no = ?", (row, AUDIT.number)
        self._rewrite("change", "fields", "seq", f"{of_row} AND kind = 2", number, blank_fields)
        self._rewrite("sync_before", "stored", "rowid", of_row, number, blank_stored)

    # Lists of the station.

    def in_lists(self, *, afresh: bool) -> None:
        """Blank ops that wait, and values that lost without their row changing.

        `afresh`: records are newly erased, so that what was looked at before counts too.
        """
        for table in LISTS:
            self._waiting_ops(table, afresh=afresh)
        if afresh:
            # A browser that comes back begins anew.
            self._run(
                "DELETE FROM web_visitors WHERE EXISTS (SELECT 1 FROM erasures AS e "
                "WHERE e.row_id = conversation_id AND created_at <= e.at)"
            )
        lost = self._run(
            "SELECT DISTINCT table_no, row FROM conflict "
            "WHERE closed_at IS NULL AND lost_value IS NOT NULL"
        ).all()
        for number, row in lost:
            spec = PERSONAL.get(number)
            cutoff = self._cutoff(spec, [row, *self._owners(spec, row)]) if spec else None
            if spec and cutoff is not None:
                self._conflicts(spec, row, cutoff)

    def _waiting_ops(self, table: str, *, afresh: bool) -> None:
        cursor = f"erased-{table}"
        last = self._run("SELECT seq FROM cursors WHERE name = ?", (cursor,)).scalar() or 0
        top = self._run(f"SELECT max(rid) FROM {table}").scalar() or 0
        if top <= last and not afresh:
            return
        self._rewrite(table, "groups", "rid", "rid > ?", (0 if afresh else last,), self._blank_ops)
        self._run(
            "INSERT INTO cursors(name, seq) VALUES (?, ?) "
            "ON CONFLICT(name) DO UPDATE SET seq = excluded.seq",
            (cursor, top),
        )
        if table == "sync_aside":
            # Two stations' copies of one may differ until both know of the erasure.
            self._run(
                "DELETE FROM sync_aside WHERE rid NOT IN (SELECT min(rid) FROM sync_aside "
                "GROUP BY dev, seq, groups, reason, closed_at, txn)"
            )

    def _blank_ops(self, data: bytes) -> bytes:
        try:
            groups = decode_groups(data)
        except FrameDamaged:
            return data
        ops = [op for group in groups for op in self._blanked(group)]
        return encode_ops(ops) if any(map(len, groups)) else data

    def _blanked(self, group: Group) -> Iterator[Op]:
        spec = PERSONAL.get(group.table)
        for op in group.ops():
            if group.table == AUDIT.number:
                yield self._blank_audit_op(op)
            elif spec is None:
                yield op
            else:
                values = dict(zip(op.fields, op.values, strict=True))
                named = [values.get(n) for n, name in spec.table.numbered() if name in spec.owners]
                cutoff = self._cutoff(spec, [op.row, *named, *self._owners(spec, op.row)])
                yield op if cutoff is None else blank_op(spec, op, cutoff)

    def _blank_audit_op(self, op: Op) -> Op:
        values = dict(zip(op.fields, op.values, strict=True))
        area, row = values.get(_SUBJECT["area"]), values.get(_SUBJECT["row_id"])
        spec = personal_of(str(area))
        document = values.get(_CHANGES)
        if spec is None or not isinstance(row, bytes) or not isinstance(document, str):
            return op
        cutoff = self._cutoff(spec, [row, *self._owners(spec, row)])
        if cutoff is None:
            return op
        values[_CHANGES] = blank_audit(spec, document, op.stamp, cutoff)
        return op._replace(values=tuple(values[number] for number in op.fields))

    def _owners(self, spec: Personal, row: bytes) -> list[Any]:
        if not spec.owners:
            return []
        found = self._run(
            f"SELECT {', '.join(spec.owners)} FROM {spec.table.name} WHERE id = ?", (row,)
        ).first()
        return list(found or ())

    def _cutoff(self, spec: Personal, ids: list[Value]) -> int | None:
        known = [value for value in ids if isinstance(value, bytes)]
        marks = ", ".join("?" * len(known))
        found = self._run(
            f"SELECT max(cutoff) FROM erasures WHERE row_id IN ({marks})", tuple(known)
        ).scalar()
        return None if found is None else int(found)


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _blank_packed(spec: Personal, data: bytes, cutoff: int) -> bytes:
    row = unpack_row(data)
    blank_values(spec, row, cutoff)
    return pack_row(row)


def _blank_unborn(spec: Personal, text: str, cutoff: int) -> str:
    stored = msgspec.json.decode(text)
    for number in spec.numbers:
        key = str(number)
        stamp = stored["c"].get(key, [0])[0]
        if key in stored["v"] and spec.is_gone(number, stamp, cutoff):
            stored["v"][key] = spec.blanks[number]
    return _json(stored)
