"""How a practice conversation is kept: written as it goes, judged at its end, never lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import msgspec
from sqlalchemy import select, text

from app.core.i18n import N_
from app.training.customer import Line
from app.training.score import OUTCOME_NAMES, Judged, Score
from db.database import Database
from db.models import AttemptKind, TrainingAttempt

TENTHS: Final = 10


class Ended(StrEnum):
    """Ends that no customer brought about; such an attempt is kept and has no points."""

    STOPPED = "stopped"
    CUT_SHORT = "cut_short"


END_NAMES: Final[Mapping[str, str]] = {
    **{str(outcome): name for outcome, name in OUTCOME_NAMES.items()},
    Ended.STOPPED: N_("Stopped by hand"),
    Ended.CUT_SHORT: N_("Cut short: the program was closed"),
}


@dataclass(frozen=True, slots=True)
class Beginning:
    """What is known of an attempt before anything was said."""

    id: bytes
    staff_id: bytes
    scenario: str
    title: str
    seed: int
    english: bool
    conversation_id: bytes
    group_id: bytes | None = None
    assignment_id: bytes | None = None


class Attempts:
    """Writes attempts; `now` in Unix ms is given by whoever runs them."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def begin(self, beginnings: Sequence[Beginning], now: int) -> None:
        """Keep attempts that begin."""
        with self._db.write() as session:
            session.add_all(
                TrainingAttempt(
                    kind=AttemptKind.SCENARIO,
                    started_at=now,
                    **{name: getattr(one, name) for name in Beginning.__slots__},
                )
                for one in beginnings
            )

    def save(self, attempt_id: bytes, lines: Sequence[Line], facts: Mapping[str, str]) -> None:
        """Keep what was said so far."""
        self._set(attempt_id, lines=_plain(lines), parts=_parts((), facts))

    def finish(
        self,
        attempt_id: bytes,
        lines: Sequence[Line],
        facts: Mapping[str, str],
        score: Score,
        now: int,
    ) -> None:
        """Keep a conversation that came to its end, with its score."""
        self._set(
            attempt_id,
            lines=_plain(lines),
            parts=_parts(score.parts, facts),
            total=round(TENTHS * score.total),
            outcome=str(score.outcome),
            ended_at=now,
        )

    def break_off(
        self,
        attempt_id: bytes,
        lines: Sequence[Line],
        facts: Mapping[str, str],
        how: Ended,
        now: int,
    ) -> None:
        """Keep a conversation that was not brought to its end."""
        self._set(
            attempt_id,
            lines=_plain(lines),
            parts=_parts((), facts),
            outcome=str(how),
            ended_at=now,
        )

    def recover(self, now: int) -> int:
        """Name attempts of this station cut short that a sudden end left open; returns how many."""
        with self._db.write() as session:
            here = session.execute(text("SELECT station FROM txn_context")).scalar_one()
            rows = session.scalars(
                select(TrainingAttempt).where(
                    TrainingAttempt.kind == AttemptKind.SCENARIO,
                    TrainingAttempt.ended_at.is_(None),
                    TrainingAttempt.deleted.is_(False),
                    TrainingAttempt.station == here,
                )
            ).all()
            for row in rows:
                row.outcome, row.ended_at = Ended.CUT_SHORT, now
            return len(rows)

    def _set(self, attempt_id: bytes, **values: Any) -> None:
        with self._db.write() as session:
            row = session.scalar(select(TrainingAttempt).where(TrainingAttempt.id == attempt_id))
            # A reset or a colleague may have taken it away meanwhile.
            for name, value in values.items() if row is not None else ():
                setattr(row, name, value)


def _plain(lines: Sequence[Line]) -> Any:
    return msgspec.to_builtins(list(lines), order="deterministic")


def _parts(parts: Sequence[Judged], facts: Mapping[str, str]) -> dict[str, Any]:
    return {"parts": msgspec.to_builtins(list(parts)), "facts": dict(facts)}


def kept_lines(row: TrainingAttempt) -> tuple[Line, ...]:
    """What was said."""
    return tuple(msgspec.convert(row.lines or [], list[Line]))


def kept_parts(row: TrainingAttempt) -> tuple[Judged, ...]:
    """The score's parts; those of a replay stand by themselves."""
    kept = row.parts or []
    return tuple(msgspec.convert(kept["parts"] if isinstance(kept, dict) else kept, list[Judged]))


def kept_facts(row: TrainingAttempt) -> dict[str, str]:
    """The facts of the practice shop that the scenario's texts were filled with."""
    return (
        msgspec.convert(row.parts.get("facts", {}), dict[str, str])
        if isinstance(row.parts, dict)
        else {}
    )
