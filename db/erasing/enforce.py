"""Keeps erased what is erased: at the end of every transaction, whoever wrote it.

A late message, an older image, an import or an undo may bring back what was erased. Before it is
committed it is blank again, so that nobody ever sees it, and no log, index or image gets it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection

from db.derived import derive_conversations
from db.erasing.blanking import blank_row, blank_values
from db.erasing.echoes import Echoes
from db.erasing.files import note_files
from db.erasing.late import note_attachment
from db.erasing.lifting import lift_above
from db.erasing.personal import AUDIT, ERASURES, EVERYTHING, PERSONAL, Personal
from db.registry import BY_NAME
from db.search import SEARCHED, forget_words, index_rows
from db.sync.rows import Row, pack_row
from db.sync.tables import Shape, format_clocks, read_rows, shape_of
from db.triggers import PURGED

Covered = dict[int, dict[int, int]]
"""{table number: {rid: stamp up to which it is erased}}."""

_MESSAGES: Final = BY_NAME["messages"].number
_ATTACHMENTS: Final = BY_NAME["attachments"].number
_NUMBERS: Final = {name: number for number, name in BY_NAME["messages"].numbered()}
_TALK: Final = _NUMBERS["conversation_id"]
_FILE: Final = _NUMBERS["attachment_id"]


def enforce_erasures(connection: Connection, txn: int, origin: str) -> dict[str, frozenset[bytes]]:
    """Blank what this transaction brought back, or newly erases; returns {table: ids} of it.

    To be called where there are erasures, when all else is written and noted.
    """
    run = connection.exec_driver_sql
    whole = bool(connection.info.pop(EVERYTHING, False))
    (noting,) = run("SELECT noting FROM txn_context").one()
    run("UPDATE txn_context SET noting = 0")
    # Blank pages, not only blank rows: the file keeps what is merely freed.
    run("PRAGMA secure_delete = ON")
    try:
        return _Enforcing(connection, txn, origin).run(whole=whole)
    finally:
        run("PRAGMA secure_delete = OFF")
        run("UPDATE txn_context SET noting = ?", (noting,))


class _Changed(NamedTuple):
    """A row that is blank now, and what it was, without its words."""

    rid: int
    id: bytes
    row: Row
    before: Row


class _Enforcing:
    def __init__(self, connection: Connection, txn: int, origin: str) -> None:
        self._connection, self._txn, self._origin = connection, txn, origin
        self._run = connection.exec_driver_sql
        self._blanked: dict[str, set[bytes]] = {}
        self._echoes = Echoes(connection)

    def run(self, *, whole: bool) -> dict[str, frozenset[bytes]]:
        """Blank rows first, then their echoes in the station's own lists."""
        if self._origin != "sync":
            lift_above(self._connection, self._txn)
        new = whole or self._has_new_roots()
        covered = self._touched()
        if new:
            _join(covered, self._under_roots(whole=whole))
        for number, cutoffs in covered.items():
            if number in PERSONAL:
                self._blank(PERSONAL[number], cutoffs)
        self._blank_audit(covered.get(AUDIT.number, {}))
        if self._origin == "sync" or new:
            self._echoes.in_lists(afresh=new)
        self._follow()
        return {table: frozenset(ids) for table, ids in self._blanked.items()}

    # Which rows.

    def _has_new_roots(self) -> bool:
        found = self._run(
            "SELECT 1 FROM change WHERE txn = ? AND table_no = ? LIMIT 1", (self._txn, ERASURES)
        )
        return found.first() is not None

    def _touched(self) -> Covered:
        """Rows of this transaction that hang on an erased record."""
        numbers = self._run("SELECT DISTINCT table_no FROM change WHERE txn = ?", (self._txn,))
        found: Covered = {}
        for (number,) in numbers.all():
            if number in PERSONAL:
                spec = PERSONAL[number]
                rows = self._run(
                    f"SELECT t.rid, max(e.cutoff) FROM change AS c CROSS JOIN {spec.table.name} "
                    f"AS t ON t.rid = c.rid CROSS JOIN erasures AS e ON e.row_id IN ({_ids(spec)}) "
                    "WHERE c.txn = ? AND c.table_no = ? GROUP BY t.rid",
                    (self._txn, number),
                )
                found[number] = _cutoffs(rows)
            elif number == AUDIT.number:
                found[number] = self._touched_audit()
        return found

    def _touched_audit(self) -> dict[int, int]:
        found: dict[int, int] = {}
        for spec in PERSONAL.values():
            rows = self._run(
                "SELECT a.rid, max(e.cutoff) FROM change AS c CROSS JOIN audit AS a "
                f"ON a.rid = c.rid AND a.area = ? CROSS JOIN {spec.table.name} AS t "
                f"ON t.id = a.row_id CROSS JOIN erasures AS e ON e.row_id IN ({_ids(spec)}) "
                "WHERE c.txn = ? AND c.table_no = ? GROUP BY a.rid",
                (spec.table.name, self._txn, AUDIT.number),
            )
            found |= _cutoffs(rows)
        return found

    def _under_roots(self, *, whole: bool) -> Covered:
        """All rows that hang on the records which this transaction names, or on any."""
        named = (
            "" if whole else "WHERE rid IN (SELECT rid FROM change WHERE txn = ? AND table_no = ?)"
        )
        roots = f"(SELECT row_id, max(cutoff) AS cutoff FROM erasures {named} GROUP BY row_id)"
        parameters = () if whole else (self._txn, ERASURES)
        found: Covered = {}
        for number, spec in PERSONAL.items():
            cutoffs: dict[int, int] = {}
            for column in ("id", *spec.owners):
                rows = self._run(
                    f"SELECT t.rid, max(e.cutoff) FROM {roots} AS e CROSS JOIN {spec.table.name} "
                    f"AS t ON t.{column} = e.row_id GROUP BY t.rid",
                    parameters,
                )
                for rid, cutoff in rows:
                    cutoffs[rid] = max(cutoff, cutoffs.get(rid, 0))
            if cutoffs:
                found[number] = cutoffs
        return found

    # What becomes of them.

    def _blank(self, spec: Personal, cutoffs: Mapping[int, int]) -> None:
        shape = shape_of(spec.table.number)
        upto: dict[bytes, int] = {}
        changed: list[_Changed] = []
        for rid, row_id, row in list(read_rows(self._connection, shape, "rid", list(cutoffs))):
            before = row.copy()
            upto[row_id] = cutoffs[rid]
            blank_row(spec, row, cutoffs[rid])
            if row != before:
                self._keep_track(spec, before)
                blank_values(spec, before, cutoffs[rid])
                changed.append(_Changed(rid, row_id, row, before))
        if changed:
            self._store(shape, changed)
            self._note(spec, changed)
        for row_id in self._echoes.rows_with(spec, list(upto)):
            self._echoes.of_row(spec, row_id, upto[row_id])
            self._blank_audit(self._echoes.audit_of(spec, row_id, upto[row_id]))

    def _keep_track(self, spec: Personal, row: Row) -> None:
        """What must still be found once the row is blank: the files it names."""
        if spec.table.number == _ATTACHMENTS:
            note_files(self._connection, spec, row)
        elif spec.table.number == _MESSAGES:
            talk, file = row.registers[_TALK].value, row.registers[_FILE].value
            if isinstance(talk, bytes) and isinstance(file, bytes):
                note_attachment(self._connection, talk, file)

    def _store(self, shape: Shape, changed: Sequence[_Changed]) -> None:
        names = ", ".join(f"{shape.names[n]} = ?" for n in shape.numbers)
        self._run(
            f"UPDATE {shape.table.name} SET {names}, _fc = ? WHERE rid = ?",
            [
                (
                    *(one.row.registers[n].value for n in shape.numbers),
                    format_clocks(one.row.clocks()),
                    one.rid,
                )
                for one in changed
            ],
        )

    def _note(self, spec: Personal, changed: Sequence[_Changed]) -> None:
        """Tell the screens; every station blanks by itself, so there is nothing to send."""
        number = spec.table.number
        self._run(
            "INSERT INTO change(txn, table_no, rid, row, kind) VALUES (?, ?, ?, ?, ?)",
            [(self._txn, number, one.rid, one.id, PURGED) for one in changed],
        )
        if self._origin == "sync":
            # Should the erasure turn out not to count, the row is put back; others have its words.
            self._run(
                "INSERT OR IGNORE INTO sync_before(txn, table_no, row, stored) VALUES (?, ?, ?, ?)",
                [(self._txn, number, one.id, pack_row(one.before)) for one in changed],
            )
        self._blanked.setdefault(spec.table.name, set()).update(one.id for one in changed)

    def _blank_audit(self, cutoffs: Mapping[int, int]) -> None:
        for rid, row_id in self._echoes.blank_audit(cutoffs):
            self._run(
                "INSERT INTO change(txn, table_no, rid, row, kind) VALUES (?, ?, ?, ?, ?)",
                (self._txn, AUDIT.number, rid, row_id, PURGED),
            )

    def _follow(self) -> None:
        """What is worked out from the rows: search index, last lines."""
        rids: dict[int, list[int]] = {}
        for number, rid in self._run(
            f"SELECT DISTINCT table_no, rid FROM change WHERE txn = ? AND kind = {PURGED}",
            (self._txn,),
        ).all():
            rids.setdefault(number, []).append(rid)
        for number in rids.keys() & SEARCHED.keys():
            index_rows(self._connection, number, rids[number])
        if rids.keys() & SEARCHED.keys():
            forget_words(self._connection)
        derive_conversations(self._connection, self._conversations(rids.get(_MESSAGES, ())))

    def _conversations(self, messages: Iterable[int]) -> Iterator[bytes]:
        seen = set[bytes]()
        for rid in messages:
            found = self._run("SELECT conversation_id FROM messages WHERE rid = ?", (rid,)).first()
            if found is not None and found[0] not in seen:
                seen.add(found[0])
                yield found[0]


def _cutoffs(rows: Iterable[Any]) -> dict[int, int]:
    return {row[0]: row[1] for row in rows}


def _ids(spec: Personal) -> str:
    return ", ".join(f"t.{column}" for column in ("id", *spec.owners))


def _join(covered: Covered, more: Covered) -> None:
    for number, cutoffs in more.items():
        mine = covered.setdefault(number, {})
        for rid, cutoff in cutoffs.items():
            mine[rid] = max(cutoff, mine.get(rid, 0))
