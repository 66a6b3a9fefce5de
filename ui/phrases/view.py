"""The phrases of the shop and one's own: groups, list and editor side by side."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QMenu,
    QSplitter,
    QStackedWidget,
    QWidget,
)

from app.core.i18n import N_, _, ngettext
from app.core.permissions import Permission
from app.core.settings import Setting
from app.phrases import PhraseFilter, PhraseView, own_language_first
from ui.phrases.editor import PhraseEditor
from ui.phrases.form import group_title
from ui.phrases.group_list import GroupList
from ui.phrases.tools import COLUMNS, Entry, ListTools
from ui.widgets import (
    DataTable,
    EmptyState,
    stack_horizontally,
    stack_vertically,
)
from ui.widgets.file_dialogs import ask_save

if TYPE_CHECKING:
    from db.changes import Changes
    from ui.phrases.import_page import ImportPage
    from ui.shell.plugs import UiContext

PANES: Final = Setting("phrases.panes", list[int], [], scope="station")
_TABLES: Final = ("phrases", "phrase_groups")
EXPORT_FILTER: Final = N_("Qianniu table (*.csv);;JSON (*.json)")


class PhrasesView(QWidget):
    """Manages phrases; `open_item` takes a phrase's id, or a text to make a phrase of."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context, self._phrases = context, context.services.phrases
        self._stale = False
        self.groups = GroupList(context)
        self.editor = PhraseEditor(context)
        self._tools = ListTools(self._menu_entries())
        self.table = DataTable(
            COLUMNS, *self._source(), context.jobs, multi=True, name=_("Phrases")
        )
        self._stack = QStackedWidget()
        self._import_page: ImportPage | None = None
        self._arrange()
        self._connect()
        self._show_empty()

    def open_item(self, item: object) -> None:
        """Show a phrase, or begin one with this text."""
        self._stack.setCurrentIndex(0)
        if isinstance(item, bytes):
            self._context.jobs.run(self, partial(self._phrases.get, item), self._open)
        elif isinstance(item, str):
            if not self.editor.holds():
                self.editor.new(item)
            self.editor.focus_text()

    def focus_search(self) -> None:
        """Put the cursor into the search field."""
        self._tools.focus_search()

    def open_import(self, paths: list[Path] | None = None) -> None:
        """Show the import page, perhaps with files already."""
        from ui.phrases.import_page import ImportPage

        if self._import_page is not None:
            self._stack.removeWidget(self._import_page)
            self._import_page.deleteLater()
        self._import_page = ImportPage(self._context)
        self._import_page.done.connect(self._close_import)
        self._stack.addWidget(self._import_page)
        self._stack.setCurrentWidget(self._import_page)
        if paths:
            self._import_page.show_files(paths)

    def export_to(self, path: Path) -> None:
        """Write the phrases that are listed to a file."""
        work = partial(self._phrases.export, path, self._wanted())
        self._context.jobs.run(self, work, partial(self._on_exported, path), lane="read")

    def load_starters(self) -> None:
        """Add the starter phrases of both languages."""
        self._context.jobs.run(self, self._phrases.load_starters, self._on_starters, lane="write")

    # --- parts ----------------------------------------------------------------------------

    def _menu_entries(self) -> list[Entry]:
        may = self._context.services.staff.may
        entries: list[Entry] = [(_("Import…"), partial(self.open_import, None))]
        if may(Permission.EXPORT):
            entries.append((_("Export what is listed…"), self._ask_export))
        if may(Permission.EDIT_SHOP_PHRASES):
            entries += [None, (_("Load starter phrases"), self.load_starters)]
        return entries

    def _arrange(self) -> None:
        middle = QWidget()
        inner = stack_vertically(middle, self._tools, self.table, spacing=12)
        inner.setContentsMargins(16, 12, 0, 0)
        self.groups.setObjectName("phraseSide")
        self.groups.setMinimumWidth(150)
        self.editor.setMinimumWidth(300)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        for part in (self.groups, middle, self.editor):
            self._splitter.addWidget(part)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setChildrenCollapsible(False)
        kept = self._context.services.settings.get(PANES)
        self._splitter.setSizes(kept if len(kept) == 3 else [180, 740, 370])
        self._stack.addWidget(self._splitter)
        stack_horizontally(self, self._stack)

    def _connect(self) -> None:
        self._tools.changed.connect(self._refilter)
        self._tools.search.lead_to(self.table)
        self._tools.new_wanted.connect(self._begin)
        self.groups.chosen.connect(self._refilter)
        self.table.selection_changed.connect(self._on_chosen)
        self.table.row_activated.connect(self._on_entered)
        self.table.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.view.customContextMenuRequested.connect(self._open_menu)
        self.editor.saved.connect(self._on_saved)
        self.editor.cancelled.connect(self._on_cancelled)
        self.editor.delete_wanted.connect(self._delete_one)
        self._splitter.splitterMoved.connect(self._keep_panes)
        self._context.store.changed.connect(self._on_store_changed)
        inside = Qt.ShortcutContext.WidgetWithChildrenShortcut
        QShortcut(QKeySequence("Ctrl+N"), self, context=inside).activated.connect(self._begin)
        delete = QShortcut(
            QKeySequence("Delete"),
            self.table,
            context=Qt.ShortcutContext.WidgetWithChildrenShortcut,
        )
        delete.activated.connect(self._delete_selected)

    # --- what is listed -------------------------------------------------------------------

    def _wanted(self) -> PhraseFilter:
        group = self.groups.current
        return self._tools.wanted(group.id if group else None)

    def _source(self) -> tuple[Any, Any]:
        wanted = self._wanted()
        return partial(self._phrases.rows, wanted), partial(self._phrases.count, wanted)

    def _refilter(self, _what: object = None) -> None:
        self.table.set_source(*self._source())
        self._show_empty()

    def _show_empty(self) -> None:
        wanted = self._wanted()
        if wanted.text or wanted.step is not None or wanted.language:
            self.table.set_empty(
                "search", _("No phrase fits"), _("Try other letters, or another group.")
            )
            return
        if wanted.group_id is not None:
            self.table.set_empty(
                "phrases", _("This group is empty"), _("Write a phrase, or move some here.")
            )
            return
        may = self._context.services.staff.may(Permission.EDIT_SHOP_PHRASES)
        empty: EmptyState = self.table.set_empty(
            "phrases",
            _("No phrases yet"),
            _("Begin with 120 ready ones, import your own, or write the first."),
            _("Load starter phrases") if may else None,
        )
        empty.action.connect(self.load_starters)

    # --- what happens ---------------------------------------------------------------------

    def _open(self, phrase: PhraseView) -> None:
        self._show(phrase)
        self.table.select_id(phrase.id)

    def _on_chosen(self, row: PhraseView | None) -> None:
        if row is not None:
            self._show(row)

    def _on_entered(self, row: PhraseView) -> None:
        self._show(row)
        self.editor.focus_text()

    def _show(self, phrase: PhraseView) -> None:
        """Show a phrase, unless another one is half written."""
        shown = self.editor.shown
        same = shown is not None and shown.id == phrase.id
        if same or not self.editor.holds():
            self.editor.show_phrase(phrase)

    def _begin(self) -> None:
        group = self.groups.current
        if not self.editor.holds():
            self.editor.new(group_id=group.id if group else None)
        self.editor.focus_text()

    def _on_saved(self, phrase: PhraseView) -> None:
        self.table.reload()
        self.table.select_id(phrase.id)

    def _on_cancelled(self) -> None:
        row = self.table.current_row()
        if row is not None:
            self.editor.show_phrase(row)
        else:
            self.editor.new()

    def _delete_one(self, phrase: PhraseView) -> None:
        self._delete([phrase.id])

    def _delete_selected(self) -> None:
        self._delete([row.id for row in self.table.selected_rows()])

    def _delete(self, ids: list[bytes]) -> None:
        if ids:
            work = partial(self._phrases.delete, ids)
            self._context.jobs.run(self, work, partial(self._on_deleted, ids), lane="write")

    def _on_deleted(self, ids: list[bytes], _answer: object) -> None:
        if self.editor.shown is not None and self.editor.shown.id in ids:
            self.editor.new()
        text = ngettext("{n} phrase deleted", "{n} phrases deleted", len(ids)).format(n=len(ids))
        restore = partial(self._phrases.restore, ids)
        self._context.undoing.offer(text, restore, self._reload_all, said=text)
        self.table.reload()

    def _open_menu(self, at: QPoint) -> None:
        rows = self.table.selected_rows()
        if not rows:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        move = menu.addMenu(_("Move to"))
        for group in own_language_first(self._phrases.groups.all()):
            action = move.addAction(group_title(group))
            action.triggered.connect(partial(self._move, [row.id for row in rows], group.id))
        if len(rows) == 1 and not self._tools.search.text():
            menu.addAction(_("Move up")).triggered.connect(partial(self._shift, rows[0], -1))
            menu.addAction(_("Move down")).triggered.connect(partial(self._shift, rows[0], 1))
        menu.addSeparator()
        menu.addAction(_("Delete")).triggered.connect(self._delete_selected)
        menu.popup(self.table.view.viewport().mapToGlobal(at))

    def _move(self, ids: list[bytes], group_id: bytes) -> None:
        work = partial(self._phrases.move, ids, group_id)
        self._context.jobs.run(self, work, self._reload_all, lane="write")

    def _shift(self, row: PhraseView, step: int) -> None:
        work = partial(_shift, self._context, row, step)
        self._context.jobs.run(self, work, self._reload_all, lane="write")

    # --- files ----------------------------------------------------------------------------

    def _close_import(self) -> None:
        self._stack.setCurrentIndex(0)
        self._reload_all()

    def _ask_export(self) -> None:
        kinds = _(EXPORT_FILTER)
        ask_save(self, _("Export phrases"), _("phrases.csv"), self._export_chosen, kinds)

    def _export_chosen(self, name: str) -> None:
        self.export_to(Path(name))

    def _on_exported(self, path: Path, count: int) -> None:
        text = ngettext("{n} phrase written to {file}", "{n} phrases written to {file}", count)
        self._context.notices.success(text.format(n=count, file=path.name))

    def _on_starters(self, count: int) -> None:
        text = ngettext("{n} starter phrase added", "{n} starter phrases added", count)
        self._context.notices.success(text.format(n=count))
        self._reload_all()

    # --- keeping up -----------------------------------------------------------------------

    def _on_store_changed(self, changes: Changes) -> None:
        if not changes.touches(*_TABLES):
            return
        if self.isVisible():
            self._reload_all()
        else:
            self._stale = True

    def _reload_all(self, _answer: object = None) -> None:
        self._stale = False
        self.table.reload()
        self.groups.reload()
        if not self.editor.dirty():
            self.editor.show_groups()

    def showEvent(self, event: Any) -> None:
        super().showEvent(event)
        if self._stale:
            self._reload_all()

    def _keep_panes(self, _position: int, _index: int) -> None:
        keep = partial(self._context.services.settings.set, PANES, self._splitter.sizes())
        self._context.jobs.run(self, keep, lane="write", key="panes")


def _shift(context: UiContext, row: PhraseView, step: int) -> None:
    """Runs in a job: one place up or down within the group."""
    phrases = context.services.phrases
    inside = PhraseFilter(group_id=row.group_id)
    ids = [other.id for other in phrases.rows(inside, 0, phrases.count(inside))]
    place = ids.index(row.id) + step
    if 0 <= place < len(ids):
        phrases.reorder(row.id, place)
