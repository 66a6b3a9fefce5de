"""The quality score: what supervisors gave for conversations they looked at."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from app.core.i18n import N_
from app.stats.metric import DOMAIN, Area, Good, Metric, Unit
from app.stats.model import Measure, Query
from app.stats.sample import Sample

if TYPE_CHECKING:
    from app.stats.collect import Collector

_CHECKS: Final = (
    "SELECT q.done_at, q.agent_id, coalesce(v.channel, ''), v.customer_id, q.conversation_id, "
    "q.points, q.possible FROM quality_checks q "
    "LEFT JOIN conversations v ON v.id = q.conversation_id "
    "WHERE q.state = 'done' AND q.possible > 0 AND q._del = 0 AND q.done_at >= ? AND q.done_at < ? "
    "ORDER BY q.rid"
)


class Checked(NamedTuple):
    """A finished check: its points of those that were possible."""

    at: int
    agent: bytes
    channel: str
    customer: bytes | None
    conversation: bytes
    points: int
    possible: int

    @property
    def share(self) -> Fraction:
        """The score as a part of 1, exactly."""
        return Fraction(self.points, self.possible)


def read_checks(run: Any, query: Query) -> Iterator[Checked]:
    """The checks finished in the period."""
    for row in run.execute(_CHECKS, (query.start, query.end)).fetchall():
        yield Checked(*row)


def collect_checks(run: Any, within: Collector) -> None:
    """Add the checks to the samples of their agents."""
    for check in read_checks(run, within.query):
        for sample in within.samples(check.agent, check.channel, check.at):
            sample.quality.append(check.share)


def _score(sample: Sample) -> Measure:
    scores = sample.quality
    return Measure(float(sum(scores, Fraction()) / len(scores)) if scores else None, len(scores))


QUALITY: Final = (
    Metric(
        "quality_score",
        N_("Quality score"),
        N_("Mean over quality checks finished in the period: points given ÷ points possible"),
        Unit.SHARE,
        Good.UP,
        DOMAIN,
        Area.TALK,
        _score,
    ),
)
