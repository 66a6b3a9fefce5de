"""The line at the lower edge: where the data is, who waits, who works here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QPushButton

from app.core.i18n import _, ngettext
from db.clock import now_ms
from ui.jobs import Jobs
from ui.store_watcher import StoreWatcher
from ui.theme import icon, set_state, theme_signals
from ui.widgets.format import duration
from ui.widgets.layout import stack_horizontally, vline

HEIGHT = 28


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many customers wait, and since when the first of them (UTC ms, 0: nobody)."""

    count: int = 0
    since: int = 0


@dataclass(frozen=True, slots=True)
class Limits:
    """After how many seconds a wait is a warning, and late."""

    warn_s: int = 60
    late_s: int = 180


class StatusLine(QFrame):
    """Counts the seconds of the longest wait; `waiting_clicked` asks for that customer."""

    waiting_clicked = Signal()
    waiting_changed = Signal(int)
    user_clicked = Signal()
    place_clicked = Signal()

    def __init__(self, jobs: Jobs, store: StoreWatcher) -> None:
        super().__init__()
        self.setObjectName("statusLine")
        self.setFixedHeight(HEIGHT)
        self._jobs, self._ask = jobs, _nobody
        self._waiting, self._limits = Waiting(), Limits()
        self._place = QPushButton()
        self._place.setObjectName("placeButton")
        self._place.clicked.connect(self.place_clicked)
        self._place_icon = "database", "success"
        self._wait = QPushButton()
        self._wait.setObjectName("waitingButton")
        self._wait.setToolTip(_("Go to the customer who has waited longest"))
        self._wait.clicked.connect(self.waiting_clicked)
        self._user = QPushButton()
        self._user.setObjectName("userButton")
        self._user.clicked.connect(self.user_clicked)
        row = stack_horizontally(
            self, self._place, vline(), self._wait, None, self._user, spacing=8
        )
        row.setContentsMargins(12, 0, 12, 0)
        self._clock = QTimer(self, interval=1000)
        self._clock.timeout.connect(self._tick)
        self._clock.start()
        store.changed.connect(self._on_changed)
        theme_signals().changed.connect(self._tint)
        self._tint()
        self._tick()

    def set_waiting_provider(self, ask: Callable[[], Waiting], limits: Limits) -> None:
        """Where the number of waiting customers comes from; asked in a job."""
        self._ask, self._limits = ask, limits
        self.refresh()

    def show_place(
        self, text: str, tip: str = "", picture: str = "database", colour: str = "success"
    ) -> None:
        """Where the data is, whether it is shared, and how that fares."""
        self._place.setText(text)
        self._place.setToolTip(tip)
        self._place.setAccessibleName(text)
        self._place.setAccessibleDescription(tip)
        self._place_icon = picture, colour
        self._tint()

    def show_user(self, name: str, role_name: str) -> None:
        """Who is at the desk."""
        self._user.setText(f"{name} · {role_name}" if role_name else name)
        self._user.setAccessibleName(_("Signed in: {name}").format(name=name))

    def refresh(self) -> None:
        """Ask again who waits."""
        self._jobs.run(self, self._ask, self._show, key="waiting")

    def _on_changed(self, changes: object) -> None:
        touches = getattr(changes, "touches", None)
        if touches is None or touches("conversations", "messages"):
            self.refresh()

    def _show(self, waiting: Waiting) -> None:
        if waiting.count != self._waiting.count:
            self.waiting_changed.emit(waiting.count)
        self._waiting = waiting
        self._tick()

    def _tick(self) -> None:
        count, since = self._waiting.count, self._waiting.since
        if not count:
            self._wait.setText(_("Nobody is waiting"))
            set_state(self._wait, state="calm")
            return
        seconds = max(0, (now_ms() - since) // 1000) if since else 0
        text = ngettext(
            "{n} customer waits, longest {time}", "{n} customers wait, longest {time}", count
        )
        self._wait.setText(text.format(n=count, time=duration(seconds)))
        late, warn = seconds >= self._limits.late_s, seconds >= self._limits.warn_s
        set_state(self._wait, state="late" if late else "warn" if warn else "calm")

    def _tint(self) -> None:
        self._place.setIcon(icon(*self._place_icon))
        self._user.setIcon(icon("user"))


def _nobody() -> Waiting:
    return Waiting()
