"""The columns of the table of numbers: what its rows are, and the numbers each has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from PySide6.QtGui import QFontMetrics

from app.core.i18n import N_, _
from app.core.settings import Setting
from app.stats import BY_KEY, By, Row, Unit
from ui.stats.axis_labels import two_lines
from ui.stats.words import row_name, value_text
from ui.theme import current_tokens, sized
from ui.widgets import Column

HEAD: Final = 44
"""Two lines: most numbers have long names and short values."""

BYS: Final = {
    By.AGENT: N_("By agent"),
    By.HOUR: N_("By hour"),
    By.DAY: N_("By day"),
    By.CHANNEL: N_("By channel"),
    By.PRODUCT: N_("By product"),
}
_NAME: Final = 150
_FIRST: Final = {
    By.AGENT: N_("Agent"),
    By.HOUR: N_("Hour"),
    By.DAY: N_("Day"),
    By.CHANNEL: N_("Channel"),
    By.PRODUCT: N_("Product"),
}
_DEFAULT: Final = [
    "customers_served",
    "first_response",
    "response",
    "answered_30s",
    "answered_3min",
    "answer_ratio",
    "inquiry_conversion",
    "sales",
    "orders_sold",
    "sales_per_buyer",
]
_PRODUCTS: Final = [
    "sales",
    "orders_sold",
    "items_sold",
    "buyers",
    "sales_per_item",
    "refund_rate",
    "payment_rate",
]
COLUMNS: Final = Setting("stats.columns", list[str], _DEFAULT, scope="mine")
PRODUCT_COLUMNS: Final = Setting("stats.product_columns", list[str], _PRODUCTS, scope="mine")
_LEAST: Final = 76
_AMOUNT: Final = 100
_MORE: Final = 56
"""A wide window gives each number so much more, the rest goes to the name."""


def columns_of(by: By, metrics: Sequence[str], room: int) -> list[Column]:
    """The name of a row, then the numbers, spread over `room` pixels where they need less."""
    numbers = [_column(key) for key in metrics]
    left = room - _NAME - sum(column.width for column in numbers)
    roomy = left > 0
    if roomy:
        more = min(_MORE, left // (len(numbers) + 2))
        numbers = [replace(column, width=column.width + more) for column in numbers]
    first = Column(
        "name", _FIRST[by], _NAME, role="strong",
        text=partial(name_of, by), sortable=True, stretch=roomy,
    )  # fmt: skip
    return [first, *numbers]


def name_of(by: By, row: Row) -> str:
    """What a row is called."""
    return row_name(by, row.key, row.name)


def _column(key: str) -> Column:
    metric = BY_KEY[key]
    # The head is translated and broken here: a table asks for the translation of a title it
    # does not know and gets it back as it is.
    title = _(metric.name)
    metrics = QFontMetrics(sized(current_tokens().text_xs, strong=True))
    if metrics.horizontalAdvance(title) > _LEAST:
        title = two_lines(title)
    widest = max(metrics.horizontalAdvance(line) for line in title.split("\n"))
    least = _AMOUNT if metric.unit is Unit.FEN else _LEAST
    return Column(
        key, title, max(least, widest + 18), align="right", role="mono",
        text=partial(_cell, key), sortable=True, about=f"{_(metric.name)}\n{_(metric.formula)}",
    )  # fmt: skip


def _cell(key: str, row: Row) -> str:
    found = row.measures.get(key)
    return value_text(BY_KEY[key].unit, found.value if found else None)
