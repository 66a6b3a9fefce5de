"""One notice for all who wait too long: it counts, jumps to the longest wait, leaves by itself."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QWidget

from app.conversations import LateSummary
from app.conversations.settings import REMIND_AFTER_S
from app.core.i18n import _, ngettext
from ui.desk.texts import customer_name
from ui.desk.waiting import waited_s
from ui.theme import icon, pixmap, role, theme_signals
from ui.widgets import stack_horizontally
from ui.widgets.format import duration

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext

_LOOK_MS: Final = 2_000


class LateNotice(QFrame):
    """`wanted` carries the conversation of the longest wait."""

    wanted = Signal(bytes)

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._service, self._jobs = context.services.conversations, context.jobs
        self._settings = context.services.settings
        self._summary = LateSummary(0)
        self._hushed_for = 0
        self.setObjectName("noticeBar")
        self.setProperty("kind", "danger")
        self._picture = QLabel()
        self._text = QLabel(wordWrap=True)
        self._go = role(QPushButton(_("Go there")), "link")
        self._cross = role(QPushButton(), "icon")
        self._cross.setAccessibleName(_("Hide until somebody else is late"))
        self._go.clicked.connect(self.jump)
        self._cross.clicked.connect(self._hush)
        row = stack_horizontally(self, self._picture, self._text, self._go, self._cross, spacing=8)
        row.setStretchFactor(self._text, 1)
        row.setContentsMargins(12, 6, 6, 6)
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self.look)
        theme_signals().changed.connect(self._tint)
        self._tint()
        self.hide()

    def start(self, on: bool) -> None:
        """Look every two seconds while the desk is on the screen."""
        if on and not self._timer.isActive():
            self._timer.start()
            self.look()
        elif not on:
            self._timer.stop()

    def look(self) -> None:
        """See who is late now."""
        limit = self._settings.get(REMIND_AFTER_S)
        if limit <= 0:
            self._show(limit, LateSummary(0))
            return
        work = partial(self._service.late, limit)
        self._jobs.run(self, work, partial(self._show, limit), key="late")

    def jump(self) -> None:
        """Open the conversation of the longest wait."""
        if self._summary.conversation_id is not None:
            self.wanted.emit(self._summary.conversation_id)

    def text(self) -> str:
        """What it says."""
        return self._text.text()

    def _show(self, limit: int, summary: LateSummary) -> None:
        self._summary = summary
        if summary.count <= self._hushed_for and summary.count:
            self._hushed_for = summary.count
            self.hide()
            return
        self._hushed_for = 0
        if not summary.count:
            self.hide()
            return
        words = ngettext(
            "{n} customer has waited over {limit} s, the longest: {name} {time}",
            "{n} customers have waited over {limit} s, the longest: {name} {time}",
            summary.count,
        )
        time = duration(waited_s(summary.waiting_since))
        name = customer_name(summary.customer_name)
        text = words.format(n=summary.count, limit=limit, name=name, time=time)
        self._text.setText(text)
        self.setAccessibleName(text)
        self.show()

    def _hush(self) -> None:
        self._hushed_for = self._summary.count
        self.hide()

    def _tint(self) -> None:
        self._picture.setPixmap(pixmap("clock", 16, "danger", self.devicePixelRatioF()))
        self._cross.setIcon(icon("close"))
