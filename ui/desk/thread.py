"""The thread of the open conversation with what floats over it: find, jump, typing."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QMenu, QPushButton, QWidget

from app.conversations import (
    ConversationContext,
    FoundMessage,
    MessageKind,
    MessageView,
    OpenedThread,
)
from app.core.i18n import _, ngettext
from app.core.permissions import Permission
from ui.desk.find_bar import FindBar
from ui.desk.images import Thumbnails
from ui.desk.message_files import MessageFiles
from ui.desk.texts import customer_name
from ui.desk.thread_delegate import ThreadDelegate
from ui.desk.thread_list import ThreadList
from ui.desk.thread_loader import ThreadLoader
from ui.desk.thread_model import ThreadModel
from ui.desk.thread_rows import ThreadRow
from ui.theme import icon, role, theme_signals
from ui.widgets import stack_vertically

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext

_READ_MS: Final = 500


class Thread(QWidget):
    """`quoted` offers a text to the composer, `phrase_wanted` one to the phrase library.

    `check_wanted` carries an agent's message whose reception somebody wants judged.
    """

    quoted = Signal(str)
    phrase_wanted = Signal(str)
    check_wanted = Signal(object)

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self._service, self._jobs = context.services.conversations, context.jobs
        self._conversation: ConversationContext | None = None
        self._below = 0
        self.thumbnails = Thumbnails(context.services.attachments, context.jobs, self)
        self.delegate = ThreadDelegate(self.thumbnails)
        self.model = ThreadModel()
        self.list = ThreadList(self.model, self.delegate)
        self.loader = ThreadLoader(context, self.model, self.list, self.delegate)
        self.finder = FindBar(context)
        self.files = MessageFiles(context, self, self.delegate)
        self._reading = QTimer(self, singleShot=True, interval=_READ_MS)
        self._build()
        self._connect()

    def _build(self) -> None:
        self.typing = role(QLabel(), "hint")
        self.typing.setObjectName("typing")
        self.typing.setContentsMargins(20, 2, 16, 4)
        self.typing.hide()
        layout = stack_vertically(self, self.finder, self.list, self.typing)
        layout.setStretchFactor(self.list, 1)
        self.below = _floating(self.list, _("To the newest message"))
        self.above = _floating(self.list, _("To the first unread message"))
        self.list.installEventFilter(self)
        theme_signals().changed.connect(self._tint)
        self._tint()

    def _connect(self) -> None:
        self.below.clicked.connect(self.loader.to_present)
        self.above.clicked.connect(self._to_unread)
        self.loader.came.connect(self._on_came)
        self.list.end_reached.connect(self._on_end)
        self.list.image_clicked.connect(self.files.open_image)
        self.list.file_clicked.connect(self.files.save_file)
        self.list.retry_clicked.connect(self._retry)
        self.list.menu_wanted.connect(self._open_menu)
        self.list.verticalScrollBar().valueChanged.connect(self._show_above)
        self.finder.found.connect(self._on_found)
        self.finder.closed.connect(self.list.setFocus)
        self.thumbnails.arrived.connect(self._repaint)
        self._reading.timeout.connect(self._mark_read)

    # --- showing --------------------------------------------------------------------------

    def show_conversation(
        self,
        conversation: ConversationContext | None,
        opened: OpenedThread | None = None,
    ) -> None:
        """Open another conversation, or none; `opened` is what was read of it already."""
        member = self._context.services.staff.current
        self.delegate.me = member.id if member else None
        self._conversation, self._below = conversation, 0
        self._on_found([], None)
        self.finder.show_conversation(conversation.conversation_id if conversation else None)
        self.loader.open(conversation, opened)
        self.set_typing(False)
        self._on_end(True)
        self._show_above()
        self._reading.start() if conversation else self._reading.stop()

    def set_typing(self, on: bool) -> None:
        """Say that the customer is typing, or no longer."""
        if on and self._conversation is not None:
            name = customer_name(self._conversation.customer_name)
            self.typing.setText(_("{name} is typing…").format(name=name))
        self.typing.setVisible(on and self._conversation is not None)

    def jump_to(self, message_id: bytes) -> None:
        """Show one message of the conversation, e.g. from a search."""
        if found := self._service.messages([message_id]):
            self.loader.jump_to(message_id, found[0].at)
            text = found[0].text
            self.delegate.selection = (message_id, (0, len(text))) if text else None
            self.list.viewport().update()

    def answered(self) -> None:
        """The agent has written: what was new is no longer marked."""
        self.model.clear_unread_mark()
        self.loader.to_present()

    def _mark_read(self) -> None:
        if self._conversation is None or not self.isVisible() or not self.window().isActiveWindow():
            return
        here = self._conversation.conversation_id
        self._jobs.run(self, partial(self._service.mark_read_by_agent, here), lane="write")

    def note_change(self) -> None:
        """Something was written here: it counts as read once it was on the screen a moment."""
        if self._conversation is not None and self.list.at_end:
            self._reading.start()

    # --- floating buttons -----------------------------------------------------------------

    def _on_came(self, count: int) -> None:
        self._below += count
        self._on_end(self.list.at_end)

    def _on_end(self, at_end: bool) -> None:
        at_end = at_end and self.loader.at_present
        if at_end:
            self._below = 0
            self.note_change()
        self.below.setVisible(not at_end and self.model.rowCount() > 0)
        if at_end:
            return
        count = self._below
        words = ngettext("{n} new message", "{n} new messages", count).format(n=count)
        self.below.setText(words if count else "")
        self._place()

    def _show_above(self) -> None:
        number = self.model.row_of(b"unread")
        if number < 0:
            self.above.hide()
            return
        area = self.list.visualRect(self.model.index(number))
        self.above.setText(_("New messages"))
        self.above.setVisible(area.bottom() < 0)
        self._place()

    def _to_unread(self) -> None:
        if (number := self.model.row_of(b"unread")) >= 0:
            self.list.scrollTo(self.model.index(number), self.list.ScrollHint.PositionAtTop)
        self._show_above()

    def _place(self) -> None:
        if self.below.isHidden() and self.above.isHidden():
            return
        for button in (self.below, self.above):
            button.adjustSize()
        right = self.list.viewport().width() - 16
        down = self.list.height() - self.below.height() - 12
        self.below.move(right - self.below.width(), down)
        self.above.move((self.list.viewport().width() - self.above.width()) // 2, 12)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    # --- search ---------------------------------------------------------------------------

    def _on_found(self, hits: Sequence[FoundMessage], current: FoundMessage | None) -> None:
        self.delegate.hits = {hit.id: hit.spans for hit in hits}
        self.delegate.current_hit = (current.id, current.spans[0]) if current else None
        if current is not None:
            self.loader.jump_to(current.id, current.at)
        self.list.viewport().update()

    # --- one message ----------------------------------------------------------------------

    def _open_menu(self, row: ThreadRow, at: QPoint) -> None:
        message = row.message
        if message is None or message.kind is MessageKind.EVENT or message.deleted:
            return
        menu = QMenu(self)
        text = self.list.selected_text() or message.text
        if text:
            menu.addAction(icon("copy"), _("Copy"), partial(_copy, text))
            menu.addAction(icon("quote"), _("Quote"), partial(self.quoted.emit, text))
        if text and message.staff_id is not None and message.kind is MessageKind.TEXT:
            menu.addAction(
                icon("phrases"), _("Save as a phrase…"), partial(self.phrase_wanted.emit, text)
            )
        if self._judgeable(message):
            wish = partial(self.check_wanted.emit, message)
            menu.addAction(icon("clipboard"), _("Take into quality checks…"), wish)
        if message.attachment_id is not None:
            menu.addAction(icon("download"), _("Save as…"), partial(self.files.save_file, message))
        if self._recallable(message):
            menu.addAction(icon("undo"), _("Recall"), partial(self._recall, message))
        if not menu.isEmpty():
            menu.exec(at)
        menu.deleteLater()

    def _judgeable(self, message: MessageView) -> bool:
        may = self._context.services.staff.may(Permission.SEE_TEAM_STATS)
        return may and message.staff_id is not None and message.kind is not MessageKind.NOTE

    def _recallable(self, message: MessageView) -> bool:
        return self._service.recallable(message)

    def _recall(self, message: MessageView) -> None:
        self._jobs.run(self, partial(self._service.recall, message.id), lane="write")

    def _retry(self, message: MessageView) -> None:
        self._jobs.run(self, partial(self._service.retry, message.id), lane="write")

    def _repaint(self, _attachment: bytes) -> None:
        self.list.viewport().update()

    def _tint(self) -> None:
        self.below.setIcon(icon("arrow-down"))
        self.above.setIcon(icon("arrow-up"))


def _copy(text: str) -> None:
    QGuiApplication.clipboard().setText(text)


def _floating(over: QWidget, name: str) -> QPushButton:
    button = role(QPushButton(over), "")
    button.setObjectName("floating")
    button.setAccessibleName(name)
    button.setToolTip(name)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.hide()
    return button
