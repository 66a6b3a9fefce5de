"""Real chats: the list of what one may answer once more, and how supervisors bring chats in."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QStackedWidget, QWidget

from app.core.i18n import N_, _, ngettext
from app.core.permissions import Permission
from app.training import ChatsTold, Replaying, ReplayRow
from ui.theme import icon, role, theme_signals
from ui.training.chat_player import ChatPlayer
from ui.widgets import Column, EmptyState, confirm, stack_horizontally, stack_vertically
from ui.widgets.file_dialogs import ask_files
from ui.widgets.format import moment
from ui.widgets.list_table import ListTable

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext


_SOURCES: Final = {"webchat": N_("Web chat"), "practice": N_("Practice")}


def _best(row: ReplayRow) -> str:
    return "" if row.best is None else f"{row.best:.0f}"


def _tries(row: ReplayRow) -> str:
    return str(row.tries) if row.tries else ""


def _turns(row: ReplayRow) -> str:
    return str(row.turns)


def _at(row: ReplayRow) -> str:
    return moment(row.at)


def _title(row: ReplayRow) -> str:
    return row.title


def _source(row: ReplayRow) -> str:
    return _(_SOURCES[row.source]) if row.source in _SOURCES else row.source


COLUMNS: Final = (
    Column("title", N_("It is about"), 360, role="strong", text=_title, stretch=True),
    Column("source", N_("Source"), 140, text=_source),
    Column("turns", N_("Turns"), 80, "right", text=_turns),
    Column("tries", N_("My tries"), 90, "right", text=_tries),
    Column("best", N_("My best"), 90, "right", text=_best),
    Column("at", N_("Brought in"), 130, text=_at),
)


class ChatsPage(QWidget):
    """The list, and over it the chat one answers."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context, self._replays = context, context.services.replays
        self._rows: list[ReplayRow] = []
        self._may = context.services.staff.may(Permission.TRAIN)
        self.player = ChatPlayer(context)
        self.player.left.connect(self.show_list)
        self.player.finished.connect(self.reload)
        self.player.again_wanted.connect(self.begin)
        self.stack = QStackedWidget()
        self.stack.addWidget(self._make_list())
        self.stack.addWidget(self.player)
        stack_vertically(self, self.stack)
        context.store.changed.connect(self._on_changes)
        theme_signals().changed.connect(self._tint)
        self._tint()
        self.reload()

    def _make_list(self) -> QWidget:
        self.answer = role(QPushButton(_("Answer this chat")), "primary")
        self.answer.clicked.connect(self._begin_current)
        self.bring = QPushButton(_("Bring chats in…"))
        self.bring.clicked.connect(self.ask)
        self.remove = role(QPushButton(_("Remove")), "ghost")
        self.remove.clicked.connect(self._remove_current)
        for button in (self.bring, self.remove):
            button.setVisible(self._may)
        about = role(QLabel(_("What customers really wrote, with personal data masked")), "muted")
        bar = role(QFrame(), "bar")
        row = stack_horizontally(bar, about, None, self.remove, self.bring, self.answer, spacing=8)
        row.setContentsMargins(16, 6, 16, 6)
        self.table = ListTable(COLUMNS, self._context.jobs, "training.chats", _key)
        self.table.setAccessibleName(_("Real chats"))
        self.table.row_activated.connect(self._begin_row)
        self._empty = EmptyState(
            "chat",
            _("No real chats yet"),
            _("In the real shop a supervisor writes them to a file under Training."),
            _("Bring chats in…") if self._may else None,
        )
        self._empty.action.connect(self.ask)
        self._shown = QStackedWidget()
        self._shown.addWidget(self.table)
        self._shown.addWidget(self._empty)
        page = QWidget()
        stack_vertically(page, bar, self._shown)
        return page

    # --- the list ------------------------------------------------------------------------------

    def reload(self) -> None:
        """Read the list again."""
        self._context.jobs.run(self, self._replays.rows, self._show_rows, key="rows")

    def _show_rows(self, rows: list[ReplayRow]) -> None:
        self._rows = rows
        self.table.show_rows(rows)
        if rows and not self.table.selected_rows():
            self.table.select_id(_key(rows[0]))
        self._shown.setCurrentWidget(self.table if rows else self._empty)
        for button in (self.answer, self.remove):
            button.setEnabled(bool(rows))

    def focus_first(self) -> None:
        """Put the keyboard where one goes on."""
        if self.stack.currentWidget() is self.player:
            self.player.focus_first()
        else:
            (self.table if self._rows else self._empty).setFocus(Qt.FocusReason.OtherFocusReason)

    def show_list(self) -> None:
        """Back to the list; an attempt that is not done is gone on with later."""
        self.stack.setCurrentIndex(0)
        self.reload()
        self.focus_first()

    def open_item(self, item: object) -> None:
        """Begin the chat with this id."""
        if isinstance(item, bytes):
            self.begin(item)

    # --- answering -----------------------------------------------------------------------------

    def begin(self, replay_id: bytes) -> None:
        """Begin a chat, or go on with it."""
        work = partial(self._replays.begin, replay_id)
        self._context.jobs.run(self, work, self._play, lane="write")

    def _play(self, state: Replaying) -> None:
        self.stack.setCurrentWidget(self.player)
        self.player.play(state)

    def _begin_row(self, row: object) -> None:
        if isinstance(row, ReplayRow):
            self.begin(row.id)

    def _begin_current(self) -> None:
        if (row := self._current()) is not None:
            self.begin(row.id)

    def _current(self) -> ReplayRow | None:
        chosen = self.table.selected_rows()
        found = chosen[0] if chosen else (self._rows[0] if self._rows else None)
        return found if isinstance(found, ReplayRow) else None

    # --- bringing in ---------------------------------------------------------------------------

    def ask(self) -> None:
        """Ask for files of masked chats, or of chat records."""
        kinds = _("Chats") + " (*.json *.jsonl *.txt *.tsv *.csv);;" + _("All files") + " (*)"
        ask_files(self, _("Bring chats in"), kinds, self.take)

    def take(self, names: Sequence[str]) -> None:
        """Bring files in; what they hold is masked on the way."""
        for name in names:
            work = partial(self._replays.take, Path(name))
            self._context.jobs.run(self, work, self._taken, lane="write")

    def _taken(self, told: ChatsTold) -> None:
        if told.chats:
            text = ngettext("{n} chat brought in.", "{n} chats brought in.", told.chats)
            self._context.notices.success(text.format(n=told.chats))
        else:
            self._context.notices.warning(_("Nothing new: all chats are here, or too short."))
        self.reload()

    def _remove_current(self) -> None:
        row = self._current()
        title = _("Remove this chat?")
        text = _("It goes off the list for everybody. Results with it stay.")
        if row is not None and confirm(self, title, text, _("Remove")):
            work = partial(self._replays.drop, row.id)
            self._context.jobs.run(self, work, self._dropped, lane="write")

    def _dropped(self, _nothing: None) -> None:
        self.reload()

    def _on_changes(self, changes: object) -> None:
        touches = getattr(changes, "touches", None)
        if touches is not None and touches("training_replays"):
            self.reload()

    def _tint(self) -> None:
        self.bring.setIcon(icon("import"))


def _key(row: ReplayRow) -> bytes:
    return row.id
