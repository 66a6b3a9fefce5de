"""Beside the conversation: the sheet, the keys for it, what was said, and the sum below."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QScrollArea, QWidget

from app.conversations import MessageView
from app.core.i18n import _
from app.quality import CheckView
from ui.quality.comments import CommentList
from ui.quality.footer import Footer
from ui.quality.score_sheet import ScoreSheet
from ui.theme import role
from ui.widgets import SectionHeader, stack_vertically

_LEAST: Final = 380


class CheckSide(QWidget):
    """Parts only; the page connects them."""

    def __init__(self, *, judging: bool) -> None:
        super().__init__()
        self.setMinimumWidth(_LEAST)
        self.sheet = ScoreSheet(judging=judging)
        self.comments = CommentList()
        self.foot = Footer(judging=judging)
        self._said = SectionHeader(_("Comments"))
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(self._inside(judging=judging))
        stack_vertically(self, self._scroll, self.foot).setStretch(0, 1)

    def show_check(self, view: CheckView, messages: Mapping[bytes, MessageView]) -> None:
        """Show points, comments and the sum; `messages` are those comments are pinned to."""
        self.sheet.show_scores(view.scores)
        self.comments.show_comments(view.comments, messages)
        self._said.setVisible(bool(view.comments))
        self.foot.show_check(view)

    def to_top(self) -> None:
        """Scroll to the first line."""
        self._scroll.verticalScrollBar().setValue(0)

    def _inside(self, *, judging: bool) -> QWidget:
        inside = QWidget()
        inside.setObjectName("checkSide")
        column = stack_vertically(inside, self.sheet, spacing=4)
        column.setContentsMargins(0, 6, 0, 12)
        if judging:
            text = _("Digits and Enter · + all points · − n/a · ↑ ↓ lines · PgUp PgDn read on")
            keys = role(QLabel(text, wordWrap=True), "hint")
            keys.setContentsMargins(12, 2, 12, 4)
            column.addWidget(keys)
        below = stack_vertically(None, self._said, self.comments, spacing=4)
        below.setContentsMargins(12, 4, 12, 0)
        column.addLayout(below)
        column.addStretch(1)
        return inside
