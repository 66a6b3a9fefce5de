"""From those who asked to those who paid: bars that narrow, each opens what is behind it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from app.core.i18n import _
from ui.theme import current_tokens, mix, sized, theme_signals
from ui.widgets import stack_vertically

_HEIGHT: Final = 40
_NAME: Final = 112
_NUMBER: Final = 128


@dataclass(frozen=True, slots=True)
class Step:
    """A step: how many came so far; `metric` is what a click looks into."""

    name: str
    count: int
    metric: str


class _Bar(QAbstractButton):
    def __init__(self, step: Step, first: int, before: int) -> None:
        super().__init__()
        self._step = step
        self._of_first = step.count / first if first else 0.0
        self._of_before = step.count / before if before else 0.0
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(
            _("{step}: {n}, {share} of the step before").format(
                step=step.name, n=f"{step.count:,}", share=f"{self._of_before:.1%}"
            )
        )
        theme_signals().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(320, _HEIGHT)

    def enterEvent(self, event: object) -> None:
        self.update()

    def leaveEvent(self, event: object) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = current_tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.setFont(sized(tokens.text_s))
        painter.setPen(QColor(tokens.text))
        name = painter.fontMetrics().elidedText(
            self._step.name, Qt.TextElideMode.ElideRight, _NAME - 8
        )
        painter.drawText(QRectF(0, 0, _NAME, _HEIGHT), left, name)
        room = max(20.0, self.width() - _NAME - _NUMBER)
        whole = QRectF(_NAME, 9, room, _HEIGHT - 18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.neutral_soft))
        painter.drawRoundedRect(whole, 4, 4)
        if self._step.count:
            part = QRectF(whole)
            part.setWidth(max(4.0, whole.width() * min(1.0, self._of_first)))
            painter.setBrush(mix(tokens.accent, tokens.raised, 0.85 if self.underMouse() else 0.65))
            painter.drawRoundedRect(part, 4, 4)
        painter.setPen(QColor(tokens.text))
        painter.setFont(sized(tokens.text_m, strong=True))
        painter.drawText(
            QRectF(self.width() - _NUMBER, 0, 64, _HEIGHT), right, f"{self._step.count:,}"
        )
        painter.setFont(sized(tokens.text_xs))
        painter.setPen(QColor(tokens.text_muted))
        painter.drawText(QRectF(self.width() - 60, 0, 60, _HEIGHT), right, f"{self._of_before:.1%}")
        painter.end()


class Funnel(QWidget):
    """`entered` carries the metric of a step."""

    entered = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._layout = stack_vertically(self, spacing=2)
        self.steps: tuple[Step, ...] = ()
        self.bars: list[QAbstractButton] = []

    def show_steps(self, steps: tuple[Step, ...]) -> None:
        """Show these, from the widest to the narrowest."""
        if steps == self.steps:
            return
        self.steps = steps
        for bar in self.bars:
            self._layout.removeWidget(bar)
            bar.deleteLater()
        self.bars, before = [], steps[0].count if steps else 0
        for step in steps:
            bar = _Bar(step, steps[0].count, before)
            bar.clicked.connect(partial(self.entered.emit, step.metric))
            self._layout.addWidget(bar)
            self.bars.append(bar)
            before = step.count
