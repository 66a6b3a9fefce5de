"""The text to type: what is right so far, what is not, and where one is."""

from __future__ import annotations

from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QFrame, QTextEdit

from app.core.i18n import _
from app.training import Fate, align
from ui.theme import current_tokens, sized, theme_signals


class TypingText(QTextEdit):
    """Read only; painted anew whenever something was committed."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("typingText")
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(_("Text to type"))
        self.setTabChangesFocus(True)
        self._text, self._typed, self._whole = "", "", False
        theme_signals().changed.connect(self._paint)

    def text(self) -> str:
        """The text to type."""
        return self._text

    def show_text(self, text: str) -> None:
        """Another text."""
        self._text, self._typed, self._whole = text, "", False
        self._paint()

    def show_typed(self, typed: str, *, whole: bool = False) -> int:
        """Show how far one is; with `whole` what is missing is a mistake. Returns the mistakes."""
        self._typed, self._whole = typed, whole
        return self._paint()

    def _paint(self) -> int:
        aligned = align(self._text, self._typed, whole=self._whole)
        tokens = current_tokens()
        looks = {
            Fate.RIGHT: (tokens.success, None),
            Fate.WRONG: (tokens.danger, tokens.danger_soft),
            Fate.MISSED: (tokens.danger, tokens.danger_soft),
            Fate.AHEAD: (tokens.text, None),
        }
        self.clear()
        cursor = QTextCursor(self.document())
        for char, fate in zip(self._text, aligned.fates, strict=True):
            look = QTextCharFormat()
            look.setFont(sized(tokens.text_xl))
            color, ground = looks[fate]
            look.setForeground(QColor(color))
            if ground:
                look.setBackground(QColor(ground))
            look.setFontStrikeOut(fate is Fate.MISSED)
            cursor.insertText(char, look)
        return aligned.errors
