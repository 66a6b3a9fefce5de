"""A desk on the screen with customers in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject, QRect, Qt, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from sqlalchemy import insert

from app.conversations import CustomerHint, IncomingMessage, MessageView
from app.services import Services
from db.models import Message
from tests.ui.conftest import InlineJobs
from ui.desk.protocols import PhraseText
from ui.desk.view import DeskView
from ui.shell.commands import Commands
from ui.shell.notices import Notices
from ui.shell.plugs import PanelPlug, UiContext
from ui.store_watcher import StoreWatcher

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from app.conversations import ConversationContext

Say = Callable[..., MessageView]
Fill = Callable[[list[str]], bytes]


class Panel(QLabel):
    """A side panel that shows whose conversation it was told of."""

    text_offered = Signal(str)
    badge_changed = Signal(int)
    go_requested = Signal(str, object)

    def show_conversation(self, context: ConversationContext | None) -> None:
        self.setText(context.customer_name if context else "")


class Picker(QObject):
    """A phrase picker that shows nothing and notes what it was asked for."""

    chosen = Signal(object)
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.query: str | None = None
        self.finds = True

    def show_conversation(self, context: ConversationContext | None) -> None: ...

    def open_at(self, rect: QRect) -> None:
        self.query = ""

    def set_query(self, text: str) -> None:
        self.query = text

    def handle_key(self, event: QKeyEvent) -> bool:
        if event.key() != Qt.Key.Key_Return or not self.finds:
            return False
        self.pick("亲，在的")
        return True

    def pick(self, text: str, cursor: int | None = None) -> None:
        self.query = None
        self.chosen.emit(PhraseText(text, cursor))

    def close_picker(self) -> None:
        self.query = None
        self.closed.emit()

    def is_open(self) -> bool:
        return self.query is not None


def panel_plugs() -> list[PanelPlug]:
    names = ("orders", "shipments", "customers", "phrases")
    return [PanelPlug(name, name, "user", lambda _context: Panel()) for name in names]


@pytest.fixture
def say(services: Services) -> Say:
    """Let a customer write; the visitor's name is the customer's."""
    numbers = count()

    def speak(text: str = "在吗", visitor: str = "小王", **fields: object) -> MessageView:
        return services.conversations.receive(
            IncomingMessage(
                "webchat",
                "shop",
                f"m{next(numbers)}",
                visitor,
                text,
                customer=CustomerHint("webchat", "shop", name=visitor),
                **fields,  # type: ignore[arg-type]  # named fields of the message
            )
        )

    return speak


@pytest.fixture
def long_thread(services: Services, say: Say) -> Fill:
    """Put many messages of one customer into a thread at once."""

    def fill(texts: list[str]) -> bytes:
        first = say(texts[0])
        here = first.conversation_id
        rows = [
            {"conversation_id": here, "author": "customer", "at": first.at + n, "text": text}
            for n, text in enumerate(texts)
        ]
        with services.db.write("import") as session:
            session.execute(insert(Message), rows[1:])
        services.conversations.recompute([here])
        return here

    return fill


@pytest.fixture
def context(services: Services, jobs: InlineJobs, store: StoreWatcher) -> Iterator[UiContext]:
    forget = services.db.subscribe(store.announce)
    yield UiContext(services, jobs, store, Notices(), Commands(), lambda _key, _item: None)
    forget()


@dataclass
class Desk:
    """The view and what an agent does with it."""

    view: DeskView
    qtbot: QtBot

    def type(self, text: str) -> None:
        for line, words in enumerate(text.split("\n")):
            if line:
                self.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
            # QTest types ASCII only; Chinese comes committed from an input method.
            commit(self.view.composer.edit, words)

    def press(
        self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        QTest.keyClick(self.view.composer.edit, key, modifier)

    def enter(self) -> None:
        self.press(Qt.Key.Key_Return)

    @property
    def text(self) -> str:
        return self.view.composer.edit.toPlainText()

    @property
    def notice(self) -> str:
        bar = self.view.composer.bar
        return bar.text() if bar.isVisible() else ""

    @property
    def thread(self) -> list[str]:
        return [message.text for message in self.view.thread_view.model.messages]

    @property
    def names(self) -> list[str]:
        return [row.customer_name for row in self.view.inbox.model.rows]

    def settle(self) -> None:
        """Let announcements of commits arrive and the refresh timers fire."""
        self.qtbot.wait(90)


def compose(widget: QWidget, preedit: str) -> None:
    """The input method shows letters it has not committed."""
    QApplication.sendEvent(widget, QInputMethodEvent(preedit, []))


def commit(widget: QWidget, text: str) -> None:
    """The input method hands over finished text."""
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(widget, event)


@pytest.fixture
def desk(context: UiContext, qtbot: QtBot) -> Desk:
    view = DeskView(context, panel_plugs(), Picker)
    qtbot.addWidget(view)
    view.resize(1300, 760)
    view.show()
    qtbot.waitExposed(view)
    return Desk(view, qtbot)
