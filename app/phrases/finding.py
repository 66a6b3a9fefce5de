"""Keeps the lookup in step with the database and ranks by what each person uses."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterable
from typing import Any, Final

from sqlalchemy import Row, Select, select

from app.core.i18n import current_language
from app.phrases.lookup import Answer, Entry, Lookup
from app.phrases.marks import Span
from app.phrases.model import Hits, PhraseFilter
from app.phrases.words import Reading
from app.staff import StaffService
from db.changes import Changes
from db.clock import now_ms
from db.database import Database
from db.models.phrases import Phrase, PhraseGroup, PhraseUse, Scope
from db.tokens import normalise

HALF_LIFE_DAYS: Final = 14.0
MAX_BOOST: Final = 55.0

_DAY_MS: Final = 86_400_000
_BATCH: Final = 500
_TOO_MANY_DEAD: Final = 5_000


class Finder:
    """One lookup per process, filled on first use; thread-safe."""

    def __init__(self, db: Database, staff: StaffService) -> None:
        self._db, self._staff = db, staff
        self._lock = threading.RLock()
        self._lookup: Lookup | None = None
        self._groups: dict[bytes, tuple[str, int]] = {}
        self._uses: dict[bytes, tuple[int, int]] = {}
        self._boosts: dict[bytes, float] = {}
        self._user: bytes | None = None
        self._stale: set[bytes] | None = set()
        self._groups_stale = False
        self._note_lock = threading.Lock()
        self._unsubscribe = db.subscribe(self._note, first=True)

    def close(self) -> None:
        """Stop listening to the database."""
        self._unsubscribe()

    def search(self, query: str, limit: int) -> Answer:
        """The phrases this person may see that fit, best first."""
        with self._lock:
            lookup = self._fresh()
            return lookup.search(query, limit=limit, boosts=self._boosts, allowed=self._sight())

    def hits(self, entry: Entry, filled: str, reading: Reading) -> Hits:
        """What to light up of a phrase that was found."""
        with self._lock:
            lookup = self._fresh()
            return Hits(
                _code_hits(entry.code, reading),
                lookup.lit(entry.title, reading),
                lookup.lit(filled, reading),
            )

    def listed(self, wanted: PhraseFilter) -> list[Entry]:
        """What a list shows: by fit where there is a text, else by group and position.

        Over all groups, phrases in the window's language stand before those in others.
        """
        with self._lock:
            lookup, sight = self._fresh(), self._sight()
            if wanted.text:
                answer = lookup.search(wanted.text, limit=1000, boosts={}, allowed=sight)
                entries: Iterable[Entry] = (found.entry for found in answer.found)
            else:
                entries = filter(sight, lookup.all())
                if wanted.group_id is None:
                    own = current_language()[:2]
                    entries = sorted(entries, key=lambda entry: entry.language != own)
            return [entry for entry in entries if _passes(entry, wanted)]

    def entry(self, phrase_id: bytes) -> Entry | None:
        """One phrase, if this person may see it."""
        with self._lock:
            entry = self._fresh().get(phrase_id)
            return entry if entry is not None and self._sight()(entry) else None

    def with_code(self, code: str) -> list[Entry]:
        """The phrases this person may see that answer to a code."""
        with self._lock:
            return list(filter(self._sight(), self._fresh().with_code(code)))

    def group_name(self, group_id: bytes) -> str:
        """The name of a group as of the last look."""
        return self._groups.get(group_id, ("", 0))[0]

    def uses(self, phrase_id: bytes) -> int:
        """How often the person signed in used a phrase here."""
        return self._uses.get(phrase_id, (0, 0))[0]

    def note_use(self, phrase_id: bytes, uses: int, at: int) -> None:
        """Lift a phrase that was just used."""
        with self._lock:
            self._uses[phrase_id] = uses, at
            self._boosts[phrase_id] = boost(uses, at, at)

    # --- keeping up -----------------------------------------------------------------------

    def _note(self, changes: Changes) -> None:
        """Runs on the writing thread: only takes note."""
        if not changes.touches("phrases", "phrase_groups"):
            return
        with self._note_lock:
            ids = changes.ids("phrases")
            if ids is None:
                self._stale = None
            elif self._stale is not None:
                self._stale |= ids
            self._groups_stale = self._groups_stale or changes.touches("phrase_groups")

    def _fresh(self) -> Lookup:
        with self._note_lock:
            stale, self._stale = self._stale, set()
            groups_stale, self._groups_stale = self._groups_stale, False
        before = {group: place for group, (_, place) in self._groups.items()}
        if self._lookup is None or groups_stale or stale is None:
            self._groups = self._read_groups()
        moved = any(self._groups.get(g, ("", p))[1] != p for g, p in before.items())
        lookup = self._lookup
        if lookup is None or stale is None or moved or lookup.dead > _TOO_MANY_DEAD:
            lookup = self._lookup = Lookup()
            self._put(lookup, _phrases())
        else:
            self._renew(lookup, stale, [group for group in self._groups if group not in before])
        self._follow_user()
        return lookup

    def _renew(self, lookup: Lookup, stale: set[bytes], new_groups: list[bytes]) -> None:
        for phrase_id in stale:
            lookup.drop(phrase_id)
        ids = list(stale)
        for start in range(0, len(ids), _BATCH):
            self._put(lookup, _phrases().where(Phrase.id.in_(ids[start : start + _BATCH])))
        if new_groups:
            # By sync a phrase may come before its group; now its place is known.
            self._put(lookup, _phrases().where(Phrase.group_id.in_(new_groups)))

    def _put(self, lookup: Lookup, query: Select[*tuple[Any, ...]]) -> None:
        with self._db.read() as session:
            for row in session.execute(query):
                place = self._groups.get(row.group_id, ("", 0))[1]
                lookup.put(_entry(row, place), row.pinyin)

    def _read_groups(self) -> dict[bytes, tuple[str, int]]:
        query = select(PhraseGroup.id, PhraseGroup.name, PhraseGroup.position).where(
            PhraseGroup.deleted.is_(False)
        )
        with self._db.read() as session:
            return {row.id: (row.name, row.position) for row in session.execute(query)}

    def _follow_user(self) -> None:
        user = self._staff.current.id if self._staff.current else None
        if user == self._user:
            return
        self._user, now = user, now_ms()
        query = select(PhraseUse).where(PhraseUse.staff_id == user)
        with self._db.read() as session:
            self._uses = {u.phrase_id: (u.uses, u.last_at) for u in session.scalars(query)}
        self._boosts = {phrase: boost(n, at, now) for phrase, (n, at) in self._uses.items()}

    def _sight(self) -> Callable[[Entry], bool]:
        me = self._staff.current.id if self._staff.current else None
        groups = self._groups
        return lambda entry: (
            (entry.scope == Scope.SHOP or entry.staff_id == me) and entry.group_id in groups
        )


def boost(uses: int, last_at: int, now: int) -> float:
    """Points for a phrase used often and lately (Unix ms); halves in `HALF_LIFE_DAYS`."""
    age = max(0, now - last_at) / _DAY_MS
    return min(MAX_BOOST, 12 * math.log2(1 + uses)) * math.exp2(-age / HALF_LIFE_DAYS)


def _code_hits(code: str, reading: Reading) -> tuple[Span, ...]:
    folded = normalise(code)
    for word in reading:
        if word.literal and folded.startswith(word.text):
            return ((0, len(word.text)),)
    return ()


def _phrases() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Phrase.rid, Phrase.id, Phrase.group_id, Phrase.code, Phrase.title, Phrase.text,
            Phrase.language, Phrase.step, Phrase.scope, Phrase.staff_id, Phrase.updated_at,
            Phrase.position, Phrase.pinyin,
        )
        .where(Phrase.deleted.is_(False))
        .order_by(Phrase.rid)
    )  # fmt: skip


def _entry(row: Row[Any], group_position: int) -> Entry:
    return Entry(
        row.id, row.group_id, row.code, row.title, row.text, row.language, row.step, row.scope,
        row.staff_id, row.updated_at, (int(row.scope == Scope.MINE), group_position, row.position, row.rid),
    )  # fmt: skip


def _passes(entry: Entry, wanted: PhraseFilter) -> bool:
    return (
        wanted.group_id in {None, entry.group_id}
        and wanted.scope in {None, entry.scope}
        and wanted.step in {None, entry.step}
        and wanted.language in {"", entry.language}
    )
