"""What was said about a check: a list of comments, and a field to add one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QWidget

from app.conversations import MessageView
from app.core.i18n import _
from app.quality import MAX_COMMENT, CommentView
from ui.theme import icon, role, theme_signals
from ui.widgets import ElidedLabel, NoteEdit, clear_layout, stack_horizontally, stack_vertically
from ui.widgets.format import full_moment, moment

_LINES: Final = 54
_QUOTE: Final = 60


def quote_of(message: MessageView | None) -> str:
    """The beginning of a message, or what it is."""
    if message is None or message.deleted:
        return _("(message no longer there)")
    text = " ".join(message.text.split()) or _("(picture or file)")
    return text if len(text) <= _QUOTE else text[: _QUOTE - 1] + "…"


class CommentList(QWidget):
    """`wanted` carries the id of the message a comment is pinned to."""

    wanted = Signal(bytes)

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[object, ...] = ()
        self._column = stack_vertically(self, spacing=6)

    def show_comments(
        self, comments: Sequence[CommentView], messages: Mapping[bytes, MessageView]
    ) -> None:
        """Show what was said, oldest first; nothing is built anew for the same words."""
        shown = tuple((c, messages.get(c.message_id or b"")) for c in comments)
        if shown == self._shown:
            return
        self._shown = shown
        clear_layout(self._column)
        for comment, message in shown:
            self._column.addWidget(self._card(comment, message))

    def _card(self, comment: CommentView, message: MessageView | None) -> QWidget:
        card = role(QFrame(), "note")
        who = role(QLabel(comment.staff or _("unknown")), "strong")
        when = role(QLabel(moment(comment.at)), "hint")
        when.setToolTip(full_moment(comment.at))
        head = stack_horizontally(None, who, when, None, spacing=8)
        layout = stack_vertically(card, spacing=2)
        layout.setContentsMargins(10, 6, 10, 8)
        layout.addLayout(head)
        if comment.message_id is not None:
            layout.addWidget(self._quote(comment.message_id, message))
        words = QLabel(comment.text, wordWrap=True)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout.addWidget(words)
        return card

    def _quote(self, message_id: bytes, message: MessageView | None) -> QPushButton:
        text = quote_of(message)
        button = role(QPushButton(), "link")
        button.setText(
            button.fontMetrics().elidedText(f"“{text}”", Qt.TextElideMode.ElideRight, 320)
        )
        button.setToolTip(text)
        button.setAccessibleName(_("Show the message “{text}”").format(text=text))
        button.setEnabled(message is not None)
        button.clicked.connect(partial(self.wanted.emit, message_id))
        return button


class CommentLine(QFrame):
    """`written` carries a text and the id of the message it is pinned to, or None."""

    written = Signal(str, object)
    whole_wanted = Signal()

    def __init__(self, *, answering: bool) -> None:
        super().__init__()
        self.setObjectName("commentLine")
        self._target: MessageView | None = None
        self.about = role(ElidedLabel(), "muted")
        self.whole = role(QPushButton(_("About the whole instead")), "link")
        self.whole.clicked.connect(self.whole_wanted)
        self.edit = NoteEdit()
        self.edit.setTabChangesFocus(True)
        self.edit.setFixedHeight(_LINES)
        words = _("Answer, Enter sends it") if answering else _("Comment, Enter keeps it")
        self.edit.setPlaceholderText(words)
        self.edit.setAccessibleName(_("Your answer") if answering else _("Comment to the agent"))
        self.send = role(QPushButton(), "icon")
        self.send.setAccessibleName(_("Send the answer") if answering else _("Keep the comment"))
        self.send.setToolTip(self.send.accessibleName())
        head = stack_horizontally(None, self.about, self.whole, spacing=8)
        head.setStretch(0, 1)
        line = stack_horizontally(None, self.edit, self.send, spacing=8)
        layout = stack_vertically(self, spacing=4)
        layout.setContentsMargins(16, 8, 12, 10)
        layout.addLayout(head)
        layout.addLayout(line)
        self.edit.done.connect(self.submit)
        self.send.clicked.connect(self.submit)
        theme_signals().changed.connect(self._tint)
        self._tint()
        self.show_target(None)

    def show_target(self, message: MessageView | None) -> None:
        """What is spoken about from now on."""
        self._target = message
        if message is None:
            words = _("About the whole conversation. Choose a message to speak about it.")
        else:
            words = _("About “{text}”").format(text=quote_of(message))
        self.about.setText(words)
        self.whole.setVisible(message is not None)

    def text(self) -> str:
        """What has been typed."""
        return self.edit.toPlainText().strip()

    def show_text(self, text: str) -> None:
        """Go on with what was begun, or (empty) begin anew."""
        self.edit.setPlainText(text)

    def submit(self) -> None:
        """Hand in what was typed, if anything was."""
        if text := self.text()[:MAX_COMMENT]:
            self.written.emit(text, self._target.id if self._target else None)

    def _tint(self) -> None:
        self.send.setIcon(icon("send"))
