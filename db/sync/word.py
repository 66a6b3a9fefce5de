"""What stations tell each other of all logs: this one's head, and what the others' heads said."""

from __future__ import annotations

from typing import Final

from db.database import Database
from db.migrate import SCHEMA
from db.sync.heads import Head, Heads
from db.sync.segments import FORMAT
from db.sync.store import Store
from db.sync.surroundings import Surroundings

HEAD_EVERY_MS: Final = 30_000
"""A head that only tells how far the others' logs were read is written at most so often."""
ALIVE_EVERY_MS: Final = 10 * 60_000
"""A station with nothing new says so often that it is there."""


class Word:
    """Hears the others and tells them where this station is."""

    def __init__(self, database: Database, heads: Heads, around: Surroundings, app: str) -> None:
        """`app` is the program's version."""
        self._database, self._heads, self._around, self._app = database, heads, around, app
        self._said: tuple[Head, int] | None = None

    def hear(self) -> None:
        """Take in the heads that are new. Raises `RelayError`."""
        heads = self._heads.read()
        if not heads:
            return
        now = self._around.now_ms()
        with self._database.write("system") as session:
            store = Store(session.connection())
            for dev, head in heads.items():
                store.note_head(dev, now, head.pack())

    def say(self) -> int:
        """Put this station's head where it has something to say; returns how many files."""
        with self._database.read() as session:
            store = Store(session.connection())
            me, devs = store.me(), store.my_devs()
            head = self.head(store)
        if not self._is_worth_saying(head, me.dev):
            return 0
        self._heads.write(me.dev, head, devs - {me.dev})
        self._said = head, me.dev
        return 1

    def head(self, store: Store) -> Head:
        """Return how far this station has every log."""
        vector = {dev: place for dev, place in store.cursors().items() if place.seq}
        for dev in store.my_devs():
            mine = store.last_published(dev)
            if mine.seq > vector.get(dev, mine).seq or (mine.seq and dev not in vector):
                vector[dev] = mine
        places = [vector[dev] for dev in sorted(vector)]
        now = self._around.now_ms()
        return Head(
            vector=places, forks=store.forks(), at=now, app=self._app, reads=FORMAT, schema=SCHEMA
        )

    def _is_worth_saying(self, head: Head, dev: int) -> bool:
        if self._said is None or self._said[1] != dev:
            return True
        said = self._said[0]
        mine = [place for place in head.vector if place.dev == dev]
        if mine != [place for place in said.vector if place.dev == dev]:
            return True
        age = abs(head.at - said.at)
        changed = (head.vector, head.forks) != (said.vector, said.forks)
        return age >= (HEAD_EVERY_MS if changed else ALIVE_EVERY_MS)
