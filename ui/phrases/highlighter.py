"""Colours variables in a phrase being written, and puts a red wave under broken ones."""

from __future__ import annotations

from PySide6.QtGui import QColor, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from app.phrases import holes, problems
from ui.theme import current_tokens, theme_signals


class VariableHighlighter(QSyntaxHighlighter):
    """Variables do not run over a line's end, so each line is judged by itself."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        theme_signals().changed.connect(self.rehighlight)

    def highlightBlock(self, text: str) -> None:
        tokens = current_tokens()
        known = QTextCharFormat()
        known.setForeground(QColor(tokens.accent))
        known.setBackground(QColor(tokens.accent_soft))
        for hole in holes(text):
            if hole.variable is not None:
                self.setFormat(_units(text, hole.start), _units(text[hole.start : hole.end]), known)
        broken = QTextCharFormat()
        broken.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        broken.setUnderlineColor(QColor(tokens.danger))
        broken.setForeground(QColor(tokens.danger))
        for problem in problems(text):
            size = _units(text[problem.start : problem.end])
            self.setFormat(_units(text, problem.start), size, broken)


def _units(text: str, end: int | None = None) -> int:
    """Length as Qt counts it: emoji are two units."""
    return len(text[:end].encode("utf-16-le")) // 2
