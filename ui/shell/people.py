"""How a member of staff looks in a list, and what the roles are called."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.core.i18n import N_, _
from app.staff import Member
from ui.theme import current_tokens, sized
from ui.widgets.avatar import paint_avatar
from ui.widgets.row_ground import paint_row_ground

ROLE_NAMES: Final = {
    "trainee": N_("Trainee"),
    "agent": N_("Agent"),
    "supervisor": N_("Supervisor"),
    "admin": N_("Administrator"),
}
_FACE = 30


def role_name(member: Member) -> str:
    """What the role of a member is called."""
    return _(ROLE_NAMES.get(str(member.role), str(member.role)))


class PersonDelegate(QStyledItemDelegate):
    """Face, name and role of the `Member` in `UserRole`."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(200, 48)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        member: Member = index.data(Qt.ItemDataRole.UserRole)
        tokens = current_tokens()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = option.rect.adjusted(4, 2, -4, -2)
        chosen = option.state & QStyle.StateFlag.State_Selected
        paint_row_ground(painter, option, inset=(4, 2), focus=False)
        top = area.center().y() - _FACE / 2 + 0.5
        face = QRectF(area.left() + 8, top, _FACE, _FACE)
        paint_avatar(painter, face, member.name, member.login)
        words = area.adjusted(_FACE + 20, 0, -12, 0)
        painter.setFont(sized(tokens.text_s, strong=bool(chosen)))
        painter.setPen(QColor(tokens.text))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(words, int(Qt.AlignmentFlag.AlignLeft | middle), member.shown_name)
        painter.setFont(sized(tokens.text_xs))
        painter.setPen(QColor(tokens.text_muted))
        painter.drawText(words, int(Qt.AlignmentFlag.AlignRight | middle), role_name(member))
        painter.restore()
