"""The score by part: points as bars, below each what took points away and which line it was."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QWidget

from app.core.i18n import _
from app.training import ACTION_NAMES, PART_NAMES, Attempt, ByHand, Judged, Reason
from ui.theme import current_tokens, role, sized, theme_signals
from ui.training.attempt_words import points_colour, points_words
from ui.training.correct_form import hand_note
from ui.widgets import clear_layout, stack_horizontally, stack_vertically

_BAR: Final = 6


class PointsBar(QWidget):
    """How much of 100 points there is."""

    def __init__(self, points: float) -> None:
        super().__init__()
        self._points = points
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme_signals().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(80, _BAR)

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = current_tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.neutral_soft))
        painter.drawRoundedRect(self.rect(), _BAR / 2, _BAR / 2)
        painter.setBrush(QColor(getattr(tokens, points_colour(self._points))))
        done = self.rect().adjusted(0, 0, -round(self.width() * (1 - self._points / 100)), 0)
        painter.drawRoundedRect(done, _BAR / 2, _BAR / 2)
        painter.end()


class ScoreList(QWidget):
    """`line_wanted` carries the place of the line a reason speaks of."""

    line_wanted = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("scenarioGround")
        self._rows = stack_vertically(self, spacing=4)
        metrics = QFontMetrics(sized(current_tokens().text_s))
        # One width for all of them, so that the bars stand below each other.
        self._names = max(metrics.horizontalAdvance(_(name)) for name in PART_NAMES.values()) + 2

    def show_attempt(self, attempt: Attempt) -> None:
        """Show the score of another attempt."""
        clear_layout(self._rows)
        for part in attempt.parts:
            self._add_part(part, attempt.by_hand.get(part.part))
        if not attempt.parts:
            words = _("Without points: it was not brought to its end.")
            self._rows.addWidget(role(QLabel(words, wordWrap=True), "muted"))
        self._rows.addStretch(1)

    def _add_part(self, judged: Judged, hand: ByHand | None) -> None:
        name = QLabel(_(PART_NAMES[judged.part]))
        points = role(QLabel(points_words(judged.points)), "strong")
        head = stack_horizontally(None, name, PointsBar(judged.points), points, spacing=8)
        name.setMinimumWidth(self._names)
        points.setMinimumWidth(28)
        points.setAlignment(Qt.AlignmentFlag.AlignRight)
        head.setStretch(1, 1)
        self._rows.addLayout(head)
        if hand is not None:
            self._rows.addWidget(hand_note(hand))
        for reason in judged.reasons:
            self._add_reason(reason)
        self._rows.addSpacing(6)

    def _add_reason(self, reason: Reason) -> None:
        words = f"−{reason.points:.0f}  {reason.words}"
        label = role(QLabel(words, wordWrap=True), "muted")
        row = stack_horizontally(None, label, spacing=4)
        row.setStretch(0, 1)
        if reason.line is not None:
            row.addWidget(self._link(reason.line), 0, Qt.AlignmentFlag.AlignTop)
        self._rows.addLayout(row)
        if reason.example:
            shown = ACTION_NAMES.get(reason.example)
            example = _(shown) if shown else f"“{reason.example}”"
            self._rows.addWidget(role(QLabel(f"→ {example}", wordWrap=True), "hint"))

    def _link(self, line: int) -> QPushButton:
        words = _("line {n}").format(n=line + 1)
        button = role(QPushButton(words), "link")
        button.setAccessibleName(_("Go to line {n}").format(n=line + 1))
        button.clicked.connect(partial(self._on_link, line))
        return button

    def _on_link(self, line: int) -> None:
        self.line_wanted.emit(line)
