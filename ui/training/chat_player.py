"""Answering a real chat turn by turn: after each answer one sees what was answered then."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QElapsedTimer, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.core.errors import UserError
from app.core.i18n import _
from app.training import PART_NAMES, Judged, Replaying
from ui.theme import icon, role, theme_signals
from ui.training.chat_turns import TurnCard
from ui.widgets import NoteEdit, clear_layout, hline, stack_horizontally, stack_vertically

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext

_WIDTH: Final = 1080
_FIELD: Final = 84


class ChatPlayer(QWidget):
    """`left` asks for the list; `finished` says that a result was kept."""

    left = Signal()
    finished = Signal()
    again_wanted = Signal(object)

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self._state: Replaying | None = None
        self._card: TurnCard | None = None
        self._since, self._typing = QElapsedTimer(), QElapsedTimer()
        self._make_head()
        self._make_turns()
        self._make_foot()
        stack_vertically(self, self._head, self._scroll, self._foot).setStretch(1, 1)
        theme_signals().changed.connect(self._tint)
        self._tint()

    # --- its parts -----------------------------------------------------------------------------

    def _make_head(self) -> None:
        self.back = role(QPushButton(_("Back")), "ghost")
        self.back.clicked.connect(self.left)
        self._title = role(QLabel(), "heading")
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._place = role(QLabel(), "muted")
        self._head = role(QFrame(), "bar")
        row = stack_horizontally(self._head, self.back, self._title, None, self._place, spacing=12)
        row.setContentsMargins(16, 6, 16, 6)

    def _make_turns(self) -> None:
        column = QWidget(maximumWidth=_WIDTH)
        self._turns: QVBoxLayout = stack_vertically(column, spacing=20)
        self._turns.setContentsMargins(16, 16, 16, 16)
        ground = QWidget()
        ground.setObjectName("trainingPage")
        row = stack_horizontally(None, None, column, None)
        row.setStretch(1, 1000)
        stack_vertically(ground, row, None)
        self._scroll = QScrollArea(widgetResizable=True)
        self._scroll.setObjectName("trainingPage")
        self._scroll.setWidget(ground)
        self._scroll.setAccessibleName(_("Chat"))
        # The place of the newest line is known only after the layout has been made.
        self._scroll.verticalScrollBar().rangeChanged.connect(self._to_the_end)

    def _make_foot(self) -> None:
        self.field = NoteEdit()
        self.field.setFixedHeight(_FIELD)
        self.field.setPlaceholderText(_("Answer the customer, then Enter"))
        self.field.setAccessibleName(_("Your answer"))
        self.field.done.connect(self.send)
        self.field.textChanged.connect(self._on_typed)
        self.button = role(QPushButton(_("Reply")), "primary")
        self.button.clicked.connect(self.send)
        self._foot = QFrame()
        self._foot.setObjectName("examFoot")
        row = stack_horizontally(self._foot, self.field, self.button, spacing=12)
        row.setContentsMargins(16, 10, 16, 10)
        row.setAlignment(self.button, Qt.AlignmentFlag.AlignBottom)

    # --- what happens --------------------------------------------------------------------------

    def play(self, state: Replaying) -> None:
        """Show an attempt as it stands, and let one answer."""
        clear_layout(self._turns)
        self._state = state
        self._title.setText(state.title)
        for turn in state.shown:
            self._card = TurnCard(turn)
            self._turns.addWidget(self._card)
        self._show_state()
        self._await()

    def focus_first(self) -> None:
        """Put the keyboard into the answer."""
        (self.back if self._state is None or self._state.over else self.field).setFocus()

    def send(self) -> None:
        """Answer the turn that is open."""
        text, state = self.field.toPlainText().strip(), self._state
        if not text or state is None or state.over or not self.button.isEnabled():
            return
        waited = self._since.elapsed() / 1000
        typed = self._typing.elapsed() / 1000 if self._typing.isValid() else None
        self.button.setEnabled(False)
        work = partial(
            self._context.services.replays.answer,
            state.attempt_id,
            text,
            waited_s=waited,
            typed_s=typed,
        )
        self._context.jobs.run(self, work, self._answered, failed=self._failed, lane="write")

    def _answered(self, state: Replaying) -> None:
        done = sum(turn.own is not None for turn in state.shown)
        if self._card is not None:
            self._card.show_answered(state.shown[done - 1])
        self._state = state
        for turn in state.shown[done:]:
            self._card = TurnCard(turn)
            self._turns.addWidget(self._card)
        self.field.clear()
        self._show_state()
        self._await()
        if state.over:
            self.finished.emit()

    def _failed(self, error: BaseException) -> None:
        self.button.setEnabled(True)
        if not isinstance(error, UserError):
            raise error
        self._context.notices.failure(error)

    def _await(self) -> None:
        """The customer waits from now on."""
        self.button.setEnabled(True)
        self._since.start()
        self._typing.invalidate()
        self.focus_first()

    def _on_typed(self) -> None:
        if not self._typing.isValid() and self.field.toPlainText():
            self._typing.start()

    def _show_state(self) -> None:
        state = self._state
        if state is None:
            return
        self._foot.setVisible(not state.over)
        place = sum(turn.own is not None for turn in state.shown) + (not state.over)
        self._place.setText(_("Turn {n} of {all}").format(n=place, all=state.turns))
        if state.over:
            self._turns.addWidget(self._result(state))

    def _result(self, state: Replaying) -> QFrame:
        frame = role(QFrame(), "raised")
        total = QLabel(f"{state.total or 0:.0f}")
        total.setObjectName("bigScore")
        total.setAccessibleName(_("{n} of 100 points").format(n=f"{state.total or 0:.0f}"))
        again = role(QPushButton(_("Once more")), "primary")
        again.clicked.connect(partial(self.again_wanted.emit, state.replay_id))
        head = stack_horizontally(None, total, role(QLabel(_("of 100 points")), "muted"), None)
        head.setSpacing(8)
        head.addWidget(again)
        lines = stack_vertically(frame, head, hline(), margin=16, spacing=10)
        for part in state.parts:
            lines.addWidget(_part(part))
        return frame

    def _to_the_end(self) -> None:
        bar = self._scroll.verticalScrollBar()
        QTimer.singleShot(0, bar, partial(bar.setValue, bar.maximum()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _tint(self) -> None:
        self.back.setIcon(icon("chevron-left"))


def _part(part: Judged) -> QWidget:
    box = QWidget()
    name = role(QLabel(_(PART_NAMES[part.part])), "strong")
    points = role(QLabel(f"{part.points:.0f}"), "mono")
    lines = stack_vertically(box, stack_horizontally(None, name, points, None, spacing=8))
    for reason in part.reasons:
        line = QLabel(f"−{reason.points:.0f}  {reason.words}", wordWrap=True)
        line.setTextFormat(Qt.TextFormat.PlainText)
        lines.addWidget(role(line, "muted"))
        if reason.example:
            said = QLabel(f"→ {reason.example}", wordWrap=True)
            said.setTextFormat(Qt.TextFormat.PlainText)
            lines.addWidget(role(said, "success"))
    return box
