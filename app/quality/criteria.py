"""The shop's score sheet: the default lines until a supervisor changes them."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.errors import NotFound, UserError
from app.core.i18n import _
from app.core.permissions import Permission
from app.quality.model import Criterion
from app.quality.sheet import LINES, STAGES, Line
from app.staff import StaffService
from db.database import Database
from db.ids import natural_id, new_id
from db.models import QualityCriterion

MAX_NAME = 60
MAX_POINTS = 100
_DEFAULTS = {line.key: line for line in LINES}


class Criteria:
    """Reads and changes the sheet; changing it takes the right to see the team's numbers."""

    def __init__(self, db: Database, staff: StaffService) -> None:
        self._db, self._staff = db, staff

    def sheet(self) -> list[Criterion]:
        """All lines in order, inactive ones too."""
        with self._db.read() as session:
            return criteria_in(session)

    def change_line(
        self,
        criterion_id: bytes,
        *,
        name: str | None = None,
        points: int | None = None,
        active: bool | None = None,
    ) -> None:
        """Rename a line, change what it is worth, or take it out of future checks."""
        self._staff.require(Permission.SEE_TEAM_STATS)
        with self._db.write() as session:
            row = _row(session, criterion_id)
            if name is not None:
                row.name = _named(name)
            if points is not None:
                row.points = _worth(points)
            if active is not None:
                row.active = active

    def add_line(self, stage: str, name: str, points: int) -> bytes:
        """Add a line of the shop's own at the end."""
        self._staff.require(Permission.SEE_TEAM_STATS)
        if stage not in STAGES:
            raise UserError(_("There is no such part of a conversation."), code="bad_stage")
        with self._db.write() as session:
            last = session.scalar(select(func.max(QualityCriterion.position))) or len(LINES)
            row = QualityCriterion(
                id=new_id(), stage=stage, name=_named(name), points=_worth(points),
                position=last + 1,
            )  # fmt: skip
            session.add(row)
            session.flush()
            return row.id


def criteria_in(session: Session) -> list[Criterion]:
    """The sheet as it stands: stored lines, and the defaults nobody has changed."""
    stored = {
        row.id: row
        for row in session.scalars(
            select(QualityCriterion).where(QualityCriterion.deleted.is_(False))
        )
    }
    found: list[tuple[int, Criterion]] = []
    for place, line in enumerate(LINES):
        row = stored.pop(_key(line), None)
        found.append((place, _shown(row) if row else _default(line)))
    found += [(row.position, _shown(row)) for row in stored.values()]
    return [line for _place, line in sorted(found, key=lambda pair: pair[0])]


def criterion_of(session: Session, criterion_id: bytes) -> Criterion:
    """One line; raises `NotFound`."""
    for line in criteria_in(session):
        if line.id == criterion_id:
            return line
    raise NotFound(_("This line of the sheet does not exist (any more)."))


def _key(line: Line) -> bytes:
    return natural_id("quality_criterion", line.key)


def _row(session: Session, criterion_id: bytes) -> QualityCriterion:
    row = session.scalar(select(QualityCriterion).where(QualityCriterion.id == criterion_id))
    if row is not None:
        return row
    for place, line in enumerate(LINES):
        if _key(line) == criterion_id:
            row = QualityCriterion(
                id=criterion_id, key=line.key, stage=line.key, points=line.points, position=place
            )
            session.add(row)
            return row
    raise NotFound(_("This line of the sheet does not exist (any more)."))


def _shown(row: QualityCriterion) -> Criterion:
    line = _DEFAULTS.get(row.key)
    name = row.name or (_(line.name) if line else "")
    hint = row.hint or (_(line.hint) if line and not row.name else "")
    return Criterion(row.id, row.stage, name, hint, row.points, row.active)


def _default(line: Line) -> Criterion:
    return Criterion(_key(line), line.key, _(line.name), _(line.hint), line.points)


def _named(name: str) -> str:
    name = name.strip()
    if not name or len(name) > MAX_NAME:
        raise UserError(_("A name has 1 to {n} characters.").format(n=MAX_NAME), code="bad_name")
    return name


def _worth(points: int) -> int:
    if not 1 <= points <= MAX_POINTS:
        message = _("A line is worth 1 to {n} points.").format(n=MAX_POINTS)
        raise UserError(message, code="bad_points")
    return points
