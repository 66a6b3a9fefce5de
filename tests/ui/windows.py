"""What surrounds a view or panel under test: where it was asked to go, what it told, who talks."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.conversations import ConversationContext, CustomerHint, IncomingMessage
from app.services import Services
from ui.jobs import Jobs
from ui.shell.commands import Commands
from ui.shell.notices import Notice, Notices
from ui.shell.plugs import UiContext
from ui.store_watcher import StoreWatcher


@dataclass
class Window:
    """The context, where it was asked to go, and what it told."""

    context: UiContext
    gone: list[tuple[str, object | None]] = field(default_factory=list)
    told: list[Notice] = field(default_factory=list)

    def texts(self) -> list[str]:
        return [notice.text for notice in self.told]


def make_window(services: Services, jobs: Jobs, store: StoreWatcher) -> Window:
    """A window over a shop; commits are announced at once."""
    gone: list[tuple[str, object | None]] = []
    told: list[Notice] = []
    notices = Notices()
    notices.posted.connect(told.append)
    services.db.subscribe(store.changed.emit)

    def go(view: str, item: object | None = None) -> None:
        gone.append((view, item))

    return Window(UiContext(services, jobs, store, notices, Commands(), go), gone, told)


def first_words(services: Services, text: str, customer: CustomerHint) -> ConversationContext:
    """The conversation of a customer who writes in."""
    message = services.conversations.receive(
        IncomingMessage(
            channel="webchat",
            account="shop",
            external_id="1",
            visitor="v1",
            text=text,
            customer=customer,
        )
    )
    return services.conversations.context(message.conversation_id)
