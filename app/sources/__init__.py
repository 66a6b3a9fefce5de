"""Where orders come from: files of the platforms, read row by row."""

from app.sources.delimited import Row
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
from app.sources.tables import Table, open_table
from app.sources.taobao_words import same_words
from app.sources.text_file import TextFile, open_text

__all__ = [
    "BadCell",
    "ItemFields",
    "OrderFields",
    "OrderFile",
    "OrderSource",
    "ParsedItem",
    "ParsedOrder",
    "RejectedRow",
    "Row",
    "RowReader",
    "Sheet",
    "SheetKind",
    "Table",
    "TextFile",
    "open_orders",
    "open_table",
    "open_text",
    "same_words",
]
