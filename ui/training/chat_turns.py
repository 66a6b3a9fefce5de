"""A turn of a real chat on the screen: the customer, then one's own answer beside that of the day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from app.core.i18n import _
from app.language import Hit, Level
from app.training import Answered
from ui.theme import role
from ui.widgets import Kind, StateBadge, stack_horizontally, stack_vertically

_KINDS: Final[dict[Level, Kind]] = {
    Level.HINT: "info",
    Level.WARN: "warning",
    Level.BLOCK: "danger",
}

_WIDEST: Final = 440


class TurnCard(QFrame):
    """Grows when the turn is answered: `show_answered` replaces what it holds."""

    def __init__(self, turn: Answered) -> None:
        super().__init__()
        self._column = stack_vertically(self, spacing=8)
        for text in turn.customer:
            self._column.addLayout(stack_horizontally(None, bubble(text, _("Customer")), None))
        if turn.own is not None:
            self.show_answered(turn)

    def show_answered(self, turn: Answered) -> None:
        """Put one's own answer and the original side by side, with the remarks below one's own."""
        own = _side(_("Your answer"), [turn.own or ""], turn.hits)
        then = _side(_("The agent then"), turn.original, ())
        row = stack_horizontally(None, own, then, spacing=12)
        row.setStretch(0, 1)
        row.setStretch(1, 1)
        row.setContentsMargins(48, 0, 0, 0)
        self._column.addLayout(row)


def bubble(text: str, who: str, most: int = _WIDEST, *, own: bool = False) -> QLabel:
    """What somebody wrote, oneself or the customer; to be selected and read out."""
    label = QLabel(text, wordWrap=True)
    label.setObjectName("chatBubble")
    label.setProperty("own", own)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setAccessibleName(f"{who}: {text}")
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
    label.ensurePolished()
    wanted = label.fontMetrics().horizontalAdvance(max(text.splitlines() or [""], key=len)) + 40
    label.setMinimumWidth(min(most, wanted))
    label.setMaximumWidth(most)
    return label


def remark(hit: Hit) -> QWidget:
    """What the language check says: what was found, why, and what to write instead."""
    badge = StateBadge(hit.found, _KINDS[hit.level])
    words = QLabel(hit.why, wordWrap=True)
    lines: list[QWidget] = [role(words, "muted")]
    lines += [role(QLabel(f"→ {text}", wordWrap=True), "success") for text in hit.instead[:1]]
    column = QWidget()
    stack_vertically(column, stack_horizontally(None, badge, None), *lines, spacing=2)
    return column


def _side(title: str, texts: Iterable[str], hits: Sequence[Hit]) -> QFrame:
    frame = role(QFrame(), "card")
    lines: list[QWidget | None] = [role(QLabel(title), "hint")]
    for text in texts:
        label = QLabel(text, wordWrap=True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        lines.append(label)
    lines += [remark(hit) for hit in hits]
    stack_vertically(frame, *lines, None, margin=12, spacing=6)
    return frame
