"""The five days side by side: how far each is, which is due, and which is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from app.core.i18n import _
from app.training import DayView
from db.clock import now_ms
from ui.theme import current_tokens, sized, theme_signals
from ui.widgets import stack_horizontally
from ui.widgets.format import moment

_HEIGHT: Final = 74
_PAD: Final = 12


class DayTile(QAbstractButton):
    """A day: title, when it is due, a bar that fills. Checked where its tasks are shown."""

    def __init__(self) -> None:
        super().__init__()
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_HEIGHT)
        self._share, self._late, self._words = 0.0, False, ""
        theme_signals().changed.connect(self.update)

    def show_day(self, day: DayView) -> None:
        """Show how far a day is."""
        done = sum(task.finished for task in day.tasks)
        whole = max(1, len(day.tasks))
        self._share = done / whole
        self._late = any(task.late(now_ms()) for task in day.tasks)
        due = next((task.due_at for task in day.tasks if task.due_at), None)
        self._words = f"{done}/{len(day.tasks)}"
        if done < len(day.tasks) and due is not None:
            when = moment(due).partition(" ")[0] if moment(due).count("-") else _("today")
            self._words += " · " + (_("overdue") if self._late else _("due {day}").format(day=when))
        elif done == len(day.tasks):
            self._words += " · " + _("done")
        self.setText(day.title)
        self.setToolTip(day.goal)
        self.setAccessibleName(f"{day.title}, {self._words}")
        self.setAccessibleDescription(day.goal)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(180, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = current_tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = tokens.accent if self.isChecked() else tokens.border
        hot = self.underMouse() and not self.isChecked()
        painter.setPen(QPen(QColor(line), 1.5 if self.isChecked() else 1))
        painter.setBrush(QColor(tokens.hover if hot else tokens.raised))
        frame = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(frame, tokens.radius, tokens.radius)
        width = self.width() - 2 * _PAD
        painter.setFont(sized(tokens.text_s, strong=True))
        painter.setPen(QColor(tokens.text))
        title = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, width)
        middle = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        painter.drawText(QRectF(_PAD, 8, width, 20), middle, title)
        painter.setFont(sized(tokens.text_xs))
        painter.setPen(QColor(tokens.danger if self._late else tokens.text_muted))
        painter.drawText(QRectF(_PAD, 30, width, 18), middle, self._words)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.neutral_soft))
        painter.drawRoundedRect(QRectF(_PAD, 55, width, 6), 3, 3)
        painter.setBrush(QColor(tokens.success if self._share >= 1 else tokens.accent))
        if self._share:
            painter.drawRoundedRect(QRectF(_PAD, 55, width * self._share, 6), 3, 3)
        painter.end()


class DayStrip(QWidget):
    """`chosen` carries the day (1 to 5), or 0 for all of them."""

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.tiles = [DayTile() for _day in range(5)]
        self.day = 0
        stack_horizontally(self, *self.tiles, spacing=8)
        for tile in self.tiles:
            tile.clicked.connect(self._on_clicked)

    def show_days(self, days: Sequence[DayView]) -> None:
        """Show how far each day is."""
        for tile, day in zip(self.tiles, days, strict=True):
            tile.show_day(day)

    def choose(self, day: int) -> None:
        """Show a day's tasks, or with 0 all; the same day again shows all."""
        self.day = day
        for number, tile in enumerate(self.tiles, 1):
            tile.setChecked(number == day)
        self.chosen.emit(day)

    def _on_clicked(self) -> None:
        number = next(n for n, tile in enumerate(self.tiles, 1) if tile is self.sender())
        self.choose(0 if number == self.day else number)
