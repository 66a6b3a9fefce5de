"""Why is this value here: who set a field, when and at which station, and what it took over from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.i18n import _
from db.clock import stamp_ms
from db.database import Database
from db.models import AuditEntry, Base, Conflict, Staff
from db.registry import BY_NAME, SyncTable
from db.sync.tables import parse_clocks
from db.sync.witness import teller_of_field, tellers_of_births

OPERATORS: Final = frozenset({"", "cli"})


@dataclass(frozen=True, slots=True)
class Step:
    """A value of a field. `at` is UTC ms; `who` is empty for the program or an import.

    `lost` marks a value that another station's edit, made at the same time, took the place of.
    """

    at: int
    who: str
    station: str
    value: Any
    before: Any = None
    lost: bool = False


class FieldHistory:
    """Reads the audit trail, the row's own clocks and the values that lost."""

    def __init__(self, db: Database, station_name: Callable[[int], str]) -> None:
        """`station_name` turns an incarnation's number into the name of its station."""
        self._db, self._name = db, station_name

    def of(self, table: str, row_id: bytes, field: str) -> list[Step]:
        """Return the values of a row's field, newest first; empty for a row that is not there.

        Tables without an audit trail, and facts out of an import, show the value of now only.
        """
        synced = BY_NAME[table]
        number = next(n for n, name in synced.numbered() if name == field)
        with self._db.read() as session:
            now = self._now(session, synced, row_id, field, number)
            if now is None:
                return []
            steps = [*self._edits(session, synced, row_id, field)]
            if not any(_same_moment(step, now) for step in steps):
                steps.append(now)
            for lost in self._lost(session, synced, row_id, number):
                steps = [step for step in steps if not _same_edit(step, lost)] + [
                    _with_writer(lost, steps)
                ]
        return sorted(steps, key=lambda step: step.at, reverse=True)

    def _now(
        self, session: Session, table: SyncTable, row_id: bytes, field: str, number: int
    ) -> Step | None:
        columns = Base.metadata.tables[table.name].c
        found = session.execute(
            select(columns["_st"], columns["_dv"], columns["_fc"], columns[field]).where(
                columns.id == row_id
            )
        ).one_or_none()
        if found is None:
            return None
        stamp, dev, clocks, value = found
        stamp, dev = (parse_clocks(clocks) or {}).get(str(number), [stamp, dev])
        told = teller_of_field(session.connection(), table.name, row_id, number)
        return Step(stamp_ms(stamp), "", name_both(self._name, dev, told), value)

    def _edits(self, session: Session, table: SyncTable, row_id: bytes, field: str) -> list[Step]:
        entries = session.execute(
            select(
                AuditEntry.id,
                AuditEntry.at,
                AuditEntry.actor,
                AuditEntry.station,
                AuditEntry.changes,
            )
            .where(AuditEntry.row_id == row_id, AuditEntry.area == table.name)
            .where(AuditEntry.deleted.is_(False))
        ).all()
        told = tellers_of_births(session.connection(), "audit", [entry.id for entry in entries])
        people = {row.id.hex(): row.name for row in session.execute(select(Staff.id, Staff.name))}
        return [
            Step(
                entry.at,
                people.get(entry.actor, "" if entry.actor in OPERATORS else entry.actor),
                name_both(self._name, entry.station, told.get(entry.id)),
                value=entry.changes[field][1],
                before=entry.changes[field][0],
            )
            for entry in entries
            if entry.changes and field in entry.changes
        ]

    def _lost(self, session: Session, table: SyncTable, row_id: bytes, number: int) -> list[Step]:
        lost = session.scalars(
            select(Conflict).where(
                Conflict.table_no == table.number, Conflict.row == row_id, Conflict.field == number
            )
        )
        return [
            Step(stamp_ms(c.lost_stamp), "", self._name(c.lost_dev), c.lost_value, lost=True)
            for c in lost
        ]


def name_both(name: Callable[[int], str], wrote: int, told: int | None) -> str:
    """Name who wrote a value by its clock, and who told it where that is another station."""
    writer, teller = name(wrote), "" if told is None else name(told)
    if teller in {"", writer}:
        return writer
    return _("{station}, as {teller} tells").format(station=writer or "?", teller=teller)


def _same_edit(step: Step, lost: Step) -> bool:
    """The audit entry of the edit whose value lost."""
    near = abs(step.at - lost.at) < 60_000
    return not step.lost and near and (step.value, step.station) == (lost.value, lost.station)


def _with_writer(lost: Step, steps: list[Step]) -> Step:
    """Only the audit entry knows who wrote it, and what was there before."""
    edit = next((step for step in steps if _same_edit(step, lost)), None)
    return lost if edit is None else replace(edit, lost=True)


def _same_moment(step: Step, now: Step) -> bool:
    """The audit entry of the edit that made the value of now: it tells who as well."""
    return step.value == now.value and abs(step.at - now.at) < 60_000
