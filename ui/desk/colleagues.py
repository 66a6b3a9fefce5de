"""Who else has a conversation before them: told to the others, and shown where they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal

from app.core.i18n import _, ngettext
from app.sync import Here, is_shared
from ui.store_watcher import NewsWatcher

if TYPE_CHECKING:
    from app.services import Services


class Colleague(NamedTuple):
    """Somebody at another desk; `seed` gives their face its colour."""

    name: str
    seed: str
    types: bool


class Colleagues(QObject):
    """`changed` says that somebody came, went, or began to type. Silent in a shop of one desk."""

    changed = Signal()

    def __init__(self, services: Services, parent: QObject) -> None:
        super().__init__(parent)
        self._services = services
        self._there: dict[bytes, list[Colleague]] = {}
        self._views: bytes | None = None
        self._shared = is_shared(services.db)
        if self._shared:
            news = NewsWatcher(services.sync.subscribe, self)
            news.changed.connect(self._read)
            self._read()

    def show_here(self, conversation_id: bytes | None) -> None:
        """Tell the others which conversation is before the person at this desk."""
        if not self._shared or conversation_id == self._views:
            return
        self._views = conversation_id
        me = self._services.staff.current
        if me is None:
            self._services.sync.show_here(Here())
        else:
            here = Here(me.id, me.shown_name, conversation_id or b"")
            self._services.sync.show_here(here)

    def at(self, conversation_id: bytes) -> list[Colleague]:
        """Return who else has this conversation before them."""
        return self._there.get(conversation_id, [])

    def everywhere(self) -> dict[bytes, list[Colleague]]:
        """Return all conversations that somebody else has before them."""
        return self._there

    def _read(self) -> None:
        me = self._services.staff.current
        there: dict[bytes, list[Colleague]] = {}
        for here in self._services.sync.colleagues():
            if here.views and (me is None or here.staff != me.id):
                colleague = Colleague(here.name, here.staff.hex(), here.types)
                there.setdefault(here.views, []).append(colleague)
        if there != self._there:
            self._there = there
            self.changed.emit()


def describe(colleagues: list[Colleague]) -> str:
    """Say who is here, or rather who types here; empty where nobody is."""
    typing = [c.name for c in colleagues if c.types]
    names = typing or [c.name for c in colleagues]
    if not names:
        return ""
    joined = _(", ").join(names)
    if typing:
        return ngettext("{name} is answering", "{name} are answering", len(names)).format(
            name=joined
        )
    return ngettext("{name} is here too", "{name} are here too", len(names)).format(name=joined)
