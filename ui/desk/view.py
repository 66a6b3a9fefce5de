"""The reception desk: inbox, thread and composer, and the side with everything on the customer."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

from app.conversations import ConversationContext, InboxView, OpenedThread, UnknownConversation
from app.core.i18n import _
from ui.desk.colleagues import Colleagues, describe
from ui.desk.composer import Composer
from ui.desk.desk_commands import commands_of
from ui.desk.header import Header
from ui.desk.inbox import Inbox
from ui.desk.inviting import Inviting
from ui.desk.late import LateNotice
from ui.desk.panes import Panes, next_stop
from ui.desk.place import Place
from ui.desk.presence_watch import PresenceWatch
from ui.desk.protocols import PhrasePicker
from ui.desk.side import Side
from ui.desk.thread import Thread
from ui.theme import role
from ui.widgets import EmptyState, stack_vertically

if TYPE_CHECKING:
    from db.changes import Changes
    from ui.shell.plugs import PanelPlug, UiContext

_RECENT: Final = 20
_FOLLOW_MS: Final = 15
_FILL_MS: Final = 1_500


class DeskView(QWidget):
    """The view of the shell; `panels` stand in the order of Alt+1, Alt+2 …"""

    def __init__(
        self,
        context: UiContext,
        panels: Sequence[PanelPlug] = (),
        make_picker: Callable[[QWidget], PhrasePicker] | None = None,
    ) -> None:
        super().__init__()
        self._context, self._service = context, context.services.conversations
        self.conversation: ConversationContext | None = None
        self._recent: deque[bytes] = deque(maxlen=_RECENT)
        self.inbox = Inbox(context)
        self.header = Header(context)
        self.thread_view = Thread(context)
        self.composer = Composer(context, make_picker(self) if make_picker else None)
        self.side = Side(context, panels)
        self.late = LateNotice(context)
        self._presence = PresenceWatch(context.services.channels.presence, self)
        self.colleagues = Colleagues(context.services, self)
        self._place = Place(context, self._come_back_to, self)
        self._following = QTimer(self, singleShot=True, interval=_FOLLOW_MS)
        self._build()
        self._connect()
        self._show_colleagues()
        self.inviting = Inviting(context, self)
        for command in commands_of(self):
            context.commands.register(command)

    def _build(self) -> None:
        self.setObjectName("desk")
        role(self, "surface")
        self.empty = EmptyState(
            "chat",
            _("Choose a conversation"),
            _("The customer who has waited longest comes first."),
            _("Next waiting customer"),
        )
        talk = QWidget()
        talk.setObjectName("talk")
        # Its background hides all beneath: a switch need not paint the whole window behind it.
        talk.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        column = stack_vertically(talk, self.header, self.thread_view, self.composer)
        column.setStretchFactor(self.thread_view, 1)
        self._middle = QStackedWidget()
        self._middle.addWidget(self.empty)
        self._middle.addWidget(talk)
        middle = QWidget()
        stack_vertically(middle, self.late, self._middle).setStretchFactor(self._middle, 1)
        self.panes = Panes(self._context, self.inbox, middle, self.side)
        stack_vertically(self, self.panes)

    def _connect(self) -> None:
        self.inbox.opened.connect(self.open_conversation)
        self.inbox.shown.connect(self.side.fill)
        self.inbox.reply_wanted.connect(self.composer.edit.setFocus)
        self.empty.action.connect(self.open_longest_wait)
        self.header.find_wanted.connect(self.find_here)
        self.header.side_toggled.connect(self.toggle_side)
        self.thread_view.quoted.connect(self.composer.quote)
        self.thread_view.phrase_wanted.connect(partial(self._context.go, "phrases"))
        self.composer.sent.connect(self.thread_view.answered)
        self.composer.typing.connect(self._presence.agent_types)
        self.side.text_offered.connect(self._take_text)
        self.side.go_requested.connect(self._context.go)
        self.late.wanted.connect(self._open_to_reply)
        self._presence.changed.connect(self._on_presence)
        self.colleagues.changed.connect(self._show_colleagues)
        self._context.store.changed.connect(self._on_changed)
        self._following.timeout.connect(self._let_panels_follow)

    # --- what the shell asks --------------------------------------------------------------

    def open_item(self, item: object) -> None:
        """Open a conversation (its id), a message in it (conversation id, message id), or a list."""
        if isinstance(item, InboxView):
            self.inbox.show_view(item)
        elif isinstance(item, bytes):
            self._open_to_reply(item)
        elif isinstance(item, tuple) and len(item) == 2:
            self._open_to_reply(item[0])
            self.thread_view.jump_to(item[1])

    def current_item(self) -> object | None:
        """What is open, to come back to."""
        return self.conversation.conversation_id if self.conversation else None

    def focus_search(self) -> None:
        """Search in the open conversation, or in the inbox while the keyboard is there."""
        focus = QApplication.focusWidget()
        in_inbox = focus is not None and self.inbox.isAncestorOf(focus)
        if self.conversation is None or in_inbox:
            self.inbox.search.setFocus()
            self.inbox.search.selectAll()
        else:
            self.find_here()

    def notice_place(self) -> QWidget:
        """Notices hang over the thread's upper right: composer and inbox stay free."""
        return self.thread_view if self.thread_view.isVisible() else self._middle

    def flush(self) -> None:
        """Hand over what is typed but not yet saved; the desk is about to go."""
        self.composer.drafts.flush()
        self.composer.stop_typing()
        self.colleagues.show_here(None)
        self._place.keep()

    # --- conversations --------------------------------------------------------------------

    def has_conversation(self) -> bool:
        """Whether a conversation is on the screen."""
        return self.conversation is not None and self.isVisible()

    def open_conversation(self, conversation_id: bytes) -> None:
        """Show a conversation; what was typed for the one before stays with that one."""
        if self.conversation is None or self.conversation.conversation_id != conversation_id:
            try:
                screenful = self.thread_view.loader.screenful
                self._show(self._service.open(conversation_id, screenful))
            except UnknownConversation as error:
                self._context.notices.failure(error)
                return
        self.inbox.set_current(conversation_id)
        self.composer.edit.setFocus() if not self.inbox.list.hasFocus() else None

    def _show(self, opened: OpenedThread) -> None:
        context = opened.context
        here = context.conversation_id
        if here in self._recent:
            self._recent.remove(here)
        self._recent.appendleft(here)
        self.conversation = context
        self._middle.setCurrentIndex(1)
        self.composer.recent = tuple(self._recent)
        self.thread_view.show_conversation(context, opened)
        self.composer.show_conversation(context, opened.draft)
        self.header.show_conversation(context)
        self._presence.watch(here)
        self.colleagues.show_here(here)
        self._show_colleagues()
        self._place.note(here)
        # The panels follow once the thread is painted, and only where one stays.
        self._following.start()

    def _come_back_to(self, conversation_id: bytes) -> None:
        if self.conversation is None:
            self.open_conversation(conversation_id)

    def _show_colleagues(self) -> None:
        self.inbox.show_colleagues(self.colleagues.everywhere())
        if self.conversation is not None:
            others = self.colleagues.at(self.conversation.conversation_id)
            self.header.show_colleagues(describe(others), types=any(c.types for c in others))

    def _take_text(self, text: str) -> None:
        # For a moment after a switch the panels still show the customer before.
        if not self._following.isActive():
            self.composer.insert(text)

    def _let_panels_follow(self) -> None:
        self.side.show_conversation(self.conversation)

    def open_longest_wait(self) -> None:
        """Open who has waited longest; a second time, the next after them."""
        rows = self._service.inbox(InboxView.WAITING, limit=2)
        here = self.conversation.conversation_id if self.conversation else None
        others = [row for row in rows if row.id != here]
        if not rows:
            self._context.notices.info(_("Nobody is waiting"))
            return
        self._context.go("desk", None)
        self._open_to_reply((others or rows)[0].id)

    def _open_to_reply(self, conversation_id: bytes) -> None:
        """Open it with the keyboard in the reply, even where the list has it."""
        self.open_conversation(conversation_id)
        self.composer.edit.setFocus()

    def _on_changed(self, changes: Changes) -> None:
        if self.conversation is None:
            return
        if changes.touches("conversations", "customers", "messages", "customer_tags", "tags"):
            self._refresh_context(self.conversation)
        if changes.touches("settings"):
            self.composer.read_settings()
        if changes.touches("messages", "conversations"):
            self.late.look()

    def _refresh_context(self, before: ConversationContext) -> None:
        try:
            now = self._service.context(before.conversation_id)
        except UnknownConversation:
            return
        if now == before:
            return
        self.conversation = now
        self.composer.update_context(now)
        self.header.show_conversation(now)
        if now.status is not before.status:
            # Closing counts as an answer; what was new before it is not when it opens again.
            self.thread_view.model.clear_unread_mark()
        if now.last_customer_at > before.last_customer_at:
            self.thread_view.note_change()
        if now.customer_id != before.customer_id:
            self._following.start()

    def _on_presence(self, online: bool, typing: bool) -> None:
        self.header.set_online(online)
        self.thread_view.set_typing(typing)

    # --- panes ----------------------------------------------------------------------------

    def find_here(self) -> None:
        """Find in the open conversation."""
        if self.conversation is not None:
            self.thread_view.finder.open()

    def show_panel(self, number: int) -> None:
        """Bring a side panel to the front and the keyboard into it."""
        self.side.show()
        self.side.show_panel(number)

    def toggle_inbox(self) -> None:
        """Show or hide the inbox."""
        self.panes.toggle(self.inbox)

    def toggle_side(self) -> None:
        """Show or hide the side."""
        self.panes.toggle(self.side)

    def next_pane(self) -> None:
        """Walk from the inbox to the thread, the composer and the side."""
        stops = [self.inbox.list, self.thread_view.list, self.composer.edit]
        pairs: list[tuple[QWidget, QWidget]] = [(stop, stop) for stop in stops]
        if (target := self.side.focus_target()) is not None:
            pairs.append((self.side, target))
        if (stop := next_stop(pairs)) is not None:
            stop.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape that nothing else wants leads back to the reply."""
        if event.key() == Qt.Key.Key_Escape and self.has_conversation():
            self.composer.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.panes.arrange(self.window().width())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.late.start(True)
        if not event.spontaneous() and self.conversation is None:
            QTimer.singleShot(0, self._place, self._place.come_back)
        # At the latest now, should the inbox have nothing to show.
        QTimer.singleShot(_FILL_MS, self.side, self.side.fill)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.late.start(False)
        self.flush()
