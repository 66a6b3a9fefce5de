"""What an import says where there is nothing to import."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.sources import FileReport
from tests.ui.conftest import InlineJobs
from ui.widgets import EmptyState
from ui.widgets.import_tables import ImportTables, ImportWords, file_columns

pytestmark = pytest.mark.usefixtures("english")

WORDS = ImportWords("Rows", "Column", "Changes", "Changes ({n})", "All rows were taken")


def said(tables: ImportTables) -> str:
    empty = tables.changes._empty
    assert isinstance(empty, EmptyState)
    return f"{empty._title.text()} {empty._hint.text()}"


def test_files_that_can_not_be_read_are_no_good_news(qtbot: QtBot, jobs: InlineJobs) -> None:
    columns = file_columns(WORDS, lambda file: file.format)
    tables = ImportTables(jobs, WORDS, columns, columns)
    qtbot.addWidget(tables)
    bad = FileReport("/tmp/noise.csv", problem="This is no order file.", hint="Export it anew.")
    tables.show_found([bad], (), 0)
    assert said(tables) == "noise.csv: This is no order file. Export it anew."
    tables.show_found([FileReport("/tmp/known.csv", rows=2, same=2)], (), 0)
    assert "Nothing changes" in said(tables)
