"""What stands above the list of phrases: its columns, and the search, filters and buttons."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QLabel, QMenu, QPushButton, QWidget

from app.core.i18n import N_, _
from app.phrases import STEP_TITLES, PhraseFilter, Step
from ui.phrases.form import LANGUAGE_NAMES
from ui.theme import icon, role, theme_signals
from ui.widgets import Column, SearchBox, stack_horizontally
from ui.widgets.format import moment

COLUMNS: Final = (
    Column("code", N_("Short code"), 84, role="strong", text=lambda row: row.code,
           color=lambda row: "warning" if row.twins else None,
           tip=lambda row: _("Another phrase has this code too") if row.twins else ""),
    Column("title", N_("Title"), 132, text=lambda row: row.title),
    Column("text", N_("Text"), 260, role="muted", text=lambda row: row.text, stretch=True,
           tip=lambda row: row.text),
    Column("group", N_("Group"), 104, role="muted", text=lambda row: row.group),
    Column("uses", N_("Used"), 56, "right", "muted",
           text=lambda row: str(row.uses) if row.uses else ""),
    Column("updated", N_("Changed on"), 96, "right", "muted",
           text=lambda row: moment(row.updated_at) if row.updated_at else ""),
)  # fmt: skip

Entry = tuple[str, Callable[[], object]] | None
"""A line of the menu: its title and what it does; None draws a line."""


class ListTools(QWidget):
    """`changed` when another list is wanted, `new_wanted` for a new phrase."""

    changed = Signal()
    new_wanted = Signal()

    def __init__(self, entries: list[Entry]) -> None:
        super().__init__()
        self.search = SearchBox(_("Code, pinyin or text"))
        self.search.setMinimumWidth(180)
        self.search.setMaximumWidth(360)
        self.step = _filter(_("Step"), _("All steps"), None)
        for step in Step:
            self.step.addItem(_(STEP_TITLES[step]), str(step))
        self.language = _filter(_("Language"), _("All languages"), "")
        for language, title in LANGUAGE_NAMES.items():
            self.language.addItem(_(title), language)
        self._new = role(QPushButton(_("New phrase")), "primary")
        self._new.setToolTip("Ctrl+N")
        self._more = role(QPushButton(), "icon")
        self._more.setAccessibleName(_("More"))
        self._more.setToolTip(_("Import, export, starter phrases"))
        self._more.setMenu(_menu(self._more, entries))
        heading = role(QLabel(_("Phrases")), "title")
        row = stack_horizontally(
            self, heading, None, self.search, self.step, self.language, self._new, self._more,
            spacing=8,
        )  # fmt: skip
        row.insertSpacing(1, 8)
        row.setStretchFactor(self.search, 1)
        self.search.searched.connect(self.changed)
        self.step.activated.connect(self.changed)
        self.language.activated.connect(self.changed)
        self._new.clicked.connect(self.new_wanted)
        theme_signals().changed.connect(self._tint)
        self._tint()

    def wanted(self, group_id: bytes | None) -> PhraseFilter:
        """What shall be listed, within a group."""
        return PhraseFilter(
            text=self.search.text().strip(),
            group_id=group_id,
            step=self.step.currentData(),
            language=self.language.currentData() or "",
        )

    def focus_search(self) -> None:
        """Put the cursor into the search field."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _tint(self) -> None:
        self._more.setIcon(icon("more"))


def _filter(name: str, everything: str, value: object) -> QComboBox:
    combo = QComboBox()
    combo.setAccessibleName(name)
    combo.setMaximumWidth(140)
    combo.addItem(everything, value)
    return combo


def _menu(button: QPushButton, entries: list[Entry]) -> QMenu:
    menu = QMenu(button)
    for entry in entries:
        if entry is None:
            menu.addSeparator()
        else:
            menu.addAction(entry[0]).triggered.connect(entry[1])
    return menu
