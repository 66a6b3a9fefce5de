"""The customer's orders as a short list: number, state, verdict, goods, amount."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from app.core.i18n import _, listing, ngettext
from app.orders import STATUS_NAMES, Level, OrderFacts, Verdict
from ui.orders.verification.data import PanelOrders
from ui.orders.verification.words import LEVEL_KINDS, LEVEL_NAMES
from ui.theme import current_tokens, sized
from ui.widgets import paint_row_ground
from ui.widgets.format import moment, money

ROW: Final = 48
MOST_ROWS: Final = 4
FEWEST_ROWS: Final = 2
_ORDER: Final = Qt.ItemDataRole.UserRole
_VERDICT: Final = Qt.ItemDataRole.UserRole + 1
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class OrderPicker(QListWidget):
    """`picked` carries the order id; arrows move through the list."""

    picked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._most = MOST_ROWS
        self.setObjectName("orderPicker")
        self.setAccessibleName(_("Orders of this customer"))
        self.setItemDelegate(_OrderDelegate(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.currentItemChanged.connect(self._on_current)

    def show_orders(self, data: PanelOrders, chosen: bytes | None) -> bytes | None:
        """Show other orders, keep the chosen one if it is there; returns which one is chosen."""
        self.blockSignals(True)
        self.clear()
        for order in data.orders:
            self.addItem(_item(order, data.verdict(order.id)))
        ids = [order.id for order in data.orders]
        row = ids.index(chosen) if chosen in ids else (0 if ids else -1)
        self.setCurrentRow(row)
        self.blockSignals(False)
        self._fit()
        self.setHidden(not ids)
        return ids[row] if row >= 0 else None

    def leave_room(self, *, little: bool) -> None:
        """Take fewer rows where the panel is low."""
        self._most = FEWEST_ROWS if little else MOST_ROWS
        self._fit()

    def _fit(self) -> None:
        self.setFixedHeight(min(self.count(), self._most) * ROW + 8)

    def choose(self, order_id: bytes) -> bool:
        """Select an order of the list; False if it is not in it."""
        for row in range(self.count()):
            if self.item(row).data(_ORDER).id == order_id:
                self.setCurrentRow(row)
                return True
        return False

    def _on_current(self, current: QListWidgetItem | None) -> None:
        if current is not None:
            self.picked.emit(current.data(_ORDER).id)


def _item(order: OrderFacts, verdict: Verdict) -> QListWidgetItem:
    item = QListWidgetItem()
    item.setData(_ORDER, order)
    item.setData(_VERDICT, verdict)
    words = (order.number, _(STATUS_NAMES[order.status]), _(LEVEL_NAMES[verdict.level]))
    item.setData(Qt.ItemDataRole.AccessibleTextRole, " ".join(words))
    item.setToolTip(f"{order.number}\n{goods(order)}")
    return item


def goods(order: OrderFacts) -> str:
    """What was bought, in a line."""
    named = [f"{item.title} {item.sku}".strip() for item in order.items]
    if named:
        return listing(named)
    return ngettext("{n} piece", "{n} pieces", order.quantity).format(n=order.quantity)


class _OrderDelegate(QStyledItemDelegate):
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(160, ROW)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        order: OrderFacts = index.data(_ORDER)
        verdict: Verdict = index.data(_VERDICT)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_row_ground(painter, option)
        area: QRect = option.rect.adjusted(12, 5, -12, -5)
        half = area.height() // 2
        _upper(painter, QRect(area.left(), area.top(), area.width(), half), order, verdict)
        _lower(painter, QRect(area.left(), area.top() + half, area.width(), half), order)
        painter.restore()


def _upper(painter: QPainter, area: QRect, order: OrderFacts, verdict: Verdict) -> None:
    """A dot for the verdict, the number, the state."""
    tokens = current_tokens()
    if verdict.level is not Level.PASS:
        kind = LEVEL_KINDS[verdict.level]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(getattr(tokens, kind)))
        painter.drawEllipse(QRectF(area.left(), area.center().y() - 3, 7, 7))
        area = area.adjusted(13, 0, 0, 0)
    painter.setFont(sized(tokens.text_s))
    state = _(STATUS_NAMES[order.status])
    painter.setPen(QColor(tokens.text_muted))
    painter.drawText(area, _RIGHT, state)
    width = area.width() - painter.fontMetrics().horizontalAdvance(state) - 10
    font = sized(tokens.text_s, strong=True)
    painter.setFont(font)
    painter.setPen(QColor(tokens.text))
    shown = QFontMetrics(font).elidedText(order.number, Qt.TextElideMode.ElideMiddle, width)
    painter.drawText(area, _LEFT, shown)


def _lower(painter: QPainter, area: QRect, order: OrderFacts) -> None:
    tokens = current_tokens()
    painter.setFont(sized(tokens.text_xs))
    metrics = painter.fontMetrics()
    right = f"{money(order.paid_fen or order.total_fen, order.currency)} · {moment(order.created_at or None)}"
    painter.setPen(QColor(tokens.text_faint))
    painter.drawText(area, _RIGHT, right)
    width = area.width() - metrics.horizontalAdvance(right) - 10
    shown = metrics.elidedText(goods(order), Qt.TextElideMode.ElideRight, width)
    painter.setPen(QColor(tokens.text_muted))
    painter.drawText(area, _LEFT, shown)
