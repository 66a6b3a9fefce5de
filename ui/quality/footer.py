"""The lower end of a sheet: the sum, and what can be done with the check."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QLabel, QPushButton

from app.core.i18n import _, ngettext
from app.quality import CheckState, CheckView
from ui.quality.words import NOTHING, score_text
from ui.theme import role
from ui.widgets import stack_horizontally, stack_vertically


class Footer(QFrame):
    """Buttons for a supervisor (`judging`) or for the agent whose check it is."""

    def __init__(self, *, judging: bool) -> None:
        super().__init__()
        self.setObjectName("checkFoot")
        self._judging = judging
        self.sum = QLabel()
        self.sum.setObjectName("checkSum")
        self.open = role(QLabel(), "hint")
        self.rest = role(QPushButton(_("Rest n/a")), "ghost")
        self.rest.setToolTip(_("What is not judged yet does not apply"))
        self.rest.setAccessibleName(self.rest.toolTip())
        self.skip = role(QPushButton(_("Leave out")), "ghost")
        self.skip.setToolTip(_("Nothing to judge here; drawing again replaces it"))
        self.finish = role(QPushButton(), "primary")
        words = stack_vertically(None, self.sum, self.open, spacing=0)
        row = stack_horizontally(self, spacing=4)
        row.addLayout(words, 1)
        for button in (self.rest, self.skip, self.finish):
            row.addWidget(button)
        row.setContentsMargins(12, 8, 12, 8)

    def show_check(self, view: CheckView) -> None:
        """Show the sum and what is possible now."""
        row, missing = view.row, view.open_lines
        given = [score for score in view.scores if score.judged and score.points is not None]
        points = sum(score.points or 0 for score in given)
        possible = sum(score.possible for score in given)
        if row.state is CheckState.DONE:
            points, possible = row.points, row.possible
        share = points / possible if possible else None
        self.sum.setText(f"{points} / {possible}   {score_text(share)}" if possible else NOTHING)
        self.sum.setAccessibleName(
            _("{points} of {possible} points").format(points=points, possible=possible)
        )
        self._show_state(view, missing)

    def _show_state(self, view: CheckView, missing: int) -> None:
        row = view.row
        done = row.state is CheckState.DONE
        if done:
            words = _("Checked by {name}").format(name=row.reviewer)
        elif row.state is CheckState.SKIPPED:
            words = _("Left out; points bring it back")
        elif missing:
            words = ngettext("{n} line open", "{n} lines open", missing).format(n=missing)
        else:
            words = _("All lines judged")
        self.open.setText(words)
        self.rest.setVisible(self._judging and bool(missing) and not done)
        self.skip.setVisible(self._judging and row.is_open)
        if self._judging:
            self.finish.setText(_("Finish"))
            self.finish.setToolTip(_("The agent sees it from then on  Ctrl+Enter"))
            self.finish.setVisible(not done)
        else:
            self.finish.setText(_("I have read it"))
            self.finish.setToolTip("Ctrl+Enter")
            self.finish.setVisible(row.fresh)
