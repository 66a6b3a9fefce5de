"""The composer: what one types to the customer or for colleagues, and what holds it back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame

from app.conversations import SUFFIXES, ConversationContext, ConversationStatus, DraftKind
from app.conversations.settings import ENTER_SENDS
from app.core.errors import UserError
from app.core.i18n import _
from ui.desk.composer_bar import ComposerBar
from ui.desk.composer_edit import ComposerEdit, KeyFilter
from ui.desk.draft_keeper import DraftKeeper, Place
from ui.desk.emoji import EmojiPicker
from ui.desk.guarding import Guarding
from ui.desk.pending_files import PendingFile, PendingFiles, from_image, read_file
from ui.desk.phrase_trigger import PhraseTrigger
from ui.desk.protocols import PhrasePicker
from ui.desk.sending import Outgoing, Sender
from ui.desk.wording import Wording
from ui.shell.undoing import UNDO
from ui.theme import set_state
from ui.widgets import NoticeBar, stack_vertically
from ui.widgets.file_dialogs import ask_files

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext

_TYPING_S: Final = 2.0
_SHOW_COUNT: Final = 300


class Composer(QFrame, KeyFilter):
    """`sent` fires when a message has left; `typing` (bool) while a reply is written."""

    sent = Signal()
    typing = Signal(bool)

    def __init__(self, context: UiContext, picker: PhrasePicker | None = None) -> None:
        super().__init__()
        self._context, services = context, context.services
        self._conversation: ConversationContext | None = None
        self._kind = DraftKind.REPLY
        self._told_typing = 0.0
        self._not_a_phrase = ""
        self.recent: Sequence[bytes] = ()
        self.drafts = DraftKeeper(services.conversations, services.staff, context.jobs, self)
        self.guarding = Guarding(services.conversations, services.language)
        self._sender = Sender(context, self.drafts, self)
        self.edit = ComposerEdit()
        self.wording = Wording(services.language, self.edit, self._wording_keys, self)
        self.files = PendingFiles()
        self.bar = NoticeBar()
        self.tools = ComposerBar(with_phrases=picker is not None)
        self._emoji: EmojiPicker | None = None
        self.trigger = PhraseTrigger(self.edit, picker) if picker is not None else None
        self._picker = picker
        self._build()
        self._connect()
        self.read_settings()
        self.show_conversation(None)

    def _build(self) -> None:
        self.setObjectName("composer")
        notices = stack_vertically(None, self.bar, self.wording.bar, spacing=8)
        notices.setContentsMargins(12, 8, 12, 0)
        stack_vertically(self, notices, self.files, self.edit, self.tools)

    def _connect(self) -> None:
        self.edit.add_filter(self)
        self.edit.send_wanted.connect(self.send)
        self.edit.textChanged.connect(self._on_text)
        self.edit.files_dropped.connect(self._add_paths)
        self.edit.image_dropped.connect(self._add_image)
        self.files.changed.connect(self._update_state)
        self.tools.reply.clicked.connect(self.to_reply)
        self.tools.note.clicked.connect(self.to_note)
        self.tools.send.clicked.connect(self.send)
        self.tools.emoji.clicked.connect(self.open_emoji)
        self.tools.file.clicked.connect(self.choose_files)
        self.tools.phrases.clicked.connect(self.open_phrases)
        self._sender.sent.connect(self._on_sent)
        self._sender.failed.connect(self._on_failed)
        self.bar.closed.connect(self.edit.setFocus)

    def read_settings(self) -> None:
        """Take over which key sends."""
        enter = self._context.services.settings.get(ENTER_SENDS)
        self.edit.enter_sends = enter
        self.tools.show_keys(enter_sends=enter)

    def _wording_keys(self) -> str:
        return self._context.commands.keys_of("desk.wording")

    # --- where one writes -----------------------------------------------------------------

    @property
    def place(self) -> Place | None:
        """The draft that is on the screen."""
        if self._conversation is None:
            return None
        return self._conversation.conversation_id, self._kind

    def show_conversation(
        self, conversation: ConversationContext | None, draft: str | None = None
    ) -> None:
        """Keep what was typed and show what was typed for another conversation.

        `draft` is what the database holds for it, if that has been read already.
        """
        self.stop_typing()
        self.drafts.flush()
        if self.trigger is not None:
            self.trigger.close()
        if self._picker is not None:
            self._picker.show_conversation(conversation)
        self._conversation, self._kind = conversation, DraftKind.REPLY
        self.setEnabled(conversation is not None)
        self.files.show_conversation(conversation.conversation_id if conversation else b"")
        self._load(draft)
        if conversation is not None:
            self.guarding.begin(conversation)

    def update_context(self, conversation: ConversationContext) -> None:
        """The same conversation has changed: status, assignee, a new message."""
        self._conversation = conversation
        if not self.edit.toPlainText().strip() and not self.edit.composing:
            # Nothing is being written, so all that came is before the next reply's first letter.
            self.guarding.begin(conversation)

    def to_reply(self) -> None:
        """Write to the customer."""
        self._switch(DraftKind.REPLY)

    def to_note(self) -> None:
        """Write for colleagues."""
        self._switch(DraftKind.NOTE)

    def toggle_note(self) -> None:
        """From reply to note and back."""
        self._switch(DraftKind.REPLY if self._kind is DraftKind.NOTE else DraftKind.NOTE)

    def _switch(self, kind: DraftKind) -> None:
        if self._conversation is None:
            return
        if kind is not self._kind:
            self.stop_typing()
            self.drafts.flush()
            self._kind = kind
            self._load()
        self.edit.setFocus()

    def _load(self, draft: str | None = None) -> None:
        place = self.place
        note = self._kind is DraftKind.NOTE
        self.edit.replace_all(self.drafts.load(place, draft) if place else "")
        self.tools.show_mode(note=note)
        set_state(self, mode="note" if note else "reply")
        self.edit.setPlaceholderText(self._placeholder())
        self.edit.setAccessibleName(_("Note for colleagues") if note else _("Reply"))
        self.bar.say("")
        self.wording.begin(on=not note)
        self._update_state()

    def _placeholder(self) -> str:
        if self._conversation is None:
            return _("Choose a conversation")
        if self._kind is DraftKind.NOTE:
            return _("Only colleagues see this note")
        if self._conversation.record:
            return _("A record of the past: nothing can be sent, notes can be left")
        if self._conversation.status is ConversationStatus.CLOSED:
            return _("Closed. Writing opens the conversation again")
        return _("Write a reply, / for quick phrases")

    # --- writing --------------------------------------------------------------------------

    def insert(self, text: str) -> None:
        """Put a text a panel offers at the cursor."""
        if self._conversation is not None:
            self.edit.insert_at_cursor(text)
            self.edit.setFocus()

    def quote(self, text: str) -> None:
        """Begin a reply to one of the customer's lines."""
        line = " ".join(text.split())
        self.insert(_("“{text}”").format(text=line[:60] + ("…" if len(line) > 60 else "")) + "\n")

    def _on_text(self) -> None:
        place, text = self.place, self.edit.toPlainText()
        if place is None:
            return
        self.drafts.note(place, text)
        if self._kind is DraftKind.REPLY:
            self._tell_typing(bool(text.strip()))
        if self.bar.isVisible():
            self.bar.say("")
        if not text.strip() and self._conversation is not None:
            # What came while these words stood there is seen once others are begun.
            self.guarding.begin(self._conversation)
        self._update_state()

    def _tell_typing(self, on: bool) -> None:
        if on and monotonic() - self._told_typing > _TYPING_S:
            self._told_typing = monotonic()
            self.typing.emit(True)
        elif not on:
            self.stop_typing()

    def stop_typing(self) -> None:
        """Nobody types any more."""
        if self._told_typing:
            self._told_typing = 0.0
            self.typing.emit(False)

    def _update_state(self) -> None:
        text = self.edit.toPlainText()
        ready = bool(text.strip()) or bool(self.files.files())
        self.tools.send.setEnabled(ready and self._conversation is not None)
        self.tools.count.setText(str(len(text)) if len(text) >= _SHOW_COUNT else "")

    # --- sending --------------------------------------------------------------------------

    def send(self) -> None:
        """Send, unless something holds it back."""
        place, text = self.place, self.edit.toPlainText().strip()
        if place is None or self.edit.composing or not (text or self.files.files()):
            return
        if self._kind is DraftKind.NOTE:
            self._send_off(place, Outgoing(*place, text))
            return
        if self._is_no_phrase(text):
            return
        held = self.guarding.held(place[0], text, self.recent)
        if held is not None:
            self.bar.say(held.text, "danger" if held.final else "warning")
            return
        files = tuple(self.files.take())
        self._send_off(place, Outgoing(*place, text, files, self.guarding.seen_until))

    def _is_no_phrase(self, text: str) -> bool:
        """Hold back once what was meant to find a phrase."""
        word = self.trigger.unmatched() if self.trigger is not None else ""
        if not word or self._not_a_phrase == text:
            self._not_a_phrase = ""
            return False
        self._not_a_phrase = text
        words = _("No phrase matches “{word}”.").format(word=word)
        self.bar.say(f"{words} " + _("Press Enter again to send it anyway."), "warning")
        return True

    def _send_off(self, place: Place, outgoing: Outgoing) -> None:
        # The field is free at once; the draft stays in the database until the message is in it.
        self.drafts.drop(place)
        self.edit.replace_all("")
        self.bar.say("")
        self.wording.begin(on=True)
        self.guarding.forget()
        self.stop_typing()
        self._update_state()
        self._sender.send(outgoing)

    def _on_sent(self, place: Place) -> None:
        if place == self.place:
            self.sent.emit()

    def _on_failed(self, outgoing: Outgoing, error: UserError) -> None:
        """Put the text back where it was typed."""
        place = (outgoing.conversation_id, outgoing.kind)
        if place != self.place:
            self.drafts.note(place, outgoing.text)
            self._context.notices.failure(error)
            return
        typed_since = self.edit.toPlainText()
        self.edit.replace_all(f"{outgoing.text}\n{typed_since}" if typed_since else outgoing.text)
        self.drafts.note(place, self.edit.toPlainText())
        for file in outgoing.files:
            self.files.add(file)
        hint = f" {error.hint}" if error.hint else ""
        self.guarding.note_failure(error)
        self.bar.say(error.message + hint, "warning")
        self._update_state()

    # --- extras ---------------------------------------------------------------------------

    def open_emoji(self) -> None:
        """Pick an emoji."""
        if self._emoji is None:
            self._emoji = EmojiPicker(self._context, self)
            self._emoji.chosen.connect(self.insert)
        self._emoji.open_over(self.tools.emoji.mapToGlobal(QPoint(0, 0)))

    def open_phrases(self) -> None:
        """Open the quick phrases at the cursor."""
        if self.trigger is not None and self._conversation is not None:
            self.trigger.open_here()

    def choose_files(self) -> None:
        """Attach images or files by a dialog."""
        if self._conversation is None or self._kind is DraftKind.NOTE:
            return
        pattern = " ".join(f"*.{suffix}" for suffix in SUFFIXES)
        kinds = _("Images and files") + f" ({pattern})"
        here = self._conversation.conversation_id
        ask_files(self, _("Send images or files"), kinds, partial(self._add_chosen, here))

    def _add_chosen(self, conversation_id: bytes, paths: list[str]) -> None:
        """Files go to whom they were chosen for, though another customer is open by now."""
        if self._conversation and self._conversation.conversation_id == conversation_id:
            self._add_paths(paths)
        else:
            self._context.notices.warning(
                _("The files were chosen for another customer and are not attached.")
            )

    def _add_paths(self, paths: list[str]) -> None:
        self._try_to_add([partial(read_file, Path(path)) for path in paths])

    def _add_image(self, image: QImage) -> None:
        self._try_to_add([partial(from_image, image)])

    def _try_to_add(self, reads: Sequence[partial[PendingFile]]) -> None:
        if self._conversation is None or self._kind is DraftKind.NOTE:
            return
        troubles: dict[str, str] = {}
        for read in reads:
            try:
                self.files.add(read())
            except UserError as error:
                troubles[error.message] = error.hint
        if troubles:
            # Every file that was refused is named; what can be sent instead is said once.
            words = [*troubles, *dict.fromkeys(filter(None, troubles.values()))]
            self.bar.say(" ".join(words), "warning")
        self._update_state()
        self.edit.setFocus()

    def take_key(self, event: QKeyEvent) -> bool:
        """Escape clears what the composer says; where no typing is to be undone, a step is."""
        if event.key() == Qt.Key.Key_Escape and self.bar.isVisible():
            self.bar.say("")
            return True
        if event.matches(QKeySequence.StandardKey.Undo) and not self.edit.can_undo():
            return self._context.commands.run(UNDO)
        return False
