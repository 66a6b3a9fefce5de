"""Sitting an exam: one question at a time, by keyboard, with the clock and all questions at hand."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from app.core.errors import UserError
from app.core.i18n import _, listing
from app.training import ExamResult, Given, Kind, Sitting, TimeUp
from db.clock import now_ms
from ui.theme import role, set_state
from ui.training.exam_frame import foot_bar, head_bar, lay_out, side_bar
from ui.training.overview import Mark, Overview
from ui.training.question_card import QuestionCard
from ui.widgets import (
    ElidedLabel,
    KeyHint,
    NoticeBar,
    stack_vertically,
)
from ui.widgets.format import duration

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext

_SAVE_MS: Final = 700
_SOON_S: Final = 300
_LATE_S: Final = 60
_ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_CTRL: Final = Qt.KeyboardModifier.ControlModifier


class ExamSitting(QWidget):
    """`ended` carries the result, however the exam came to its end."""

    ended = Signal(object)

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context, self._exams = context, context.services.exams
        self.sitting: Sitting | None = None
        self.place = 0
        self._given: dict[str, Given] = {}
        self._unsaved: str | None = None
        self._asked = False
        self._hints: list[QWidget] = []
        self._save = QTimer(self, interval=_SAVE_MS, singleShot=True)
        self._save.timeout.connect(self.flush)
        self._tick = QTimer(self, interval=1000)
        self._tick.timeout.connect(self._on_tick)
        self.card = QuestionCard()
        self.overview = Overview()
        self.clock = QLabel()
        self.clock.setObjectName("clock")
        self.clock.setAccessibleName(_("Time left"))
        self.count = role(QLabel(), "muted")
        self.title = role(ElidedLabel(), "title")
        self.notice = NoticeBar(action_text=None)
        self.back = QPushButton(_("Previous question"))
        self.forward = role(QPushButton(_("Next question")), "primary")
        self.flag = QPushButton(_("Mark"))
        self.flag.setCheckable(True)
        self.flag.setToolTip(_("Marks the question to come back to it; no points hang on it."))
        self.hand_in = QPushButton(_("Hand in"))
        self._arrange()
        self._connect()

    def show_sitting(self, sitting: Sitting) -> None:
        """Go on where the exam stands: at the first question without an answer."""
        self.sitting, self._given = sitting, dict(sitting.given)
        self._unsaved, self._asked = None, False
        self.title.setText(sitting.title)
        self.notice.say("")
        items = [item.question.id for item in sitting.items]
        first = next((n for n, name in enumerate(items) if not self._given[name].answer), 0)
        self.show_place(first)
        self._tick.start()
        self._on_tick()

    def show_place(self, place: int) -> None:
        """Bring a question to the screen; what was written is kept first."""
        if self.sitting is None or not 0 <= place < len(self.sitting.items):
            return
        self.flush()
        self.place = place
        item = self.sitting.items[place]
        given = self._given[item.question.id]
        whole = len(self.sitting.items)
        self.card.show_question(item, given.answer, f"{place + 1} / {whole}")
        self.flag.setChecked(given.flagged)
        self.back.setEnabled(place > 0)
        self.forward.setText(_("Next question") if place + 1 < whole else _("Hand in…"))
        self._show_keys(case=item.question.kind is Kind.CASE)
        self._show_marks()
        if self.isVisible():
            self.card.focus_answer()

    def flush(self) -> None:
        """Keep the answer that is on the screen, if it is not kept yet."""
        self._save.stop()
        if self.sitting is None or self._unsaved is None:
            return
        name, self._unsaved = self._unsaved, None
        given = self._given[name]
        work = partial(
            self._exams.answer, self.sitting.id, name, given.answer, flagged=given.flagged
        )
        self._context.jobs.run(self, work, failed=self._not_kept, lane="write")

    def ask_to_hand_in(self) -> None:
        """Hand in at once where all is answered; else say what is open, and hand in when asked again."""
        if self.sitting is None:
            return
        open_ = [n + 1 for n, one in enumerate(self._in_order()) if not one.answer]
        flagged = [n + 1 for n, one in enumerate(self._in_order()) if one.flagged]
        if self._asked or not (open_ or flagged):
            self._hand_in()
            return
        self._asked = True
        words = []
        if open_:
            words.append(_("Without an answer: {list}.").format(list=_listed(open_)))
        if flagged:
            words.append(_("Marked: {list}.").format(list=_listed(flagged)))
        self.notice.say(" ".join(words), "warning", _("Hand in all the same"))

    # --- parts -----------------------------------------------------------------------------

    def _arrange(self) -> None:
        self._keys, self._on = KeyHint("A–D"), KeyHint("Enter")
        self._hints = [self._keys, role(QLabel(_("choose")), "hint")]
        on = [self._on, role(QLabel(_("next")), "hint")]
        flag = [KeyHint("M"), role(QLabel(_("mark")), "hint")]
        foot = foot_bar(self.back, self.forward, self.flag, None, *self._hints, *on, *flag)
        self._hints += flag
        heading = role(QLabel(_("All questions")), "heading")
        side = side_bar(heading, self.overview, None, self.hand_in)
        middle = stack_vertically(None, self.notice, self.card, foot)
        middle.setStretch(1, 1)
        lay_out(self, head_bar(self.title, self.count, self.clock), middle, side)

    def _show_keys(self, *, case: bool) -> None:
        """A case is written: letters and Enter are text there."""
        self._keys.setText(self.card.keys())
        self._on.show_keys("Ctrl+Enter" if case else "Enter")
        for hint in self._hints:
            hint.setVisible(not case)

    def _connect(self) -> None:
        self.card.answered.connect(self._on_answered)
        self.overview.chosen.connect(self.show_place)
        self.back.clicked.connect(self._on_back)
        self.forward.clicked.connect(self._on_forward)
        self.flag.clicked.connect(self._on_flag)
        self.hand_in.clicked.connect(self.ask_to_hand_in)
        self.notice.action.connect(self._hand_in)

    def _in_order(self) -> list[Given]:
        items = self.sitting.items if self.sitting else ()
        return [self._given[item.question.id] for item in items]

    def _show_marks(self) -> None:
        given = self._in_order()
        marks: list[Mark] = ["answered" if one.answer else "open" for one in given]
        self.overview.show_marks(marks, [one.flagged for one in given], self.place)
        done = sum(bool(one.answer) for one in given)
        self.count.setText(_("{n} of {most} answered").format(n=done, most=len(given)))

    # --- what one does ---------------------------------------------------------------------

    def _on_answered(self, answer: str) -> None:
        if self.sitting is None:
            return
        item = self.sitting.items[self.place]
        self._keep(Given(answer.strip(), self._given[item.question.id].flagged))
        self._save.start() if item.question.kind is Kind.CASE else self.flush()

    def _on_flag(self) -> None:
        self._keep(Given(self._in_order()[self.place].answer, self.flag.isChecked()))
        self.flush()
        self.card.focus_answer()

    def _keep(self, given: Given) -> None:
        if self.sitting is not None:
            name = self.sitting.items[self.place].question.id
            self._given[name], self._unsaved, self._asked = given, name, False
            self.notice.say("")
            self._show_marks()

    def _on_back(self) -> None:
        self.show_place(self.place - 1)

    def _on_forward(self) -> None:
        if self.sitting is not None and self.place + 1 < len(self.sitting.items):
            self.show_place(self.place + 1)
        else:
            self.flush()
            self.ask_to_hand_in()

    def _hand_in(self) -> None:
        if self.sitting is not None:
            self.flush()
            work = partial(self._exams.hand_in, self.sitting.id)
            self._context.jobs.run(self, work, self._on_ended, lane="write", key="hand-in")

    def _on_ended(self, result: ExamResult) -> None:
        self.sitting = None
        self._tick.stop()
        self.ended.emit(result)

    def _not_kept(self, error: BaseException) -> None:
        if isinstance(error, TimeUp):
            self._context.notices.warning(str(error))
            self._hand_in()
        elif isinstance(error, UserError):
            self.notice.say(str(error), "danger")
        else:
            raise error

    def _on_tick(self) -> None:
        if self.sitting is None:
            self._tick.stop()
            return
        left = self.sitting.left_s(now_ms())
        self.clock.setText(duration(left))
        set_state(
            self.clock, state="late" if left <= _LATE_S else "soon" if left <= _SOON_S else ""
        )
        if left == 0:
            self._tick.stop()
            self._context.notices.warning(str(TimeUp()))
            self._hand_in()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, ctrl = event.key(), bool(event.modifiers() & _CTRL)
        if self.card.choose_by_key(event):
            return
        if key in _ENTER and (ctrl or not self.card.case.hasFocus()):
            self._on_forward()
        elif key == Qt.Key.Key_M and not event.modifiers():
            self.flag.click()
        elif key in {Qt.Key.Key_Left, Qt.Key.Key_PageUp}:
            self._on_back()
        elif key in {Qt.Key.Key_Right, Qt.Key.Key_PageDown}:
            self.show_place(self.place + 1)
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._tick.start()
        self._on_tick()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.flush()
        self._tick.stop()


def _listed(places: list[int]) -> str:
    shown = listing(str(place) for place in places[:12])
    return shown + (" …" if len(places) > 12 else "")
