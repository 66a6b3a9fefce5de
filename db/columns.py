"""Typed columns: what an int or a str in a table means."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from sqlalchemy import Integer, LargeBinary, Text, TypeDecorator
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import mapped_column


class Json(TypeDecorator[Any]):
    """A JSON document kept as text, encoded and decoded by msgspec."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Encode for the database; None stays NULL."""
        return None if value is None else msgspec.json.encode(value).decode()

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Decode from the database."""
        return None if value is None else msgspec.json.decode(value)


Id = Annotated[bytes, mapped_column(LargeBinary(16))]
"""16-byte UUID of a row, its own or one it points at (soft: the other may come later)."""

Moment = Annotated[int, mapped_column(Integer)]
"""Unix milliseconds, UTC."""

Fen = Annotated[int, mapped_column(Integer)]
"""Money in fen, the hundredth of a yuan (or of the row's currency)."""

Document = Annotated[Any, mapped_column(Json)]
"""A small JSON document."""
