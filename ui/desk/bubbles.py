"""Places the bubbles of a thread: the customer's left, the shop's and its notes right."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from app.conversations import AttachmentView, Author, MessageKind, MessageState, MessageView
from app.core.i18n import _
from db.clock import is_timed
from ui.desk.blocks import Block, CardBlock, FileBlock, ImageBlock, Look, TextBlock
from ui.desk.cards import card_of
from ui.desk.inks import ink, mark, paint_bubble, small_words
from ui.desk.marks import SIDE, Hit, MarkLayout, RowLayout
from ui.desk.texts import author_name, customer_name
from ui.desk.thread_rows import RowKind, ThreadRow
from ui.theme import current_tokens, sized
from ui.widgets import paint_avatar
from ui.widgets.format import local

_FACE: Final = 32.0
_GUTTER: Final = SIDE + _FACE + 8
_WIDEST: Final = 560.0
_PAD_X: Final = 12.0
_PAD_Y: Final = 8.0
_LABEL: Final = 20.0
_FOOTER: Final = 16.0
_TICKS: Final[Mapping[MessageState, tuple[str, str]]] = {
    MessageState.QUEUED: ("clock", "text_muted"),
    MessageState.SENDING: ("clock", "text_muted"),
    MessageState.SENT: ("check", "text_muted"),
    MessageState.DELIVERED: ("check-double", "text_muted"),
    MessageState.READ: ("check-double", "accent"),
    MessageState.FAILED: ("warning", "danger"),
    MessageState.UNKNOWN: ("help", "warning"),
}


def lay_out(
    row: ThreadRow,
    width: int,
    files: Mapping[bytes, AttachmentView],
    customer: str,
    seed: str,
    me: bytes | None,
) -> RowLayout:
    """Measure a row for a view of `width` pixels; `seed` gives the customer's colour."""
    message = row.message
    if message is None or row.kind is RowKind.EVENT:
        return MarkLayout(row, width)
    if message.deleted:
        who = author_name(message.author, message.staff_name, customer)
        return MarkLayout(row, width, _("{who} recalled a message").format(who=who))
    return BubbleLayout(row, message, width, files, customer, seed, me)


