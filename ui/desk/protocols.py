"""What the desk expects of parts that other areas make and the shell plugs in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QRect, SignalInstance
from PySide6.QtGui import QKeyEvent

if TYPE_CHECKING:
    from app.conversations import ConversationContext


@dataclass(frozen=True, slots=True)
class PhraseText:
    """A filled-in phrase; `cursor_offset` is where in `text` one goes on typing, None its end."""

    text: str
    cursor_offset: int | None = None


class PhrasePicker(Protocol):
    """The popup of quick phrases at the cursor: a QWidget that never takes the focus."""

    chosen: SignalInstance
    """The picked phrase as a `PhraseText`."""
    closed: SignalInstance
    """It went away without a choice."""

    def show_conversation(self, context: ConversationContext | None) -> None:
        """Fill variables for this customer from now on."""

    def open_at(self, rect: QRect) -> None:
        """Open beside `rect` (the cursor, in screen coordinates)."""

    def set_query(self, text: str) -> None:
        """Show what matches the text typed behind the trigger."""

    def handle_key(self, event: QKeyEvent) -> bool:
        """Take arrows, Enter, Tab and Alt+digits; False for a key that is not the popup's."""

    def close_picker(self) -> None:
        """Go away."""

    def is_open(self) -> bool:
        """Whether it is on the screen."""
