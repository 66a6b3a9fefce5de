"""A conversation to be read and spoken about, not answered: nothing is marked as read here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QListView, QStackedWidget

from app.conversations import ConversationContext, Conversations, MessageKind, MessageView
from app.core.i18n import _, ngettext
from ui.desk.images import Thumbnails
from ui.desk.inks import mark
from ui.desk.message_files import MessageFiles
from ui.desk.thread_delegate import ThreadDelegate
from ui.desk.thread_list import ThreadList
from ui.desk.thread_loader import ThreadLoader
from ui.desk.thread_model import Index, ThreadModel, ThreadRole
from ui.desk.thread_rows import ThreadRow
from ui.theme import current_tokens, sized
from ui.widgets import EmptyState

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext

_PIN: Final = 22.0
_ROUND: Final = 10.0


def _read(service: Conversations, here: bytes, start: int) -> tuple[Any, MessageView | None]:
    context = service.context(here)
    first = service.after(here, (start - 1, b"\xff" * 16), limit=1)
    return context, first[0] if first else None


class _Model(ThreadModel):
    """Says how many comments a message has."""

    def __init__(self) -> None:
        super().__init__()
        self.pins: Mapping[bytes, int] = {}

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        said = super().data(index, role)
        if isinstance(said, str) and (count := self.pins.get(self.rows[index.row()].key)):
            said += ", " + ngettext("{n} comment", "{n} comments", count).format(n=count)
        return said


class _Delegate(ThreadDelegate):
    """Marks the chosen message and those somebody said something about."""

    def __init__(self, thumbnails: Thumbnails, model: _Model) -> None:
        super().__init__(thumbnails)
        self._model = model
        self.chosen = b""

    def paint_row(self, painter: QPainter, corner: QPointF, row: ThreadRow) -> int:
        height = super().paint_row(painter, corner, row)
        bubble = getattr(self.layout_of(row), "bubble", None)
        if isinstance(bubble, QRectF):
            bubble = bubble.translated(corner)
            if row.key == self.chosen:
                _paint_frame(painter, bubble)
            if count := self._model.pins.get(row.key):
                _paint_pin(painter, bubble, count, left=bubble.left() > self.width / 2)
        return height


class _List(ThreadList):
    """A click chooses a message; Enter, or the menu, asks for words about it."""

    chosen = Signal(object)
    note_wanted = Signal()

    def __init__(self, model: _Model, delegate: _Delegate) -> None:
        self._marks = delegate  # The view tells of its current row while it is being made.
        super().__init__(model, delegate)

    def message(self) -> MessageView | None:
        """The chosen message, None where it is no message people wrote."""
        row = self.currentIndex().data(ThreadRole.ROW)
        message = row.message if isinstance(row, ThreadRow) else None
        return None if message is None or message.kind is MessageKind.EVENT else message

    def currentChanged(self, current: Index, previous: Index) -> None:
        QListView.currentChanged(self, current, previous)
        message = self.message()
        self._marks.chosen = message.id if message else b""
        self.viewport().update()
        self.chosen.emit(message)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid():
            self.setCurrentIndex(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        message = self.message()
        if enter and message is not None and message.attachment_id is None:
            self.note_wanted.emit()
        else:
            super().keyPressEvent(event)


class Transcript(QStackedWidget):
    """`chosen` carries the message (or None) somebody chose, `note_wanted` asks to speak of it."""

    chosen = Signal(object)
    note_wanted = Signal()

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context, self._conversation = context, b""
        self.model = _Model()
        thumbnails = Thumbnails(context.services.attachments, context.jobs, self)
        self.delegate = _Delegate(thumbnails, self.model)
        self.list = _List(self.model, self.delegate)
        self.files = MessageFiles(context, self, self.delegate)
        self.loader = ThreadLoader(context, self.model, self.list, self.delegate)
        self._gone = EmptyState("chat", _("This conversation is not here (any more)."))
        self.addWidget(self.list)
        self.addWidget(self._gone)
        self.setFocusProxy(self.list)
        self.list.chosen.connect(self._on_chosen)
        self.list.note_wanted.connect(self.note_wanted)
        self.list.image_clicked.connect(self.files.open_image)
        self.list.file_clicked.connect(self.files.save_file)
        self.list.retry_clicked.connect(self._open_in_desk)
        thumbnails.arrived.connect(self._repaint)

    def show_part(self, conversation_id: bytes, start: int) -> None:
        """Show a conversation from a moment (Unix ms) on."""
        self._conversation = conversation_id
        self.model.pins = {}
        service = self._context.services.conversations
        work = partial(_read, service, conversation_id, start)
        self._context.jobs.run(self, work, self._show, failed=self._failed, key="part")

    def pin(self, counts: Mapping[bytes, int]) -> None:
        """Mark the messages somebody commented on, with how often."""
        self.model.pins = dict(counts)
        self._repaint()

    def go_to(self, message_id: bytes) -> None:
        """Show a message and choose it."""
        found = self._context.services.conversations.messages([message_id])
        if found:
            self.loader.jump_to(message_id, found[0].at)
            self._choose(message_id)

    def message(self) -> MessageView | None:
        """The chosen message."""
        return self.list.message()

    def unchoose(self) -> None:
        """Choose nothing."""
        self.list.setCurrentIndex(self.model.index(-1))

    def scroll_page(self, by: int) -> None:
        """Read on (1) or back (-1) while the keyboard is elsewhere."""
        bar = self.list.verticalScrollBar()
        bar.setValue(bar.value() + by * (bar.pageStep() - bar.singleStep()))

    def _show(self, found: tuple[ConversationContext, MessageView | None]) -> None:
        context, first = found
        if context.conversation_id != self._conversation:
            return
        self.setCurrentWidget(self.list)
        self.delegate.chosen = b""
        # Nothing is new here: it was read long ago.
        self.loader.open(replace(context, agent_read_at=context.last_customer_at))
        if first is not None:
            self.loader.jump_to(first.id, first.at)
            number = self.model.row_of(first.id)
            at_top = self.list.ScrollHint.PositionAtTop
            self.list.scrollTo(self.model.index(max(0, number - 1)), at_top)

    def _failed(self, _error: BaseException) -> None:
        self.loader.open(None)
        self.setCurrentWidget(self._gone)

    def _choose(self, message_id: bytes) -> None:
        self.list.setCurrentIndex(self.model.index(self.model.row_of(message_id)))

    def _on_chosen(self, message: MessageView | None) -> None:
        self.chosen.emit(message)

    def _open_in_desk(self, _message: MessageView) -> None:
        self._context.go("desk", self._conversation)

    def _repaint(self, _attachment: bytes = b"") -> None:
        self.list.viewport().update()


def _paint_frame(painter: QPainter, bubble: QRectF) -> None:
    painter.setPen(QPen(QColor(current_tokens().accent), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(bubble.adjusted(-2, -2, 2, 2), _ROUND, _ROUND)


def _paint_pin(painter: QPainter, bubble: QRectF, count: int, *, left: bool) -> None:
    """A note beside the bubble, with its number where there are several."""
    tokens = current_tokens()
    x = bubble.left() - _PIN - 10 if left else bubble.right() + 10
    box = QRectF(x, bubble.top() + 4, _PIN, _PIN)
    painter.setPen(QPen(QColor(tokens.warning), 1))
    painter.setBrush(QColor(tokens.note))
    painter.drawRoundedRect(box, tokens.radius_small, tokens.radius_small)
    if count == 1:
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(box.topLeft() + QPointF(4, 4), mark("note", 14, "warning", ratio))
        return
    painter.setPen(QColor(tokens.warning))
    painter.setFont(sized(tokens.text_xs, strong=True))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(count))
