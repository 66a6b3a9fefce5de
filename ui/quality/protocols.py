"""The conversation beside the sheet, which another area makes and the shell plugs in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from PySide6.QtCore import SignalInstance
from PySide6.QtWidgets import QWidget

from app.conversations import MessageView


class TranscriptPart(Protocol):
    """A QWidget with the messages of one conversation."""

    chosen: SignalInstance
    """The message (`MessageView` or None) somebody chose."""
    note_wanted: SignalInstance
    """Somebody wants to speak about the chosen message."""

    def show_part(self, conversation_id: bytes, start: int) -> None:
        """Show a conversation from a moment (Unix ms) on."""

    def pin(self, counts: Mapping[bytes, int]) -> None:
        """Mark messages with the number of comments on them."""

    def go_to(self, message_id: bytes) -> None:
        """Show a message and choose it."""

    def message(self) -> MessageView | None:
        """The chosen message."""

    def unchoose(self) -> None:
        """Choose nothing."""

    def scroll_page(self, by: int) -> None:
        """Read on (1) or back (-1)."""


MakeTranscript = Callable[[], QWidget]
"""Makes a `TranscriptPart`."""
