"""One attempt: its score with reasons, the conversation to replay, comments and the model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QPushButton, QWidget

from app.core.i18n import _
from app.training import FULL, MAX_COMMENT, PART_NAMES, Attempt, Comment
from db.models import AttemptKind
from ui.theme import role
from ui.training.attempt_words import end_kind, end_words, figures_words, points_words, whose
from ui.training.correct_form import CorrectForm, Mark
from ui.training.line_card import LineCard
from ui.training.player import Player
from ui.training.score_list import ScoreList
from ui.training.scroll import Scroll
from ui.training.transcript import Transcript, comments_of_whole
from ui.widgets import FilterChips, StateBadge, hline, stack_horizontally, stack_vertically
from ui.widgets.format import moment

if TYPE_CHECKING:
    from PySide6.QtWidgets import QVBoxLayout

_SIDE: Final = 320


class AttemptView(QWidget):
    """`comment_wanted` carries a text and a line (None: the whole).

    `corrected` carries a part of the score, its points and why; `mark_taken_back` a part.
    """

    corrected = Signal(str, float, str)
    mark_taken_back = Signal(str)
    comment_wanted = Signal(str, object)
    take_back_wanted = Signal(object)
    again_wanted = Signal()
    compare_wanted = Signal()
    desk_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.attempt: Attempt | None = None
        self.title = role(QLabel(), "heading")
        self.badge = StateBadge()
        self.points = QLabel()
        self.points.setObjectName("bigNumber")
        self.unit = role(QLabel(_("of 100 points")), "muted")
        self.facts = role(QLabel(wordWrap=True), "muted")
        self.again = QPushButton(_("Same customer again"))
        self.compare = QPushButton(_("Compare"))
        self.desk = QPushButton(_("Show in the desk"))
        self.score = ScoreList()
        self.correct, self.form = QPushButton(_("Correct a mark…")), CorrectForm(narrow=True)
        self.line_card = LineCard()
        self.whole = QLabel(wordWrap=True)
        self.transcript = Transcript()
        self.player = Player()
        self.about = FilterChips(
            [(True, _("This line")), (False, _("The whole"))], True, _("What the comment is about")
        )
        self.comment = QLineEdit()
        self.take_back = role(QPushButton(_("Take back")), "ghost")
        self._arrange()
        self._connect()
        self.setEnabled(False)

    def show_attempt(self, attempt: Attempt) -> None:
        """Show another attempt, or the same with other comments."""
        same = self.attempt is not None and self.attempt.row.id == attempt.row.id
        shown = self.player.shown if same else None
        place = self.transcript.place() if same else None
        self.attempt = attempt
        self.setEnabled(True)
        self._show_head(attempt)
        self.score.show_attempt(attempt)
        self.correct.setVisible(attempt.may_correct)
        if not same:
            self.form.hide()
            self.player.show_lines(attempt.lines)
            self.comment.clear()
        self.transcript.show_attempt(attempt, shown)
        self.transcript.go_to(0 if place is None else place)
        self._show_line()

    def show_nothing(self) -> None:
        """No attempt is chosen."""
        self.attempt = None
        self.player.stop()
        self.setEnabled(False)

    def focus_first(self) -> None:
        """Put the keyboard into the conversation."""
        self.transcript.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # --- inside --------------------------------------------------------------------------------

    def _show_head(self, attempt: Attempt) -> None:
        row = attempt.row
        self.title.setText(row.title)
        self.badge.show_state(end_words(row), end_kind(row))
        self.points.setText(points_words(row.total))
        self.points.setAccessibleName(_("{n} points").format(n=points_words(row.total)))
        self.unit.setVisible(row.total is not None)
        words = [row.staff, moment(row.started_at), figures_words(attempt)]
        if row.seed:
            words.append(_("customer number {n}").format(n=row.seed))
        self.facts.setText(" · ".join(words))
        scenario = row.kind is AttemptKind.SCENARIO
        self.again.setVisible(scenario)
        self.desk.setVisible(row.conversation_id is not None)

    def _show_line(self) -> None:
        """The model for the line one is at, and what was said about it and the whole."""
        attempt, place = self.attempt, self.transcript.place()
        if attempt is None:
            return
        if place is not None and place < len(attempt.lines):
            better = attempt.better[place] if attempt.better else ""
            marks = self.transcript.lines.marks_of(place)
            self.line_card.show_line(place, attempt.lines[place], marks, better)
        words = [whose(one) for one in comments_of_whole(attempt.comments)]
        self.whole.setText("\n".join(words) or _("None yet"))
        line = self._line()
        self.comment.setPlaceholderText(
            _("Comment on the whole, Enter keeps it")
            if line is None
            else _("Comment on line {n}, Enter keeps it").format(n=line + 1)
        )
        self.take_back.setVisible(self._own_comment() is not None)

    def _line(self) -> int | None:
        """The line a comment is about, None for the whole."""
        return self.transcript.place() if self.about.value() else None

    def _own_comment(self) -> Comment | None:
        """One's own newest comment on the line one is at, or on the whole."""
        place = self._line()
        mine = [
            one
            for one in (self.attempt.comments if self.attempt else ())
            if one.own and one.line == place
        ]
        return mine[-1] if mine else None

    def _on_correct(self) -> None:
        attempt = self.attempt
        if attempt is not None:
            self.form.open_for(
                [
                    Mark(one.part, _(PART_NAMES[one.part]), one.points, FULL, hand)
                    for one in attempt.parts
                    for hand in [attempt.by_hand.get(one.part)]
                ]
            )

    def close_form(self) -> None:
        """The mark is corrected, or is not to be."""
        self.form.hide()
        self.correct.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_line(self, _place: int) -> None:
        self._show_line()

    def _on_about(self, _value: object) -> None:
        self._show_line()

    def _on_moved(self, count: int) -> None:
        self.transcript.show_until(count)

    def _on_line_wanted(self, line: int) -> None:
        if self.player.shown <= line:
            self.player.go_to(line + 1)
        self.transcript.go_to(line)
        self.focus_first()

    def _on_comment(self) -> None:
        text = self.comment.text().strip()
        if text:
            self.comment.clear()
            self.comment_wanted.emit(text, self._line())

    def _on_take_back(self) -> None:
        if (own := self._own_comment()) is not None:
            self.take_back_wanted.emit(own.id)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._steer(event)
        return super().eventFilter(watched, event)

    def _steer(self, event: QKeyEvent) -> bool:
        """Keys of the replay, while the conversation has the focus."""
        key = event.key()
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if key == Qt.Key.Key_Space:
            self.player.toggle()
        elif key == Qt.Key.Key_Right:
            self.player.step()
        elif key == Qt.Key.Key_Left:
            self.player.step_back()
        elif key in {Qt.Key.Key_Plus, Qt.Key.Key_Equal}:
            self.player.faster()
        elif key == Qt.Key.Key_Minus:
            self.player.faster(-1)
        else:
            return False
        return True

    def _connect(self) -> None:
        self.transcript.installEventFilter(self)
        self.transcript.line_chosen.connect(self._on_line)
        self.player.moved.connect(self._on_moved)
        self.score.line_wanted.connect(self._on_line_wanted)
        self.comment.returnPressed.connect(self._on_comment)
        self.about.changed.connect(self._on_about)
        self.take_back.clicked.connect(self._on_take_back)
        self.again.clicked.connect(self.again_wanted)
        self.compare.clicked.connect(self.compare_wanted)
        self.desk.clicked.connect(self.desk_wanted)
        self.correct.clicked.connect(self._on_correct)
        self.form.kept.connect(self.corrected)
        self.form.taken_back.connect(self.mark_taken_back)
        self.form.left.connect(self.close_form)

    def _arrange(self) -> None:
        self.comment.setMaxLength(MAX_COMMENT)
        self.comment.setAccessibleName(_("Comment"))
        head = stack_horizontally(
            None, self.title, self.badge, None, self.points, self.unit, spacing=8
        )
        buttons = stack_horizontally(None, self.again, self.compare, self.desk, None, spacing=8)
        top = QFrame()
        top.setObjectName("examBar")
        lines = stack_vertically(top, head, self.facts, buttons, spacing=6)
        lines.setContentsMargins(16, 10, 16, 10)
        say = stack_horizontally(None, self.about, self.comment, self.take_back, spacing=8)
        say.setStretch(1, 1)
        self.about.keep_on_one_line()
        say.setContentsMargins(12, 8, 12, 8)
        talk = stack_vertically(None, self.transcript, self.player, say)
        talk.setStretch(0, 1)
        main = stack_horizontally(None, talk, self._side())
        main.setStretch(0, 1)
        stack_vertically(self, top, main).setStretch(1, 1)

    def _side(self) -> QWidget:
        inside = QWidget()
        lines = stack_vertically(inside, spacing=8)
        lines.setContentsMargins(16, 12, 16, 12)
        title = role(QLabel(_("Score")), "strong")
        lines.addLayout(stack_horizontally(None, title, None, role(self.correct, "link")))
        lines.addWidget(self.form)
        lines.addWidget(self.score)
        lines.addWidget(hline())
        _add(lines, _("Comments on the whole"), self.whole)
        lines.addStretch(1)
        side = QFrame()
        side.setObjectName("examSide")
        side.setFixedWidth(_SIDE)
        parts = stack_vertically(side, Scroll(inside, canvas=True), self.line_card)
        parts.setStretch(0, 5)
        parts.setStretch(1, 2)
        return side


def _add(lines: QVBoxLayout, title: str, widget: QWidget) -> None:
    lines.addWidget(role(QLabel(title), "strong"))
    lines.addWidget(widget)
