"""The shop's tags: groups, names, colours and the hint on how to treat such a customer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.core.errors import UserError
from app.core.i18n import N_, _, ngettext
from app.customers import GroupView, TagView
from app.customers.tags import COLOURS
from ui.settings.form import SettingsPage, keyboard_kept
from ui.theme import icon, role
from ui.widgets import (
    NoticeBar,
    SectionHeader,
    clear_layout,
    confirm,
    stack_horizontally,
    stack_vertically,
    tag_icon,
)

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext

COLOUR_NAMES: Final = {
    "grey": N_("Grey"),
    "blue": N_("Blue"),
    "teal": N_("Teal"),
    "green": N_("Green"),
    "amber": N_("Amber"),
    "orange": N_("Orange"),
    "red": N_("Red"),
    "pink": N_("Pink"),
    "violet": N_("Violet"),
    "brown": N_("Brown"),
}


class TagsPage(SettingsPage):
    """Groups below each other, a line per tag; every change is kept at once."""

    width_limit = 880  # whole hints stand beside name and colour

    def __init__(self, context: UiContext) -> None:
        super().__init__(_("Tags"))
        self._context, self._tags = context, context.services.tags
        self._counts: dict[bytes, int] = {}
        self.trouble = NoticeBar()
        self.groups = QVBoxLayout()
        self.groups.setSpacing(12)
        self.new_group = QLineEdit()
        self.new_group.setPlaceholderText(_("New group: name, Enter"))
        self.new_group.setAccessibleName(_("Name of a new group"))
        self.new_group.returnPressed.connect(self._add_group)
        holder = QWidget()
        column = stack_vertically(
            None, self.trouble, self.groups, self.new_group, margin=16, spacing=12
        )
        holder.setLayout(column)
        self.add_group("", holder)
        context.store.changed.connect(self._on_store_changed)
        self._refresh()

    def _refresh(self) -> None:
        self._context.jobs.run(self, self._read, self._show, key="tags")

    def _read(self) -> tuple[list[GroupView], dict[bytes, int]]:
        return self._tags.groups(), self._tags.counts()

    def _show(self, found: tuple[list[GroupView], dict[bytes, int]]) -> None:
        groups, self._counts = found
        with keyboard_kept(self):
            clear_layout(self.groups)
            for group in groups:
                self.groups.addWidget(self._group(group))

    def _group(self, group: GroupView) -> QWidget:
        box = QWidget()
        drop = self._icon_button("trash", _("Delete the group {name}").format(name=group.name))
        drop.clicked.connect(partial(self._run, partial(self._tags.delete_group, group.id)))
        drop.setVisible(not group.tags)
        column = stack_vertically(box, SectionHeader(group.name, "", drop), spacing=4)
        for tag in group.tags:
            column.addWidget(self._row(tag))
        new = QLineEdit()
        new.setPlaceholderText(_("New tag in “{group}”: name, Enter").format(group=group.name))
        new.setAccessibleName(_("New tag in {group}").format(group=group.name))
        new.returnPressed.connect(partial(self._add_tag, new, group.id))
        column.addWidget(new)
        return box

    def _row(self, tag: TagView) -> QWidget:
        row = QWidget()
        name = self._edit(tag.name, _("Name of {tag}").format(tag=tag.name))
        name.setFixedWidth(130)
        name.editingFinished.connect(partial(self._on_edited, name, tag, "name"))
        hint = self._edit(tag.hint, _("Hint for {tag}").format(tag=tag.name))
        hint.setPlaceholderText(_("How to treat such a customer"))
        hint.setToolTip(tag.hint)
        hint.editingFinished.connect(partial(self._on_edited, hint, tag, "hint"))
        colours = QComboBox()
        for colour in COLOURS:
            colours.addItem(_(COLOUR_NAMES[colour]), colour)
            colours.setItemIcon(colours.count() - 1, tag_icon(colour))
        colours.setCurrentIndex(colours.findData(tag.colour))
        colours.setAccessibleName(_("Colour of {tag}").format(tag=tag.name))
        colours.activated.connect(partial(self._on_colour, colours, tag))
        drop = self._icon_button("trash", _("Delete {tag}").format(tag=tag.name))
        drop.clicked.connect(partial(self._delete, tag))
        stack_horizontally(row, name, colours, hint, drop, spacing=8)
        return row

    def _edit(self, text: str, name: str) -> QLineEdit:
        edit = QLineEdit(text)
        edit.setCursorPosition(0)
        edit.setAccessibleName(name)
        return edit

    def _icon_button(self, picture: str, name: str) -> QPushButton:
        button = role(QPushButton(), "icon")
        button.setIcon(icon(picture))
        button.setAccessibleName(name)
        button.setToolTip(name)
        return button

    def _on_edited(self, edit: QLineEdit, tag: TagView, field: str) -> None:
        if edit.isModified() and edit.text() != getattr(tag, field):
            edit.setModified(False)
            self._run(partial(self._tags.change_tag, tag.id, **{field: edit.text()}))

    def _on_colour(self, box: QComboBox, tag: TagView, _index: int) -> None:
        self._run(partial(self._tags.change_tag, tag.id, colour=box.currentData()))

    def _delete(self, tag: TagView) -> None:
        n = self._counts.get(tag.id, 0)
        text = ngettext(
            "{n} customer has it and will lose it.", "{n} customers have it and will lose it.", n
        ).format(n=n)
        title = _("Delete the tag “{name}”?").format(name=tag.name)
        if not n or confirm(self, title, text, _("Delete")):
            self._run(partial(self._tags.delete_tag, tag.id))

    def _add_tag(self, edit: QLineEdit, group_id: bytes) -> None:
        if text := edit.text().strip():
            edit.setModified(False)  # A refused name stays in it; a taken one leaves it empty.
            self._run(partial(self._tags.add_tag, group_id, text))

    def _add_group(self) -> None:
        if text := self.new_group.text().strip():
            self.new_group.clear()
            self._run(partial(self._tags.add_group, text))

    def _run(self, work: Callable[[], Any], _checked: bool = False) -> None:
        self._context.jobs.run(self, work, self._done, failed=self._failed, lane="write")

    def _done(self, _result: object) -> None:
        self.trouble.say("")
        self._refresh()

    def _failed(self, error: BaseException) -> None:
        if not isinstance(error, UserError):
            raise error
        self.trouble.say(" ".join(filter(None, (error.message, error.hint))), "danger")

    def _on_store_changed(self, changes: Any) -> None:
        if self.isVisible() and changes.touches("tags", "tag_groups"):
            self._refresh()
