"""What an import of orders found: the tables' columns and words."""

from __future__ import annotations

from typing import Final

from app.core.i18n import N_, _
from app.orders import OrderChange
from app.sources import FileReport
from ui.jobs import Jobs
from ui.orders.field_words import STATE_KINDS, STATE_NAMES, change_words, format_name
from ui.widgets import Column
from ui.widgets.import_tables import ImportTables, ImportWords, file_columns

_WORDS: Final = ImportWords(
    rows=N_("Rows"),
    column=N_("Column"),
    changes=N_("New and changed orders"),
    changes_tab=N_("New and changed ({n})"),
    all_taken=N_("Every row can be taken"),
)


def _format(file: FileReport) -> str:
    return format_name(file.format)


def _state(change: OrderChange) -> str:
    return _(STATE_NAMES[change.state])


def _state_kind(change: OrderChange) -> str | None:
    return STATE_KINDS[change.state]


CHANGE_COLUMNS: Final = (
    Column("number", N_("Order number"), 180, role="mono", text=lambda c: c.number),
    Column("buyer", N_("Buyer"), 130, text=lambda c: c.buyer),
    Column("state", N_("State"), 84, role="badge", text=_state, color=_state_kind),
    Column("what", N_("Old → new"), 400, text=change_words, tip=change_words, stretch=True),
)


def order_tables(jobs: Jobs) -> ImportTables:
    """The three tables of an import of orders."""
    return ImportTables(jobs, _WORDS, file_columns(_WORDS, _format), CHANGE_COLUMNS)
