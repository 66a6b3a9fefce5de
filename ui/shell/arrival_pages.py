"""Pages of a station that asked to join: whom it waits for, and how much of the shop is here."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton

from app.core.i18n import _
from app.sync import SyncState, short_id
from app.sync.arrival import Arrival
from app.sync.refused import Refusal, refused_words
from ui.shell.pages import CenteredPage
from ui.theme import pixmap, role, theme_signals
from ui.widgets import NoticeBar, stack_horizontally
from ui.widgets.format import duration


class _StatePage(CenteredPage):
    """A picture, what happens now, and a bar that moves."""

    def __init__(self, picture: str, title: str) -> None:
        super().__init__(width=440)
        self._name = picture
        self._picture = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self.title = role(QLabel(title, wordWrap=True), "title")
        self.title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.bar = QProgressBar(maximum=0)
        self.bar.setAccessibleName(title)
        self.line = role(QLabel(wordWrap=True), "hint")
        self.line.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.told = NoticeBar()
        self.column.addWidget(self._picture)
        self.column.addWidget(self.title)
        theme_signals().changed.connect(self._tint)
        self._tint()

    def _show_offline(self, arrival: Arrival) -> None:
        away = _("The shared folder {folder} is not there. It goes on by itself once it is.")
        text = away.format(folder=arrival.folder) if arrival.offline_since else ""
        self.told.say(text, "warning")

    def _tint(self) -> None:
        self._picture.setPixmap(pixmap(self._name, 40, "accent", self.devicePixelRatioF()))


class LetInPage(_StatePage):
    """Says who has to do what now, and that this station goes on looking."""

    cancel_wanted = Signal()
    again_wanted = Signal()

    def __init__(self) -> None:
        super().__init__("clock", _("Waiting to be let in"))
        self.what = role(QLabel(wordWrap=True), "muted")
        self.what.setTextFormat(Qt.TextFormat.PlainText)
        self.what.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.cancel = QPushButton(_("Take the request back"))
        self.cancel.clicked.connect(self.cancel_wanted)
        self.again = role(QPushButton(_("Ask again with another code")), "primary")
        self.again.clicked.connect(self.again_wanted)
        self.again.hide()
        for widget in (self.what, self.bar, self.line, self.told):
            self.column.addWidget(widget)
        self.column.addLayout(
            stack_horizontally(None, None, self.cancel, self.again, None, spacing=8)
        )
        self._seconds = 0
        self._tick = QTimer(self, interval=1000)
        self._tick.timeout.connect(self._count)
        self._tick.start()
        self._count()

    def show_arrival(self, arrival: Arrival) -> None:
        """Show whom one asked, under which name."""
        text = _(
            "At a computer that manages “{shop}”: open Settings, Sharing, and let “{station}” in. "
            "It must show there with the ID {id}."
        )
        self.what.setText(
            text.format(shop=arrival.shop, station=arrival.station, id=short_id(arrival.station_id))
        )
        if arrival.refusal is None:
            self._show_offline(arrival)
            if arrival.asks_again and not arrival.offline_since:
                self.told.say(
                    _("The computer that let it in may not do that any more: it asks again."),
                    "info",
                )
        else:
            self._show_refused(arrival.refusal)

    def _show_refused(self, refusal: Refusal) -> None:
        """Nobody lets it in any more: say why, and what to do."""
        if self.again.isHidden():
            self._tick.stop()
            self.title.setText(_("Not let in"))
            self._name = "warning"
            self._tint()
            for widget in (self.what, self.bar, self.line):
                widget.hide()
            self.again.show()
            self.again.setFocus()
        ask = _("Ask somebody who manages the shop for another code.")
        self.told.say(f"{refused_words(refusal)}\n{ask}", "warning")

    def _count(self) -> None:
        text = _("Looking for the answer, {time} so far. You can close the program meanwhile.")
        self.line.setText(text.format(time=duration(self._seconds)))
        self._seconds += 1


class FetchPage(_StatePage):
    """The shop's data are on their way; with staff here one need not wait for the rest."""

    sign_in_wanted = Signal()

    def __init__(self) -> None:
        super().__init__("download", _("Fetching the shop's data"))
        self._most = 0
        self.enter = QPushButton(_("Sign in now, the rest comes meanwhile"))
        self.enter.clicked.connect(self.sign_in_wanted)
        self.enter.hide()
        for widget in (self.bar, self.line, self.told):
            self.column.addWidget(widget)
        self.column.addLayout(stack_horizontally(None, None, self.enter, None))

    def show_arrival(self, arrival: Arrival) -> None:
        """Show how much is here, and how much of what is known to come."""
        self._most = max(self._most, arrival.unread)
        self.bar.setMaximum(self._most if arrival.unread else 0)
        self.bar.setValue(self._most - arrival.unread)
        text = _("{customers} customers, {orders} orders and {messages} messages are here.")
        self.line.setText(text.format(**arrival.records))
        self.enter.setVisible(arrival.staffed)
        if arrival.state is SyncState.OUT:
            self.told.say(_("This station was shut out of the shop."), "danger")
        elif not arrival.offline_since and arrival.last_pass and not arrival.unread:
            wait = _("The shop's staff is not in the folder yet. Leave its other computers on.")
            self.told.say("" if arrival.staffed else wait, "info")
        else:
            self._show_offline(arrival)
