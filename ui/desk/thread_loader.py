"""Keeps the loaded window of a thread: its end, what is older, a place in the past."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from app.conversations import AttachmentView, ConversationContext, MessageView, OpenedThread
from ui.desk.thread_delegate import ThreadDelegate
from ui.desk.thread_list import ThreadList
from ui.desk.thread_model import ThreadModel
from ui.desk.thread_rows import build_rows

if TYPE_CHECKING:
    from db.changes import Changes
    from ui.shell.plugs import UiContext

FIRST: Final = 40
"""Rows there soon after switching; what fills the screen is there at once."""
PAGE: Final = 120
MOST: Final = 400
_CATCH_UP_MS: Final = 25
_FILL_UP_MS: Final = 40
_LOWEST: Final = 30
"""Height of the lowest row (px): a screen never holds more than its height by this."""


class ThreadLoader(QObject):
    """`came` tells how many customer messages arrived below while one reads further up."""

    came = Signal(int)
    shown = Signal()

    def __init__(
        self, context: UiContext, model: ThreadModel, view: ThreadList, delegate: ThreadDelegate
    ) -> None:
        super().__init__(view)
        self._service, self._files = context.services.conversations, context.services.attachments
        self._jobs, self._model, self._view, self._delegate = context.jobs, model, view, delegate
        self._conversation: ConversationContext | None = None
        self._older = self._newer = self._busy = False
        self._changed: set[bytes] = set()
        self._catching = QTimer(self, singleShot=True, interval=_CATCH_UP_MS)
        self._catching.timeout.connect(self.catch_up)
        self._filling = QTimer(self, singleShot=True, interval=_FILL_UP_MS)
        self._filling.timeout.connect(self._fill_up)
        view.older_wanted.connect(self.load_older)
        view.newer_wanted.connect(self.load_newer)
        context.store.changed.connect(self._on_changed)

    @property
    def at_present(self) -> bool:
        """Whether the window reaches to the newest message."""
        return not self._newer

    @property
    def screenful(self) -> int:
        """How many messages surely fill the screen: so many are read when switching."""
        return min(FIRST, self._view.viewport().height() // _LOWEST + 2)

    def open(
        self,
        conversation: ConversationContext | None,
        opened: OpenedThread | None = None,
    ) -> None:
        """Show the end of a conversation at once, and soon what stands above the screen.

        `opened` is what has been read of it already, `screenful` messages at least.
        """
        self._conversation = conversation
        self._delegate.forget()
        self._changed.clear()
        self._filling.stop()
        self._busy = self._newer = self._older = False
        if conversation is None:
            self._model.show([], "")
            return
        self._delegate.customer = conversation.customer_name
        self._delegate.seed = conversation.customer_id.hex()
        page = opened or self._service.open(conversation.conversation_id, self.screenful)
        self._learn_files(page.messages)
        unread = conversation.last_customer_at > conversation.agent_read_at
        unread_from = conversation.agent_read_at + 1 if unread else None
        all_rows = build_rows(page.messages, unread_from)
        rows = self._view.screenful(all_rows)
        self._older = page.older or len(rows) < len(all_rows)
        self._model.show_rows(rows, conversation.customer_name, unread_from)
        # Scrolled to its end, a screenful would ask for more by itself; the paint comes first.
        self._busy = self._older
        self._view.reset_thread()
        self._filling.start()
        self.shown.emit()

    def _fill_up(self) -> None:
        self._busy = False
        if (missing := FIRST - len(self._model.messages)) > 0:
            self._load_older(missing)

    def load_older(self) -> None:
        """Read the page above the window."""
        self._load_older(PAGE)

    def _load_older(self, limit: int) -> None:
        first = self._model.first
        if self._busy or not self._older or self._conversation is None or first is None:
            return
        self._busy = True
        here = self._conversation.conversation_id
        work = partial(self._read_older, here, first, limit)
        self._jobs.run(self, work, partial(self._show_older, here, limit), key="older")

    def _read_older(
        self, here: bytes, first: tuple[int, bytes], limit: int
    ) -> tuple[list[MessageView], dict[bytes, AttachmentView]]:
        messages = self._service.thread(here, before=first, limit=limit)
        return messages, self._files.find(_attachments(messages))

    def _show_older(
        self, here: bytes, limit: int, read: tuple[list[MessageView], dict[bytes, AttachmentView]]
    ) -> None:
        self._busy = False
        if self._conversation is None or self._conversation.conversation_id != here:
            return
        messages, files = read
        self._older = len(messages) == limit
        self._delegate.files.update(files)
        place = self._view.keep_place()
        self._model.merge(messages)
        self._view.restore_place(place)

    def load_newer(self) -> None:
        """Read the page below a window that lies in the past."""
        if self._newer and self._conversation is not None:
            here = self._conversation.conversation_id
            messages = self._service.after(here, self._model.last, limit=PAGE)
            self._newer = len(messages) == PAGE
            self._take_in(messages)

    def jump_to(self, message_id: bytes, at: int) -> None:
        """Show a message, if need be with another window around it."""
        if self._conversation is None:
            return
        if self._model.row_of(message_id) < 0:
            here, before = self._conversation.conversation_id, (at, b"")
            older = self._service.thread(here, before=before, limit=PAGE // 2)
            newer = self._service.after(here, before, limit=PAGE // 2)
            self._older, self._newer = len(older) == PAGE // 2, len(newer) == PAGE // 2
            self._busy = False
            self._filling.stop()
            self._learn_files([*older, *newer])
            self._model.show([*older, *newer], self._conversation.customer_name)
            self._view.doItemsLayout()
        if (number := self._model.row_of(message_id)) >= 0:
            self._view.reveal(number)

    def to_present(self) -> None:
        """Go to the newest message, reading it if the window lies in the past."""
        if self._newer:
            self.open(self._conversation)
        else:
            self._view.to_end()

    # --- live -----------------------------------------------------------------------------

    def _on_changed(self, changes: Changes) -> None:
        if self._conversation is None or not changes.touches("messages", "attachments"):
            return
        ids = changes.ids("messages")
        known = {message.id for message in self._model.messages}
        self._changed |= known if ids is None else ids & known
        if not self._catching.isActive():
            self._catching.start()

    def catch_up(self) -> None:
        """Take in what was added or changed; bounded by indexes, so at once."""
        if self._conversation is None:
            return
        here = self._conversation.conversation_id
        changed, self._changed = self._changed, set()
        again = self._service.messages(sorted(changed)) if changed else []
        fresh = [] if self._newer else self._service.after(here, self._model.last, limit=MOST)
        if not fresh and not again:
            return
        follow = self._view.at_end
        self._take_in([*again, *fresh])
        if follow and not self._newer:
            self._model.drop_before(MOST)
        customers = sum(m.staff_id is None and m.public for m in fresh)
        if fresh and not follow and customers:
            self.came.emit(customers)

    def _take_in(self, messages: Sequence[MessageView]) -> None:
        self._learn_files(messages)
        self._model.merge(messages)

    def _learn_files(self, messages: Sequence[MessageView]) -> None:
        unknown = [i for i in _attachments(messages) if i not in self._delegate.files]
        if unknown:
            self._delegate.files.update(self._files.find(unknown))


def _attachments(messages: Iterable[MessageView]) -> list[bytes]:
    return [m.attachment_id for m in messages if m.attachment_id is not None]
