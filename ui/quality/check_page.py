"""One check: the conversation beside the sheet; points, comments, done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final, cast

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QSplitter, QWidget

from app.conversations import Conversations, MessageView
from app.core.errors import UserError
from app.core.i18n import _
from app.core.permissions import Permission
from app.core.settings import Setting
from app.quality import CheckView, Quality
from ui.quality.check_head import CheckHead
from ui.quality.check_side import CheckSide
from ui.quality.comments import CommentLine
from ui.quality.protocols import TranscriptPart
from ui.widgets import NoticeBar, stack_vertically
from ui.widgets.sub_page import SubPage

if TYPE_CHECKING:
    from db.changes import Changes
    from ui.shell.plugs import UiContext

PANES: Final = Setting("quality.panes", list[int], [], scope="station")
_TABLES: Final = ("quality_checks", "quality_scores", "quality_comments", "quality_criteria")
_Read = tuple[CheckView, dict[bytes, MessageView]]


def _read(quality: Quality, conversations: Conversations, check_id: bytes) -> _Read:
    view = quality.check(check_id)
    pinned = {c.message_id for c in view.comments if c.message_id is not None}
    return view, {m.id: m for m in conversations.messages(sorted(pinned))}


class CheckPage(SubPage):
    """`left` leads back to the list; `moved` carries the check one has gone on to."""

    moved = Signal(bytes)

    def __init__(self, context: UiContext, transcript: QWidget) -> None:
        super().__init__()
        self._context, self._quality = context, context.services.quality
        self._id, self._ids = b"", list[bytes]()
        self._drafts: dict[bytes, str] = {}
        self._judging = context.services.staff.may(Permission.SEE_TEAM_STATS)
        self._view: CheckView | None = None
        self._new = True
        self._talk, self.transcript = transcript, cast("TranscriptPart", transcript)
        self.head = CheckHead()
        self.trouble = NoticeBar()
        self.line = CommentLine(answering=not self._judging)
        self.side = CheckSide(judging=self._judging)
        self.sheet, self.foot = self.side.sheet, self.side.foot
        self._arrange()
        self._connect()

    @property
    def check_id(self) -> bytes:
        """The check that shows."""
        return self._id

    def open_check(self, check_id: bytes, among: Sequence[bytes] = ()) -> None:
        """Show a check; `among` are the ones one may step to."""
        self._ids = list(among) if check_id in among else [check_id]
        self._go(check_id)

    def step(self, by: int) -> None:
        """To the check before (-1) or after (1) in the list."""
        place = self._place() + by
        if 0 <= place < len(self._ids):
            self._go(self._ids[place])

    def focus_first(self) -> None:
        """Put the keyboard where the work begins."""
        if self._judging:
            self.sheet.focus_first()
        else:
            self._talk.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def comment(self) -> None:
        """Go and say something: about the chosen message, or choose one first."""
        if self._reading():
            self.line.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self._talk.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def finish(self) -> None:
        """Close the check and go on; an agent notes that it is read. Begun comments go along."""
        if not self.can_finish():
            return
        self.line.submit()
        if self._judging:
            self._write(partial(self._quality.finish, self._id), self._finished)
        else:
            self._write(partial(self._quality.mark_seen, self._id))

    def can_finish(self) -> bool:
        """Whether there is something to finish; open lines are told of then."""
        return self.isVisible() and not self.foot.finish.isHidden()

    def skip(self) -> None:
        """Leave the check out and go on."""
        if self.can_skip():
            self._write(partial(self._quality.skip, self._id), self._go_on)

    def can_skip(self) -> bool:
        """Whether it may be left out."""
        return self.isVisible() and not self.foot.skip.isHidden()

    # --- parts -----------------------------------------------------------------------------

    def _arrange(self) -> None:
        talk = QWidget()
        stack_vertically(talk, self._talk, self.line).setStretch(0, 1)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.addWidget(talk)
        self._splitter.addWidget(self.side)
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setChildrenCollapsible(False)
        kept = self._context.services.settings.get(PANES)
        self._splitter.setSizes(kept if len(kept) == 2 else [850, 440])
        stack_vertically(self, self.head, self.trouble, self._splitter).setStretch(2, 1)

    def _connect(self) -> None:
        self.head.back.clicked.connect(self.left)
        self.head.above.clicked.connect(partial(self.step, -1))
        self.head.below.clicked.connect(partial(self.step, 1))
        self.head.desk.clicked.connect(self._open_in_desk)
        self.transcript.chosen.connect(self.line.show_target)
        self.transcript.note_wanted.connect(self.comment)
        self.line.written.connect(self._comment)
        self.line.whole_wanted.connect(self._speak_of_whole)
        self.side.comments.wanted.connect(self.transcript.go_to)
        self.sheet.given.connect(self._give)
        self.sheet.past_end.connect(self._past_end)
        self.foot.rest.clicked.connect(self._leave_rest)
        self.foot.skip.clicked.connect(self.skip)
        self.foot.finish.clicked.connect(self.finish)
        self._splitter.splitterMoved.connect(self._keep_panes)
        self._context.store.changed.connect(self._on_store)

    # --- showing ---------------------------------------------------------------------------

    def _place(self) -> int:
        return self._ids.index(self._id) if self._id in self._ids else 0

    def _go(self, check_id: bytes) -> None:
        self._drafts[self._id] = self.line.text()
        self._id, self._new, self._view = check_id, True, None
        self.trouble.say("")
        self.line.show_text(self._drafts.pop(check_id, ""))
        self.line.show_target(None)
        self.moved.emit(check_id)
        self.reload()

    def reload(self) -> None:
        """Read the check again."""
        services = self._context.services
        work = partial(_read, self._quality, services.conversations, self._id)
        self._context.jobs.run(self, work, self._show, failed=self._failed, key="check")

    def _show(self, found: _Read) -> None:
        view, messages = found
        if view.row.id != self._id:
            return
        self._view = view
        if self._new:
            self.transcript.show_part(view.row.conversation_id, view.row.starts_at)
        self.head.show_check(view.row, self._place(), len(self._ids))
        self.side.show_check(view, messages)
        pins = Counter(c.message_id for c in view.comments if c.message_id is not None)
        self.transcript.pin(pins)
        if self._new:
            self._new = False
            self.side.to_top()
            self.focus_first()
            self._note_answers(view)

    def _note_answers(self, view: CheckView) -> None:
        """A supervisor has read an answer by having it on the screen; an agent says so."""
        if self._judging and view.row.fresh:
            self._write(partial(self._quality.mark_seen, self._id))

    def _failed(self, error: BaseException) -> None:
        if not isinstance(error, UserError):
            raise error
        self.trouble.say(f"{error.message} {error.hint}".strip(), "danger")

    def _on_store(self, changes: Changes) -> None:
        if self._id and self.isVisible() and changes.touches(*_TABLES):
            self.reload()

    # --- doing -----------------------------------------------------------------------------

    def _write(self, work: Callable[[], Any], done: Callable[[Any], None] | None = None) -> None:
        self.trouble.say("")
        self._context.jobs.run(self, work, done, failed=self._failed, lane="write")

    def _give(self, line: bytes, points: int | None) -> None:
        self._write(partial(self._quality.score, self._id, line, points))

    def _leave_rest(self) -> None:
        self._write(partial(self._quality.leave_rest, self._id), self._to_finish)

    def _past_end(self) -> None:
        if not self.sheet.focus_open():
            self._to_finish(None)

    def _to_finish(self, _nothing: object) -> None:
        self.foot.finish.setFocus(Qt.FocusReason.TabFocusReason)

    def _comment(self, text: str, message_id: bytes | None) -> None:
        work = partial(self._quality.comment, self._id, text, message_id)
        self._write(work, partial(self._commented, self._id))

    def _commented(self, check_id: bytes, _nothing: object) -> None:
        self._drafts.pop(check_id, None)
        if check_id != self._id:
            return
        self.line.show_text("")
        if not self._judging and self._view is not None and self._view.row.fresh:
            self._write(partial(self._quality.mark_seen, self._id))
        self._talk.setFocus(Qt.FocusReason.OtherFocusReason)

    def _speak_of_whole(self) -> None:
        self.transcript.unchoose()
        self.line.show_target(None)
        self.line.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _finished(self, _row: object) -> None:
        self._context.notices.success(_("Finished: the agent can see it now."))
        self._go_on(None)

    def _go_on(self, _nothing: object) -> None:
        """To the next check that is open, or back to the list."""
        rest = self._ids[self._place() + 1 :]
        work = partial(self._quality.first_open, rest)
        self._context.jobs.run(self, work, self._open_or_leave, key="next")

    def _open_or_leave(self, check_id: bytes | None) -> None:
        if check_id is None:
            self.left.emit()
        else:
            self._go(check_id)

    def _open_in_desk(self) -> None:
        if self._view is not None:
            self._context.go("desk", self._view.row.conversation_id)

    def _keep_panes(self, _position: int, _index: int) -> None:
        keep = partial(self._context.services.settings.set, PANES, self._splitter.sizes())
        self._context.jobs.run(self, keep, lane="write", key="panes")

    # --- keys ------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        # Keys that mean something else in other views must reach this page first.
        asked = event.type() == QEvent.Type.ShortcutOverride
        if asked and isinstance(event, QKeyEvent) and _is_own(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self._escape()
        elif key in {Qt.Key.Key_PageUp, Qt.Key.Key_PageDown} and not event.modifiers():
            self.transcript.scroll_page(1 if key == Qt.Key.Key_PageDown else -1)
        elif _is_own(event):
            self._next_pane() if key == Qt.Key.Key_F6 else self.finish()
        else:
            super().keyPressEvent(event)

    def _escape(self) -> None:
        if self.line.edit.hasFocus():
            self._talk.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.left.emit()

    def _reading(self) -> bool:
        focus: QWidget | None = self.window().focusWidget()
        return False if focus is None else self._talk.isAncestorOf(focus)

    def _next_pane(self) -> None:
        """From the talk to the comment, to the sheet, and around."""
        if self._reading():
            self.line.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif self.line.edit.hasFocus() and self._judging:
            self.sheet.focus_first()
        else:
            self._talk.setFocus(Qt.FocusReason.ShortcutFocusReason)


def _is_own(event: QKeyEvent) -> bool:
    enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
    return event.key() == Qt.Key.Key_F6 or (
        enter and event.modifiers() == Qt.KeyboardModifier.ControlModifier
    )
