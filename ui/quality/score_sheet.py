"""The score sheet of one check: a line each for what is judged."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from app.core.i18n import _
from app.quality import ScoreView
from ui.quality.points_field import PointsField
from ui.theme import role, set_state
from ui.widgets import clear_layout, stack_horizontally, stack_vertically
from ui.widgets.revealing import reveal

_POINTS: Final = 40


class _Line(QFrame):
    """What is judged, and the points for it; only words where one may not judge."""

    def __init__(self, score: ScoreView, *, judging: bool) -> None:
        super().__init__()
        self.setObjectName("scoreLine")
        line = score.criterion
        self.id, self.possible = line.id, score.possible
        self.field = PointsField(line.name, line.points) if judging else None
        self.away: QPushButton | None = None
        name = QLabel(line.name, wordWrap=True)
        words = stack_vertically(None, name, spacing=0)
        if line.hint:
            words.addWidget(role(QLabel(line.hint, wordWrap=True), "hint"))
        row = stack_horizontally(self, spacing=8)
        row.setContentsMargins(12, 4, 8, 4)
        row.addLayout(words, 1)
        self.given = role(QLabel(), "strong")
        self.of = role(QLabel(f"/ {score.possible}"), "muted")
        self.of.setMinimumWidth(_POINTS)
        if self.field is None:
            row.addWidget(self.given)
            row.addWidget(self.of)
        else:
            self._add_controls(row, self.field, line.name)
        self.show_score(score)

    def show_score(self, score: ScoreView) -> None:
        """Show what it was given."""
        not_applying = score.judged and score.points is None
        if self.field is not None:
            self.field.show_points(score.points, judged=score.judged)
        if self.away is not None:
            self.away.setChecked(not_applying)
        self.given.setText(_("does not apply") if not_applying else str(score.points))
        self.of.setVisible(self.field is not None or not not_applying)
        role(self.given, "muted" if not_applying else "strong")
        set_state(self, judged=score.judged)

    def _add_controls(self, row: QHBoxLayout, field: PointsField, name: str) -> None:
        self.away = role(QPushButton(_("n/a")), "chip")
        self.away.setCheckable(True)
        self.away.setToolTip(_("Does not apply here"))
        self.away.setAccessibleName(_("{line} does not apply").format(line=name))
        self.away.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.away.clicked.connect(partial(self._on_away, field))
        for widget in (field, self.of, self.away):
            row.addWidget(widget)

    def _on_away(self, field: PointsField) -> None:
        field.decide(None)
        field.moved.emit(1)


class ScoreSheet(QWidget):
    """`given` carries a line's id and its points, or None where it does not apply."""

    given = Signal(bytes, object)
    past_end = Signal()

    def __init__(self, *, judging: bool) -> None:
        super().__init__()
        self._judging = judging
        self.lines: list[_Line] = []
        self._column = stack_vertically(self, spacing=2)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def show_scores(self, scores: tuple[ScoreView, ...]) -> None:
        """Show the sheet; lines that are there already only change their points."""
        if [(line.id, line.possible) for line in self.lines] != [
            (score.criterion.id, score.possible) for score in scores
        ]:
            self._build(scores)
        for line, score in zip(self.lines, scores, strict=True):
            line.show_score(score)

    def focus_open(self) -> bool:
        """Put the keyboard on the first line nobody judged; False where there is none."""
        for line in self.lines:
            if line.field is not None and not line.property("judged"):
                line.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
                return True
        return False

    def focus_first(self) -> None:
        """Put the keyboard on what is open, or on the first line."""
        if not self.focus_open() and self.lines and self.lines[0].field is not None:
            self.lines[0].field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _build(self, scores: tuple[ScoreView, ...]) -> None:
        clear_layout(self._column)
        self.lines = [_Line(score, judging=self._judging) for score in scores]
        for number, line in enumerate(self.lines):
            self._column.addWidget(line)
            if line.field is not None:
                line.field.decided.connect(partial(self.given.emit, line.id))
                line.field.moved.connect(partial(self._go, number))

    def _go(self, number: int, by: int) -> None:
        """To the line above or below; behind the last one the sheet is done."""
        place = number + by
        if place >= len(self.lines):
            self.past_end.emit()
        elif place >= 0 and (field := self.lines[place].field) is not None:
            field.setFocus(Qt.FocusReason.TabFocusReason)
            reveal(self.lines[place])
