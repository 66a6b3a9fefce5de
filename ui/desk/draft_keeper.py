"""Keeps what is typed: saved 300 ms after the last key, at once when one leaves."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QTimer

from app.conversations import Conversations, DraftKind
from app.staff import StaffService
from ui.jobs import Jobs

DEBOUNCE_MS: Final = 300
Place = tuple[bytes, DraftKind]


class DraftKeeper(QObject):
    """One draft per conversation and kind; a text never leaves the place it was typed for."""

    def __init__(
        self, conversations: Conversations, staff: StaffService, jobs: Jobs, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._service, self._staff, self._jobs = conversations, staff, jobs
        self._unsaved: dict[Place, str] = {}
        self._saving: dict[Place, str] = {}
        self._timer = QTimer(self, singleShot=True, interval=DEBOUNCE_MS)
        self._timer.timeout.connect(self.flush)

    def note(self, place: Place, text: str) -> None:
        """The text of a place has changed."""
        self._unsaved[place] = text
        self._timer.start()

    def load(self, place: Place, saved: str | None = None) -> str:
        """What was typed there last; `saved` is the draft in the database, if it is known."""
        for kept in (self._unsaved, self._saving):
            if place in kept:
                return kept[place]
        if saved is not None:
            return saved
        draft = self._service.draft(*place)
        return draft.text if draft else ""

    def drop(self, place: Place) -> None:
        """The text is being sent: the sending discards its draft itself."""
        self._unsaved.pop(place, None)
        self._saving[place] = ""

    def sent(self, place: Place) -> None:
        """It was sent."""
        if self._saving.get(place) == "":
            del self._saving[place]

    def flush(self) -> None:
        """Save everything now."""
        self._timer.stop()
        unsaved, self._unsaved = self._unsaved, {}
        member = self._staff.current
        if member is None:
            return
        for place, text in unsaved.items():
            self._saving[place] = text
            work = partial(self._service.save_draft, *place, text, by=member.id)
            done = partial(self._saved, place, text)
            self._jobs.run(self, work, done, lane="write")

    def _saved(self, place: Place, text: str, _nothing: None) -> None:
        if self._saving.get(place) == text:
            del self._saving[place]
