"""All settings: pages at the left, the chosen one at the right, each built when first opened."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QListWidget, QListWidgetItem, QStackedWidget, QWidget

from app.core.i18n import _
from ui.shell.plugs import SettingsPlug, UiContext
from ui.theme import icon, role, theme_signals
from ui.widgets.layout import stack_horizontally, stack_vertically

_KEY = Qt.ItemDataRole.UserRole


class SettingsView(QWidget):
    """`open_item("keyboard")` opens a page by its key."""

    def __init__(self, context: UiContext, pages: Sequence[SettingsPlug]) -> None:
        super().__init__()
        self._context = context
        self._pages = [p for p in pages if _allowed(context, p)]
        self._built: dict[str, QWidget] = {}
        self._list = QListWidget()
        self._list.setObjectName("settingsPages")
        self._list.setIconSize(QSize(18, 18))
        self._list.setAccessibleName(_("Settings"))
        for page in self._pages:
            line = QListWidgetItem(_(page.title))
            line.setData(_KEY, page.key)
            line.setSizeHint(QSize(0, 36))
            self._list.addItem(line)
        self._stack = QStackedWidget()
        side = QWidget()
        side.setObjectName("settingsSide")
        side.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        side.setFixedWidth(220)
        heading = role(QLabel(_("Settings")), "title")
        heading.setContentsMargins(8, 4, 8, 4)
        stack_vertically(side, heading, self._list, margin=12)
        stack_horizontally(self, side, self._stack)
        self._list.currentRowChanged.connect(self._show_row)
        self._list.setCurrentRow(0)
        theme_signals().changed.connect(self._tint)
        self._tint()

    def open_item(self, item: object) -> None:
        """Open the page of this key."""
        for number, page in enumerate(self._pages):
            if page.key == item:
                self._list.setCurrentRow(number)

    def current_item(self) -> object:
        """Key of the page that shows, to return to it."""
        return self._pages[self._list.currentRow()].key

    def page_keys(self) -> list[str]:
        """Keys of the pages this person may open."""
        return [page.key for page in self._pages]

    def _show_row(self, number: int) -> None:
        page = self._pages[number]
        if page.key not in self._built:
            self._built[page.key] = page.build(self._context)
            self._stack.addWidget(self._built[page.key])
        self._stack.setCurrentWidget(self._built[page.key])

    def _tint(self) -> None:
        for number, page in enumerate(self._pages):
            self._list.item(number).setIcon(icon(page.icon))


def _allowed(context: UiContext, page: SettingsPlug) -> bool:
    return page.permission is None or context.services.staff.may(page.permission)
