"""Notes what the channels refused, for Settings → Channels; a flood makes no flood of notes."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, func, insert, select

from db.clock import now_ms
from db.database import Database
from db.models import ChannelEvent

KEPT: Final = 500
"""Notes kept; older ones are dropped."""
FLUSH_S: Final = 0.5
_MAX_KINDS: Final = 30


@dataclass(frozen=True, slots=True)
class RefusedRequest:
    """One kind of refused request at one time: `times` is how often in half a second."""

    at: int
    channel: str
    kind: str
    detail: str
    times: int


class ChannelLog:
    """Gathers refusals and writes them together, off the thread that met them."""

    def __init__(self, db: Database) -> None:
        self._db, self._lock = db, threading.Lock()
        self._gathered: Counter[tuple[str, str, str]] = Counter()
        self._timer: threading.Timer | None = None

    def add(self, channel: str, kind: str, detail: str = "") -> None:
        """Note a refusal; returns at once."""
        with self._lock:
            key = (channel, kind, detail)
            if key not in self._gathered and len(self._gathered) >= _MAX_KINDS:
                key = (channel, kind, "")
            self._gathered[key] += 1
            if self._timer is None:
                self._timer = threading.Timer(FLUSH_S, self.flush)
                self._timer.name = "kefu-channel-log"
                self._timer.start()

    def flush(self) -> None:
        """Write what was gathered."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = None
            gathered, self._gathered = self._gathered, Counter()
        if gathered:
            self._write(gathered)

    def recent(self, limit: int = 100) -> list[RefusedRequest]:
        """The newest notes first."""
        query = select(ChannelEvent).order_by(ChannelEvent.rid.desc()).limit(limit)
        with self._db.read() as session:
            return [_view(row) for row in session.scalars(query)]

    def clear(self) -> None:
        """Drop all notes."""
        with self._db.write() as session:
            session.execute(delete(ChannelEvent))

    def _write(self, gathered: Counter[tuple[str, str, str]]) -> None:
        now = now_ms()
        rows = [
            {"channel": channel, "at": now, "kind": kind, "detail": f"{times}×{detail}"}
            for (channel, kind, detail), times in gathered.items()
        ]
        with self._db.write("system") as session:
            session.execute(insert(ChannelEvent), rows)
            newest = session.scalar(select(func.max(ChannelEvent.rid))) or 0
            session.execute(delete(ChannelEvent).where(ChannelEvent.rid <= newest - KEPT))


def _view(row: ChannelEvent) -> RefusedRequest:
    times, _, detail = row.detail.partition("×")
    return RefusedRequest(
        row.at, row.channel, row.kind, detail, int(times) if times.isdecimal() else 1
    )