class BubbleLayout:
    """A message of the customer (left), of the shop (right), or a note (right, yellow)."""

    def __init__(
        self,
        row: ThreadRow,
        message: MessageView,
        width: int,
        files: Mapping[bytes, AttachmentView],
        customer: str,
        seed: str,
        me: bytes | None,
    ) -> None:
        self._row, self._message, self._customer, self._seed = row, message, customer, seed
        self._left = message.author is Author.CUSTOMER
        room = min(_WIDEST, width - _GUTTER - (SIDE if self._left else 40.0)) - 2 * _PAD_X
        self._block = _block(row, message, files, max(80.0, room))
        self._bare = isinstance(self._block, ImageBlock)
        self._label = self._label_text(me)
        written = local(message.at)
        # strftime would import a module each time.
        known = is_timed(message.at)
        self._time = f"{written.hour:02}:{written.minute:02}" if known else ""
        self._footer_width = self._footer()
        self._place(width, max(80.0, room))

    def _label_text(self, me: bytes | None) -> str:
        """Who wrote, where that is not clear from the side."""
        message = self._message
        if not self._row.first or self._left:
            return ""
        if message.kind is MessageKind.NOTE:
            return _("Note by {name}, not visible to the customer").format(
                name=message.staff_name or _("a colleague")
            )
        if message.automatic or message.author is Author.ROBOT:
            return _("Automatic reply")
        return "" if message.staff_id == me else message.staff_name

    def _place(self, width: int, room: float) -> None:
        top = (12.0 if self._row.first else 3.0) + (_LABEL if self._label else 0.0)
        block, footer = self._block.size, self._footer_width
        pad_x, pad_y = (0.0, 0.0) if self._bare else (_PAD_X, _PAD_Y)
        inner_w, inner_h = block.width(), block.height()
        if isinstance(self._block, TextBlock):
            if self._block.last_line + 10 + footer <= room:
                inner_w = max(inner_w, self._block.last_line + 10 + footer)
            else:
                inner_w, inner_h = max(inner_w, footer), inner_h + _FOOTER
        elif not self._bare:
            inner_h += _FOOTER + 4
        # Whole pixels: the ground is put together of ready pieces.
        w, h = ceil(inner_w + 2 * pad_x), ceil(inner_h + 2 * pad_y)
        x = _GUTTER if self._left else width - SIDE - w
        self.bubble = QRectF(x, top, w, h)
        self._content = QPointF(x + pad_x, top + pad_y)
        bottom = top + h
        self._retry = QRectF()
        if self._message.state in {MessageState.FAILED, MessageState.UNKNOWN}:
            self._retry = QRectF(max(SIDE, width - SIDE - 320), bottom + 2, 320, 20)
            bottom += 24
        self.height = round(bottom + (1 if not self._row.last else 2))

    # --- painting -------------------------------------------------------------------------

    def paint(self, painter: QPainter, at: QPointF, look: Look) -> None:
        bubble = self.bubble.translated(at)
        if self._left and self._row.last:
            face = QRectF(at.x() + SIDE, bubble.bottom() - _FACE, _FACE, _FACE)
            paint_avatar(painter, face, customer_name(self._customer), self._seed)
        if self._label:
            self._paint_label(painter, bubble)
        if not self._bare:
            tail = self._row.last
            paint_bubble(painter, bubble.toRect(), self._kind(), left=self._left, tail=tail)
        self._block.paint(painter, at + self._content, look)
        self._paint_footer(painter, bubble)
        if not self._retry.isNull():
            self._paint_retry(painter, at)

    def _paint_label(self, painter: QPainter, bubble: QRectF) -> None:
        tokens = current_tokens()
        painter.setFont(sized(tokens.text_xs))
        painter.setPen(QColor(tokens.text_muted))
        area = QRectF(0, bubble.top() - _LABEL, bubble.right(), _LABEL - 2)
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(area, flags, self._label)

    def _kind(self) -> str:
        if self._message.kind is MessageKind.NOTE:
            return "note"
        return "in" if self._left else "out"

    def _footer(self) -> float:
        """Width of time and tick."""
        width = small_words(self._time).size().width()
        return width + (18 if self._tick() else 0)

    def _tick(self) -> tuple[str, str] | None:
        return _TICKS[self._message.state] if not self._left and self._message.public else None

    def _paint_footer(self, painter: QPainter, bubble: QRectF) -> None:
        tokens = current_tokens()
        pad = _PAD_X if not self._bare else 8.0
        area = QRectF(0, 0, self._footer_width, 15)
        area.moveBottomRight(bubble.bottomRight() - QPointF(pad - 2, 6))
        if self._bare:
            painter.setPen(Qt.PenStyle.NoPen)
            ground = QColor(tokens.raised)
            ground.setAlpha(210)
            painter.setBrush(ground)
            painter.drawRoundedRect(area.adjusted(-6, -2, 6, 2), 9, 9)
        painter.setFont(sized(tokens.text_xs - 1))
        painter.setPen(ink("text_muted"))
        words = small_words(self._time)
        down = (area.height() - words.size().height()) / 2
        painter.drawStaticText(area.topLeft() + QPointF(0, down), words)
        if tick := self._tick():
            ratio = painter.device().devicePixelRatioF()
            place = QPointF(area.right() - 14, area.top() + 0.5)
            painter.drawPixmap(place, mark(tick[0], 14, tick[1], ratio))

    def _paint_retry(self, painter: QPainter, at: QPointF) -> None:
        tokens = current_tokens()
        unknown = self._message.state is MessageState.UNKNOWN
        why = _("It is not known whether it was sent.") if unknown else _("Not sent.")
        text = why + " " + _("Send again")
        painter.setFont(sized(tokens.text_xs))
        painter.setPen(QColor(tokens.warning if unknown else tokens.danger))
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(self._retry.translated(at), flags, text)

    # --- pointing -------------------------------------------------------------------------

    def hit(self, point: QPointF) -> Hit:
        if self._retry.contains(point):
            return "retry"
        if not self.bubble.contains(point):
            return ""
        if isinstance(self._block, TextBlock):
            return "text"
        if isinstance(self._block, ImageBlock):
            return "image"
        return "file" if isinstance(self._block, FileBlock) else ""

    def text_position(self, point: QPointF) -> int | None:
        if not isinstance(self._block, TextBlock):
            return None
        return self._block.position_at(point - self._content)


def _block(
    row: ThreadRow, message: MessageView, files: Mapping[bytes, AttachmentView], room: float
) -> Block:
    file = files.get(message.attachment_id) if message.attachment_id else None
    if message.kind is MessageKind.IMAGE and message.attachment_id:
        return ImageBlock(file)
    if message.kind is MessageKind.FILE:
        return FileBlock(file, message.text)
    if (card := card_of(row)) is not None:
        return CardBlock(card, min(320.0, room))
    text = message.text or _("(empty message)")
    return TextBlock(text, sized(current_tokens().text_m), room)
