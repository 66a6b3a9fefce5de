"""Where orders come from: files of the platforms, read row by row."""

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
from app.sources.taobao_words import same_words

__all__ = [
    "BadCell",
    "ItemFields",
    "OrderFields",
    "OrderFile",
    "OrderSource",
    "ParsedItem",
    "ParsedOrder",
    "RejectedRow",
    "RowReader",
    "Sheet",
    "SheetKind",
    "open_orders",
    "same_words",
]
