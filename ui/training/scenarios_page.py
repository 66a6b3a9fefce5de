"""Practice customers of the shop's own: the list, with copying, editing, files."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QStackedWidget, QWidget

from app.core.i18n import N_, _, current_language
from app.training import ScenarioRow
from ui.theme import icon, role, theme_signals
from ui.training.scenario_editor import ScenarioEditor
from ui.widgets import Column, confirm, stack_horizontally, stack_vertically
from ui.widgets.file_dialogs import ask_files, ask_save
from ui.widgets.list_table import ListTable

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext


def _title(row: ScenarioRow) -> str:
    return row.title[current_language() == "en"]


def _goal(row: ScenarioRow) -> str:
    return row.goal[current_language() == "en"]


def _key(row: ScenarioRow) -> str:
    return row.key


def _state(row: ScenarioRow) -> str:
    if not row.own:
        return _("built in")
    if row.faults:
        return _("to mend")
    if not row.active:
        return _("switched off")
    return _("changed") if row.bundled else _("own")


def _kind(row: ScenarioRow) -> str | None:
    if row.faults:
        return "warning"
    return "neutral" if not row.own or not row.active else "success"


COLUMNS: Final = (
    Column("title", N_("Customer"), 240, role="strong", text=_title),
    Column("state", N_("State"), 110, role="badge", text=_state, color=_kind),
    Column("key", N_("Identifier"), 190, role="mono", text=_key),
    Column("goal", N_("Wants"), 420, text=_goal, stretch=True),
)


class ScenariosPage(QWidget):
    """The list, and over it the editor."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context, self._scenarios = context, context.services.scenarios
        self._rows: list[ScenarioRow] = []
        self.editor = ScenarioEditor(context)
        self.editor.left.connect(self.show_list)
        self.editor.saved.connect(self.reload)
        self.stack = QStackedWidget()
        self.stack.addWidget(self._make_list())
        self.stack.addWidget(self.editor)
        stack_vertically(self, self.stack)
        theme_signals().changed.connect(self._tint)
        self._tint()
        self.reload()

    def _make_list(self) -> QWidget:
        about = role(
            QLabel(_("Copy one that comes with the desk, or change it in place.")), "muted"
        )
        self.remove = role(QPushButton(_("Remove")), "ghost")
        self.bring, self.write = QPushButton(_("Import…")), QPushButton(_("Export…"))
        self.copy = QPushButton(_("Copy"))
        self.change = role(QPushButton(_("Edit")), "primary")
        for button, verb in (
            (self.remove, self._remove_current),
            (self.bring, self._ask_files),
            (self.write, self._ask_save),
            (self.copy, self._copy_current),
            (self.change, self._edit_current),
        ):
            button.clicked.connect(verb)
        bar = role(QFrame(), "bar")
        row = stack_horizontally(
            *(bar, about, None, self.remove, self.bring, self.write, self.copy, self.change),
            spacing=8,
        )
        row.setContentsMargins(16, 6, 16, 6)
        self.table = ListTable(COLUMNS, self._context.jobs, "training.own", _key)
        self.table.setAccessibleName(_("Practice customers"))
        self.table.row_activated.connect(self._edit_row)
        self.table.selection_changed.connect(self._on_selected)
        page = QWidget()
        stack_vertically(page, bar, self.table)
        return page

    # --- the list ------------------------------------------------------------------------------

    def reload(self) -> None:
        """Read the list again."""
        self._context.jobs.run(self, self._scenarios.rows, self._show_rows, key="rows")

    def _show_rows(self, rows: list[ScenarioRow]) -> None:
        self._rows = rows
        self.table.show_rows(rows)
        if rows and not self.table.selected_rows():
            self.table.select_id(_key(rows[0]))
        self._on_selected(self._current())

    def _current(self) -> ScenarioRow | None:
        chosen = self.table.selected_rows()
        found = chosen[0] if chosen else (self._rows[0] if self._rows else None)
        return found if isinstance(found, ScenarioRow) else None

    def _on_selected(self, row: object) -> None:
        self.remove.setEnabled(isinstance(row, ScenarioRow) and row.own)

    def focus_first(self) -> None:
        """Put the keyboard into the list, or the form."""
        (self.table.setFocus if self.stack.currentIndex() == 0 else self.editor.focus_first)()

    def show_list(self) -> None:
        """Back to the list."""
        self.stack.setCurrentIndex(0)
        self.reload()
        self.focus_first()

    # --- editing -------------------------------------------------------------------------------

    def _edit_row(self, row: object) -> None:
        if isinstance(row, ScenarioRow):
            work = partial(self._scenarios.document, row.key)
            self._context.jobs.run(self, work, partial(self._edit, row), key="open")

    def _edit(self, row: ScenarioRow, document: dict[str, Any]) -> None:
        self.editor.edit(document, active=row.active)
        self._show_editor()

    def _edit_current(self) -> None:
        self._edit_row(self._current())

    def _copy_current(self) -> None:
        if (row := self._current()) is not None:
            work = partial(self._scenarios.copy, row.key)
            self._context.jobs.run(self, work, self._edit_copy, key="open")

    def _edit_copy(self, document: dict[str, Any]) -> None:
        self.editor.edit(document, fresh=True)
        self._show_editor()

    def _show_editor(self) -> None:
        self.stack.setCurrentWidget(self.editor)
        self.editor.focus_first()

    def _remove_current(self) -> None:
        row = self._current()
        if row is None or not row.own:
            return
        text = _("Results with it stay.")
        if row.bundled:
            text = _("The built-in one comes again in its place. Results with it stay.")
        if confirm(self, _("Remove this practice customer?"), text, _("Remove")):
            work = partial(self._scenarios.drop, row.key)
            self._context.jobs.run(self, work, self._changed, lane="write")

    def _changed(self, _nothing: object) -> None:
        self.reload()

    # --- files ---------------------------------------------------------------------------------

    def _ask_files(self) -> None:
        kinds = _("Practice customers") + " (*.json);;" + _("All files") + " (*)"
        ask_files(self, _("Import practice customers"), kinds, self.take)

    def take(self, names: Sequence[str]) -> None:
        """Bring files in."""
        for name in names:
            work = partial(self._scenarios.take, Path(name))
            self._context.jobs.run(self, work, self._taken, lane="write")

    def _taken(self, row: ScenarioRow) -> None:
        if row.faults:
            self._context.notices.warning(_("Saved, but it comes only when nothing is to mend."))
        else:
            self._context.notices.success(_("“{name}” is here.").format(name=_title(row)))
        self.reload()

    def _ask_save(self) -> None:
        if (row := self._current()) is not None:
            title, to = _("Export practice customer"), partial(self.export, row.key)
            ask_save(self, title, f"{row.key}.json", to, "*.json")

    def export(self, key: str, name: str) -> None:
        """Write one to a file."""
        work = partial(self._scenarios.export, key, Path(name))
        self._context.jobs.run(self, work, self._exported)

    def _exported(self, _nothing: object) -> None:
        self._context.notices.success(_("Written."))

    def _tint(self) -> None:
        self.bring.setIcon(icon("import"))
        self.write.setIcon(icon("export"))
        self.copy.setIcon(icon("copy"))
