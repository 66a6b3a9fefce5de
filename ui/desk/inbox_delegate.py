"""Paints a conversation in two lines: who and since when, what and how many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from app.conversations import Author, InboxRow
from app.core.i18n import _
from ui.desk.colleagues import Colleague
from ui.desk.inbox_model import InboxRole
from ui.desk.texts import channel_icon, customer_name, preview
from ui.desk.waiting import WaitLimits, clock_colors, now_ms, waited_s
from ui.theme import current_tokens, pixmap, sized
from ui.widgets import paint_avatar, paint_row_ground, paint_tag
from ui.widgets.format import duration, moment

ROW_HEIGHT: Final = 64
_AVATAR: Final = 40
_FACE: Final = 18
_MOST_FACES: Final = 2
_LEAST_TAG: Final = 44
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_ELIDE: Final = Qt.TextElideMode.ElideRight


class InboxDelegate(QStyledItemDelegate):
    """`limits` say from when on a waiting clock warns; the `current` row shows no draft.

    `colleagues` have a conversation before them at another desk.
    """

    def __init__(self) -> None:
        super().__init__()
        self.limits = WaitLimits()
        self.current: bytes | None = None
        self.colleagues: Mapping[bytes, Sequence[Colleague]] = {}

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(200, ROW_HEIGHT)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        row = index.data(InboxRole.ROW)
        if not isinstance(row, InboxRow):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_row_ground(painter, option)
        area: QRect = option.rect.adjusted(12, 10, -12, -10)
        face = QRectF(area.left(), area.top() + 2, _AVATAR, _AVATAR)
        paint_avatar(painter, face, customer_name(row.customer_name), row.customer_id.hex())
        area.setLeft(area.left() + _AVATAR + 10)
        upper = QRect(area.left(), area.top(), area.width(), 22)
        lower = QRect(area.left(), area.top() + 23, area.width(), 21)
        self._upper(painter, upper, row)
        self._lower(painter, lower, row)
        painter.restore()

    def _upper(self, painter: QPainter, area: QRect, row: InboxRow) -> None:
        tokens = current_tokens()
        right = self._time(painter, area, row)
        name = customer_name(row.customer_name)
        font = sized(tokens.text_m, strong=True)
        metrics = QFontMetrics(font)
        free = right - area.left() - 22
        shown = metrics.elidedText(name, _ELIDE, max(40, free))
        painter.setFont(font)
        painter.setPen(QColor(tokens.text))
        painter.drawText(area, _LEFT, shown)
        x = area.left() + metrics.horizontalAdvance(shown) + 6
        ratio = painter.device().devicePixelRatioF()
        mark = pixmap(channel_icon(row.channel), 14, "text_faint", ratio)
        painter.drawPixmap(x, area.top() + 4, mark)
        self._tags(painter, QRect(x + 20, area.top() + 2, right - x - 26, 18), row)

    def _tags(self, painter: QPainter, area: QRect, row: InboxRow) -> None:
        metrics = QFontMetrics(sized(current_tokens().text_xs))
        x = area.left()
        for tag in row.tags[:2]:
            # Cut short rather than left out: a scroll bar must not take the tag away.
            width = min(metrics.horizontalAdvance(tag.name) + 12, area.right() - x)
            if width < _LEAST_TAG:
                return
            paint_tag(painter, QRectF(x, area.top(), width, area.height()), tag.name, tag.colour)
            x += width + 4

    def _time(self, painter: QPainter, area: QRect, row: InboxRow) -> int:
        """Draw the waiting clock or the time of the last line; returns where it begins."""
        tokens = current_tokens()
        font = sized(tokens.text_xs, strong=row.waiting_since is not None)
        painter.setFont(font)
        if row.waiting_since is None:
            text = moment(row.last_at) if row.last_at else ""
            if row.follow_up_at is not None:
                return self._follow_up(painter, area, row.follow_up_at)
            painter.setPen(QColor(tokens.text_faint))
            painter.drawText(area, _RIGHT, text)
            return area.right() - painter.fontMetrics().horizontalAdvance(text) - 6
        seconds = waited_s(row.waiting_since)
        text = duration(seconds)
        ground, fore = clock_colors(seconds, self.limits)
        width = painter.fontMetrics().horizontalAdvance(text) + 14
        pill = QRectF(area.right() - width + 1, area.top() + 1, width, 19)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(pill, 9.5, 9.5)
        painter.setPen(fore)
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)
        return round(pill.left()) - 4

    def _follow_up(self, painter: QPainter, area: QRect, due: int) -> int:
        tokens = current_tokens()
        text = moment(due)
        over = due <= now_ms()
        painter.setPen(QColor(tokens.warning if over else tokens.text_muted))
        painter.drawText(area, _RIGHT, text)
        left = area.right() - painter.fontMetrics().horizontalAdvance(text) - 18
        token = "warning" if over else "text_muted"
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(left, area.top() + 4, pixmap("bell", 14, token, ratio))
        return left - 6

    def _lower(self, painter: QPainter, area: QRect, row: InboxRow) -> None:
        tokens = current_tokens()
        right = self._badge(painter, area, row.unread)
        if there := self.colleagues.get(row.id):
            right = self._faces(painter, area, right, there)
        painter.setFont(sized(tokens.text_s))
        x = area.left()
        draft = " ".join(row.draft.split()) if row.id != self.current else ""
        if draft:
            label = _("[Draft]") + " "
            painter.setPen(QColor(tokens.danger))
            painter.drawText(QRect(x, area.top(), right - x, area.height()), _LEFT, label)
            x += painter.fontMetrics().horizontalAdvance(label)
        text = draft or _last_line(row)
        painter.setPen(QColor(tokens.text if row.unread else tokens.text_muted))
        shown = painter.fontMetrics().elidedText(text, _ELIDE, max(0, right - x))
        painter.drawText(QRect(x, area.top(), right - x, area.height()), _LEFT, shown)

    def _faces(self, painter: QPainter, area: QRect, right: int, there: Sequence[Colleague]) -> int:
        """Draw who else is here, those who type with a ring; returns where they begin."""
        tokens = current_tokens()
        for colleague in sorted(there, key=_idle)[:_MOST_FACES]:
            face = QRectF(right - _FACE, area.top() + 1, _FACE, _FACE)
            paint_avatar(painter, face, colleague.name, colleague.seed)
            if colleague.types:
                painter.setPen(QPen(QColor(tokens.warning), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(face)
            right -= _FACE + 4
        return right - 2

    def _badge(self, painter: QPainter, area: QRect, unread: int) -> int:
        if not unread:
            return area.right()
        tokens = current_tokens()
        text = "99+" if unread > 99 else str(unread)
        painter.setFont(sized(tokens.text_xs - 1, strong=True))
        width = max(18, painter.fontMetrics().horizontalAdvance(text) + 10)
        pill = QRectF(area.right() - width + 1, area.top() + 1, width, 18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.accent))
        painter.drawRoundedRect(pill, 9, 9)
        painter.setPen(QColor(tokens.on_accent))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)
        return round(pill.left()) - 6


def _idle(colleague: Colleague) -> bool:
    return not colleague.types


def _last_line(row: InboxRow) -> str:
    text = preview(row.last_text)
    if row.last_author in {Author.AGENT, Author.ROBOT} and text:
        return _("Us: {text}").format(text=text)
    return text
