"""What an area hands to the shell, and what it is handed: the contract between them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import SignalInstance
from PySide6.QtWidgets import QWidget

from app.core.permissions import Permission
from ui.jobs import Jobs
from ui.shell.commands import Commands
from ui.shell.notices import Notices
from ui.shell.undoing import Undoing
from ui.store_watcher import StoreWatcher

if TYPE_CHECKING:
    from app.conversations import ConversationContext
    from app.services import Services


@dataclass(frozen=True, slots=True)
class UiContext:
    """All a view may lean on. `go("orders", order_id)` opens a view at a thing."""

    services: Services
    jobs: Jobs
    store: StoreWatcher
    notices: Notices
    commands: Commands
    go: Callable[[str, object | None], None]
    undoing: Undoing = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "undoing", Undoing(self.jobs, self.notices, self.commands))


class View(Protocol):
    """What the shell may ask of a view; both are optional."""

    def open_item(self, item: object) -> None: ...
    def focus_search(self) -> None: ...


class SidePanel(Protocol):
    """A tab beside the conversation: a QWidget that follows the customer on the screen."""

    text_offered: SignalInstance
    """A text (str) for the composer, at the cursor."""
    badge_changed: SignalInstance
    """How many things (int) want attention here."""
    go_requested: SignalInstance
    """Open the view (str) at a thing (object)."""

    def show_conversation(self, context: ConversationContext | None) -> None: ...


@dataclass(frozen=True, slots=True)
class ViewPlug:
    """A view of the rail. `title` is marked with `N_`; `shortcut` such as "Ctrl+2"."""

    key: str
    title: str
    icon: str
    build: Callable[[UiContext], QWidget]
    permission: Permission | None = None
    shortcut: str = ""


@dataclass(frozen=True, slots=True)
class PanelPlug:
    """A side panel of the reception desk; `build` returns a QWidget that is a `SidePanel`."""

    key: str
    title: str
    icon: str
    build: Callable[[UiContext], QWidget]


@dataclass(frozen=True, slots=True)
class SettingsPlug:
    """A page of the settings."""

    key: str
    title: str
    icon: str
    build: Callable[[UiContext], QWidget]
    permission: Permission | None = None
