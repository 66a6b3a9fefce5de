"""What the channels refused lately, newest first."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QSizePolicy, QWidget

from app.channels import ChannelLog, RefusedRequest
from app.core.i18n import N_, _, ngettext
from ui.jobs import Jobs
from ui.theme import role
from ui.widgets import stack_horizontally, stack_vertically
from ui.widgets.format import moment
from ui.widgets.labels import ElidedLabel
from ui.widgets.layout import clear_layout

SHOWN: Final = 20

KINDS: Final = {
    "origin": N_("Written from a foreign site"),
    "host": N_("Called by a foreign name"),
    "token": N_("Forged or forgotten visitor token"),
    "script": N_("Message with a script tag"),
    "too_large": N_("Too large"),
    "too_long": N_("Message too long"),
    "rate": N_("Too many messages at once"),
    "quota": N_("Too many pictures in a day"),
    "flood": N_("Line cut after too many refused messages"),
    "connections": N_("Too many connections"),
    "newcomers": N_("Too many new visitors from one address"),
    "no_picture": N_("A file that is no picture"),
    "bad_message": N_("Not a message"),
    "empty": N_("Empty message"),
}
"""In words, by the kind in `ChannelEvent`."""


class RefusedList(QWidget):
    """Time, what, from where, how often."""

    def __init__(self, log: ChannelLog, jobs: Jobs) -> None:
        super().__init__()
        self._log, self._jobs = log, jobs
        self._shown: list[RefusedRequest] | None = None
        self._rows = QGridLayout()
        self._rows.setHorizontalSpacing(16)
        self._rows.setVerticalSpacing(6)
        self._rows.setColumnStretch(2, 1)
        self._empty = role(QLabel(_("Nothing was refused.")), "muted")
        self._clear = role(QPushButton(_("Clear list")), "ghost")
        self._clear.clicked.connect(self._on_clear)
        foot = stack_horizontally(None, self._empty, None, self._clear)
        layout = stack_vertically(self, self._rows, foot, spacing=8)
        layout.setContentsMargins(16, 12, 16, 12)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._show([])

    def refresh(self) -> None:
        """Look again."""
        self._jobs.run(self, self._read, self._show, key="refused")

    def _read(self) -> list[RefusedRequest]:
        return self._log.recent(SHOWN)

    def _show(self, found: list[RefusedRequest]) -> None:
        if found == self._shown:
            return
        self._shown = found
        clear_layout(self._rows)
        for row, event in enumerate(found):
            times = ngettext("{n} time", "{n} times", event.times).format(n=event.times)
            words = _(KINDS[event.kind]) if event.kind in KINDS else event.kind
            for column, text in enumerate((moment(event.at), words, event.detail, times)):
                self._put(row, column, text)
        self._empty.setVisible(not found)
        self._clear.setVisible(bool(found))

    def _put(self, row: int, column: int, text: str) -> None:
        # The detail may be anything a stranger sent: shown as it is, never read as rich text.
        label = ElidedLabel(text) if column == 2 else QLabel(text)
        label.setTextFormat(Qt.TextFormat.PlainText)
        if column != 1:
            role(label, "muted")
        self._rows.addWidget(label, row, column)

    def _on_clear(self) -> None:
        self._jobs.run(self, self._log.clear, self._cleared, lane="write")

    def _cleared(self, _none: None) -> None:
        self._show([])
