"""What may be drawn for a week: receptions of real exchange, with why they are worth a look."""

from __future__ import annotations

from typing import Any, Final

from app.core.settings import Settings
from app.quality.sampling import Candidate
from app.quality.settings import (
    BAD_LEVEL,
    BAD_RATING_WEIGHT,
    LONG_WAIT_S,
    LONG_WAIT_WEIGHT,
    RANDOM_WEIGHT,
)
from db.models import CheckReason

_TALKS: Final = """
SELECT p.agent_id, p.conversation_id, min(p.starts_at), max(p.ends_at),
  max((SELECT max(t.answered_at - t.asked_at) FROM stats_turns t
       WHERE t.part = p.rid AND t.kind <> 2)),
  (SELECT min(s.level) FROM satisfaction s
   WHERE s.conversation_id = p.conversation_id AND s._del = 0)
FROM stats_parts p JOIN conversations c ON c.id = p.conversation_id AND c._del = 0
WHERE p.ends_at >= ? AND p.starts_at < ? AND p.agent_id IS NOT NULL AND p.agent_id <> x''
GROUP BY p.agent_id, p.conversation_id
HAVING sum(p.customer_messages) > 0 AND sum(p.agent_messages) > 0
"""

_RECEPTION: Final = """
SELECT starts_at, ends_at FROM stats_parts
WHERE conversation_id = ? AND agent_id = ? ORDER BY ends_at < ?, ends_at LIMIT 1
"""


def candidates(run: Any, start: int, end: int, settings: Settings) -> list[Candidate]:
    """The conversations of `[start, end)` by agent; the facts must be up to date."""
    long_ms = settings.get(LONG_WAIT_S) * 1000
    weights = {
        CheckReason.RANDOM: settings.get(RANDOM_WEIGHT),
        CheckReason.LONG_WAIT: settings.get(LONG_WAIT_WEIGHT),
        CheckReason.BAD_RATING: settings.get(BAD_RATING_WEIGHT),
    }
    found = []
    for agent, talk, starts, ends, wait, level in run.execute(_TALKS, (start, end)).fetchall():
        reason = CheckReason.RANDOM
        if level is not None and level <= BAD_LEVEL:
            reason = CheckReason.BAD_RATING
        elif wait is not None and wait > long_ms:
            reason = CheckReason.LONG_WAIT
        found.append(Candidate(agent, talk, starts, ends, reason, weights[reason]))
    return found


def reception(run: Any, talk: bytes, agent: bytes, at: int) -> tuple[int, int] | None:
    """When the agent's reception in a conversation was that lasted at, or followed, a moment."""
    found = run.execute(_RECEPTION, (talk, agent, at)).fetchone()
    return None if found is None else (found[0], found[1])
