"""Collects the judged questions of a period: how long customers waited for answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from app.stats.cutting import TurnKind
from app.stats.local_time import JudgedTime

if TYPE_CHECKING:
    from app.stats.collect import Collector
    from app.stats.collect_talk import Part

_TURNS: Final = (
    "SELECT part, kind, asked_at, CASE WHEN ? THEN last_asked_at ELSE asked_at END, answered_at "
    "FROM stats_turns WHERE asked_at >= ? AND asked_at < ?"
)


def collect_waits(run: Any, within: Collector, parts: Iterable[Part]) -> None:
    """Add the questions asked in these parts to the samples of the collector."""
    query, rules, clock = within.query, within.rules, within.clock
    judged = JudgedTime(clock, rules.judged, rules.breaks)
    known = {part.rid: part for part in parts}
    rows = run.execute(_TURNS, (rules.from_last, query.start, query.end))
    for rid, kind, asked, start, answered in rows:
        part = known.get(rid)
        if part is None or not judged.judged(asked):
            continue
        waited = judged.between(start, max(start, query.now) if answered is None else answered)
        customer, first = part.customer, kind == TurnKind.FIRST
        for sample in within.samples(part.agent, part.channel, asked):
            waits = sample.waits
            if kind == TurnKind.ROBOT:
                waits.robot.append(waited)
            elif answered is None:
                waits.take_waiting(customer, waited, first=first)
            else:
                waits.take_answered(customer, waited, first=first)
                if waited > rules.slow_ms:
                    waits.slow[customer, clock.day(asked)] += 1
