"""What one does with a customer's card; tags, notes and fields can be taken back by Ctrl+Z."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.core.i18n import _
from app.customers import CustomerCard, TagView
from ui.customers.fields import field_title

if TYPE_CHECKING:
    from app.core.undo import Undo
    from app.sync.disputes import Dispute
    from ui.shell.plugs import UiContext


class CardActions(QObject):
    """Writes for the card that is shown; `written` tells it to read again."""

    written = Signal()

    def __init__(self, context: UiContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context, services = context, context.services
        self._customers, self._tags, self._disputes = (
            services.customers,
            services.tags,
            services.disputes,
        )

    def tag(self, card: CustomerCard, tag: TagView, *, on: bool) -> None:
        """Put a tag on, or take it off."""
        verb = self._tags.add if on else self._tags.remove
        what = _("tag “{tag}” of {name}").format(tag=tag.name, name=_name(card))
        said = "" if on else _("Tag “{tag}” removed.").format(tag=tag.name)
        self._do(partial(verb, card.id, tag.id), self._tags.take_back, what, said)

    def change(self, card: CustomerCard, field: str, value: str) -> None:
        """Change a field."""
        what = _("“{field}” of {name}").format(field=field_title(field), name=_name(card))
        work = partial(self._customers.change, card.id, **{field: value})
        self._do(work, self._customers.take_back, what)

    def add_note(self, card: CustomerCard, text: str) -> None:
        """Leave a note."""
        self._write(partial(self._customers.add_note, card.id, text))

    def delete_note(self, card: CustomerCard, note_id: bytes) -> None:
        """Delete a note."""
        what = _("note on {name}").format(name=_name(card))
        work = partial(self._customers.delete_note, note_id)
        self._do(work, self._customers.take_back_note, what, _("Note deleted."))

    def merge(self, card: CustomerCard, other: bytes) -> None:
        """Let the card take over another customer's."""
        self._write(partial(self._customers.merge, card.id, other))

    def settle(self, dispute: Dispute, *, take_lost: bool) -> None:
        """Choose between two values of a field."""
        self._write(partial(self._disputes.choose, dispute, take_lost=take_lost))

    def _do(
        self,
        work: Callable[[], Undo | None],
        take_back: Callable[[Undo], object],
        what: str,
        said: str = "",
    ) -> None:
        def done(undo: Undo | None) -> None:
            if undo is not None:
                self._context.undoing.offer(what, partial(take_back, undo), said=said)
            self.written.emit()

        self._context.jobs.run(self, work, done, lane="write")

    def _write(self, work: Callable[[], object]) -> None:
        self._context.jobs.run(self, work, self._on_written, lane="write")

    def _on_written(self, _result: object) -> None:
        self.written.emit()


def _name(card: CustomerCard) -> str:
    return card.shown_name or _("Visitor")
