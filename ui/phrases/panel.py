"""Phrases beside the conversation: groups to browse, a search, and a way to write a new one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QStackedWidget,
    QTextEdit,
    QWidget,
)

from app.core.i18n import N_, _
from app.phrases import (
    Group,
    PhraseContext,
    PhraseHit,
    Phrases,
    PhraseView,
    own_language_first,
)
from ui.phrases.dialog import PhraseDialog
from ui.phrases.tree import PhraseTree
from ui.shell.commands import Command
from ui.theme import icon, role, theme_signals
from ui.widgets import EmptyState, SearchBox, stack_horizontally, stack_vertically

if TYPE_CHECKING:
    from app.conversations import ConversationContext
    from db.changes import Changes
    from ui.shell.plugs import UiContext

FOUND: Final = 100
IN_A_GROUP: Final = 300
USUAL: Final = 8

_TABLES: Final = ("phrases", "phrase_groups")
_CASE_TABLES: Final = ("customers", "orders", "order_items", "shipments", "order_shipments")


@dataclass(frozen=True, slots=True)
class _Shelf:
    case: PhraseContext
    usual: list[PhraseHit]
    groups: list[Group]
    inside: dict[bytes, list[PhraseHit]]


class PhrasesPanel(QWidget):
    """Follows the conversation; a double click or Enter offers the filled text."""

    text_offered = Signal(str)
    badge_changed = Signal(int)
    go_requested = Signal(str, object)

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context, self._phrases = context, context.services.phrases
        self._conversation: bytes | None = None
        self._case: PhraseContext | None = None
        self._dialog: PhraseDialog | None = None
        self._stale = False
        self._build()
        self._connect()
        context.commands.register(
            Command(
                "phrases.save_selection",
                N_("Save the selected text as a phrase"),
                "Ctrl+Shift+P",
                self.save_selection,
                group=N_("Reception desk"),
                icon="phrases",
            )
        )
        self.reload()

    def show_conversation(self, context: ConversationContext | None) -> None:
        """Fill variables for this customer from now on."""
        self._conversation = context.conversation_id if context else None
        self._case = None
        self.reload()

    def focus_search(self) -> None:
        """Put the cursor into the search field."""
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._search.selectAll()

    def reload(self) -> None:
        """Show what there is now: what was searched for, or the groups."""
        query = self._search.text().strip()
        if query:
            work = partial(_search, self._phrases, self._conversation, query)
            self._context.jobs.run(self, work, self._show_found, key="list")
        else:
            opened = self._tree.open_groups()
            browse = partial(_browse, self._phrases, self._conversation, opened)
            self._context.jobs.run(self, browse, self._show_shelf, key="list")

    def save_selection(self) -> None:
        """Make a phrase of the text selected in the focused field, or of all that is in it."""
        self.write_new(_selected_text(QApplication.focusWidget()))

    def write_new(self, text: str = "") -> None:
        """Open the editor with a new phrase; the conversation stays usable beside it."""
        dialog = self._editor()
        dialog.editor.new(text)
        dialog.present(self._case)

    def edit(self, phrase_id: bytes) -> None:
        """Open the editor with a phrase."""
        work = partial(self._phrases.get, phrase_id)
        self._context.jobs.run(self, work, self._edit_loaded)

    # --- parts ----------------------------------------------------------------------------

    def _build(self) -> None:
        self._search = SearchBox(_("Code, pinyin or text"))
        self._new = role(QPushButton(), "icon")
        self._new.setAccessibleName(_("New phrase"))
        self._new.setToolTip(_("New phrase"))
        self._manage = role(QPushButton(), "icon")
        self._manage.setAccessibleName(_("Manage phrases"))
        self._manage.setToolTip(_("Manage phrases"))
        self._tree = PhraseTree()
        self._empty = EmptyState(
            "phrases", _("No phrases yet"), _("Write the first, or load the ready ones."),
            _("Manage phrases"),
        )  # fmt: skip
        self._stack = QStackedWidget()
        self._stack.addWidget(self._tree)
        self._stack.addWidget(self._empty)
        head = stack_horizontally(None, self._search, self._new, self._manage, spacing=4)
        head.setContentsMargins(12, 8, 8, 8)
        column = stack_vertically(self)
        column.addLayout(head)
        column.addWidget(self._stack, 1)
        theme_signals().changed.connect(self._tint)
        self._tint()

    def _connect(self) -> None:
        self._search.searched.connect(self.reload)
        self._search.installEventFilter(self)
        self._new.clicked.connect(partial(self.write_new, ""))
        self._manage.clicked.connect(self._go_manage)
        self._empty.action.connect(self._go_manage)
        self._tree.picked.connect(self._offer)
        self._tree.opened.connect(self._load_group)
        self._tree.customContextMenuRequested.connect(self._open_menu)
        self._context.store.changed.connect(self._on_store_changed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self._search.search_now()
                return self._tree.enter()
            if event.key() == Qt.Key.Key_Down:
                self._tree.setFocus(Qt.FocusReason.OtherFocusReason)
                if self._tree.currentIndex().row() < 0:
                    self._tree.select_first()
                return True
        return False

    # --- showing --------------------------------------------------------------------------

    def _show_found(self, answer: tuple[PhraseContext, list[PhraseHit]]) -> None:
        self._case, hits = answer
        self._tree.show_hits(hits)
        self._empty.say(_("No phrase fits"), _("Try other letters."))
        self._stack.setCurrentIndex(0 if hits else 1)

    def _show_shelf(self, shelf: _Shelf) -> None:
        self._case = shelf.case
        self._tree.show_groups(shelf.usual, shelf.groups, shelf.inside)
        self._empty.say(_("No phrases yet"), _("Write the first, or load the ready ones."))
        self._stack.setCurrentIndex(0 if shelf.groups else 1)

    def _load_group(self, group: Group) -> None:
        work = partial(self._phrases.browse, group.id, self._case, IN_A_GROUP)
        done = partial(self._tree.fill, group)
        self._context.jobs.run(self, work, done, key=f"group {group.id.hex()}")

    # --- doing ----------------------------------------------------------------------------

    def _offer(self, hit: PhraseHit) -> None:
        self.text_offered.emit(hit.filled.text)
        use = partial(self._phrases.use, hit.id, self._conversation)
        self._context.jobs.run(self, use, lane="write")

    def _open_menu(self, at: QPoint) -> None:
        if (hit := self._tree.current_hit()) is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(_("Insert")).triggered.connect(partial(self._offer, hit))
        menu.addAction(_("Copy")).triggered.connect(partial(_copy_text, hit.filled.text))
        menu.addAction(_("Edit…")).triggered.connect(partial(self.edit, hit.id))
        menu.popup(self._tree.viewport().mapToGlobal(at))

    def _edit_loaded(self, phrase: PhraseView) -> None:
        dialog = self._editor()
        dialog.editor.show_phrase(phrase)
        dialog.present(self._case)

    def _editor(self) -> PhraseDialog:
        if self._dialog is None:
            self._dialog = PhraseDialog(self._context, self.window())
        self._dialog.editor.show_groups()
        return self._dialog

    def _go_manage(self) -> None:
        self.go_requested.emit("phrases", None)

    # --- keeping up -----------------------------------------------------------------------

    def _on_store_changed(self, changes: Changes) -> None:
        concerned = changes.touches(*_TABLES)
        if self._conversation is not None:
            concerned = concerned or changes.touches(*_CASE_TABLES)
        if not concerned:
            return
        if self.isVisible():
            self.reload()
        else:
            self._stale = True

    def showEvent(self, event: Any) -> None:
        super().showEvent(event)
        if self._stale:
            self._stale = False
            self.reload()

    def _tint(self) -> None:
        self._new.setIcon(icon("plus"))
        self._manage.setIcon(icon("settings"))
        self._tree.viewport().update()


def _search(
    phrases: Phrases, conversation: bytes | None, query: str
) -> tuple[PhraseContext, list[PhraseHit]]:
    """Runs in a job."""
    case = phrases.case(conversation)
    return case, phrases.find(query, case, FOUND)


def _browse(phrases: Phrases, conversation: bytes | None, opened: frozenset[bytes]) -> _Shelf:
    """Runs in a job: the groups, and what is in those that are open."""
    case, groups = phrases.case(conversation), own_language_first(phrases.groups.all())
    inside = {g.id: phrases.browse(g.id, case, IN_A_GROUP) for g in groups if g.id in opened}
    usual = [hit for hit in phrases.find("", case, USUAL) if hit.score > 0]
    return _Shelf(case, usual, groups, inside)


def _copy_text(text: str) -> None:
    QGuiApplication.clipboard().setText(text)


def _selected_text(widget: QWidget | None) -> str:
    if isinstance(widget, QPlainTextEdit | QTextEdit):
        selected = widget.textCursor().selectedText().replace("\u2029", "\n")
        return selected or widget.toPlainText()
    if isinstance(widget, QLineEdit):
        return widget.selectedText()
    return ""
