"""Phrases beside the conversation: groups to browse, a search, and a way to write a new one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QStackedWidget,
    QStyleOptionViewItem,
    QTextEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from app.core.i18n import N_, _, ngettext
from app.phrases import Group, PhraseContext, PhraseHit, Phrases, Scope
from ui.phrases.dialog import PhraseDialog
from ui.phrases.group_line import COUNT, paint_ground, paint_group
from ui.phrases.hits import HIT, HitDelegate, Index, hole_names
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

_GROUP: Final = Qt.ItemDataRole.UserRole + 1
_TABLES: Final = ("phrases", "phrase_groups")
_CASE_TABLES: Final = ("customers", "orders", "order_items", "shipments", "order_shipments")


@dataclass(frozen=True, slots=True)
class _Shelf:
    case: PhraseContext
    usual: list[PhraseHit]
    groups: list[Group]
    opened: dict[bytes, list[PhraseHit]]


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
        self._often_open = True
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
            opened = self._opened()
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
        self._tree = QTreeWidget()
        self._tree.setObjectName("phraseTree")
        self._tree.setAccessibleName(_("Phrases"))
        self._tree.setHeaderHidden(True)
        self._tree.setIndentation(0)
        self._tree.setUniformRowHeights(True)
        self._tree.setMouseTracking(True)
        self._tree.setExpandsOnDoubleClick(False)
        self._tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._tree.setItemDelegate(_PanelDelegate(self._tree))
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
        self._tree.itemDoubleClicked.connect(self._on_double_click)
        self._tree.itemClicked.connect(self._on_click)
        self._tree.itemExpanded.connect(self._on_expanded)
        self._tree.customContextMenuRequested.connect(self._open_menu)
        self._tree.installEventFilter(self)
        self._context.store.changed.connect(self._on_store_changed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
            if watched is self._tree and enter:
                return self._offer_current()
            if watched is self._search and enter:
                self._search.search_now()
                return self._offer_current()
            if watched is self._search and event.key() == Qt.Key.Key_Down:
                self._tree.setFocus(Qt.FocusReason.OtherFocusReason)
                if self._tree.currentIndex().row() < 0:
                    self._select_first()
                return True
        return False

    # --- showing --------------------------------------------------------------------------

    def _show_found(self, answer: tuple[PhraseContext, list[PhraseHit]]) -> None:
        self._case, hits = answer
        self._tree.clear()
        for hit in hits:
            self._tree.addTopLevelItem(_line(hit))
        self._select_first()
        self._empty.say(_("No phrase fits"), _("Try other letters."))
        self._stack.setCurrentIndex(0 if hits else 1)

    def _show_shelf(self, shelf: _Shelf) -> None:
        self._case = shelf.case
        self._tree.clear()
        self._tree.blockSignals(True)
        if shelf.usual:
            often = _often_used(len(shelf.usual))
            self._tree.addTopLevelItem(often)
            _put(often, shelf.usual, len(shelf.usual))
            often.setExpanded(self._often_open)
        for group in shelf.groups:
            item = _heading(group)
            self._tree.addTopLevelItem(item)
            if group.id in shelf.opened:
                _put(item, shelf.opened[group.id], group.phrases)
                item.setExpanded(True)
        self._tree.blockSignals(False)
        self._empty.say(_("No phrases yet"), _("Write the first, or load the ready ones."))
        self._stack.setCurrentIndex(0 if shelf.groups else 1)

    def _on_expanded(self, item: QTreeWidgetItem) -> None:
        group = item.data(0, _GROUP)
        if isinstance(group, Group) and item.childCount() == 0:
            work = partial(self._phrases.browse, group.id, self._case, IN_A_GROUP)
            done = partial(self._show_group, group.id)
            self._context.jobs.run(self, work, done, key=f"group {group.id.hex()}")

    def _show_group(self, group_id: bytes, hits: list[PhraseHit]) -> None:
        for item in self._tops():
            group = item.data(0, _GROUP)
            if isinstance(group, Group) and group.id == group_id:
                item.takeChildren()
                _put(item, hits, group.phrases)

    def _opened(self) -> frozenset[bytes]:
        groups = [item.data(0, _GROUP) for item in self._tops() if item.isExpanded()]
        return frozenset(group.id for group in groups if isinstance(group, Group))

    def _select_first(self) -> None:
        if tops := self._tops():
            self._tree.setCurrentItem(tops[0])

    def _tops(self) -> list[QTreeWidgetItem]:
        items = (self._tree.topLevelItem(n) for n in range(self._tree.topLevelItemCount()))
        return [item for item in items if item is not None]

    # --- doing ----------------------------------------------------------------------------

    def _current(self) -> PhraseHit | None:
        item = self._tree.currentItem() if self._tree.currentIndex().isValid() else None
        hit = item.data(0, HIT) if item is not None else None
        return hit if isinstance(hit, PhraseHit) else None

    def _offer_current(self) -> bool:
        if (hit := self._current()) is not None:
            self._offer(hit)
            return True
        item = self._tree.currentItem() if self._tree.currentIndex().isValid() else None
        if item is not None and item.data(0, COUNT) is not None:
            self._fold(item)
        return item is not None

    def _offer(self, hit: PhraseHit) -> None:
        self.text_offered.emit(hit.filled.text)
        use = partial(self._phrases.use, hit.id, self._conversation)
        self._context.jobs.run(self, use, lane="write")

    def _on_double_click(self, item: QTreeWidgetItem) -> None:
        hit = item.data(0, HIT)
        if isinstance(hit, PhraseHit):
            self._offer(hit)

    def _on_click(self, item: QTreeWidgetItem) -> None:
        if item.data(0, COUNT) is not None:
            self._fold(item)

    def _fold(self, item: QTreeWidgetItem) -> None:
        item.setExpanded(not item.isExpanded())
        if item.data(0, _GROUP) is None:
            self._often_open = item.isExpanded()

    def _open_menu(self, at: QPoint) -> None:
        if (hit := self._current()) is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(_("Insert")).triggered.connect(partial(self._offer, hit))
        menu.addAction(_("Copy")).triggered.connect(partial(_copy_text, hit.filled.text))
        menu.addAction(_("Edit…")).triggered.connect(partial(self.edit, hit.id))
        menu.popup(self._tree.viewport().mapToGlobal(at))

    def _edit_loaded(self, phrase: Any) -> None:
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


class _PanelDelegate(HitDelegate):
    """Phrases as in the popup, without their group: it stands above them, with a chevron."""

    def __init__(self, tree: QTreeWidget) -> None:
        super().__init__(tree, grouped=False, compact=True)
        self._tree = tree

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        count = index.data(COUNT)
        if count is None:
            super().paint(painter, option, index)
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_ground(painter, option)
        area = QRect(option.rect).adjusted(10, 0, -10, 0)
        opened = self._tree.itemFromIndex(index).isExpanded()
        paint_group(painter, area, str(index.data()), int(count), opened)
        painter.restore()


def _often_used(count: int) -> QTreeWidgetItem:
    item = QTreeWidgetItem([_("Often used")])
    item.setData(0, COUNT, count)
    return item


def _heading(group: Group) -> QTreeWidgetItem:
    name = group.name if group.scope is Scope.SHOP else _("{name} (mine)").format(name=group.name)
    item = QTreeWidgetItem([name])
    item.setData(0, _GROUP, group)
    item.setData(0, COUNT, group.phrases)
    item.setToolTip(0, group.name)
    return item


def _put(item: QTreeWidgetItem, hits: list[PhraseHit], total: int) -> None:
    item.addChildren([_line(hit) for hit in hits])
    if (more := total - len(hits)) > 0:
        text = ngettext("{n} more: search for it", "{n} more: search for them", more)
        rest = QTreeWidgetItem([text.format(n=more)])
        rest.setFlags(Qt.ItemFlag.NoItemFlags)
        item.addChild(rest)


def _line(hit: PhraseHit) -> QTreeWidgetItem:
    item = QTreeWidgetItem([" ".join(filter(None, (hit.code, hit.title, hit.filled.text)))])
    item.setData(0, HIT, hit)
    item.setToolTip(0, "\n\n".join(filter(None, (hit.filled.text, hole_names(hit)))))
    return item


def _search(
    phrases: Phrases, conversation: bytes | None, query: str
) -> tuple[PhraseContext, list[PhraseHit]]:
    """Runs in a job."""
    case = phrases.case(conversation)
    return case, phrases.find(query, case, FOUND)


def _browse(phrases: Phrases, conversation: bytes | None, opened: frozenset[bytes]) -> _Shelf:
    """Runs in a job: the groups, and what is in those that are open."""
    case, groups = phrases.case(conversation), phrases.groups.all()
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
