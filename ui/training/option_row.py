"""One answer to choose: its key, its text over as many lines as it needs, and what became of it."""

from __future__ import annotations

from typing import Final, Literal

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from app.core.i18n import _
from ui.theme import Tokens, current_tokens, icon, sized, theme_signals

Verdict = Literal["", "right", "wrong", "missed"]
_PAD: Final = 12
_MARK: Final = 24
_LEAST: Final = 40
_GAP: Final = 8
_WRAP: Final = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class OptionRow(QAbstractButton):
    """Checkable; `letter` is what it answers, `key` the letter it is known by on the screen."""

    def __init__(self, letter: str, text: str, key: str = "") -> None:
        super().__init__()
        self.letter, self.key = letter, key or letter
        self._verdict: Verdict = ""
        self.setText(text)
        self.setCheckable(True)
        self.setAccessibleName(f"{self.key}. {text}")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme_signals().changed.connect(self.update)

    def verdict(self) -> Verdict:
        """What became of it."""
        return self._verdict

    def show_verdict(self, verdict: Verdict) -> None:
        """Tell what became of it: chosen and right, chosen and wrong, right but not chosen."""
        self._verdict = verdict
        self.setEnabled(False)
        self.setAccessibleDescription(self._told())
        self.updateGeometry()
        self.update()

    def _told(self) -> str:
        told = {
            "right": _("your answer, right"),
            "wrong": _("your answer"),
            "missed": _("right answer"),
        }
        return told.get(self._verdict, "")

    def sizeHint(self) -> QSize:
        return QSize(320, self.heightForWidth(max(self.width(), 320)))

    def minimumSizeHint(self) -> QSize:
        return QSize(160, _LEAST)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        room = QRect(0, 0, width - self._text_left() - self._right(), 10_000)
        text = QFontMetrics(self._font()).boundingRect(room, int(_WRAP), self.text())
        return max(_LEAST, text.height() + 2 * (_PAD - 2))

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = current_tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, tokens)
        key = QRectF(_PAD, (self.height() - _MARK) / 2, _MARK, _MARK)
        chosen = self.isChecked()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.accent if chosen else tokens.neutral_soft))
        painter.drawRoundedRect(key, tokens.radius_small, tokens.radius_small)
        painter.setFont(sized(tokens.text_s, strong=True))
        painter.setPen(QColor(tokens.on_accent if chosen else tokens.text_muted))
        painter.drawText(key, int(Qt.AlignmentFlag.AlignCenter), self.key)
        painter.setFont(self._font())
        painter.setPen(QColor(tokens.text))
        text = self.rect().adjusted(self._text_left(), 0, -self._right(), 0)
        painter.drawText(text, int(_WRAP), self.text())
        self._paint_verdict(painter, tokens)
        painter.end()

    def _paint_ground(self, painter: QPainter, tokens: Tokens) -> None:
        soft, line = tokens.raised, tokens.border
        if self._verdict in {"right", "missed"}:
            soft, line = tokens.success_soft, tokens.success
        elif self._verdict == "wrong":
            soft, line = tokens.danger_soft, tokens.danger
        elif self.isChecked():
            soft, line = tokens.accent_soft, tokens.accent
        elif self.isEnabled() and (self.underMouse() or self.isDown()):
            soft, line = tokens.hover, tokens.border_strong
        pen = QPen(QColor(line), 1)
        if self._verdict == "missed":
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(QColor(soft))
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(frame, tokens.radius, tokens.radius)

    def _paint_verdict(self, painter: QPainter, tokens: Tokens) -> None:
        if not self._verdict:
            return
        wrong = self._verdict == "wrong"
        token = "danger" if wrong else "success"
        painter.setFont(sized(tokens.text_s))
        painter.setPen(QColor(getattr(tokens, token)))
        words = self.rect().adjusted(0, 0, -_PAD - 16 - _GAP, 0)
        end = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(words, int(end), self._told())
        place = QRect(self.width() - _PAD - 16, (self.height() - 16) // 2, 16, 16)
        icon("close" if wrong else "check", token).paint(painter, place)

    def _right(self) -> int:
        """What the verdict takes at the right."""
        metrics = QFontMetrics(sized(current_tokens().text_s))
        words = metrics.horizontalAdvance(self._told())
        return _PAD + _MARK + (words + 2 * _GAP if words else 0)

    def _text_left(self) -> int:
        return 2 * _PAD + _MARK

    def _font(self) -> QFont:
        return sized(current_tokens().text_m)
