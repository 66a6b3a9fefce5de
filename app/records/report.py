"""What an import of chats found and did, in the shape of the order import's report."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from app.sources import FilesReport, RowState, note_state


@dataclass(frozen=True, slots=True)
class RecordChange:
    """A conversation that is new, or that messages came to."""

    key: str
    channel: str
    customer: str
    state: RowState
    messages: int
    first_at: int
    last_at: int


@dataclass(slots=True)
class RecordReport(FilesReport):
    """What an import of chats, or its dry run, found and did; rows are messages."""

    conversations: dict[bytes, RowState] = field(default_factory=dict)
    changes: dict[bytes, RecordChange] = field(default_factory=dict)
    former_staff: list[str] = field(default_factory=list)
    """Agents that were no staff: kept as former members who can't sign in."""

    def note(self, conversation: bytes, state: RowState) -> None:
        """Count a conversation once over all files."""
        note_state(self.conversations, conversation, state)

    def counted(self, state: RowState) -> int:
        """How many conversations are new, changed or the same."""
        return sum(found is state for found in self.conversations.values())

    def document(self) -> dict[str, Any]:
        """The JSON answer; `new` … of a file count messages."""
        return FilesReport.document(self) | {
            "conversations": {str(state): self.counted(state) for state in RowState},
            "messages": {
                "new": sum(file.new for file in self.files),
                "changed": 0,
                "same": sum(file.same for file in self.files),
            },
            "former_staff": self.former_staff,
        }
