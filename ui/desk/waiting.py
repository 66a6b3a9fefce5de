"""The waiting clock: how long, how pressing, and the one timer that lets all clocks tick."""

from __future__ import annotations

from dataclasses import dataclass
from time import time

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QColor

from ui.theme import current_tokens, mix, readable_on


@dataclass(frozen=True, slots=True)
class WaitLimits:
    """Seconds after which a clock warns, and after which it is late."""

    warn_s: int = 60
    late_s: int = 180


def now_ms() -> int:
    """The wall clock in Unix milliseconds."""
    return round(time() * 1000)


def waited_s(since_ms: int, at: int | None = None) -> int:
    """Whole seconds since a moment (Unix ms)."""
    return max(0, ((now_ms() if at is None else at) - since_ms) // 1000)


def clock_colors(seconds: int, limits: WaitLimits) -> tuple[QColor, QColor]:
    """Ground and text of a clock: neutral, deepening to a warning, then to red."""
    tokens = current_tokens()
    if seconds >= limits.late_s:
        return QColor(tokens.danger), QColor(tokens.on_danger)
    if seconds >= limits.warn_s:
        share = (seconds - limits.warn_s) / max(1, limits.late_s - limits.warn_s)
        ground = mix(tokens.danger_soft, tokens.warning_soft, share)
        return ground, readable_on(ground, mix(tokens.danger, tokens.warning, share))
    share = seconds / max(1, limits.warn_s)
    ground = mix(tokens.warning_soft, tokens.neutral_soft, share)
    return ground, readable_on(ground, mix(tokens.warning, tokens.text_muted, share))


class SecondTimer(QObject):
    """Ticks on the full second while somebody looks."""

    ticked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self, interval=1000)
        self._timer.timeout.connect(self.ticked)

    def run(self, on: bool) -> None:
        """Start or stop; a hidden desk needs no clock."""
        if on and not self._timer.isActive():
            self._timer.start()
        elif not on:
            self._timer.stop()
