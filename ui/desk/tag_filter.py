"""A button whose menu narrows the inbox to customers with certain tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton

from app.conversations import TagChoice
from app.core.i18n import _, listing
from ui.theme import icon, role, theme_signals
from ui.widgets import tag_icon

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext


class TagFilter(QToolButton):
    """`changed` fires when the chosen tags change; a row must have them all."""

    changed = Signal()

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._service, self._jobs = context.services.conversations, context.jobs
        self._chosen: dict[bytes, str] = {}
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill)
        self._menu.triggered.connect(self._on_triggered)
        self.setMenu(self._menu)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        role(self, "icon")
        self.setAccessibleName(_("Filter by tag"))
        theme_signals().changed.connect(self._tint)
        self._tint()

    def chosen(self) -> tuple[bytes, ...]:
        """Ids of the chosen tags."""
        return tuple(self._chosen)

    def _fill(self) -> None:
        self._menu.clear()
        group = ""
        for choice in self._service.tag_choices():
            if choice.group != group:
                group = choice.group
                self._menu.addSection(group)
            self._menu.addAction(self._action(choice))
        if self._menu.isEmpty():
            self._menu.addAction(_("No tags yet")).setEnabled(False)
        if self._chosen:
            self._menu.addSeparator()
            self._menu.addAction(_("Clear the filter"))

    def _action(self, choice: TagChoice) -> QAction:
        action = QAction(tag_icon(choice.colour), choice.name, self._menu)
        action.setCheckable(True)
        action.setChecked(choice.id in self._chosen)
        action.setData(choice)
        return action

    def _on_triggered(self, action: QAction) -> None:
        choice = action.data()
        if not isinstance(choice, TagChoice):
            self._chosen.clear()
        elif action.isChecked():
            self._chosen[choice.id] = choice.name
        else:
            self._chosen.pop(choice.id, None)
        self._tint()
        self.changed.emit()

    def _tint(self) -> None:
        self.setIcon(icon("filter", "accent" if self._chosen else "text_muted"))
        names = listing(self._chosen.values())
        self.setToolTip(_("Only {tags}").format(tags=names) if names else _("Filter by tag"))
