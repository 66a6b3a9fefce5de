"""The inbox: who waits, who is mine, and the way to the next one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QStackedWidget, QTabBar, QWidget

from app.conversations import COUNT_CAP, InboxCounts, InboxRow, InboxView
from app.conversations.settings import LATE_AFTER_S, WARN_AFTER_S
from app.core.i18n import _
from ui.desk.colleagues import Colleague
from ui.desk.inbox_delegate import InboxDelegate
from ui.desk.inbox_model import PAGE, InboxModel, InboxRole
from ui.desk.tag_filter import TagFilter
from ui.desk.texts import VIEW_NAMES
from ui.desk.waiting import SecondTimer, WaitLimits
from ui.widgets import EmptyState, SearchBox, stack_horizontally, stack_vertically

if TYPE_CHECKING:
    from db.changes import Changes
    from ui.shell.plugs import UiContext

_REFRESH_MS: Final = 60
_DRAFTS_MS: Final = 1_200
_HEAD: Final = 400
_MOST_BEHIND: Final = 4_000
"""Qt places every row anew when one comes: more than these make each message felt."""
_TABLES: Final = (
    "conversations", "messages", "drafts", "customers", "customer_tags", "tags", "tag_groups",
    "staff",
)  # fmt: skip


class InboxList(QListView):
    """The list itself; Enter goes on to the reply."""

    reply_wanted = Signal()

    def __init__(self, model: InboxModel) -> None:
        super().__init__()
        self.setModel(model)
        self.setObjectName("inboxList")
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAccessibleName(_("Conversations"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.reply_wanted.emit()
            return
        super().keyPressEvent(event)

    def visible_rows(self) -> range:
        """The rows on the screen."""
        first = self.indexAt(QPoint(4, 1)).row()
        last = self.indexAt(QPoint(4, self.viewport().height() - 1)).row()
        count = self.model().rowCount()
        return range(max(0, first), (last if last >= 0 else count - 1) + 1)


class Inbox(QWidget):
    """`opened` carries the id of the conversation to show; `shown` fires with every first page."""

    opened = Signal(bytes)
    shown = Signal()
    reply_wanted = Signal()

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._service, self._jobs = context.services.conversations, context.jobs
        self._settings = context.services.settings
        self._view, self._text = InboxView.WAITING, ""
        self._current: bytes | None = None
        self._moving = False
        self.counts = InboxCounts()
        self.model = InboxModel()
        self.list = InboxList(self.model)
        self._delegate = InboxDelegate()
        self._seconds = SecondTimer(self)
        self._refreshing = QTimer(self, singleShot=True, interval=_REFRESH_MS)
        self._build(context)
        self._connect(context)
        self.read_settings()
        self._load()

    def _build(self, context: UiContext) -> None:
        self.setObjectName("inbox")
        self.list.setItemDelegate(self._delegate)
        self.search = SearchBox(_("Name, phone, order no."))
        self.tags = TagFilter(context)
        self.tabs = QTabBar()
        self.tabs.setObjectName("inboxTabs")
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(True)
        self.tabs.setUsesScrollButtons(False)
        self.tabs.setElideMode(Qt.TextElideMode.ElideNone)
        self.tabs.setAccessibleName(_("Lists"))
        for view in InboxView:
            self.tabs.addTab(_(VIEW_NAMES[view]))
        self.empty = EmptyState("inbox", "")
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.empty)
        top = stack_horizontally(None, self.search, self.tags, spacing=4)
        top.setContentsMargins(12, 10, 8, 4)
        layout = stack_vertically(self, top, self.tabs, self._stack)
        layout.setStretchFactor(self._stack, 1)

    def _connect(self, context: UiContext) -> None:
        self.search.searched.connect(self._on_searched)
        self.search.lead_to(self.list)
        self.tags.changed.connect(self._load)
        self.tabs.currentChanged.connect(self._on_tab)
        self.model.wanted.connect(self._load_more)
        self.list.reply_wanted.connect(self.reply_wanted)
        # Whoever clicks a customer goes on typing; only the keyboard walks on from row to row.
        self.list.clicked.connect(self.reply_wanted)
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self._seconds.ticked.connect(self._tick)
        self._refreshing.timeout.connect(self._refresh)
        context.store.changed.connect(self._on_changed)

    # --- loading --------------------------------------------------------------------------

    def show_view(self, view: InboxView) -> None:
        """Switch to another list."""
        self.tabs.setCurrentIndex(list(InboxView).index(view))

    def show_colleagues(self, there: Mapping[bytes, list[Colleague]]) -> None:
        """Show who else has which conversation before them."""
        self._delegate.colleagues = there
        self.model.show_colleagues(there)
        self.list.viewport().update()

    def read_settings(self) -> None:
        """Take over the limits of the waiting clock."""
        warn, late = self._settings.get(WARN_AFTER_S), self._settings.get(LATE_AFTER_S)
        self._delegate.limits = WaitLimits(warn, late)

    def _load(self) -> None:
        self._jobs.run(self, self._page(PAGE), self._show_first, key="page")
        self._jobs.run(self, self._service.counts, self._show_counts, key="counts")

    def _load_more(self) -> None:
        last = self.model.rows[-1] if self.model.rows else None
        done = partial(self._show_more, self._asked_for(), last.id if last else None)
        page = self._page(PAGE, last.place if last else None)
        self._jobs.run(self, page, done, key="more")

    def _refresh(self) -> None:
        limit = min(max(PAGE, self.model.rowCount()), _HEAD)
        self._jobs.run(self, self._page(limit), partial(self._show_head, limit), key="page")
        self._jobs.run(self, self._service.counts, self._show_counts, key="counts")

    def _page(
        self, limit: int, before: tuple[int, int] | None = None
    ) -> Callable[[], list[InboxRow]]:
        view, text, tags = self._asked_for()
        return partial(self._service.inbox, view, text=text, tags=tags, limit=limit, before=before)

    def _asked_for(self) -> tuple[InboxView, str, tuple[bytes, ...]]:
        return self._view, self._text, self.tags.chosen()

    def _show_first(self, rows: list[InboxRow]) -> None:
        self._moving = True
        self.model.show(rows, len(rows) == PAGE)
        self._moving = False
        self.list.scrollToTop()
        self._after_change()
        self.shown.emit()

    def _show_more(
        self,
        asked: tuple[InboxView, str, tuple[bytes, ...]],
        behind: bytes | None,
        rows: list[InboxRow],
    ) -> None:
        # The page may belong to a list that was left meanwhile, or behind a row that went.
        if asked == self._asked_for():
            fits = behind is None or self.model.row_of(behind) >= 0
            self.model.append(*((rows, len(rows) == PAGE) if fits else ([], True)))

    def _show_head(self, limit: int, rows: list[InboxRow]) -> None:
        # Qt makes a neighbour current when a row goes; the desk must stay with its customer.
        self._moving = True
        self.model.refresh(rows, len(rows) == limit)
        if self.model.rowCount() > _MOST_BEHIND and self.list.visible_rows().stop < limit:
            self.model.forget_behind(limit)
        self._moving = False
        self._after_change()

    def _after_change(self) -> None:
        self._mark_current()
        if self.model.rowCount() == 0:
            self._explain_empty()
        self._stack.setCurrentWidget(self.list if self.model.rowCount() else self.empty)

    def _explain_empty(self) -> None:
        if self._text or self.tags.chosen():
            self.empty.say(_("Nothing found"), _("Try fewer words, another list or no tags."))
        elif self._view is InboxView.WAITING:
            self.empty.say(_("Nobody is waiting"), _("New messages appear here by themselves."))
        else:
            self.empty.say(_("No conversations here"), "")

    def _show_counts(self, counts: InboxCounts) -> None:
        self.counts = counts
        for number, view in enumerate(InboxView):
            self.tabs.setTabText(number, _tab_text(view, counts.of(view)))

    # --- reacting -------------------------------------------------------------------------

    def _on_changed(self, changes: Changes) -> None:
        if changes.tables == {"drafts"}:
            # Somebody types: there is time until they pause.
            self._refreshing.start(_DRAFTS_MS)
        elif changes.touches(*_TABLES):
            soon = self._refreshing.isActive() and self._refreshing.interval() == _REFRESH_MS
            if not soon:
                self._refreshing.start(_REFRESH_MS)
        if changes.touches("settings"):
            self.read_settings()

    def _on_searched(self, text: str) -> None:
        self._text = text
        self._load()

    def _on_tab(self, number: int) -> None:
        self._view = list(InboxView)[number]
        self._load()

    def _on_current(self, now: QModelIndex, _before: QModelIndex) -> None:
        row = now.data(InboxRole.ROW) if now.isValid() else None
        if isinstance(row, InboxRow) and row.id != self._current and not self._moving:
            self._current = self._delegate.current = row.id
            self.opened.emit(row.id)

    # --- the current conversation ---------------------------------------------------------

    def set_current(self, conversation_id: bytes | None) -> None:
        """Mark what is open now, however it was opened."""
        self._current = self._delegate.current = conversation_id
        self._mark_current()

    def _mark_current(self) -> None:
        selection = self.list.selectionModel()
        number = self.model.row_of(self._current) if self._current else -1
        if number < 0:
            selection.clear()
        elif selection.currentIndex().row() != number or not selection.hasSelection():
            flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
            selection.setCurrentIndex(self.model.index(number), flag)

    def step(self, by: int) -> None:
        """Open the conversation above (-1) or below (+1)."""
        number = self.model.row_of(self._current) if self._current else -1
        target = min(max(number + by, 0), self.model.rowCount() - 1)
        if target >= 0:
            index = self.model.index(target)
            self.list.setCurrentIndex(index)
            self.list.scrollTo(index)

    def _tick(self) -> None:
        for number in self.list.visible_rows():
            index = self.model.index(number)
            row = index.data(InboxRole.ROW)
            if isinstance(row, InboxRow) and row.waiting_since is not None:
                area = self.list.visualRect(index)
                area.setLeft(area.right() - area.width() // 2)
                self.list.viewport().update(area)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._seconds.run(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._seconds.run(False)


def _tab_text(view: InboxView, count: int) -> str:
    name = _(VIEW_NAMES[view])
    if not count or view is InboxView.CLOSED:
        return name
    return f"{name} {count if count < COUNT_CAP else '999+'}"
