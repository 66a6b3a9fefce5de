"""A customer's parcel in the panel beside the conversation: one card, opened or closed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QSizePolicy, QWidget

from app.core.i18n import _
from app.shipments import ADVICE, ParcelDetail, ParcelRow, reason_text
from ui.shipments.asking import AskRow
from ui.shipments.looks import carrier_text, moment_and_age, news_text, state_kind, state_text
from ui.shipments.timeline import Timeline
from ui.theme import icon, role, set_state, theme_signals
from ui.widgets import (
    CopyLabel,
    ElidedLabel,
    NoticeBar,
    StateBadge,
    stack_horizontally,
    stack_vertically,
)
from ui.widgets.format import moment

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext


class ParcelCard(QFrame):
    """Enter offers the latest news to the composer, Space opens and closes, up and down move."""

    opened = Signal(object)
    send_wished = Signal(object)
    offer_wished = Signal(object)
    view_wished = Signal(object)
    moved = Signal(object, int)

    def __init__(self, context: UiContext, row: ParcelRow) -> None:
        super().__init__()
        self._context, self.row = context, row
        role(self, "card")
        self.setObjectName("parcelCard")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._badge = StateBadge()
        self._carrier = role(ElidedLabel(), "strong")
        self._time = role(QLabel(), "hint")
        self._news = role(ElidedLabel(), "muted")
        head = stack_horizontally(None, self._badge, self._carrier, self._time, spacing=8)
        head.setStretchFactor(self._carrier, 1)
        self._number = CopyLabel(mono=True, name=_("tracking number"))
        self._look = role(QPushButton(), "icon")
        self._look.setAccessibleName(_("Open in Logistics"))
        self._look.setToolTip(_("Open in Logistics"))
        self._look.clicked.connect(self._view)
        line = stack_horizontally(None, self._number, self._look)
        self._body: _CardBody | None = None
        self._layout = stack_vertically(self, head, line, self._news, margin=12, spacing=4)
        theme_signals().changed.connect(self._tint)
        self._tint()
        self.show_row(row)

    @property
    def is_open(self) -> bool:
        """Whether history and buttons show."""
        return self._body is not None and not self._body.isHidden()

    def show_row(self, row: ParcelRow) -> None:
        """Show newer facts of the same parcel."""
        self.row = row
        self._badge.show_state(state_text(row), state_kind(row))
        self._carrier.setText(carrier_text(row))
        self._time.setText(moment(row.last_at) if row.last_at else "")
        self._time.setToolTip(moment_and_age(row.last_at) if row.last_at else "")
        self._number.setText(row.number)
        self._news.setText(news_text(row) or _("No news yet."))
        name = (state_text(row), carrier_text(row), row.number, news_text(row))
        self.setAccessibleName(", ".join(filter(None, name)))

    def set_open(self, opened: bool) -> None:
        """Open or close; what it shows is handed in by `show_detail`."""
        if opened and self._body is None:
            self._body = _CardBody(self._context)
            self._body.send.clicked.connect(self._send)
            self._body.insert.clicked.connect(self._offer)
            self._body.ask.answered.connect(self.show_detail)
            self._layout.addWidget(self._body)
        if self._body is not None:
            self._body.setVisible(opened)
        self._news.setVisible(not opened)

    def show_detail(self, detail: ParcelDetail) -> None:
        """Fill the opened card."""
        self.show_row(detail.row)
        if self._body is not None:
            self._body.show_detail(detail)

    def set_sent(self, *, sending: bool) -> None:
        """While a message is on its way the button waits, so that a second click sends nothing."""
        if self._body is not None:
            self._body.send.setEnabled(not sending)

    # --- keys and mouse -------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and event.position().y() < 64:
            self.opened.emit(self)
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        deeds: dict[int, Callable[[], object]] = {
            Qt.Key.Key_Space: partial(self.opened.emit, self),
            Qt.Key.Key_Return: self._offer,
            Qt.Key.Key_Enter: self._offer,
            Qt.Key.Key_Down: partial(self.moved.emit, self, 1),
            Qt.Key.Key_Up: partial(self.moved.emit, self, -1),
        }
        deed = deeds.get(event.key())
        if deed is None:
            super().keyPressEvent(event)
            return
        deed()

    def focusInEvent(self, event: QFocusEvent) -> None:
        set_state(self, state="focus")
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        set_state(self, state="")
        super().focusOutEvent(event)

    def _tint(self) -> None:
        self._look.setIcon(icon("external"))

    def _send(self) -> None:
        self.send_wished.emit(self.row)

    def _offer(self) -> None:
        self.offer_wished.emit(self.row)

    def _view(self) -> None:
        self.view_wished.emit(self.row)


class _CardBody(QWidget):
    """What an opened card adds: reason and advice, what to tell the customer, the history."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._trouble = NoticeBar()
        self.send = role(QPushButton(_("Send latest news")), "primary")
        self.send.setToolTip(_("Tells the customer at once where the parcel is"))
        self.insert = QPushButton(_("Insert"))
        self.insert.setToolTip(_("Puts the text into the reply, to be changed before sending"))
        self.ask = AskRow(context)
        self._timeline = Timeline(short=True)
        self._nothing = role(QLabel(_("No news yet."), wordWrap=True), "muted")
        buttons = stack_horizontally(None, self.send, self.insert, None, spacing=8)
        layout = stack_vertically(
            self, self._trouble, buttons, self._nothing, self._timeline, self.ask, spacing=8
        )
        layout.setContentsMargins(0, 4, 0, 0)
        theme_signals().changed.connect(self._tint)
        self._tint()

    def show_detail(self, detail: ParcelDetail) -> None:
        row = detail.row
        advice = _(ADVICE[row.trouble]) if row.trouble else ""
        said = "\n".join(filter(None, (reason_text(row), advice)))
        self._trouble.say(said, "warning")
        self._timeline.show_traces(detail.traces)
        self._nothing.setVisible(not detail.traces)
        self.ask.show_parcel(row)

    def _tint(self) -> None:
        self.send.setIcon(icon("send", "on_accent"))
