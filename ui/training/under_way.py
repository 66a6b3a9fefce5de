"""The bar of practice under way: who is there, pause, stop, and the way to the desk."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton

from app.core.i18n import _, ngettext
from app.training import Running
from ui.theme import role
from ui.widgets import ElidedLabel, stack_horizontally


class UnderWay(QFrame):
    """Hidden while nobody is practised with; `pause_wanted` carries on or off."""

    desk_wanted = Signal()
    pause_wanted = Signal(bool)
    stop_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("examBar")
        self.running: Sequence[Running] = ()
        self._paused = False
        self.count = role(QLabel(), "strong")
        self.names = role(ElidedLabel(), "muted")
        self.desk = role(QPushButton(_("To the desk")), "primary")
        self.pause = QPushButton()
        self.stop = QPushButton(_("Stop practice"))
        row = stack_horizontally(
            self, self.count, self.names, self.pause, self.stop, self.desk, spacing=8
        )
        row.setStretch(1, 1)
        row.setContentsMargins(16, 8, 16, 8)
        self.desk.clicked.connect(self.desk_wanted)
        self.stop.clicked.connect(self.stop_wanted)
        self.pause.clicked.connect(self._on_pause)
        self.show_running((), paused=False)

    def show_running(self, running: Sequence[Running], *, paused: bool) -> None:
        """Show who is there or on the way."""
        self.running, self._paused = running, paused
        self.setVisible(bool(running))
        n = len(running)
        words = ngettext("{n} practice customer", "{n} practice customers", n).format(n=n)
        self.count.setText(_("{customers}, paused").format(customers=words) if paused else words)
        self.names.setText(" · ".join(one.title for one in running))
        self.pause.setText(_("Go on") if paused else _("Pause"))

    def _on_pause(self) -> None:
        self.pause_wanted.emit(not self._paused)
