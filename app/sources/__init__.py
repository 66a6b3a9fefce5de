"""Where orders come from: files of the platforms, read row by row."""

from app.sources.cells import clean, cleaned, count, is_missing, moment, money, order_number
from app.sources.chunks import Chunks, batches, good_rows, open_files
from app.sources.delimited import Row
from app.sources.file_report import (
    FileReport,
    FilesReport,
    ReportOf,
    RowState,
    conclude,
    note_state,
    write_rejected,
)
from app.sources.file_words import expanded, file_lines, import_outcome, rows_lines, undo_outcome
from app.sources.history import ImportLedger, is_taken_back, revived, undone_stamps
from app.sources.pace import Pace, Progress, Stop
from app.sources.protocol import (
    BadCell,
    ItemFields,
    OrderFields,
    OrderFile,
    OrderSource,
    ParsedItem,
    ParsedOrder,
    RejectedRow,
    RowReader,
    Sheet,
    SheetKind,
)
from app.sources.reading import open_orders
from app.sources.rows import export_time, find_header, read_rows
from app.sources.tables import Table, open_table
from app.sources.taobao_words import same_words
from app.sources.text_file import TextFile, open_text
from app.sources.trail import Trail
from app.sources.undoing import ImportUndo, UndoneImport

__all__ = [
    "BadCell",
    "Chunks",
    "FileReport",
    "FilesReport",
    "ImportLedger",
    "ImportUndo",
    "ItemFields",
    "OrderFields",
    "OrderFile",
    "OrderSource",
    "Pace",
    "ParsedItem",
    "ParsedOrder",
    "Progress",
    "RejectedRow",
    "ReportOf",
    "Row",
    "RowReader",
    "RowState",
    "Sheet",
    "SheetKind",
    "Stop",
    "Table",
    "TextFile",
    "Trail",
    "UndoneImport",
    "batches",
    "clean",
    "cleaned",
    "conclude",
    "count",
    "expanded",
    "export_time",
    "file_lines",
    "find_header",
    "good_rows",
    "import_outcome",
    "is_missing",
    "is_taken_back",
    "moment",
    "money",
    "note_state",
    "open_files",
    "open_orders",
    "open_table",
    "open_text",
    "order_number",
    "read_rows",
    "revived",
    "rows_lines",
    "same_words",
    "undo_outcome",
    "undone_stamps",
    "write_rejected",
]
