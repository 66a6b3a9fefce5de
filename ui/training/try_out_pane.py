"""A side pane in which one chats with the customer one is writing; nothing of it is kept."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QLabel, QMenu, QPushButton, QScrollArea, QWidget

from app.core.i18n import _, current_language
from app.training import (
    ACTION_NAMES,
    ACTIONS,
    END_NAMES,
    Line,
    Tried,
    TryOut,
    intent_name,
)
from ui.theme import icon, role
from ui.training.chat_turns import bubble, remark
from ui.widgets import (
    NoteEdit,
    SectionHeader,
    clear_layout,
    stack_horizontally,
    stack_vertically,
)

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext

WIDTH: Final = 400
_FIELD: Final = 64
_WIDEST: Final = 320


class TryOutPane(QFrame):
    """`closed` asks to be put away; `begin_wanted` for a fresh customer of what is written now."""

    closed = Signal()
    begin_wanted = Signal()

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self.setObjectName("examSide")
        self._context = context
        self._trial: TryOut | None = None
        again = role(QPushButton(_("From the start")), "ghost")
        again.clicked.connect(self.begin_wanted)
        close = role(QPushButton(), "icon")
        close.setIcon(icon("close"))
        close.setAccessibleName(_("Close"))
        close.setToolTip(_("Close"))
        close.clicked.connect(self.closed)
        head = SectionHeader(_("Try it out"), "", again, close)
        self._standing = role(QLabel(wordWrap=True), "muted")
        self._make_talk()
        self._make_foot()
        column = stack_vertically(
            self, head, self._standing, self._scroll, self.action, self.field, spacing=8
        )
        column.setContentsMargins(12, 6, 12, 12)
        column.setStretch(2, 1)

    def _make_talk(self) -> None:
        ground = QWidget()
        ground.setObjectName("trainingPage")
        self._talk = stack_vertically(None, spacing=8)
        stack_vertically(ground, self._talk, None, margin=4)
        self._scroll = QScrollArea(widgetResizable=True)
        self._scroll.setObjectName("trainingPage")
        self._scroll.setWidget(ground)
        self._scroll.setAccessibleName(_("Chat"))
        self._scroll.verticalScrollBar().rangeChanged.connect(self._to_the_end)

    def _make_foot(self) -> None:
        self.action = QPushButton(_("Do something in the desk…"))
        menu = QMenu(self.action)
        for key, name in ACTION_NAMES.items():
            if key in ACTIONS:
                menu.addAction(_(name)).triggered.connect(partial(self.act, key))
        self.action.setMenu(menu)
        self.field = NoteEdit()
        self.field.setFixedHeight(_FIELD)
        self.field.setPlaceholderText(_("Answer the customer, then Enter"))
        self.field.setAccessibleName(_("Your answer"))
        self.field.done.connect(self.send)

    def begin(self, trial: TryOut) -> None:
        """Let a customer come."""
        self._trial = trial
        self._show(trial.state())
        self.field.setFocus()

    def send(self) -> None:
        """Say what was typed."""
        text = self.field.toPlainText().strip()
        if text and self._trial is not None and self.field.isEnabled():
            self.field.clear()
            # Understanding a line takes some hundredths of a second; every line counts, in order.
            self._context.jobs.run(self, partial(self._trial.say, text), self._show, lane="write")

    def act(self, action: str, _checked: bool = False) -> None:
        """Do something in the desk, as it were."""
        if self._trial is not None:
            self._show(self._trial.act(action))
            self.field.setFocus()

    def _show(self, tried: Tried) -> None:
        clear_layout(self._talk)
        for line in tried.lines:
            self._talk.addWidget(_shown(line))
        over = tried.outcome is not None
        self.field.setEnabled(not over)
        self.action.setEnabled(not over)
        self._standing.setText(_standing(tried))

    def _to_the_end(self) -> None:
        bar = self._scroll.verticalScrollBar()
        QTimer.singleShot(0, bar, partial(bar.setValue, bar.maximum()))


def _standing(tried: Tried) -> str:
    if tried.outcome is not None:
        return _(END_NAMES[str(tried.outcome)])
    words = _("Mood {mood} · met {met} · open now: {open}")
    return words.format(mood=tried.mood, met=len(tried.met), open=_named(tried.open) or "—")


def _named(names: tuple[str, ...] | list[str]) -> str:
    english = current_language() == "en"
    return (", " if english else "、").join(intent_name(name, english=english) for name in names)


def _shown(line: Line) -> QWidget:
    box = QWidget()
    if not line.agent:
        stack_vertically(
            box, stack_horizontally(None, bubble(line.text, _("Customer"), _WIDEST), None)
        )
        return box
    text = line.text or _(ACTION_NAMES.get(line.action, line.action))
    told = role(QLabel(_note(line), wordWrap=True), "hint")
    told.setAlignment(Qt.AlignmentFlag.AlignRight)
    notes: list[QWidget] = [told]
    notes += [remark(hit) for hit in line.hits]
    own = bubble(text, _("Your answer"), _WIDEST, own=True)
    stack_vertically(box, stack_horizontally(None, None, own), *notes, spacing=2)
    return box


def _note(line: Line) -> str:
    """What the line came to: needs met, else what it carried, or that nothing was understood."""
    if line.wrong:
        return _("wrong fact: {names}").format(names=", ".join(line.wrong))
    if line.met:
        return _("met: {names}").format(names=_named(line.met))
    if line.action:
        return _("changes nothing")
    if not line.understood:
        return _("not understood")
    return _("meant: {names}").format(names=_named(sorted(line.intents)) or "—")
