"""A quiet line at a field that two stations wrote at the same time: the other value, one click."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from app.core.i18n import _
from ui.theme import pixmap, role, theme_signals
from ui.widgets.labels import ElidedLabel
from ui.widgets.layout import stack_horizontally


class ClashRow(QWidget):
    """`chosen` tells whether the other value shall stand (True) or the one that stands (False)."""

    chosen = Signal(bool)

    def __init__(self, stands: str, other: str, station: str, title: str = "") -> None:
        """Show the `other` value, written at `station`; `title` names the field where need be."""
        super().__init__()
        shown = other or "—"
        named = f"{title}: {shown}" if title else shown
        text = _("{value} ({station})").format(value=named, station=station) if station else named
        self.words = role(ElidedLabel(text), "hint")
        tip = _("Two stations wrote different things at the same time.")
        self.setToolTip(f"{tip}\n{stands or '—'} ↔ {text}")
        self.take = role(QPushButton(_("Take this one")), "link")
        self.take.setAccessibleName(_("Take {value} instead of {other}").format(
            value=shown, other=stands or "—"
        ))  # fmt: skip
        self.keep = role(QPushButton(_("Keep")), "link")
        self.keep.setAccessibleName(_("Keep {value}").format(value=stands or "—"))
        self.take.clicked.connect(self._take)
        self.keep.clicked.connect(self._keep)
        self._mark = QLabel()
        self._mark.setAccessibleName(tip)
        row = stack_horizontally(self, self._mark, self.words, self.take, self.keep, spacing=6)
        row.setStretchFactor(self.words, 1)
        theme_signals().changed.connect(self._tint)
        self._tint()

    def _take(self) -> None:
        self.chosen.emit(True)

    def _keep(self) -> None:
        self.chosen.emit(False)

    def _tint(self) -> None:
        self._mark.setPixmap(pixmap("warning", 14, "warning", self.devicePixelRatioF()))
