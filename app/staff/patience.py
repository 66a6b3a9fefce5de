"""Makes whoever guesses passwords wait; kept in the home, so that a restart is no way around."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.audit import note_event
from db.clock import now_ms
from db.database import Database
from db.models import LocalSetting

FREE_TRIES: Final = 3
MAX_DELAY_S: Final = 60
"""Never longer, and a try that came too early does not count: nobody can lock another out."""

_KEY: Final = "sign_in.failures"
_KEPT: Final = 200
"""Logins remembered; those tried least are forgotten first."""


class Patience:
    """Counts wrong passwords per login: {login: [count, when the last was]}."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def wait_s(self, login: str) -> int:
        """Whole seconds until the next try is listened to; 0 = now."""
        with self._db.read() as session:
            count, at = (int(part) for part in _failures(session).get(login, (0, 0)))
        if count < FREE_TRIES:
            return 0
        delay = min(MAX_DELAY_S, 1 << min(count - FREE_TRIES + 1, 10))
        # A clock that was put back must not make the wait longer.
        elapsed = now_ms() - at
        return max(0, delay - elapsed // 1000) if elapsed >= 0 else delay

    def note_failure(self, login: str) -> None:
        """Count a wrong password."""
        with self._db.write() as session:
            failures = _failures(session)
            failures[login] = [failures.get(login, (0, 0))[0] + 1, now_ms()]
            spared = sorted(failures.items(), key=lambda entry: entry[1], reverse=True)
            _keep(session, dict(spared[:_KEPT]))
            note_event(session.connection(), "", "sign_in_refused", {"login": login})

    def forget(self, login: str) -> None:
        """The right password came."""
        with self._db.read() as session:
            known = login in _failures(session)
        if known:
            with self._db.write() as session:
                failures = _failures(session)
                failures.pop(login, None)
                _keep(session, failures)


def _failures(session: Session) -> dict[str, Any]:
    value: Any = session.scalar(select(LocalSetting.value).where(LocalSetting.key == _KEY))
    return dict(value) if isinstance(value, dict) else {}


def _keep(session: Session, failures: dict[str, Any]) -> None:
    session.merge(LocalSetting(key=_KEY, value=failures))
