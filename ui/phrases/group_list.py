"""The groups at the left of the view: choose, make, rename, order and delete them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QInputDialog,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPushButton,
)

from app.core.i18n import _, ngettext
from app.core.permissions import Permission
from app.phrases import MAX_GROUP, Group, Scope, own_language_first
from ui.phrases.group_line import COUNT, GroupLineDelegate
from ui.theme import icon, role, theme_signals
from ui.widgets import confirm, stack_horizontally, stack_vertically

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext

_GROUP: Final = Qt.ItemDataRole.UserRole


class GroupList(QFrame):
    """`chosen` carries the group's id, or None for all phrases."""

    chosen = Signal(object)

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context, self._phrases = context, context.services.phrases
        self._groups: list[Group] = []
        self._list = _Names()
        self._list.setObjectName("phraseGroups")
        self._list.setAccessibleName(_("Groups of phrases"))
        self._list.setItemDelegate(GroupLineDelegate(self._list))
        self._list.setMouseTracking(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._new = role(QPushButton(_("New group")), "ghost")
        self._new.setMenu(self._new_menu())
        self._more = role(QPushButton(), "icon")
        self._more.setAccessibleName(_("Change the group"))
        self._more.setToolTip(_("Change the group"))
        foot = stack_horizontally(None, self._new, None, self._more, spacing=4)
        foot.setContentsMargins(8, 4, 8, 8)
        column = stack_vertically(self, self._list)
        column.addLayout(foot)
        self._list.currentItemChanged.connect(self._on_current)
        self._list.customContextMenuRequested.connect(self._open_menu)
        self._list.rename_wanted.connect(self.rename)
        self._list.delete_wanted.connect(self.delete)
        self._list.move_wanted.connect(self.move_by)
        self._more.clicked.connect(self._open_menu_at_button)
        theme_signals().changed.connect(self._tint)
        self._tint()
        self.reload()

    @property
    def current(self) -> Group | None:
        """The group chosen; None for all phrases."""
        number = self._list.currentRow()
        group = self._list.item(number).data(_GROUP) if number >= 0 else None
        return group if isinstance(group, Group) else None

    def reload(self) -> None:
        """Show the groups there are now, keeping the choice."""
        self._context.jobs.run(self, self._phrases.groups.all, self._show, key="groups")

    def choose(self, group_id: bytes | None) -> None:
        """Choose a group."""
        for number in range(self._list.count()):
            group = self._list.item(number).data(_GROUP)
            if (group.id if isinstance(group, Group) else None) == group_id:
                self._list.setCurrentRow(number)
                return

    # --- what one does with groups --------------------------------------------------------

    def make(self, scope: Scope) -> None:
        """Ask for a name and make a group."""
        name = self._ask(_("New group"), "")
        if name:
            work = partial(self._phrases.groups.create, name, scope)
            self._context.jobs.run(self, work, self._on_made, lane="write")

    def rename(self) -> None:
        """Ask for another name."""
        if (group := self.current) is None or not self._may_change(group):
            return
        name = self._ask(_("Rename the group"), group.name)
        if name and name != group.name:
            work = partial(self._phrases.groups.rename, group.id, name)
            self._context.jobs.run(self, work, self._on_changed, lane="write")

    def delete(self) -> None:
        """Delete the group with its phrases, after a question."""
        if (group := self.current) is None or not self._may_change(group):
            return
        text = ngettext(
            "{n} phrase in it is deleted too.", "{n} phrases in it are deleted too.", group.phrases
        ).format(n=group.phrases)
        title = _("Delete the group “{name}”?").format(name=group.name)
        if group.phrases and not confirm(self, title, text, _("Delete")):
            return
        work = partial(self._phrases.groups.delete, group.id)
        self._context.jobs.run(self, work, self._on_deleted, lane="write")

    def move_by(self, step: int) -> None:
        """Put the group further up (-1) or down (1) among those of its scope."""
        if (group := self.current) is None or not self._may_change(group):
            return
        same = [g for g in self._groups if g.scope is group.scope]
        shown = own_language_first(same)
        other = shown.index(group) + step
        if 0 <= other < len(shown):
            work = partial(self._phrases.groups.move, group.id, same.index(shown[other]))
            self._context.jobs.run(self, work, self._on_changed, lane="write")

    # --- parts ----------------------------------------------------------------------------

    def _show(self, groups: list[Group]) -> None:
        kept = self.current
        self._groups = groups
        self._list.blockSignals(True)
        self._list.clear()
        total = sum(group.phrases for group in groups)
        self._add_line(_("All phrases"), total, None)
        for scope, title in ((Scope.SHOP, _("Shop")), (Scope.MINE, _("Mine"))):
            some = [group for group in own_language_first(groups) if group.scope is scope]
            if some:
                self._add_heading(title)
            for group in some:
                self._add_line(group.name, group.phrases, group)
        self._list.blockSignals(False)
        self._list.setCurrentRow(0)
        if kept is not None:
            self.choose(kept.id)
        self._tell_buttons()

    def _add_line(self, name: str, count: int, group: Group | None) -> None:
        item = QListWidgetItem(name)
        item.setData(_GROUP, group)
        item.setData(COUNT, count)
        item.setToolTip(name)
        self._list.addItem(item)

    def _add_heading(self, title: str) -> None:
        item = QListWidgetItem(title)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        self._list.addItem(item)

    def _on_current(self) -> None:
        self._tell_buttons()
        self.chosen.emit(self.current.id if self.current else None)

    def _tell_buttons(self) -> None:
        group = self.current
        self._more.setEnabled(group is not None and self._may_change(group))

    def _may_change(self, group: Group) -> bool:
        shop = group.scope is Scope.SHOP
        needed = Permission.EDIT_SHOP_PHRASES if shop else Permission.EDIT_OWN_PHRASES
        return self._context.services.staff.may(needed)

    def _new_menu(self) -> QMenu:
        menu = QMenu(self)
        if self._context.services.staff.may(Permission.EDIT_SHOP_PHRASES):
            shop = menu.addAction(_("For the shop…"))
            shop.triggered.connect(partial(self.make, Scope.SHOP))
        mine = menu.addAction(_("For me…"))
        mine.triggered.connect(partial(self.make, Scope.MINE))
        return menu

    def _open_menu(self, at: QPoint) -> None:
        self._popup(self._list.viewport().mapToGlobal(at))

    def _open_menu_at_button(self) -> None:
        self._popup(self._more.mapToGlobal(QPoint(0, 0)))

    def _popup(self, at: QPoint) -> None:
        if (group := self.current) is None or not self._may_change(group):
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(_("Rename…")).triggered.connect(self.rename)
        menu.addAction(_("Move up")).triggered.connect(partial(self.move_by, -1))
        menu.addAction(_("Move down")).triggered.connect(partial(self.move_by, 1))
        menu.addSeparator()
        menu.addAction(_("Delete…")).triggered.connect(self.delete)
        menu.popup(at)

    def _ask(self, title: str, name: str) -> str:
        dialog = QInputDialog(self)
        dialog.setWindowTitle(title)
        dialog.setLabelText(_("Name of the group"))
        dialog.setTextValue(name)
        dialog.setOkButtonText(_("Save"))
        dialog.setCancelButtonText(_("Cancel"))
        accepted = bool(dialog.exec())
        dialog.deleteLater()
        return " ".join(dialog.textValue().split())[:MAX_GROUP] if accepted else ""

    def _on_made(self, group: Group) -> None:
        self._show([*self._groups, group])
        self.choose(group.id)
        self.reload()

    def _on_changed(self, _answer: object) -> None:
        self.reload()

    def _on_deleted(self, _count: int) -> None:
        self._context.notices.success(_("Group deleted"))
        self.choose(None)
        self.reload()

    def _tint(self) -> None:
        self._new.setIcon(icon("plus"))
        self._more.setIcon(icon("more"))


class _Names(QListWidget):
    """F2 renames, Delete deletes, Alt with an arrow moves."""

    rename_wanted = Signal()
    delete_wanted = Signal()
    move_wanted = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        alt = event.modifiers() == Qt.KeyboardModifier.AltModifier
        if event.key() == Qt.Key.Key_F2:
            self.rename_wanted.emit()
        elif event.key() == Qt.Key.Key_Delete:
            self.delete_wanted.emit()
        elif alt and event.key() in steps:
            self.move_wanted.emit(steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)
